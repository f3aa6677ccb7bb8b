"""How a function on a series is called: its Python takes the arguments and gives a JSON-able answer."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

from pivotlab.kql.errors import KqlLimit
from pivotlab.kql.rewrite import convert
from pivotlab.kql.rewrite.registry import define, python
from pivotlab.kql.terms import Value

_LONGEST = 100_000


def in_json(name: str, *values: Value) -> Value:
    """A call of `kql_<name>` on the arguments as one JSON array."""
    listed = ", ".join(convert.dynamic(value).sql for value in values)
    return Value(f"CAST(kql_{name}(CAST(to_json([{listed}]) AS VARCHAR)) AS JSON)", "dynamic")


def on_series(
    signature: str, meaning: str, parts: tuple[tuple[str, str], ...] = ()
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Define a function by its Python. `parts`: it fills columns."""
    name = signature.partition("(")[0]

    def build(*values: Value) -> Value:
        result = in_json(name, *values)
        named = tuple((f"{name}_{values[0].name}_{suffix}" if suffix else name, kind) for suffix, kind in parts)
        return Value(result.sql, "dynamic", parts=named)

    def keep(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(text: str | None) -> str | None:
            first, *rest = json.loads(text or "[null]")
            if not isinstance(first, list):
                return None
            if len(first) > _LONGEST:
                raise KqlLimit(f"{name}() takes a series of at most {_LONGEST:,} values.")
            numbers = [value if isinstance(value, int | float) else None for value in first]
            return json.dumps(finite(function(numbers, *rest)))

        define(f"{signature} -> dynamic", build, meaning)
        return python(name, "VARCHAR", "VARCHAR")(call)

    return keep


def finite(value: Any) -> Any:
    """What JSON has no number for, as null."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return [finite(each) for each in value] if isinstance(value, list) else value
