"""Functions that look at other rows; they need an order: `serialize`, `sort` or `range` (learn.microsoft.com,
"Window functions")."""

from __future__ import annotations

import json

from pivotlab.kql.lint import calls as lint_calls
from pivotlab.kql.rewrite.constants import constant, null
from pivotlab.kql.rewrite.expressions import Row
from pivotlab.kql.rewrite.functions.conditions import common
from pivotlab.kql.rewrite.registry import python
from pivotlab.kql.rewrite.special import special
from pivotlab.kql.syntax.tree import Tree
from pivotlab.kql.terms import Value, quote


def _over(row: Row, tree: Tree, name: str, resets: str = "") -> str:
    """The window: rows in the relation's order, within each sub-query's row and since the last reset."""
    relation = row.relation
    if relation is None or not relation.serialized:
        row.translation.report(
            tree, "not_serialized", f"{name}() needs rows in an order.", "Put | serialize or | sort by in front."
        )
        return "()"
    parts = [quote(column) for column in relation.carried] + ([resets] if resets else [])
    partition = f"PARTITION BY {', '.join(parts)} " if parts else ""
    return f"({partition}ORDER BY {quote(relation.order)})" if relation.order else f"({partition.strip()})"


def _neighbour(row: Row, tree: Tree, name: str, arguments: list[Tree], function: str) -> Value:
    values = [row.hoist(row.value(argument)) for argument in arguments]
    value = values[0]
    offset = values[1].const if len(values) > 1 and isinstance(values[1].const, int) else 1
    default = values[2] if len(values) > 2 else constant("" if value.kind == "string" else None, value.kind)
    kind, (value, default) = common([value, default])
    sql = f"{function}({value.sql}, {offset}, {default.sql}) OVER {_over(row, tree, name)}"
    return Value(sql, kind, name=values[0].name)


@special("prev", "A value of the row before, or of one further before, with a default.")
def _prev(row: Row, tree: Tree, arguments: list[Tree]) -> Value:
    return _neighbour(row, tree, "prev", arguments, "lag")


@special("next", "A value of the row after, or of one further after, with a default.")
def _next(row: Row, tree: Tree, arguments: list[Tree]) -> Value:
    return _neighbour(row, tree, "next", arguments, "lead")


def _resets(row: Row, tree: Tree, name: str, restart: Tree | None) -> str:
    """A number that grows with every restart, so that windows can be cut by it."""
    if restart is None:
        return ""
    condition = row.hoist(row.condition(restart))
    if condition.const is False:
        return ""
    count = Value(f"sum(CASE WHEN {condition.condition} THEN 1 ELSE 0 END) OVER {_over(row, tree, name)}", "long")
    return row.hoist(count).sql


@special("row_number", "The row's number, from 1 or another start; it may start again where a condition holds.")
def _row_number(row: Row, tree: Tree, arguments: list[Tree]) -> Value:
    start = row.value(arguments[0]) if arguments else constant(1, "long")
    resets = _resets(row, tree, "row_number", arguments[1] if len(arguments) > 1 else None)
    return Value(f"(row_number() OVER {_over(row, tree, 'row_number', resets)} + {start.sql} - 1)", "long")


@special("row_cumsum", "The running total; it may start again where a condition holds.")
def _row_cumsum(row: Row, tree: Tree, arguments: list[Tree]) -> Value:
    value = row.hoist(row.value(arguments[0]))
    resets = _resets(row, tree, "row_cumsum", arguments[1] if len(arguments) > 1 else None)
    over = _over(row, tree, "row_cumsum", resets)
    frame = over[:-1] + " ROWS UNBOUNDED PRECEDING)" if "ORDER BY" in over else over
    kind = "long" if value.kind in ("int", "bool") else value.kind
    total = f"sum({value.sql}) OVER {frame}"
    return Value(f"CAST({total} AS BIGINT)" if kind in ("long", "timespan") else total, kind, name=value.name)


def _rank(row: Row, tree: Tree, name: str, arguments: list[Tree], dense: bool) -> Value:
    value = row.hoist(row.value(arguments[0]))
    resets = _resets(row, tree, name, arguments[1] if len(arguments) > 1 else None)
    over = _over(row, tree, name, resets)
    before = f"lag({value.sql}) OVER {over}"
    first = f"row_number() OVER {over} = 1"
    place = f"CASE WHEN {first} OR {before} IS DISTINCT FROM {value.sql} THEN {'1' if dense else f'row_number() OVER {over}'} ELSE 0 END"
    step = row.hoist(Value(place, "long"))
    frame = over[:-1] + " ROWS UNBOUNDED PRECEDING)"
    return Value(f"CAST({'sum' if dense else 'max'}({step.sql}) OVER {frame} AS BIGINT)", "long")


@special("row_rank_dense", "The rank of the row's value among those so far: each new value counts one more.")
def _row_rank_dense(row: Row, tree: Tree, arguments: list[Tree]) -> Value:
    return _rank(row, tree, "row_rank_dense", arguments, dense=True)


@special("row_rank_min", "The number of the first row with the row's value.")
def _row_rank_min(row: Row, tree: Tree, arguments: list[Tree]) -> Value:
    return _rank(row, tree, "row_rank_min", arguments, dense=False)


@special(
    "row_window_session",
    "When the row's session started: it ends after a time, after a gap, or where a condition holds.",
)
def _row_window_session(row: Row, tree: Tree, arguments: list[Tree]) -> Value:
    """All rows in order go through one pass in Python, whose answer each row reads at its own place."""
    name = "row_window_session"
    signature = f"{name}(time, longest, gap, restart)"
    if not lint_calls.arity(row.translation, tree, name, len(arguments), 3, 4, signature):
        return null("datetime")
    moment, longest, gap = (row.hoist(row.value(argument)) for argument in arguments[:3])
    for index, (value, kind) in enumerate(((moment, "datetime"), (longest, "timespan"), (gap, "timespan"))):
        if value.kind not in (kind, "unknown"):
            lint_calls.argument(row.translation, arguments[index], name, index, value.kind, kind)
    restart = row.hoist(row.condition(arguments[3])).condition if len(arguments) > 3 else "FALSE"
    over = _over(row, tree, name)
    if row.relation is not None and row.relation.carried:
        return row.translation.refuse(f"{name}() within a sub-query is not run in the practice engine.")
    order = f" ORDER BY {quote(row.relation.order)}" if row.relation is not None and row.relation.order else ""
    listed = f"to_json(list([epoch_us({moment.sql}), CAST(coalesce({restart}, FALSE) AS BIGINT)]{order}))"
    starts = f"SELECT kql_sessions(CAST({listed} AS VARCHAR), {longest.sql}, {gap.sql}) FROM {row.source()}"
    held = row.translation.stage(f"SELECT CAST(({starts}) AS BIGINT[]) AS starts")
    return Value(f"make_timestamp(((SELECT starts FROM {held}))[row_number() OVER {over}])", "datetime")


@python("sessions", "VARCHAR BIGINT BIGINT", "VARCHAR")
def _py_sessions(rows: str | None, longest: int | None, gap: int | None) -> str:
    """A row starts a session when there is none, when it comes too late for it, or when it is told to."""
    starts: list[int | None] = []
    start = before = None
    for moment, restart in json.loads(rows or "[]"):
        if (
            start is None
            or before is None
            or moment is None
            or restart
            or moment >= start + (longest or 0)
            or moment >= before + (gap or 0)
        ):
            start = moment
        starts.append(start)
        before = moment
    return json.dumps(starts)
