"""Rows in a terminal: as a table, as one record after another where a table does not fit, as CSV or as JSON lines."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    import pandas as pd

MOST = 200
"""Rows that are printed for reading; CSV and JSON have all of them."""

NARROWEST = 20
"""Characters to which a cell may be folded in a table."""


def show(frame: pd.DataFrame, form: str) -> None:
    """Print a frame as a `table`, as `csv` or as `json`."""
    if form == "csv":
        frame.to_csv(sys.stdout, index=False)
        return
    if form == "json":
        frame.to_json(sys.stdout, orient="records", lines=True, date_format="iso")
        return
    names = [str(name) for name in frame.columns]
    rows = [[_cell(value) for value in row] for row in frame.head(MOST).itertuples(index=False, name=None)]
    console = Console()
    count = f"{len(frame)} row{'' if len(frame) == 1 else 's'}"
    if len(frame) > MOST:
        count = f"The first {MOST} of {count}; --output csv prints all"
    if not rows:
        console.print(count)
        return
    if _width(names, rows) <= console.width:
        table = Table(caption=count)
        for name in names:
            table.add_column(Text(name), overflow="fold")
        for row in rows:
            table.add_row(*map(Text, row))
        console.print(table)
        return
    for number, row in enumerate(rows, 1):
        record = Table.grid(padding=(0, 2))
        for name, value in zip(names, row, strict=True):
            if value:
                record.add_row(Text(name, style="bold"), Text(value, overflow="fold"))
        console.rule(f"Row {number}", align="left", style="dim")
        console.print(record)
    console.print(f"\n{count}; empty columns are left out. --output csv prints them")


def _width(names: list[str], rows: list[list[str]]) -> int:
    """The width that a table needs without breaking a name, or a value of a few words."""
    columns = zip(names, *rows, strict=True)
    return 1 + sum(3 + max(len(name), *(min(len(value), NARROWEST) for value in values)) for name, *values in columns)


def _cell(value: Any) -> str:
    """A value as the portals print it."""
    if isinstance(value, dict | list):
        return json.dumps(value, default=str)
    import pandas as pd

    return "" if pd.isna(value) else str(value)
