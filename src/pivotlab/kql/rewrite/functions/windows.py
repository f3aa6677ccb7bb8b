"""Functions that look at other rows; they need an order: `serialize`, `sort` or `range` (learn.microsoft.com,
"Window functions"). Each is a column that is computed one step earlier: DuckDB takes no window function in a filter or
in another one."""

from __future__ import annotations

import json

from pivotlab.kql.lint import calls as lint_calls
from pivotlab.kql.lint import types as lint_types
from pivotlab.kql.rewrite import convert
from pivotlab.kql.rewrite.constants import null
from pivotlab.kql.rewrite.functions.conditions import common
from pivotlab.kql.rewrite.registry import Refusal, python
from pivotlab.kql.rewrite.row import Row
from pivotlab.kql.rewrite.special import special
from pivotlab.kql.syntax.tree import Tree
from pivotlab.kql.terms import NUMERIC, UNKNOWN, Value, quote


def _over(row: Row, tree: Tree, name: str, resets: str = "") -> str:
    """The window: rows in the relation's order, within each sub-query's row and since the last reset."""
    relation = row.relation
    if row.grouping:
        raise Refusal("A window function outside of summarize's aggregates is not run in the practice engine")
    if relation is None or not relation.serialized:
        row.translation.report(
            tree, "not_serialized", f"{name}() needs rows in an order.", "Put | serialize or | sort by in front."
        )
        return "()"
    parts = [quote(column) for column in relation.carried] + ([resets] if resets else [])
    partition = f"PARTITION BY {', '.join(parts)} " if parts else ""
    return f"({partition}ORDER BY {quote(relation.order)})" if relation.order else f"({partition.strip()})"


def _whole(row: Row, tree: Tree, name: str, what: str) -> int:
    """A number that the query spells, which no row can give."""
    value = row.value(tree)
    if not isinstance(value.const, int) or value.kind not in ("int", "long"):
        raise Refusal(f"{name}() needs its {what} as a literal number")
    return value.const


def _neighbour(row: Row, tree: Tree, name: str, arguments: list[Tree], function: str) -> Value:
    value = row.value(arguments[0])
    offset = _whole(row, arguments[1], name, "offset") if len(arguments) > 1 else 1
    if offset < 0:
        raise Refusal(f"{name}() with a negative offset is not documented")
    default = row.value(arguments[2]) if len(arguments) > 2 else null(value.kind)
    kind, (shown, default) = common([value, default])
    sql = f"{function}({shown.sql}, {offset}, {default.sql}) OVER {_over(row, tree, name)}"
    return row.hoist(Value(sql, kind, name=value.name))


@special(
    "prev(column:any, offset:long?, default:any?)",
    "A value of the row before, or of one further before, with a default.",
)
def _prev(row: Row, tree: Tree, arguments: list[Tree]) -> Value:
    return _neighbour(row, tree, "prev", arguments, "lag")


@special(
    "next(column:any, offset:long?, default:any?)", "A value of the row after, or of one further after, with a default."
)
def _next(row: Row, tree: Tree, arguments: list[Tree]) -> Value:
    return _neighbour(row, tree, "next", arguments, "lead")


def _resets(row: Row, tree: Tree, name: str, arguments: list[Tree]) -> str:
    """A number that grows with every restart, so that windows can be cut by it."""
    if len(arguments) < 2:
        return ""
    restart = row.value(arguments[1])
    lint_types.logical(row.translation, arguments[1], restart, f"{name}()")
    if restart.const is False:
        return ""
    condition = restart if restart.kind == "bool" else convert.boolean(restart)
    count = f"sum(CASE WHEN {condition.condition} THEN 1 ELSE 0 END) OVER {_over(row, tree, name)}"
    return row.hoist(Value(count, "long")).sql


@special(
    "row_number(start:long?, restart:bool?)",
    "The row's number, from 1 or another start; it may start again where a condition holds.",
)
def _row_number(row: Row, tree: Tree, arguments: list[Tree]) -> Value:
    start = _whole(row, arguments[0], "row_number", "start") if arguments else 1
    over = _over(row, tree, "row_number", _resets(row, tree, "row_number", arguments))
    return row.hoist(Value(f"row_number() OVER {over} + {start - 1}", "long", nullable=False))


