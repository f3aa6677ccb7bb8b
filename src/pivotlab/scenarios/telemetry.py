"""What the incidents wrote: rows by table, each with the story that it belongs to and the moment it was ingested."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pivotlab.scenarios.identifiers import number

Values = Mapping[str, Any]

INGESTION_SECONDS = {
    "Device": (40, 300),
    "Email": (60, 420),
    "Url": (60, 420),
    "Identity": (120, 600),
    "Cloud": (180, 900),
    "Office": (600, 1800),
    "Alert": (5, 40),
    "Signin": (120, 420),
    "EntraId": (180, 600),
    "Common": (5, 60),
    "Syslog": (5, 60),
}
"""Table prefix -> shortest and longest way from event to store. Our choice: seconds to minutes, audit logs slowest."""


@dataclass(frozen=True)
class Row:
    """One written row. `table` is `<product>/<Table>`."""

    table: str
    moment: datetime
    ingested: datetime
    values: Values
    story: str

    def __getitem__(self, column: str) -> Any:
        return self.values[column]


class Telemetry:
    """Collects rows. `story` names the incident that is being told; rows written outside a story are ordinary."""

    def __init__(self, seed: int) -> None:
        self._whose: tuple[object, ...] = (seed,)
        self._count = 0
        self.aside = 0
        """Rows written `apart`: the background is not smaller for them."""
        self.story = ""
        self.rows: dict[str, list[Row]] = defaultdict(list)

    def add(self, table: str, moment: datetime, values: Values, *, late: timedelta | None = None) -> Row:
        """Write a row that happened at `moment`. `late` overrides how long it took to arrive."""
        self._count += 1
        self.aside += len(self._whose) > 1
        clock = "Timestamp" if table.startswith("defender/") else "TimeGenerated"
        delay = late or timedelta(seconds=self._delay(table.partition("/")[2]))
        filled = {clock: moment, **{column: value for column, value in values.items() if value is not None}}
        row = Row(table, moment, moment + delay, filled, self.story)
        self.rows[table].append(row)
        return row

    def report_id(self) -> int:
        """A number for the next row, in the range that the sensors use."""
        return 1000 + number(58_000, *self._whose, "report", self._count)

    def identifier(self) -> tuple[object, ...]:
        """Parts from which the next row's identifiers derive."""
        return *self._whose, "row", self._count

    @contextmanager
    def apart(self, name: str) -> Iterator[None]:
        """Rows written inside are counted under `name`, so that a story can grow and no other row changes."""
        whose, count = self._whose, self._count
        self._whose, self._count = (*whose, name), 0
        try:
            yield
        finally:
            self._whose, self._count = whose, count

    def _delay(self, table: str) -> float:
        shortest, longest = next(
            (span for prefix, span in INGESTION_SECONDS.items() if table.startswith(prefix)), (30, 300)
        )
        return shortest + number((longest - shortest) * 1000, *self._whose, "delay", self._count) / 1000
