"""ISO 8601 durations, as rules of both products and the query APIs write them: PT5M, PT1H, P14D, PT3600.0S."""

from __future__ import annotations

import re
from datetime import timedelta

from pivotlab.tenant.errors import Invalid

LONGEST = timedelta(days=36_525)
"""A hundred years, so that no moment of the tenant leaves the calendar: our choice."""

_PARTS = {
    part: rf"(?:(?P<{part}>\d+(?:\.\d+)?){part[0].upper()})?" for part in "weeks days hours minutes seconds".split()
}
_PATTERN = re.compile(
    rf"P(?=\d|T\d){_PARTS['weeks']}{_PARTS['days']}(?:T{_PARTS['hours']}{_PARTS['minutes']}{_PARTS['seconds']})?"
)


def duration(text: str) -> timedelta:
    """The length of time that `text` says, without months and years, whose length varies. Raises `Invalid`.

    >>> duration("P1DT30M")
    datetime.timedelta(days=1, seconds=1800)
    """
    match = _PATTERN.fullmatch(str(text))
    if match is None:
        raise Invalid(f"{text!r} is no duration. Write it as PT5M, PT1H or P14D.")
    try:
        length = timedelta(**{part: float(value) for part, value in match.groupdict().items() if value is not None})
    except OverflowError:
        length = timedelta.max
    if length > LONGEST:
        raise Invalid(f"{text[:40]!r} is longer than a hundred years.")
    return length
