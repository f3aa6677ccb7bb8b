"""Table schemas as both products document them: `data/schemas/<product>/<Table>.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from pivotlab.places import DATA

PRODUCTS = ("defender", "workspace")
"""`defender`: the advanced hunting schema. `workspace`: the Log Analytics schema."""

Schemas = Mapping[str, Mapping[str, str]]
"""Table name -> column name -> KQL type, columns in documented order."""

STORED_TYPES = {
    "bool": "BOOLEAN",
    "int": "INTEGER",
    "long": "BIGINT",
    "real": "DOUBLE",
    "decimal": "DECIMAL(38,18)",
    "string": "VARCHAR",
    "datetime": "TIMESTAMP",
    "timespan": "INTERVAL",
    "guid": "VARCHAR",
    "dynamic": "JSON",
}
"""KQL type -> DuckDB type. Datetimes are naive UTC. A guid keeps its text, as both portals print it."""

_DOCUMENTED_AS = {"enum": "string", "array": "dynamic", "object": "dynamic"}
"""Words that the schema pages use for a type, and what the query engine makes of them."""


@cache
def read_schemas(product: str) -> Schemas:
    """Every documented table of a product, as table -> column -> KQL type.

    `product` is one of `PRODUCTS`. Raises `ValueError` for any other.
    """
    if product not in PRODUCTS:
        raise ValueError(f"No product {product!r}; there are {', '.join(PRODUCTS)}.")
    schemas = {}
    for path in sorted((DATA / "schemas" / product).glob("*.json")):
        columns = json.loads(path.read_text(encoding="utf-8"))["columns"]
        schemas[path.stem] = MappingProxyType({name: _DOCUMENTED_AS.get(kind, kind) for name, kind in columns.items()})
    return MappingProxyType(schemas)
