"""Numbers spoken as several words become digits: "a hundred and fifty" is 150, "twenty-four" is 24, "forty thousand" is 40000."""

from __future__ import annotations

import re

from pivotlab.learn.keypoints.words import NUMBERS

_SMALL = {word: int(value) for word, value in NUMBERS.items() if int(value) < 20}
_TENS = {word: int(value) for word, value in NUMBERS.items() if 20 <= int(value) < 100} | {"seventy": 70, "eighty": 80}
_UNITS = "|".join(word for word, value in _SMALL.items() if 0 < value < 10)
_BELOW_HUNDRED = rf"(?:(?:{'|'.join(_TENS)})(?:[ -](?:{_UNITS}))?|{'|'.join(_SMALL)})"
_MANY_WORDS = re.compile(
    rf"\b(?:(?P<thousands>{_BELOW_HUNDRED}|\d{{1,3}}) thousand"
    rf"|(?:(?P<hundreds>(?:(?:an?|{'|'.join(_SMALL)}) )?)hundred)(?:(?: and)?[ -](?P<rest>{_BELOW_HUNDRED}))?"
    rf"|(?P<tens>{'|'.join(_TENS)})[ -](?P<units>{_UNITS})"
    r"|(?P<kilo>\d{1,3})k)\b"
)


def in_digits(text: str) -> str:
    """Lower-case text with every number of several words written in digits. Numbers of one word are left to `normal`."""
    return _MANY_WORDS.sub(_digits, text)


def _digits(found: re.Match[str]) -> str:
    if thousands := found["thousands"] or found["kilo"]:
        return f"{_value(thousands)}000"
    if tens := found["tens"]:
        return str(_TENS[tens] + _SMALL[found["units"]])
    hundreds = _SMALL.get((found["hundreds"] or "").strip(), 1)
    return str(hundreds * 100 + (_value(found["rest"]) if found["rest"] else 0))


def _value(words: str) -> int:
    return int(words) if words.isdigit() else sum((_SMALL | _TENS)[word] for word in re.split(r"[ -]", words))
