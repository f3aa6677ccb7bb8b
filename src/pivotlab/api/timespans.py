"""ISO 8601 spans of time, as the query APIs take them: `P30D`, `start/end`, `start/duration`, `duration/end`."""

from __future__ import annotations

from datetime import UTC, datetime

from pivotlab.api.errors import ApiError
from pivotlab.tenant import Invalid
from pivotlab.tenant.durations import duration


def window(timespan: object, now: datetime, refusal: str) -> tuple[datetime, datetime] | None:
    """The start and end that `timespan` names, a duration alone reaching back from `now`; None when there is none.

    Raises `ApiError` 400 with the code `refusal` for anything else.
    """
    if timespan is None or timespan == "":
        return None
    if isinstance(timespan, str):
        first, slash, second = timespan.partition("/")
        try:
            if not slash:
                return now - duration(first), now
            if second.startswith("P"):
                return _moment(first), _moment(first) + duration(second)
            if first.startswith("P"):
                return _moment(second) - duration(first), _moment(second)
            return _moment(first), _moment(second)
        except (Invalid, ValueError, OverflowError):
            pass
    raise ApiError(
        400,
        refusal,
        f"The timespan '{timespan}' cannot be read. Write P7D, or start/end such as 2026-11-01/2026-11-03.",
    )


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
