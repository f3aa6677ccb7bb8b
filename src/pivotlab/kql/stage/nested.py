"""`top-nested` and `top-hitters` (learn.microsoft.com, "top-nested operator", "top-hitters operator")."""

from __future__ import annotations

from dataclasses import replace

from pivotlab.kql.lint import calls as lint_calls
from pivotlab.kql.rewrite.row import Row
from pivotlab.kql.stage import aggregates
from pivotlab.kql.stage.build import columns_for, named_value
from pivotlab.kql.stage.pipeline import operator
from pivotlab.kql.stage.rows import direction
from pivotlab.kql.stage.summarize import group_value
from pivotlab.kql.syntax.tree import Tree
from pivotlab.kql.terms import Relation, Value


@operator("TopNestedOperator", "TopNestedOperatorPart")
def top_nested(row: Row, tree: Tree) -> Relation:
    """Per level the best values within those of the level before, each with its aggregate."""
    translation = row.translation
    inner = replace(row, aggregate=aggregates.call, grouping=True)
    levels = []
    for index, part in enumerate(getattr(tree, "Segments", None) or [tree]):
        if part.WithOthers is not None:
            translation.refuse("top-nested with others is not run in the practice engine.")
        name, value = named_value(row, part.OfExpression)
        total_name, total = named_value(inner, part.ByExpression.Expression)
        name = name or value.name or f"Column{index + 1}"
        levels.append((name, group_value(value), total_name or f"aggregated_{name}", total, part))
    made = ", ".join(f"{value.sql} AS k{i}" for i, (_, value, _, _, _) in enumerate(levels))
    base = translation.stage(f"SELECT *, {made} FROM {inner.source()}")
    before = ""
    for depth, (_, _, _, total, part) in enumerate(levels):
        keys = ", ".join(f"b.k{i}" for i in range(depth + 1))
        totals = "".join(f", any_value(p.t{i}) AS t{i}" for i in range(depth))
        join = (
            f" JOIN {before} AS p ON {' AND '.join(f'p.k{i} IS NOT DISTINCT FROM b.k{i}' for i in range(depth))}"
            if before
            else ""
        )
        source = translation.stage(
            f"SELECT {keys}{totals}, {total.sql} AS t{depth} FROM {base} AS b{join} GROUP BY {keys}"
        )
        if part.Expression is not None:
            count = row.value(part.Expression).sql
            within = f"PARTITION BY {', '.join(f'k{i}' for i in range(depth))} " if depth else ""
            order = f"t{depth} {direction(part.ByExpression.Ordering)}, k{depth}"
            source = translation.stage(
                f"SELECT * FROM {source} QUALIFY row_number() OVER ({within}ORDER BY {order}) <= {count}"
            )
        before = source
    items: list[tuple[str, Value]] = []
    for index, (name, value, total_name, total, _) in enumerate(levels):
        items += [(name, Value(f"k{index}", value.kind)), (total_name, Value(f"t{index}", total.kind))]
    columns = columns_for(items)
    listed = ", ".join(f"{v.sql} AS {c.sql}" for c, (_, v) in zip(columns, items, strict=True))
    order = ", ".join(f"t{i} {direction(levels[i][4].ByExpression.Ordering)}" for i in range(len(levels)))
    return Relation(translation.stage(f"SELECT {listed} FROM {before} ORDER BY {order}"), columns)


@operator("TopHittersOperator")
def top_hitters(row: Row, tree: Tree) -> Relation:
    """The most frequent values; exact in the lab."""
    name, value = named_value(row, tree.OfExpression)
    total, total_name = Value("count(*)", "long"), "approximate_count_" + (name or value.name)
    if tree.ByClause is not None:
        by_name, by = named_value(row, tree.ByClause.ByExpression.Expression)
        lint_calls.operand(row.translation, tree.ByClause.ByExpression, "top-hitters", by, "summable")
        total, total_name = Value(f"sum({by.sql})", by.kind), "approximate_sum_" + (by_name or by.name)
    items = [(name or value.name or "Column1", group_value(value)), (total_name, total)]
    columns = columns_for(items)
    listed = ", ".join(f"{v.sql} AS {c.sql}" for c, (_, v) in zip(columns, items, strict=True))
    limit = row.value(tree.Expression).sql
    source = row.translation.stage(f"SELECT {listed} FROM {row.source()} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {limit}")
    return Relation(source, columns)
