"""Operators that choose, order or count rows and leave the columns alone."""

from __future__ import annotations

from dataclasses import replace

from pivotlab.kql.lint import names as lint_names
from pivotlab.kql.lint import types as lint_types
from pivotlab.kql.lint.twice import declared_twice
from pivotlab.kql.rewrite import convert
from pivotlab.kql.rewrite.compare import filled
from pivotlab.kql.rewrite.constants import constant
from pivotlab.kql.rewrite.row import Row
from pivotlab.kql.stage.build import chosen, columns_for, named_value, named_values, rows_of, selected
from pivotlab.kql.stage.columns import extended
from pivotlab.kql.stage.naming import Namer
from pivotlab.kql.stage.pipeline import operator
from pivotlab.kql.syntax.names import name_of
from pivotlab.kql.syntax.tree import Tree, core
from pivotlab.kql.terms import Relation, Value, quote, text_literal


@operator("WhereOperator")
def where(row: Row, tree: Tree) -> Relation:
    """`where` (learn.microsoft.com, "where operator")."""
    lint_types.single_equals(row.translation, tree.Predicate)
    condition = row.value(tree.Predicate.Expression)
    lint_types.logical(row.translation, tree.Predicate.Expression, condition, "where")
    return filtered(row, condition if condition.kind == "bool" else convert.boolean(condition))


def filtered(row: Row, condition: Value) -> Relation:
    """The rows for which a condition holds."""
    return rows_of(row, f"SELECT {{columns}} FROM {{source}} WHERE {_escaped(condition.condition)}")


def _escaped(sql: str) -> str:
    return sql.replace("{", "{{").replace("}", "}}")


@operator("SampleOperator")
def sample(row: Row, tree: Tree) -> Relation:
    """`sample`, which in the lab takes the first rows so that answers repeat."""
    return replace(take(row, tree), serialized=False)


@operator("TakeOperator")
def take(row: Row, tree: Tree) -> Relation:
    """`take`, `limit` (learn.microsoft.com, "take operator")."""
    assert row.relation is not None
    count = _count_of(row, tree.Expression)
    order = f" ORDER BY {quote(row.relation.order)}" if row.relation.order else ""
    limit = convert.whole(count).sql
    if row.relation.carried:
        keys = ", ".join(quote(name) for name in row.relation.carried)
        return rows_of(
            row, f"SELECT {{columns}} FROM {{source}} QUALIFY row_number() OVER (PARTITION BY {keys}{order}) <= {limit}"
        )
    if count.is_constant and isinstance(count.const, int):
        limit = str(max(count.const, 0))
    return rows_of(row, f"SELECT {{columns}} FROM {{source}}{order} LIMIT {limit}")


def _count_of(row: Row, tree: Tree) -> Value:
    """How many rows an operator keeps: a whole number, which no column can give (learn.microsoft.com, "take operator")."""
    count = row.over(None).value(tree)
    if count.kind not in ("int", "long", "unknown"):
        lint_types.no_count(row.translation, tree, count)
    return count


def sort_terms(row: Row, keys: list[Tree], word: str = "") -> str:
    """The `ORDER BY` terms: descending by default, nulls smallest unless said otherwise."""
    terms = []
    for key in keys:
        lint_types.single_equals(row.translation, core(key.Expression))
        value = row.value(key.Expression)
        if word:
            lint_types.groupable(row.translation, key.Expression, value, word)
        terms.append(f"{_sortable(value)} {direction(key.Ordering)}")
    return ", ".join(terms)


def _sortable(value: Value) -> str:
    return convert.text(value).sql if value.kind in ("dynamic", "unknown") else filled(value)


def direction(ordering: Tree) -> str:
    """`ASC NULLS FIRST` and the like from a sort ordering."""
    ascending = ordering is not None and ordering.OrderKind is not None and ordering.OrderKind.text == "asc"
    nulls = ordering.NullsKind.text.upper() if ordering is not None and ordering.NullsKind is not None else ""
    return f"{'ASC' if ascending else 'DESC'} NULLS {nulls or ('FIRST' if ascending else 'LAST')}"


