"""`scan`: rows in order, matched against steps that remember the last match (learn.microsoft.com, "scan operator").

The state is a row of a recursive query that takes one row of the input at a time, in every partition at once. Names in
it stand behind a dot: `a1` whether step 1 has an active sequence, `i1` its match id, `o1` whether the row matched step 1,
`f1` whether that began a sequence there. `z2·1·x` is column `x` of step 1 in the state of step 2, `v1·x` what step 1
assigned to `x`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pivotlab.kql.lint import names as lint_names
from pivotlab.kql.rewrite import convert
from pivotlab.kql.rewrite.constants import null
from pivotlab.kql.rewrite.row import Row
from pivotlab.kql.stage.build import columns_for
from pivotlab.kql.stage.pipeline import operator
from pivotlab.kql.syntax.names import name_of
from pivotlab.kql.syntax.parameters import parameter
from pivotlab.kql.syntax.tree import Tree, core
from pivotlab.kql.syntax.types import type_of
from pivotlab.kql.terms import VALUE_TYPES, Column, Relation, Value, quote

_REMEMBERED = re.compile(r'"\u00b7(\d+)\u00b7((?:[^"]|"")*)"')
_AT, _LATER, _STEP, _NEXT = (quote(f"\u00b7{name}") for name in ("at", "place", "step", "next"))
_FIRST, _AGAIN = quote("\u00b7first"), quote("\u00b7again")
"""Whether a row matches by check 1, from the step before, and by check 2, within the step."""


def _own(name: str, step: int) -> str:
    """A name of the state."""
    return quote(f"\u00b7{name}{step}")


@dataclass(frozen=True)
class _Step:
    """A step: its number from 1, its condition, what it assigns by column, and which matches it puts out."""

    number: int
    condition: str
    assigned: dict[str, str]
    output: str


@dataclass(frozen=True)
class _Scan:
    """The steps of a scan over columns, of which `declared` have SQL for their defaults."""

    columns: tuple[Column, ...]
    declared: dict[str, str]
    steps: tuple[_Step, ...]

    def remembered(self) -> list[tuple[int, int, Column]]:
        """State, step and column of every value that a condition or an assignment looks back at."""
        texts = " ".join(text for step in self.steps for text in (step.condition, *step.assigned.values()))
        seen = {(int(step), inside.replace('""', '"')) for step, inside in _REMEMBERED.findall(texts)}
        return [
            (state.number, number, column)
            for state in self.steps
            for column in self.columns
            for number in range(1, state.number + 1)
            if (number, column.inside) in seen
        ]

    def read(self, sql: str, state: int, upto: int) -> str:
        """`sql` with its looks back taken from one state, of which the steps up to `upto` are filled."""
        by_inside = {column.inside: column for column in self.columns}

        def value(match: re.Match[str]) -> str:
            number, column = int(match.group(1)), by_inside[match.group(2).replace('""', '"')]
            empty = self.declared.get(column.name, null(column.kind).sql)
            if number > upto:
                return empty
            held = quote(f"z{state}\u00b7{number}\u00b7{column.inside}")
            return f"CASE WHEN {_own('a', state)} THEN {held} ELSE {empty} END" if state == 1 else held

        return _REMEMBERED.sub(value, sql)


@operator("ScanOperator")
def scan(row: Row, tree: Tree) -> Relation:
    """Walks through rows in order and matches them against steps, each of which remembers its last match."""
    assert row.relation is not None
    relation = row.relation
    if tree.OrderByClause is not None or tree.PartitionByClause is not None:
        row.translation.refuse(
            "scan with its own order or partition is not documented. Put sort or partition in front."
        )
        return replace(relation, open=True)
    if not relation.serialized:
        row.translation.report(
            tree, "not_serialized", "scan needs rows in an order.", "Put | serialize or | sort by in front."
        )
    found = _read(row, tree)
    match_id = parameter(tree, "with_match_id")
    rows = row.translation.stage(_numbered(relation))
    walked = row.translation.stage(_walked(relation, rows, found))
    shown = [*relation.columns, *found.columns[len(relation.columns) :]]
    items = [(column.name, column.value()) for column in shown] + ([(match_id, Value("i", "long"))] if match_id else [])
    columns = columns_for(items)
    order = row.translation.fresh("row")
    keys = [quote(name) for name in relation.carried]
    parts = list(_outputs(relation, rows, walked, found, columns, bool(match_id)))
    if not parts:
        empty = ", ".join([*keys, *(f"{null(c.kind).sql} AS {c.sql}" for c in columns)])
        parts = [f"SELECT {empty}, 0 AS {_AT}, 0 AS {_STEP} WHERE FALSE"]
    over = f"PARTITION BY {', '.join(keys)} " if keys else ""
    listed = ", ".join([*keys, *(column.sql for column in columns)])
    numbered = f"row_number() OVER ({over}ORDER BY {_AT}, {_STEP} DESC) AS {quote(order)}"
    source = row.translation.stage(f"SELECT {listed}, {numbered} FROM ({' UNION ALL '.join(parts)})")
    return Relation(source, columns, open=relation.open, carried=relation.carried, order=order, serialized=True)


def _read(row: Row, tree: Tree) -> _Scan:
    """The declared columns and the steps, translated; a look back reads as a column `·step·column`."""
    assert row.relation is not None
    defaults: dict[str, Value] = {}
    for each in tree.DeclareClause.Parameters if tree.DeclareClause is not None else ():
        kind = type_of(each.Type)
        given = row.over(None).value(core(each.Default.Value)) if each.Default is not None else null(kind)
        defaults[name_of(each.Name)] = given if given.kind == kind else convert.CONVERSIONS[kind](given)
    before = row.relation.columns
    columns = columns_for([*((c.name, c.value()) for c in before), *defaults.items()])
    columns = (*before, *columns[len(before) :])
    names = [name_of(step.Name) for step in tree.Steps]
    sides = {
        name: Relation("", tuple(replace(c, inside=f"\u00b7{number}\u00b7{c.inside}", nullable=True) for c in columns))
        for number, name in enumerate(names, 1)
    }
    inner = replace(row, sides=sides)
    steps = []
    for number, step in enumerate(tree.Steps, 1):
        assigned = {}
        for each in step.Body.Assignments if step.Body is not None else ():
            name = name_of(each.Name)
            if name not in defaults:
                lint_names.unknown_column(row.translation, each, name, Relation("", columns[len(before) :]), row.scope)
                continue
            value, kind = inner.value(each.Expression), defaults[name].kind
            assigned[name] = (value if value.kind == kind else convert.CONVERSIONS[kind](value)).sql
        output = step.OutputClause.OutputKind.text if step.OutputClause is not None else "all"
        steps.append(_Step(number, inner.condition(step.Expression).condition, assigned, output))
    return _Scan(columns, {name: value.sql for name, value in defaults.items()}, tuple(steps))


def _numbered(relation: Relation) -> str:
    keys = f"PARTITION BY {', '.join(quote(name) for name in relation.carried)} " if relation.carried else ""
    order = f"ORDER BY {quote(relation.order)}" if relation.order else ""
    return f"SELECT *, row_number() OVER ({keys}{order}) AS {_LATER} FROM {relation.source}"


def _walked(relation: Relation, rows: str, scan: _Scan) -> str:
    """One row per input row, with the state after it."""
    keys = [f'"\u00b7p{place}"' for place in range(len(relation.carried))]
    state = {_own("a", s.number): "FALSE" for s in scan.steps}
    state |= {_own("i", s.number): "CAST(NULL AS BIGINT)" for s in scan.steps}
    state |= {_NEXT: "CAST(0 AS BIGINT)"}
    state |= {quote(f"z{k}\u00b7{j}\u00b7{c.inside}"): null_of(c) for k, j, c in scan.remembered()}
    for step in scan.steps:
        state |= {_own("o", step.number): "FALSE", _own("f", step.number): "FALSE"}
        state |= {quote(f"v{step.number}\u00b7{c.inside}"): null_of(c) for c in scan.columns if c.name in scan.declared}
    start = ", ".join(
        [
            *(f"{quote(name)} AS {key}" for name, key in zip(relation.carried, keys, strict=True)),
            f"CAST(0 AS BIGINT) AS {_AT}",
        ]
        + [f"{sql} AS {name}" for name, sql in state.items()]
    )
    on = " AND ".join(
        [f"r.{_LATER} = w.{_AT} + 1"]
        + [f"r.{quote(name)} IS NOT DISTINCT FROM w.{key}" for name, key in zip(relation.carried, keys, strict=True)]
    )
    level = f"SELECT * FROM w JOIN {rows} AS r ON {on}"
    for step in reversed(scan.steps):
        level = _evaluated(scan, step, level)
    kept = ", ".join([*keys, f"{_LATER} AS {_AT}", *state])
    begin = f"SELECT DISTINCT {start} FROM {rows}"
    return f"SELECT * FROM (WITH RECURSIVE w AS ({begin} UNION ALL SELECT {kept} FROM ({level})) SELECT * FROM w)"


def null_of(column: Column) -> str:
    """An empty place for a value of a column."""
    return f"CAST(NULL AS {VALUE_TYPES[column.kind]})"


def _evaluated(scan: _Scan, step: _Step, level: str) -> str:
    """The state after a row was held against one step: check 1 with the state of the step before, then check 2."""
    k = step.number
    active, before, number, previous = (_own(*name) for name in (("a", k), ("a", k - 1), ("i", k), ("i", k - 1)))
    first = f"({before} AND coalesce({scan.read(step.condition, k - 1, k - 1)}, FALSE))" if k > 1 else "FALSE"
    again = f"({active if k > 1 else 'TRUE'} AND coalesce({scan.read(step.condition, k, k)}, FALSE))"
    begins = f"{_AGAIN} AND NOT {active}"
    changes = {_own("o", k): f"({_FIRST} OR {_AGAIN})", _own("f", k): f"({_FIRST} OR ({begins}))"}
    changes[active] = f"({_FIRST} OR {_AGAIN} OR {active})"
    if k > 1:
        changes |= {
            before: f"({before} AND NOT {_FIRST})",
            number: f"CASE WHEN {_FIRST} THEN {previous} ELSE {number} END",
        }
    else:
        changes[number] = f"CASE WHEN {begins} THEN {_NEXT} ELSE {number} END"
        changes[_NEXT] = f"CASE WHEN {begins} THEN {_NEXT} + 1 ELSE {_NEXT} END"
    extended = {column.inside: column.sql for column in scan.columns if column.name not in scan.declared}
    for column in scan.columns:
        if column.name not in scan.declared:
            continue
        sql = scan.declared[column.name]
        if column.name in step.assigned:
            taken = step.assigned[column.name]
            one = f"WHEN {_FIRST} THEN {scan.read(taken, k - 1, k - 1)} " if k > 1 else ""
            sql = f"CASE {one}WHEN {_AGAIN} THEN {scan.read(taken, k, k)} END"
        extended[column.inside] = f"CAST({sql} AS {VALUE_TYPES[column.kind]})"
        changes[quote(f"v{k}\u00b7{column.inside}")] = extended[column.inside]
    for state, held_step, column in scan.remembered():
        if state == k:
            held = quote(f"z{k}\u00b7{held_step}\u00b7{column.inside}")
            promoted = quote(f"z{k - 1}\u00b7{held_step}\u00b7{column.inside}")
            changes[held] = (
                f"CASE WHEN {_FIRST} OR {_AGAIN} THEN {extended[column.inside]} ELSE {held} END"
                if held_step == k
                else f"CASE WHEN {_FIRST} THEN {promoted} ELSE {held} END"
            )
    entered = f"SELECT *, {first} AS {_FIRST} FROM ({level})"
    checked = f"SELECT *, CASE WHEN {_FIRST} THEN FALSE ELSE {again} END AS {_AGAIN} FROM ({entered})"
    replaced = ", ".join(f"{sql} AS {name}" for name, sql in changes.items())
    return f"SELECT * EXCLUDE ({_FIRST}, {_AGAIN}) REPLACE ({replaced}) FROM ({checked})"


def _outputs(
    relation: Relation, rows: str, walked: str, scan: _Scan, columns: tuple[Column, ...], with_id: bool
) -> Iterator[str]:
    """Per step the rows that it puts out."""
    on = [f"r.{_LATER} = w.{_AT}"]
    on += [f'r.{quote(name)} IS NOT DISTINCT FROM w."\u00b7p{place}"' for place, name in enumerate(relation.carried)]
    parts = ", ".join(f'"\u00b7p{place}"' for place in range(len(relation.carried)))
    for step in scan.steps:
        k = step.number
        if step.output == "none":
            continue
        cells = [f"r.{quote(name)}" for name in relation.carried]
        for column, shown in zip(scan.columns, columns, strict=False):
            assigned = quote(f"v{k}\u00b7{column.inside}")
            own = f"w.{assigned}" if column.name in scan.declared else f"r.{column.sql}"
            cells.append(f"{own} AS {shown.sql}")
        if with_id:
            cells.append(f"w.{_own('i', k)} AS {columns[-1].sql}")
        over = f"({f'PARTITION BY {parts} ' if parts else ''}ORDER BY {_AT})"
        last = f" QUALIFY lead({_own('f', k)}) OVER {over} IS DISTINCT FROM FALSE" if step.output == "last" else ""
        matched = f"(SELECT * FROM {walked} WHERE {_own('o', k)}{last})"
        yield f"SELECT {', '.join(cells)}, w.{_AT}, {k} AS {_STEP} FROM {matched} AS w JOIN {rows} AS r ON {' AND '.join(on)}"
