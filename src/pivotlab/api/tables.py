"""What the workspace itself answers: the tables with their columns, and the saved searches."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from pivotlab.api.calls import Call, Operation, Operations, Reply, page
from pivotlab.store import read_schemas
from pivotlab.tenant.identifiers import WORKSPACE_PATH

EXAMPLE_SEARCH = {
    "id": f"{WORKSPACE_PATH}/savedSearches/sign-ins-by-user",
    "name": "sign-ins-by-user",
    "type": "Microsoft.OperationalInsights/savedSearches",
    "properties": {
        "category": "Hunting Queries",
        "displayName": "Sign-ins by user",
        "query": "SigninLogs | summarize SignIns = count() by UserPrincipalName",
        "version": 2,
    },
}


def list_tables(call: Call) -> Reply:
    """GET tables: msticpy takes a provider's schema from here."""
    return page(call, _tables())


def list_searches(call: Call) -> Reply:
    """GET savedSearches: one, which is always there because msticpy cannot read an empty list."""
    return page(call, [EXAMPLE_SEARCH])


@cache
def _tables() -> list[dict[str, Any]]:
    return [_table(name, columns) for name, columns in sorted(read_schemas("workspace").items())]


def _table(name: str, columns: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": f"{WORKSPACE_PATH}/tables/{name}",
        "name": name,
        "properties": {
            "plan": "Analytics",
            "schema": {
                "name": name,
                "tableType": "Microsoft",
                "standardColumns": [{"name": column, "type": kind} for column, kind in columns.items()],
            },
        },
    }


OPERATIONS: Operations = {
    ("GET", "tables"): Operation(list_tables),
    ("GET", "savedsearches"): Operation(list_searches),
}
