"""Literals of the parse tree as Python values (learn.microsoft.com, "Scalar data types").

Datetimes are naive UTC `datetime`s, timespans whole microseconds; a null literal is `None`.
"""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import Any

from pivotlab.kql.syntax.tree import Tree, kind_of

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2}|[0-7]{2,3}|.)", re.DOTALL)
_UNITS = {"d": 86_400_000_000, "h": 3_600_000_000, "m": 60_000_000, "s": 1_000_000, "ms": 1_000}
_SPAN = re.compile(r"(\d+(?:\.\d+)?)([a-z]+)")
_CLOCK = re.compile(r"(-)?(?:(\d+)[.:])?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(\.\d+)?)?")
_MOMENT = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2})(?::?(\d{2}))?(?::?(\d{2})(?:[.,](\d{1,9}))?)?)?\s*"
    r"(Z|z|[+-]\d{2}:?\d{2})?"
)
_FORMATS = (
    "%m/%d/%Y", "%m-%d-%Y", "%m.%d.%Y", "%m/%d/%Y %H:%M:%S", "%m-%d-%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p",
    "%Y/%m/%d", "%Y/%m/%d %H:%M:%S", "%Y%m%d", "%d %b %y", "%d %b %Y", "%d %b %y %H:%M:%S", "%d %b %Y %H:%M:%S",
    "%a, %d %b %y", "%a, %d %b %Y", "%a, %d %b %y %H:%M:%S", "%a, %d %b %Y %H:%M:%S", "%A, %d-%b-%y %H:%M:%S",
    "%a %b %d %H:%M:%S %Y", "%b %d, %Y", "%B %d, %Y", "%d %B %Y", "%Y-%m", "%Y",
)  # fmt: skip


def string_value(tree: Tree) -> str:
    """The text of a string literal; adjacent literals are one."""
    return "".join(_string(token.text) for token in tree.Tokens)


def _string(raw: str) -> str:
    if raw[:1] in "hH":
        raw = raw[1:]
    if raw.startswith(("```", "~~~")):
        return raw[3:-3]
    if raw.startswith("@"):
        return raw[2:-1].replace(raw[1] * 2, raw[1])
    return _ESCAPE.sub(_unescape, raw[1:-1])


def _unescape(match: re.Match[str]) -> str:
    body = match.group(1)
    if body[0] in "uUx" and len(body) > 1:
        code = int(body[1:], 16)
        return chr(code) if code < 0x110000 else "\ufffd"
    if body.isdigit() and len(body) > 1:
        return chr(int(body, 8))
    return _ESCAPES.get(body, body)


def moment(text: str) -> datetime | None:
    """A datetime as Kusto reads it, or `None` when it does not (learn.microsoft.com, "The datetime data type")."""
    text = text.strip().strip("'\"").strip()
    found = _MOMENT.fullmatch(re.sub(r"^(\d{4}), ?(\d{1,2}), ?(\d{1,2})$", r"\1-\2-\3", text))
    try:
        if not found:
            return _by_format(text.removesuffix("Z").removesuffix(" GMT").removesuffix(" UTC"))
        year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
        fraction = int((found.group(7) or "").ljust(7, "0")[:6] or 0)
        whole = datetime(year, month, day, 0, minute, second, fraction) + timedelta(hours=hour)
        zone = found.group(8)
        if zone and zone not in "Zz":
            offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
            whole = whole - offset if zone[0] == "+" else whole + offset
        return whole
    except (ValueError, OverflowError):
        return None


def _by_format(text: str) -> datetime | None:
    for shape in _FORMATS:
        try:
            return datetime.strptime(text, shape)
        except ValueError:
            continue
    return None


