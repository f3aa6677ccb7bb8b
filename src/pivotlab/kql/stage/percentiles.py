"""Percentiles, plain and weighted (learn.microsoft.com, "percentile(), percentiles()", "percentilew(), percentilesw()").

The nearest rank: the smallest value that at least that share of the values, or of the weight, does not exceed.
"""

from __future__ import annotations

import json
from dataclasses import replace

from pivotlab.kql.rewrite import convert
from pivotlab.kql.rewrite.registry import Mistake, Refusal, python
from pivotlab.kql.stage.aggregates import Call, define, number
from pivotlab.kql.terms import Value


def _percentile(c: Call) -> Value:
    percent, *more = _wanted(c.values[1:])
    if more:
        raise Mistake("percentile() takes one percentage", "Use percentiles() or percentiles_array() for several.")
    value = number(c.first)
    return Value(f"quantile_disc({value.sql}, {percent / 100}){c.where()}", value.kind)


def _wanted(values: list[Value]) -> list[float]:
    """The percentages that the query spells, one by one or as arrays."""
    flat = [p for value in values for p in (value.const if isinstance(value.const, list) else [value.const])]
    if not all(isinstance(p, int | float) and 0 <= p <= 100 for p in flat):
        raise Refusal("A percentile needs its percentage as a literal number from 0 to 100")
    return [float(p) for p in flat]


def _percentiles(c: Call) -> Value:
    """Several columns, or with `percentiles_array()` one array."""
    value = number(c.first)
    shares = ", ".join(str(percent / 100) for percent in _wanted(c.values[1:]))
    return Value(f"to_json(quantile_disc({value.sql}, [{shares}]){c.where()})", "dynamic")


def _several_percentiles(c: Call) -> Value:
    value = number(c.first)
    names = tuple((_named(c.first, v), value.kind) for v in c.values[1:] if isinstance(v.const, int | float))
    return replace(_percentiles(c), parts=names)


def _weighted(c: Call) -> Value:
    """An array with each percentile of the values, every one of which counts as often as its weight says."""
    value, weight = number(c.first), convert.real(c.values[1])
    shares = json.dumps(_wanted(c.values[2:]))
    there = c.where(f"{value.sql} IS NOT NULL AND {weight.sql} > 0")
    pairs = f"CAST(to_json(list([CAST({value.sql} AS DOUBLE), {weight.sql}]){there}) AS VARCHAR)"
    return Value(f"CAST(kql_weighted_percentiles({pairs}, '{shares}') AS JSON)", "dynamic")


@python("weighted_percentiles", "VARCHAR VARCHAR", "VARCHAR")
def _py_weighted_percentiles(pairs: str | None, shares: str) -> str:
    ordered = sorted(json.loads(pairs or "[]") or [])
    total = sum(weight for _, weight in ordered)
    found: list[float | None] = []
    for share in json.loads(shares):
        passed, answer = 0.0, None
        for value, weight in ordered:
            passed, answer = passed + weight, value
            if passed >= share / 100 * total:
                break
        found.append(answer)
    return json.dumps(found)


def _one_weighted(c: Call) -> Value:
    kind = number(c.first).kind
    return convert.CONVERSIONS[kind](Value(f"json_extract({_weighted(c).sql}, '$[0]')", "dynamic"))


def _several_weighted(c: Call) -> Value:
    kind = number(c.first).kind
    names = tuple((_named(c.first, v), kind) for v in c.values[2:] if isinstance(v.const, int | float))
    return replace(_weighted(c), parts=names)


def _named(value: Value, percent: Value) -> str:
    return f"percentile_{value.name}_{convert.real_text(float(percent.const)).replace('.', '_')}"


define("percentile", (2, 2), _percentile, "The value below which a share of the values lies; an existing value.")
define("percentiles", (2, None), _several_percentiles, "Several percentiles, each in a column.", prefix="percentile")
define("percentiles_array", (2, None), _percentiles, "Several percentiles, as an array.", prefix="percentiles")
define("percentilew", (3, 3), _one_weighted, "A percentile of weighted values.", prefix="percentile")
define("percentilesw", (3, None), _several_weighted, "Several percentiles of weighted values.", prefix="percentile")
define(
    "percentilesw_array",
    (3, None),
    _weighted,
    "Several percentiles of weighted values, as an array.",
    prefix="percentiles",
)
