"""`union` (learn.microsoft.com, "union operator")."""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence
from dataclasses import replace

from pivotlab.kql.lint import names as lint_names
from pivotlab.kql.rewrite import convert
from pivotlab.kql.rewrite.constants import constant, null
from pivotlab.kql.rewrite.row import Row
from pivotlab.kql.stage.build import columns_for, empty
from pivotlab.kql.stage.pipeline import operator, tabular
from pivotlab.kql.stage.sources import table, views
from pivotlab.kql.syntax.names import name_in
from pivotlab.kql.syntax.parameters import parameter
from pivotlab.kql.syntax.tree import Tree, core, kind_of
from pivotlab.kql.terms import UNKNOWN, VALUE_TYPES, Relation, Value, quote


@operator("UnionOperator")
def union(row: Row, tree: Tree) -> Relation:
    """The rows of all branches; columns that a branch lacks are null. `isfuzzy` skips tables that do not exist."""
    fuzzy = parameter(tree, "isfuzzy").lower() == "true"
    branches = [row.relation] if row.relation is not None else []
    for expression in tree.Expressions:
        branches += _branches(row, expression, fuzzy)
    kind = parameter(tree, "kind").lower() or "outer"
    if kind not in ("inner", "outer"):
        row.translation.report(tree, "union_kind", f"union has no kind {kind}.", "Use kind=inner or kind=outer.")
    label = parameter(tree, "withsource") or parameter(tree, "with_source")
    return united(row, branches, kind == "inner", label, needed(row, tree))


def _branches(row: Row, tree: Tree, fuzzy: bool) -> list[Relation]:
    inner = core(tree)
    if kind_of(inner) in ("WildcardedName", "WildcardedNameReference"):
        pattern = inner.getText()
        names = [n for n in row.translation.catalogue.tables if fnmatch.fnmatchcase(n, pattern)]
        declared = views(row.translation, row.scope, inner, pattern)
        if not names and not declared and not fuzzy:
            row.translation.report(inner, "unknown_table", f"No table matches {pattern}.")
        return [*(table(row.translation, name) for name in names), *declared]
    name = name_in(inner)
    if fuzzy and name is not None and row.scope.find(name) is None and name not in row.translation.catalogue.tables:
        return []
    if fuzzy:
        before = len(row.translation.diagnostics)
        relation = tabular(row.translation, row.scope, tree)
        missing = [d for d in row.translation.diagnostics[before:] if d.code == "unknown_table"]
        if missing:
            del row.translation.diagnostics[before:]
            return []
        return [relation] if relation is not None else []
    relation = tabular(row.translation, row.scope, tree)
    if relation is None:
        lint_names.unknown_table(row.translation, inner, str(inner.getText()), row.scope)
        return []
    return [relation]


