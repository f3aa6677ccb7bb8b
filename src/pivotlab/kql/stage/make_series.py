"""`make-series` (learn.microsoft.com, "make-series operator"): aggregates as arrays over a regular axis."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pivotlab.kql.lint import types as lint_types
from pivotlab.kql.rewrite import arithmetic, convert
from pivotlab.kql.rewrite.constants import constant
from pivotlab.kql.rewrite.functions.conditions import common
from pivotlab.kql.rewrite.row import Row
from pivotlab.kql.stage import aggregates
from pivotlab.kql.stage.build import columns_for, named_value, named_values
from pivotlab.kql.stage.naming import Namer
from pivotlab.kql.stage.pipeline import operator
from pivotlab.kql.stage.summarize import group_value
from pivotlab.kql.syntax.parameters import parameter
from pivotlab.kql.syntax.tree import Tree
from pivotlab.kql.terms import Relation, Value

_MOST_BINS = 1_048_576


@dataclass(frozen=True)
class _Axis:
    """What the bins lie on: its values, a bin's width, and the stage that says where they start and how many there are."""

    value: Value
    width: str
    edges: str

    def place(self) -> str:
        """The bin that a row's value falls into."""
        distance = f"{_number(self.value, self.value.sql)} - {_number(self.value, 'edge.bins__from')}"
        return f"CAST(floor(({distance}) / ({self.width})::DOUBLE) AS BIGINT)"

    def stamp(self, bin_: str) -> str:
        """The value at which a bin starts, as an element of a dynamic."""
        steps = f"{bin_} * {self.width}"
        moved = f"edge.bins__from + {f'to_microseconds({steps})' if self.value.kind == 'datetime' else steps}"
        return convert.dynamic(Value(f"({moved})", "long" if self.value.kind == "int" else self.value.kind)).sql


def _number(axis: Value, sql: str) -> str:
    return f"epoch_us({sql})" if axis.kind == "datetime" else sql


@dataclass(frozen=True)
class _Series:
    """One aggregate: its column, its value per bin, and what stands in a bin without rows."""

    name: str
    value: Value
    default: Value


@operator("MakeSeriesOperator")
def make_series(row: Row, tree: Tree) -> Relation:
    """Bins without rows take the default, which is 0 unless it is given. `kind=nonempty` gives a series for no rows, too."""
    axis_name, axis = named_value(row, tree.OnClause.Expression)
    axis_name = axis_name or axis.name or "Column1"
    by = tree.ByClause.Expressions if tree.ByClause is not None else ()
    namer = Namer()
    keys = [(namer.name(name, value), group_value(value)) for each in by for name, value in named_values(row, each)]
    inner = replace(row, aggregate=aggregates.call, grouping=True)
    series = []
    for each in tree.Aggregations:
        name, value = named_value(inner, each.Expression)
        default = row.value(each.Default.Value) if each.Default is not None else constant(0, "long")
        series.append(_Series(namer.name(name, value), value, default))
    on = _axis(row, tree, axis, inner.source())
    binned = _binned(row, keys, series, on, inner.source())
    arrays = _filled(row, binned, len(keys), series, on, parameter(tree, "kind") == "nonempty")
    items = [(name, Value(f"key{i}", value.kind)) for i, (name, value) in enumerate(keys)]
    items += [(each.name, Value(f"series{i}", "dynamic")) for i, each in enumerate(series)]
    items.append((namer.take(axis_name), Value("axis", "dynamic")))
    columns = columns_for(items)
    shown = ", ".join(f"{v.sql} AS {c.sql}" for c, (_, v) in zip(columns, items, strict=True))
    return Relation(row.translation.stage(f"SELECT {shown} FROM {arrays}"), columns)