@special("row_cumsum(term:number, restart:bool?)", "The running total; it may start again where a condition holds.")
def _row_cumsum(row: Row, tree: Tree, arguments: list[Tree]) -> Value:
    value = row.value(arguments[0])
    if value.kind not in (*NUMERIC, "timespan", UNKNOWN):
        return lint_calls.argument(row.translation, arguments[0], "row_cumsum", 0, value.kind, "long")
    over = _over(row, tree, "row_cumsum", _resets(row, tree, "row_cumsum", arguments))
    frame = over[:-1] + " ROWS UNBOUNDED PRECEDING)" if "ORDER BY" in over else over
    kind = "long" if value.kind == "int" else value.kind
    total = f"sum({value.sql}) OVER {frame}"
    sql = f"CAST({total} AS BIGINT)" if kind in ("long", "timespan") else total
    return row.hoist(Value(sql, kind, name=value.name))


def _rank(row: Row, tree: Tree, name: str, arguments: list[Tree], dense: bool) -> Value:
    value = row.value(arguments[0])
    over = _over(row, tree, name, _resets(row, tree, name, arguments))
    before = f"lag({value.sql}) OVER {over}"
    number = f"row_number() OVER {over}"
    fresh = f"{number} = 1 OR {before} IS DISTINCT FROM {value.sql}"
    step = row.hoist(Value(f"CASE WHEN {fresh} THEN {'1' if dense else number} ELSE 0 END", "long"))
    frame = over[:-1] + " ROWS UNBOUNDED PRECEDING)"
    return row.hoist(Value(f"CAST({'sum' if dense else 'max'}({step.sql}) OVER {frame} AS BIGINT)", "long"))


@special(
    "row_rank_dense(term:any, restart:bool?)",
    "The rank of the row's value among those so far: each new value counts one more.",
)
def _row_rank_dense(row: Row, tree: Tree, arguments: list[Tree]) -> Value:
    return _rank(row, tree, "row_rank_dense", arguments, dense=True)


@special("row_rank_min(term:any, restart:bool?)", "The number of the first row with the row's value.")
def _row_rank_min(row: Row, tree: Tree, arguments: list[Tree]) -> Value:
    return _rank(row, tree, "row_rank_min", arguments, dense=False)


@special(
    "row_window_session(time:datetime, longest:timespan, gap:timespan, restart:bool?)",
    "When the row's session started: it ends after a time, after a gap, or where a condition holds.",
)
def _row_window_session(row: Row, tree: Tree, arguments: list[Tree]) -> Value:
    """All rows in order go through one pass in Python, whose answer each row reads at its own place."""
    name = "row_window_session"
    moment, longest, gap = (row.value(argument) for argument in arguments[:3])
    for index, (value, kind) in enumerate(((moment, "datetime"), (longest, "timespan"), (gap, "timespan"))):
        if value.kind not in (kind, UNKNOWN):
            lint_calls.argument(row.translation, arguments[index], name, index, value.kind, kind)
    if not longest.is_constant or not gap.is_constant:
        raise Refusal(f"{name}() needs its two timespans as literals")
    restart = row.condition(arguments[3]).condition if len(arguments) > 3 else "FALSE"
    over = _over(row, tree, name)
    if row.relation is not None and row.relation.carried:
        raise Refusal(f"{name}() within a sub-query is not run in the practice engine")
    order = f" ORDER BY {quote(row.relation.order)}" if row.relation is not None and row.relation.order else ""
    listed = f"to_json(list([epoch_us({moment.sql}), CAST(coalesce({restart}, FALSE) AS BIGINT)]{order}))"
    starts = f"SELECT kql_sessions(CAST({listed} AS VARCHAR), {longest.sql}, {gap.sql}) FROM {row.source()}"
    held = row.translation.stage(f"SELECT CAST(({starts}) AS BIGINT[]) AS starts")
    started = f"make_timestamp(((SELECT starts FROM {held}))[row_number() OVER {over}])"
    return row.hoist(Value(started, "datetime"))


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
