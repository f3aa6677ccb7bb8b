"""`pivotlab data generate` and `pivotlab data verify`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from pivotlab.places import DATA


def add_commands(commands: Any) -> None:
    """Add the `data` commands to the command line."""
    data = commands.add_parser("data", help="generate telemetry with ground truth, or verify it").add_subparsers(
        required=True
    )
    make = data.add_parser("generate", help="write a bundle of any size")
    make.add_argument("--out", type=Path, required=True, metavar="DIR", help="where to write it")
    make.add_argument("--rows", type=int, default=argparse.SUPPRESS, help="rows in all, about")
    make.add_argument("--people", type=int, default=argparse.SUPPRESS, help="employees, about")
    make.add_argument("--days", type=int, default=argparse.SUPPRESS, help="days up to the window's end, 30 to 90")
    make.add_argument("--seed", type=int, default=1, help="another seed, other people and indicators (default 1)")
    make.set_defaults(run=_generate)
    check = data.add_parser("verify", help="check a bundle, and say what is wrong and where")
    check.add_argument("folder", nargs="?", type=Path, default=DATA, metavar="DIR", help="the bundle (default: data/)")
    check.set_defaults(run=_verify)


def _generate(arguments: argparse.Namespace) -> int:
    from pivotlab.scenarios.generate import Size, generate  # pandas and DuckDB load when the command runs

    console = Console()
    chosen = {name: value for name, value in vars(arguments).items() if name in ("people", "days", "rows")}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    try:
        with Progress(*columns, console=console) as progress:
            task = progress.add_task("Telling the incidents", total=None)

            def show(table: str, done: int, tables: int) -> None:
                progress.update(task, description=f"Writing {table}", completed=done, total=tables)

            counts = generate(arguments.out, arguments.seed, Size(**chosen), show)
            progress.update(task, description="Written", completed=len(counts), total=len(counts))
    except ValueError as error:
        console.print(str(error))
        return 2
    console.print(f"{sum(counts.values()):,} rows in {len(counts)} tables. Type: pivotlab data verify {arguments.out}")
    return 0


def _verify(arguments: argparse.Namespace) -> int:
    from pivotlab.scenarios.verify import verify  # pandas and DuckDB load when the command runs

    console = Console()
    try:
        findings = verify(arguments.folder)
    except FileNotFoundError as error:
        console.print(f"{error} Type: pivotlab data generate --out {arguments.folder}")
        return 2
    for finding in findings:
        console.print(str(finding), highlight=False, markup=False)
    console.print(f"{len(findings)} things are wrong." if findings else f"{arguments.folder} holds together.")
    return 1 if findings else 0