def _axis(row: Row, tree: Tree, axis: Value, source: str) -> _Axis:
    low, high, step, inclusive = _range(row, tree)
    if axis.kind in ("datetime", "timespan") and step.kind not in ("timespan", "unknown"):
        lint_types.binnable(row.translation, tree, "make-series", [axis, step])
    if axis.kind in ("dynamic", "unknown"):
        axis = convert.when(axis) if step.kind == "timespan" else convert.whole(axis)
    whole = axis.kind in ("int", "long") and step.kind in ("int", "long")
    width = step.sql if whole or axis.kind in ("datetime", "timespan") else convert.real(step).sql
    return _Axis(axis, width, _edges(row, axis, low, high, step, inclusive, source))


def _binned(row: Row, keys: list[tuple[str, Value]], series: list[_Series], axis: _Axis, source: str) -> str:
    """A stage with the aggregates of the bins that have rows."""
    listed = [
        *(f"{value.sql} AS key{i}" for i, (_, value) in enumerate(keys)),
        f"{axis.place()} AS bin",
        *(f"{each.value.sql} AS made{i}" for i, each in enumerate(series)),
    ]
    inside = f"{axis.value.sql} IS NOT NULL AND {axis.place()} BETWEEN 0 AND edge.bins__count - 1"
    groups = ", ".join(str(i + 1) for i in range(len(keys) + 1))
    return row.translation.stage(
        f"SELECT {', '.join(listed)} FROM {source}, {axis.edges} AS edge WHERE {inside} GROUP BY {groups}"
    )


def _filled(row: Row, binned: str, keys: int, series: list[_Series], axis: _Axis, nonempty: bool) -> str:
    """A stage with one row per key: an array per aggregate over all bins, and the axis."""
    names = [f"key{i}" for i in range(keys)]
    only = "" if nonempty else f" WHERE EXISTS (FROM {binned})"
    heads = f"(SELECT DISTINCT {', '.join(names)} FROM {binned})" if names else f"(SELECT 1 AS lone{only})"
    grid = f"(SELECT head.*, unnest(range(edge.bins__count)) AS bin FROM {heads} AS head, {axis.edges} AS edge)"
    same = " AND ".join(["grid.bin = found.bin", *(f"grid.{k} IS NOT DISTINCT FROM found.{k}" for k in names)])
    arrays = []
    for i, each in enumerate(series):
        _, (there, missing) = common([Value(f"found.made{i}", each.value.kind), each.default])
        filled = f"THEN {convert.dynamic(missing).sql} ELSE {convert.dynamic(there).sql}"
        arrays.append(f"to_json(list(CASE WHEN found.bin IS NULL {filled} END ORDER BY grid.bin)) AS series{i}")
    axis_array = f"to_json(list({axis.stamp('grid.bin')} ORDER BY grid.bin)) AS axis"
    select = ", ".join([*(f"grid.{k}" for k in names), *arrays, axis_array])
    groups = ", ".join(f"grid.{k}" for k in names) or "edge.bins__count"
    return row.translation.stage(
        f"SELECT {select} FROM {grid} AS grid LEFT JOIN {binned} AS found ON {same}, {axis.edges} AS edge GROUP BY {groups}"
    )


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
    """A stage with one row: the first bin's start and the number of bins. The older form bins its ends, so that the series
    may start before the start."""
    if inclusive and low is not None and high is not None:
        low, high = arithmetic.binned(low, step), arithmetic.binned(high, step)
    least = arithmetic.binned(Value(f"min({axis.sql})", axis.kind), step).sql
    start = low.sql if low is not None else f"(SELECT {least} FROM {source})"
    stop = high.sql if high is not None else f"(SELECT max({axis.sql}) FROM {source})"
    distance = f"(({_number(axis, 'high')} - {_number(axis, 'low')}) / ({step.sql})::DOUBLE)"
    count = f"floor({distance}) + 1" if inclusive or high is None else f"ceil({distance})"
    bounded = f"CAST(least(greatest({count}, 0), {_MOST_BINS}) AS BIGINT)"
    return row.translation.stage(
        f"SELECT low AS bins__from, {bounded} AS bins__count FROM (SELECT {start} AS low, {stop} AS high)"
    )