def span(text: str) -> int | None:
    """A timespan in microseconds, or `None` (learn.microsoft.com, "The timespan data type")."""
    text = text.strip().strip("'\"").strip().lower()
    negative, text = text.startswith("-"), text.removeprefix("-")
    found = _SPAN.fullmatch(text)
    if found:
        factor = _factor(found.group(2))
        return None if factor is None else round(float(found.group(1)) * factor) * (-1 if negative else 1)
    if text.isascii() and text.isdecimal():
        return int(text) * _UNITS["d"] * (-1 if negative else 1)
    clock = _CLOCK.fullmatch(text)
    if not clock:
        return None
    _, days, hours, minutes, seconds, fraction = clock.groups()
    if int(hours) > 23 or int(minutes) > 59 or int(seconds or 0) > 59:
        return None
    total = ((int(days or 0) * 24 + int(hours)) * 60 + int(minutes)) * 60 + int(seconds or 0)
    micros = total * 1_000_000 + round(float(fraction or 0) * 1_000_000)
    return -micros if negative else micros


def _factor(unit: str) -> float | None:
    if unit in _UNITS:
        return _UNITS[unit]
    for start, factor in (
        ("micro", 1.0), ("milli", 1_000.0), ("nano", 0.001), ("tick", 0.1), ("day", _UNITS["d"]), ("hour", _UNITS["h"]),
        ("hr", _UNITS["h"]), ("min", _UNITS["m"]), ("sec", _UNITS["s"]),
    ):  # fmt: skip
        if unit.startswith(start):
            return factor
    return None


def number(text: str) -> int | float | None:
    """A long or real literal, also written `long(5)`, `real(nan)`, `0x1F`."""
    if "(" in text:
        text = text.partition("(")[2].rstrip(")").strip()
    lowered = text.lower()
    if lowered == "null" or not lowered:
        return None
    try:
        if lowered.startswith(("0x", "-0x")):
            return int(lowered, 16)
        if re.fullmatch(r"[+-]?\d+", lowered):
            return int(lowered)
        return float(lowered.removeprefix("+").replace("infinity", "inf"))
    except ValueError:
        return None


def inside(text: str) -> str:
    """What stands between the parentheses of `datetime(...)` and the like; the text itself without parentheses."""
    return text.partition("(")[2].rpartition(")")[0].strip() if "(" in text else text.strip()


def json_value(tree: Tree) -> Any:
    """The Python object of what stands inside `dynamic(...)`."""
    kind = kind_of(tree)
    if kind in ("JsonValue", "LiteralExpression"):
        return json_value(tree.getChild(0))
    if kind == "DynamicLiteralExpression":
        return json_value(tree.Value)
    if kind == "JsonObject":
        return {_string(pair.Name.text): json_value(pair.Value) for pair in tree.Pairs}
    if kind == "JsonArray":
        return [json_value(value) for value in tree.Values]
    if kind == "JsonString":
        return string_value(tree)
    if kind in ("JsonLong", "JsonReal"):
        value = number(tree.LiteralToken.text)
        return -value if tree.SignToken is not None and value is not None else value
    if kind == "JsonBoolean":
        return inside(tree.Token.text).lower() in ("true", "1")
    if kind == "JsonDateTime":
        when = moment(inside(tree.Token.text))
        return None if when is None else datetime_text(when)
    if kind == "JsonTimeSpan":
        micros = span(inside(tree.Token.text))
        return None if micros is None else span_text(micros)
    if kind == "JsonGuid":
        return inside(tree.Token.text).strip("'\"")
    return None


def datetime_text(when: datetime) -> str:
    """A datetime as Kusto prints it, with seven digits of a second."""
    return f"{when:%Y-%m-%dT%H:%M:%S.%f}0Z" if when.year > 999 else f"{when.year:04d}-{when:%m-%dT%H:%M:%S.%f}0Z"


def span_text(micros: int) -> str:
    """A timespan as Kusto prints it: `[-][d.]hh:mm:ss[.fffffff]`."""
    sign, micros = ("-", -micros) if micros < 0 else ("", micros)
    seconds, fraction = divmod(micros, 1_000_000)
    days, seconds = divmod(seconds, 86_400)
    text = f"{sign}{f'{days}.' if days else ''}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{text}.{fraction:06d}0" if fraction else text


def json_text(value: Any) -> str:
    """Compact JSON, as Kusto prints a dynamic."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
