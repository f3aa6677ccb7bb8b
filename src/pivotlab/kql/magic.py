"""`%%kql name`: a notebook cell that is one KQL query, run by any object that has `.run(kql)`.

    from pivotlab.kql.magic import register
    register(engine)

    %%kql failed
    SigninLogs | where ResultType != "0" | summarize count() by UserPrincipalName

The rows are shown and, when a name is given, kept under it.
"""

from __future__ import annotations

from typing import Any, Protocol

from IPython.core.getipython import get_ipython

from pivotlab.kql.errors import KqlError, KqlLimit, KqlUnsupported


class Runs(Protocol):
    """Anything that answers KQL: an `Engine`, or a tenant behind a small wrapper."""

    def run(self, kql: str) -> Any:
        """The rows of a query."""


def register(engine: Runs) -> None:
    """Make `%%kql` run on `engine` in this notebook. Registering again replaces the engine."""
    shell = get_ipython()
    if shell is None:
        raise RuntimeError("%%kql needs a notebook. In a script, call engine.run(...).")

    def kql(line: str, cell: str) -> Any:
        """Run the cell; what is wrong with it is printed, and the name keeps what it had."""
        name = line.strip()
        if name and not name.isidentifier():
            print(f"{name} is not a name. Write %%kql, or %%kql name.")  # noqa: T201 - shown in the cell
            return None
        try:
            frame = engine.run(cell)
        except (KqlError, KqlUnsupported, KqlLimit) as error:
            print(error)  # noqa: T201
            return None
        if name:
            shell.push({name: frame})
        return frame

    shell.register_magic_function(kql, "cell", "kql")
