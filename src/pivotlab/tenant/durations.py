"""ISO 8601 durations, as rules of both products write them: PT5M, PT1H, P14D."""

from __future__ import annotations

import re
from datetime import timedelta

from pivotlab.tenant.errors import Invalid

_PATTERN = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


def duration(text: str) -> timedelta:
    """The length of time that `text` says. Raises `Invalid`.

    >>> duration("P1DT30M")
    datetime.timedelta(days=1, seconds=1800)
    """
    match = _PATTERN.fullmatch(str(text))
    if match is None or not any(match.groups()):
        raise Invalid(f"{text!r} is no duration. Write it as PT5M, PT1H or P14D.")
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
