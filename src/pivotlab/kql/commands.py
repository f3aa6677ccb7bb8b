"""`pivotlab kql "..."`: a query on the bundled data, in the terminal."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `kql` to the command line."""
    command = commands.add_parser(
        "kql", help="run a KQL query on the bundled data", description="Run a KQL query on the bundled data."
    )
    command.add_argument("query", nargs="?", help="the query; read from standard input when it is left out")
    command.add_argument("--output", choices=("table", "csv", "json"), default="table")
    command.add_argument(
        "--product",
        choices=("workspace", "defender"),
        help="whose tables: the Sentinel workspace, or advanced hunting; both when it is left out",
    )
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit codes: 0 rows were printed, 2 the query is wrong, 3 it is valid and not run offline, or hit a limit."""
    from pivotlab.kql.errors import KqlError, KqlLimit, KqlUnsupported

    query = arguments.query if arguments.query is not None else sys.stdin.read()
    try:
        frame = _engine(arguments.product).run(query)
    except KqlError as error:
        print(error, file=sys.stderr)  # noqa: T201 - the command's own output
        return 2
    except (KqlUnsupported, KqlLimit) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 3
    show(frame, arguments.output)
    return 0


def _engine(product: str | None) -> Any:
    from datetime import datetime

    from pivotlab.kql.engine import Engine
    from pivotlab.places import DATA
    from pivotlab.store.store import Store

    manifest = DATA / "manifest.json"
    moment = json.loads(manifest.read_text(encoding="utf-8"))["now"] if manifest.exists() else "2026-11-03T08:00:00Z"
    now = datetime.fromisoformat(moment.replace("Z", "+00:00"))
    products = (product,) if product else ("defender", "workspace")
    return Engine(Store.open(DATA), *products, now=lambda: now)


def show(frame: pd.DataFrame, form: str) -> None:
    """Print a frame as a table, as CSV or as JSON lines."""
    if form == "csv":
        frame.to_csv(sys.stdout, index=False)
        return
    if form == "json":
        frame.to_json(sys.stdout, orient="records", lines=True, date_format="iso")
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(caption=f"{len(frame)} row{'' if len(frame) == 1 else 's'}", show_lines=False)
    for column in frame.columns:
        table.add_column(str(column), overflow="fold")
    for row in frame.head(200).itertuples(index=False, name=None):
        table.add_row(*(_cell(value) for value in row))
    Console().print(table)


def _cell(value: Any) -> str:
    """A value as the portals print it."""
    from rich.markup import escape

    if isinstance(value, dict | list):
        return escape(json.dumps(value, default=str))
    return "" if value is None or value != value else escape(str(value))