@operator("SortOperator")
def sort(row: Row, tree: Tree) -> Relation:
    """`sort by`, `order by` (learn.microsoft.com, "sort operator")."""
    return ordered(row, sort_terms(row, list(tree.Expressions), "sort by"))


def ordered(row: Row, terms: str, limit: str = "") -> Relation:
    """The rows in an order that later stages can rely on."""
    assert row.relation is not None
    relation = row.relation
    bare = replace(relation, order="")
    terms += _ties(relation)
    keys = ", ".join(quote(name) for name in relation.carried)
    if row.translation.tracks_order or relation.carried:
        over = f"(PARTITION BY {keys} ORDER BY {terms})" if keys else f"(ORDER BY {terms})"
        name = row.translation.fresh("row")
        listed = (
            ", ".join([*(c.sql for c in relation.columns), *(quote(h) for h in bare.hidden)]) or "NULL AS \u00b7none"
        )
        cut = f" QUALIFY {quote(name)} <= {limit}" if limit else ""
        source = row.translation.stage(
            f"SELECT {listed}, row_number() OVER {over} AS {quote(name)} FROM {row.source()}{cut}"
        )
        return replace(relation, source=source, order=name, serialized=True)
    result = rows_of(
        row.over(bare) if relation.order else row,
        f"SELECT {{columns}} FROM {{source}} ORDER BY {_escaped(terms)}{f' LIMIT {limit}' if limit else ''}",
    )
    return replace(result, serialized=True)


def _ties(relation: Relation) -> str:
    """Rows with equal keys keep their order where it is known; in narrow results the other columns decide: our choice."""
    if relation.order:
        return f", {quote(relation.order)}"
    plain = [c for c in relation.columns if c.kind not in ("dynamic", "unknown")]
    return "".join(f", {column.sql}" for column in plain) if len(plain) <= 8 else ""


@operator("TopOperator")
def top(row: Row, tree: Tree) -> Relation:
    """`top n by key` (learn.microsoft.com, "top operator")."""
    lint_types.single_equals(row.translation, core(tree.ByExpression.Expression))
    count = _count_of(row, tree.Expression)
    limit = str(max(count.const, 0)) if isinstance(count.const, int) else convert.whole(count).sql
    return ordered(row, sort_terms(row, [tree.ByExpression]), limit)


@operator("SerializeOperator")
def serialize(row: Row, tree: Tree) -> Relation:
    """`serialize`: the rows' present order counts from here on (learn.microsoft.com, "serialize operator")."""
    assert row.relation is not None
    relation = row.relation
    if not relation.order:
        name = row.translation.fresh("row")
        listed = (
            ", ".join([*(c.sql for c in relation.columns), *(quote(h) for h in relation.hidden)])
            or "NULL AS \u00b7none"
        )
        source = row.translation.stage(f"SELECT {listed}, row_number() OVER () AS {quote(name)} FROM {relation.source}")
        relation = replace(relation, source=source, order=name)
    relation = replace(relation, serialized=True)
    if not getattr(tree, "Expressions", None):
        return relation
    return extended(row.over(relation), list(tree.Expressions))


@operator("CountOperator")
def count(row: Row, tree: Tree) -> Relation:
    """`count` (learn.microsoft.com, "count operator")."""
    assert row.relation is not None
    items = [("Count", Value("count(*)", "long", nullable=False))]
    keys = ", ".join(quote(name) for name in row.relation.carried)
    source = row.translation.stage(
        f"SELECT {chosen(items, row.relation.carried)} FROM {row.source()}{f' GROUP BY {keys}' if keys else ''}"
    )
    return Relation(source, columns_for(items), carried=row.relation.carried)


