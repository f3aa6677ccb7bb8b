"""`%%kql name`: a notebook cell that is one KQL query, asked of the tenant that was opened last.

    tenant = pivotlab.open_tenant()

    %%kql failed
    SigninLogs | where ResultType != "0" | summarize count() by UserPrincipalName

The rows are shown and, when a name is given, kept under it. `%%kql --logs name` asks the workspace's Logs instead of
advanced hunting.
"""

from __future__ import annotations

import sys
import weakref
from typing import Any, Protocol

from pivotlab.kql.errors import KqlError, KqlLimit, KqlUnsupported


class Asked(Protocol):
    """What answers a cell: a tenant. `url` is empty once it is closed."""

    url: str

    def hunt(self, kql: str) -> Any:
        """The rows that advanced hunting gives."""

    def logs(self, kql: str) -> Any:
        """The rows that Logs gives."""


def offer(tenant: Asked) -> None:
    """Have `%%kql` ask `tenant`, where this is a notebook."""
    if "IPython" not in sys.modules:
        return
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell is not None:
        register(shell, tenant)


def register(shell: Any, tenant: Asked) -> None:
    """Make `%%kql` known in a shell, or have it ask another tenant from now on."""
    opened = weakref.ref(tenant)

    def kql(line: str, cell: str) -> Any:
        """Run the cell as a KQL query; what is wrong with it is printed, and the name keeps what it had."""
        flags, names = [w for w in line.split() if w.startswith("-")], [w for w in line.split() if w[:1] != "-"]
        if flags not in ([], ["--logs"]) or len(names) > 1 or not all(name.isidentifier() for name in names):
            return _say("Write %%kql, %%kql name, or %%kql --logs name.")
        asked = opened()
        if asked is None or not asked.url:
            return _say("No tenant is open. Write tenant = pivotlab.open_tenant() in a cell of its own.")
        try:
            frame = asked.logs(cell) if flags else asked.hunt(cell)
        except (KqlError, KqlUnsupported, KqlLimit) as error:
            return _say(str(error))
        shell.push(dict.fromkeys(names, frame))
        return frame

    shell.register_magic_function(kql, "cell", "kql")


def _say(text: str) -> None:
    print(text)  # noqa: T201 - shown under the cell