def united(
    row: Row, branches: list[Relation], inner: bool, label: str, wanted: frozenset[str] | None = None
) -> Relation:
    """All branches in one relation. A name with two types becomes two columns, `name_type`.

    A union of the whole catalogue has more than a thousand columns, which DuckDB plans for minutes. So of many branches
    only those with rows are read, and only the columns that are `wanted`, where that is known.
    """
    if not branches:
        return empty(row.translation, [])
    kinds: dict[str, list[str]] = {}
    for branch in branches:
        for column in branch.columns:
            listed = kinds.setdefault(column.name, [])
            if column.kind not in listed:
                listed.append(column.kind)
    names = [name for name in kinds if not inner or all(branch.find(name) for branch in branches)]
    spread = [(name, kind, shown) for name in names for kind, shown in _split(name, kinds[name], names)]
    if wanted is not None and len(spread) > _WIDE:
        spread = [each for each in spread if each[0] in wanted or each[2] in wanted]
    read = _with_rows(row, branches) if len(spread) > _WIDE or len(branches) > _MANY else range(len(branches))
    labels = [(label, null("string"))] if label else []
    shape = columns_for([*labels, *((shown, null(kind)) for _, kind, shown in spread)])
    shape = tuple(replace(column, nullable=True) for column in shape)
    inside = {column.name: column for column in shape}
    hidden = [quote(name) for name in (row.relation.carried if row.relation is not None else ())]
    selects = [
        f"SELECT {', '.join(f'CAST(NULL AS {VALUE_TYPES[c.kind]}) AS {c.sql}' for c in shape) or '1 AS x'} WHERE FALSE"
    ]
    ingested = branches[0].ingested if all(branch.ingested for branch in branches) else ""
    ordered = row.translation.tracks_order and any(branch.order for branch in branches)
    for index in read:
        branch = branches[index]
        items = (
            [f"{constant(branch.label or f'union_arg{index}', 'string').sql} AS {inside[label].sql}"] if label else []
        )
        for name, kind, shown in spread:
            cell = _cell(branch, name, kind)
            if cell is not None:
                items.append(f"{cell.sql} AS {inside[shown].sql}")
        items += hidden
        if ingested:
            items.append(f"{quote(branch.ingested)} AS {quote(ingested)}")
        if ordered:
            items += [f'{index} AS "\u00b7part"', f'{quote(branch.order) if branch.order else 0} AS "\u00b7inner"']
        selects.append(f"SELECT {', '.join(items) or '1 AS x'} FROM {branch.source}")
    source = row.translation.stage(" UNION ALL BY NAME ".join(selects))
    relation = Relation(source, shape, open=any(branch.open for branch in branches), ingested=ingested)
    if ordered:
        known = ", ".join([*(column.sql for column in shape), *(quote(name) for name in relation.hidden)]) or "1"
        numbered = row.translation.stage(
            f'SELECT {known}, row_number() OVER (ORDER BY "\u00b7part", "\u00b7inner") AS "\u00b7row" FROM {source}'
        )
        relation = replace(relation, source=numbered, order="\u00b7row", serialized=all(b.serialized for b in branches))
    return relation


_WIDE, _MANY = 100, 12
"""From how many columns, or branches, on a union is trimmed to what can show in the answer."""

_NARROW = ("ProjectOperator", "SummarizeOperator", "CountOperator", "DistinctOperator", "ProjectKeepOperator")
_PASS = ("WhereOperator", "ExtendOperator", "TakeOperator", "SortOperator", "TopOperator", "SampleOperator")


def _with_rows(row: Row, branches: list[Relation]) -> Sequence[int]:
    """The places of the branches that have rows; all of them while nothing may run."""
    tests = [f"(SELECT {index} FROM {branch.source} LIMIT 1)" for index, branch in enumerate(branches)]
    found = row.translation.probe(" UNION ALL ".join(tests))
    return range(len(branches)) if found is None else sorted(index for (index,) in found)


def needed(row: Row, tree: Tree) -> frozenset[str] | None:
    """The names that the operators behind a union can read, when one of them leaves only named columns.

    `None` when every column may show, and while a query is only checked. Every name and text of the query counts,
    whatever it stands for.
    """
    if not row.translation.runs:
        return None
    pipe = tree.parentCtx
    while pipe is not None and kind_of(pipe) != "PipeExpression":
        pipe = pipe.parentCtx
    for piped in pipe.PipedOperators if pipe is not None else ():
        follower = core(piped.Operator)
        if follower.start.start <= tree.start.start:
            continue
        text = follower.getText()
        if kind_of(follower) not in (*_NARROW, *_PASS) or "*" in text or "pack_all" in text:
            return None
        if kind_of(follower) in _NARROW:
            return row.translation.words
    return None


def _split(name: str, kinds: list[str], names: list[str]) -> list[tuple[str, str]]:
    known = [kind for kind in kinds if kind != UNKNOWN] or kinds
    if len(known) == 1 or set(known) <= {"int", "long"}:
        return [(("long" if len(known) > 1 else known[0]), name)]
    return [(kind, _free(f"{name}_{kind}", names)) for kind in known]


def _free(name: str, taken: list[str]) -> str:
    number, base = 0, name
    while name in taken:
        number += 1
        name = f"{base}{number}"
    return name


def _cell(branch: Relation, name: str, kind: str) -> Value | None:
    """What a branch has for a column; `None` where it has nothing."""
    column = branch.find(name)
    if column is None:
        return None
    if column.kind == kind:
        return column.value()
    if column.kind == UNKNOWN or {column.kind, kind} <= {"int", "long"}:
        return convert.CONVERSIONS[kind](column.value())
    return None