@operator("DistinctOperator")
def distinct(row: Row, tree: Tree) -> Relation:
    """`distinct` of columns, expressions, or `*` (learn.microsoft.com, "distinct operator")."""
    assert row.relation is not None
    if tree.Star is not None:
        items = [(column.name, column.value()) for column in row.relation.columns]
    else:
        namer = Namer()
        declared_twice(row.translation, tree.ColumnList.Expressions)
        items = [
            (namer.name(name, value), value)
            for expression in tree.ColumnList.Expressions
            for name, value in named_values(row, expression)
        ]
        for expression, (_, value) in zip(tree.ColumnList.Expressions, items, strict=False):
            lint_types.groupable(row.translation, expression, value, "distinct")
    items = [
        (name, replace(value, sql=filled(value), nullable=False) if value.kind == "string" else value)
        for name, value in items
    ]
    source = row.translation.stage(f"SELECT DISTINCT {chosen(items, row.relation.carried)} FROM {row.source()}")
    return Relation(
        source, columns_for(items), open=row.relation.open and tree.Star is not None, carried=row.relation.carried
    )


@operator("SampleDistinctOperator")
def sample_distinct(row: Row, tree: Tree) -> Relation:
    """`sample-distinct n of expression`; the lab takes the smallest values, so that answers repeat."""
    limit = convert.whole(_count_of(row, tree.Expression)).sql
    name, value = named_value(row, tree.OfExpression)
    name = name or value.name or "Column1"
    inner = selected(row, [(name, replace(value, sql=filled(value)))])
    source = row.translation.stage(
        f"SELECT DISTINCT {inner.columns[0].sql} FROM {inner.source} ORDER BY 1 LIMIT {limit}"
    )
    return Relation(source, inner.columns)


@operator("AsOperator")
def as_name(row: Row, tree: Tree) -> Relation:
    """`as Name`: later statements may read the rows by that name (learn.microsoft.com, "as operator")."""
    assert row.relation is not None
    named = replace(row.relation, label=name_of(tree.Name))
    row.scope.names[name_of(tree.Name)] = named
    return named


@operator("RenderOperator", "ConsumeOperator", "ExecuteAndCacheOperator")
def unchanged(row: Row, tree: Tree) -> Relation:
    """`render` draws in the portal; here the rows come back as they are (learn.microsoft.com, "render operator")."""
    assert row.relation is not None
    chart = getattr(tree, "CharType", None)
    if chart is not None and chart.text.lower() not in _CHARTS:
        lint_names.unknown_chart(row.translation, tree, chart.text, _CHARTS)
    return serialize(row, tree) if tree.start.text == "serialize" else row.relation


_CHARTS = (
    "anomalychart", "areachart", "barchart", "card", "columnchart", "graph", "ladderchart", "linechart", "list",
    "piechart", "pivotchart", "plotly", "sankey", "scatterchart", "stackedareachart", "table", "timechart", "timeline",
    "timepivot", "treemap", "3dchart",
)  # fmt: skip
"""The visualizations of learn.microsoft.com, "render operator", and the older ones."""


_NET = {
    "bool": "System.SByte", "datetime": "System.DateTime", "dynamic": "System.Object", "guid": "System.Guid",
    "int": "System.Int32", "long": "System.Int64", "real": "System.Double", "string": "System.String",
    "timespan": "System.TimeSpan",
}  # fmt: skip


@operator("GetSchemaOperator")
def getschema(row: Row, tree: Tree) -> Relation:
    """`getschema`: the columns as rows (learn.microsoft.com, "getschema operator")."""
    assert row.relation is not None
    if row.relation.open:
        row.translation.refuse("getschema needs columns that are known before the query runs.")
    rows = ", ".join(
        f"({text_literal(c.name)}, {index}, {text_literal(_NET.get(c.kind, 'System.Object'))}, {text_literal(c.kind)})"
        for index, c in enumerate(row.relation.columns)
    )
    kinds = (("ColumnName", "string"), ("ColumnOrdinal", "int"), ("DataType", "string"), ("ColumnType", "string"))
    columns = columns_for([(name, constant("" if kind == "string" else 0, kind)) for name, kind in kinds])
    listed = ", ".join(column.sql for column in columns)
    return Relation(
        row.translation.stage(f"SELECT * FROM (VALUES {rows or '(NULL, NULL, NULL, NULL)'}) AS d({listed})"), columns
    )
