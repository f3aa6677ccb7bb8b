"""`make-series` (learn.microsoft.com, "make-series operator"): aggregates as arrays over a regular axis."""

from __future__ import annotations

from dataclasses import replace

from pivotlab.kql.lint import types as lint_types
from pivotlab.kql.rewrite import arithmetic, convert
from pivotlab.kql.rewrite.constants import constant
from pivotlab.kql.rewrite.expressions import Row
from pivotlab.kql.rewrite.functions.conditions import common
from pivotlab.kql.stage import aggregates
from pivotlab.kql.stage.build import columns_for, named_values
from pivotlab.kql.stage.naming import Namer
from pivotlab.kql.stage.pipeline import operator
from pivotlab.kql.stage.summarize import group_value
from pivotlab.kql.syntax.parameters import parameter
from pivotlab.kql.syntax.tree import Tree
from pivotlab.kql.terms import Relation, Value


@operator("MakeSeriesOperator")
def make_series(row: Row, tree: Tree) -> Relation:
    """Bins without rows take the default, which is 0 unless it is given. `kind=nonempty` gives a series for no rows, too."""
    translation = row.translation
    ((axis_name, axis),) = named_values(row, tree.OnClause.Expression)
    axis_name = axis_name or axis.name or "Column1"
    low, high, step, inclusive = _range(row, tree)
    keys = [
        pair for e in (tree.ByClause.Expressions if tree.ByClause is not None else ()) for pair in named_values(row, e)
    ]
    namer = Namer()
    named_keys = [(namer.name(name, value), group_value(value)) for name, value in keys]
    inner = replace(row, aggregate=aggregates.call, grouping=True)
    series = []
    for each in tree.Aggregations:
        ((name, value),) = named_values(inner, each.Expression)
        default = row.value(each.Default.Value) if each.Default is not None else constant(0, "long")
        series.append((namer.name(name, value), value, default))
    if axis.kind in ("datetime", "timespan") and step.kind not in ("timespan", "unknown"):
        lint_types.binnable(translation, tree, "make-series", [axis, step])
    if axis.kind in ("dynamic", "unknown"):
        axis = convert.when(axis) if step.kind == "timespan" else convert.whole(axis)
    number = (lambda v: f"epoch_us({v})") if axis.kind == "datetime" else (lambda v: v)
    edges = _edges(row, axis, low, high, step, inclusive, inner.source())
    width = step.sql if axis.kind in ("datetime", "timespan") else convert.real(step).sql
    if axis.kind in ("int", "long") and step.kind in ("int", "long"):
        width = step.sql
    place = f"CAST(floor(({number(axis.sql)} - {number('e.bins__from')}) / ({width})::DOUBLE) AS BIGINT)"
    listed = ", ".join(
        [
            *(f"{v.sql} AS k{i}" for i, (_, v) in enumerate(named_keys)),
            f"{place} AS b",
            *(f"{v.sql} AS a{i}" for i, (_, v, _) in enumerate(series)),
        ]
    )
    groups = ", ".join(str(i + 1) for i in range(len(named_keys) + 1))
    binned = translation.stage(
        f"SELECT {listed} FROM {inner.source()}, {edges} AS e WHERE {axis.sql} IS NOT NULL AND {place} BETWEEN 0 AND e.bins__count - 1 GROUP BY {groups}"
    )
    ks = [f"k{i}" for i in range(len(named_keys))]
    nonempty = "" if parameter(tree, "kind") == "nonempty" else f" WHERE EXISTS (FROM {binned})"
    heads = f"(SELECT DISTINCT {', '.join(ks)} FROM {binned})" if ks else f"(SELECT 1 AS one{nonempty})"
    grid = f"(SELECT h.*, unnest(range(e.bins__count)) AS b FROM {heads} AS h, {edges} AS e)"
    same = " AND ".join(["g.b = d.b", *(f"g.{k} IS NOT DISTINCT FROM d.{k}" for k in ks)])
    moment = (
        f"e.bins__from + to_microseconds(g.b * {width})" if axis.kind == "datetime" else f"e.bins__from + g.b * {width}"
    )
    axis_kind = axis.kind if axis.kind != "int" else "long"
    stamp = convert.dynamic(Value(f"({moment})", axis_kind)).sql
    arrays = []
    for i, (_, value, default) in enumerate(series):
        _, (found, missing) = common([Value(f"d.a{i}", value.kind), default])
        cell = f"CASE WHEN d.b IS NULL THEN {convert.dynamic(missing).sql} ELSE {convert.dynamic(found).sql} END"
        arrays.append(f"to_json(list({cell} ORDER BY g.b)) AS a{i}")
    select = ", ".join([*(f"g.{k}" for k in ks), *arrays, f"to_json(list({stamp} ORDER BY g.b)) AS t"])
    source = translation.stage(
        f"SELECT {select} FROM {grid} AS g LEFT JOIN {binned} AS d ON {same}, {edges} AS e GROUP BY {', '.join(f'g.{k}' for k in ks) or 'e.bins__count'}"
    )
    items = [(name, Value(f"k{i}", value.kind)) for i, (name, value) in enumerate(named_keys)]
    items += [(name, Value(f"a{i}", "dynamic")) for i, (name, _, _) in enumerate(series)]
    items.append((namer.take(axis_name), Value("t", "dynamic")))
    columns = columns_for(items)
    shown = ", ".join(f"{v.sql} AS {c.sql}" for c, (_, v) in zip(columns, items, strict=True))
    return Relation(translation.stage(f"SELECT {shown} FROM {source}"), columns)


def _range(row: Row, tree: Tree) -> tuple[Value | None, Value | None, Value, bool]:
    """From, to, step, and whether the end counts (it does in the older `in range()` form)."""
    if tree.InRangeClause is not None:
        clause = tree.InRangeClause
        return row.value(clause.FromExpression), row.value(clause.ToExpression), row.value(clause.StepExpression), True
    clause = tree.FromToStepClause
    low = row.value(clause.FromExpression) if clause.FromExpression is not None else None
    high = row.value(clause.ToExpression) if clause.ToExpression is not None else None
    return low, high, row.value(clause.StepExpression), False


def _edges(
    row: Row, axis: Value, low: Value | None, high: Value | None, step: Value, inclusive: bool, source: str
) -> str:
    """A stage with one row: the first bin's start and the number of bins (at most 1,048,576). The older form bins its
    ends, so that the series may start before the start."""
    if inclusive and low is not None and high is not None:
        low, high = arithmetic.binned(low, step), arithmetic.binned(high, step)
    start = (
        low.sql
        if low is not None
        else f"(SELECT {arithmetic.binned(Value(f'min({axis.sql})', axis.kind), step).sql} FROM {source})"
    )
    stop = high.sql if high is not None else f"(SELECT max({axis.sql}) FROM {source})"
    number = (lambda v: f"epoch_us({v})") if axis.kind == "datetime" else (lambda v: v)
    distance = f"(({number('hi')} - {number('lo')}) / ({step.sql})::DOUBLE)"
    count = f"floor({distance}) + 1" if inclusive or high is None else f"ceil({distance})"
    return row.translation.stage(
        f"SELECT lo AS bins__from, CAST(least(greatest({count}, 0), 1048576) AS BIGINT) AS bins__count FROM (SELECT {start} AS lo, {stop} AS hi)"
    )
