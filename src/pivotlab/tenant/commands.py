"""`pivotlab kql "..."`: a query on a practice tenant that is connected, in the terminal."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from pivotlab.kql.errors import KqlError, KqlLimit, KqlUnsupported

if TYPE_CHECKING:
    import pandas as pd

END_OF_INPUT = "Ctrl+Z and Enter" if sys.platform == "win32" else "Ctrl+D"


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `kql` to the command line."""
    command = commands.add_parser(
        "kql",
        help="run a KQL query on the practice tenant",
        description="Run a KQL query on a practice tenant that is connected, as it stands when it is opened.",
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
    query = arguments.query if arguments.query is not None else _typed()
    if not query.strip():
        return _complain('There is no query. Type one in quotes: "SigninLogs | take 3"', 2)
    try:
        frame = _answer(query, (arguments.product,) if arguments.product else ("defender", "workspace"))
    except KqlError as error:
        return _complain(str(error), 2)
    except (KqlUnsupported, KqlLimit) as error:
        return _complain(str(error), 3)
    from pivotlab.tenant.printing import show

    show(frame, arguments.output)
    return 0


def _typed() -> str:
    if sys.stdin.isatty():
        sys.stderr.write(f"Type the query, then {END_OF_INPUT}.\n")
    return sys.stdin.read()


def _answer(query: str, products: tuple[str, ...]) -> pd.DataFrame:
    """The rows from a connected tenant: some tables, such as SecurityIncident, are filled only there."""
    from pivotlab.kql.engine import Engine
    from pivotlab.tenant.practice import Tenant

    with Tenant.open() as tenant:
        return Engine(tenant.store, *products, now=lambda: tenant.now).run(query)


def _complain(sentence: str, code: int) -> int:
    sys.stderr.write(f"{sentence}\n")
    return code
