"""`evaluate` and its plugins: `bag_unpack`, `pivot`, `narrow`, `ipv4_lookup`, `ipv6_lookup`.

The columns of the first two depend on the data. So the rows so far are read while the query is still translated.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from pivotlab.kql.errors import KqlLimit
from pivotlab.kql.lint.calls import arity
from pivotlab.kql.lint.names import unknown_function
from pivotlab.kql.rewrite import convert
from pivotlab.kql.rewrite.constants import constant
from pivotlab.kql.rewrite.paths import at_key, property_of
from pivotlab.kql.rewrite.registry import Mistake
from pivotlab.kql.rewrite.row import Row
from pivotlab.kql.stage import aggregates
from pivotlab.kql.stage.build import columns_for, selected
from pivotlab.kql.stage.pipeline import operator, tabular
from pivotlab.kql.stage.summarize import group_value
from pivotlab.kql.syntax.names import name_of, names_in
from pivotlab.kql.syntax.tree import Tree, core, kind_of, source_text
from pivotlab.kql.syntax.types import type_of
from pivotlab.kql.terms import Relation, Value, quote, text_literal

_JSON_KINDS = {
    "VARCHAR": "string",
    "BIGINT": "long",
    "UBIGINT": "long",
    "HUGEINT": "long",
    "DOUBLE": "real",
    "BOOLEAN": "bool",
}
_MOST_COLUMNS = 500


@operator("EvaluateOperator")
def evaluate(row: Row, tree: Tree) -> Relation:
    """Runs a plugin (learn.microsoft.com, "evaluate plugin operator")."""
    call = core(tree.PlugInCall)
    name = name_of(call.Name)
    plugin = PLUGINS.get(name)
    relation = row.relation
    if plugin is None:
        if name in _NOT_RUN:
            row.translation.refuse(f"The plugin {name}() is not run in the practice engine.")
        else:
            unknown_function(row.translation, call, name, [*PLUGINS, *_NOT_RUN], "plugin")
        return Relation("(SELECT NULL LIMIT 0)", (), open=True)
    if relation is None:
        row.translation.refuse(f"evaluate {name}() without rows in front is not run in the practice engine.")
        return Relation("(SELECT NULL LIMIT 0)", (), open=True)
    if not arity(row.translation, call, name, len(call.Arguments), _FEWEST.get(name, 0), None, f"{name}(...)"):
        return Relation("(SELECT NULL LIMIT 0)", (), open=True)
    return replace(plugin(row, call, tree.SchemaClause), serialized=False)


def _bounded(plugin: str, found: Sequence[object] | None) -> None:
    if found is not None and len(found) > _MOST_COLUMNS:
        raise KqlLimit(f"{plugin}() gives more than {_MOST_COLUMNS} columns. Filter the rows, or name the columns.")


def _bag_unpack(row: Row, call: Tree, schema: Tree) -> Relation:
    """Each property of a bag becomes a column; the bag goes. A prefix may be given."""
    assert row.relation is not None
    bag = row.value(call.Arguments[0])
    options = [row.value(_argument(each)).const for each in call.Arguments[1:]]
    prefix = next(
        (o for o in options if isinstance(o, str) and o not in ("error", "replace_source", "keep_source")), ""
    )
    conflict = next((o for o in options if o in ("error", "replace_source", "keep_source")), "error")
    ignored = next((o for o in options if isinstance(o, list)), [])
    others = [(c.name, c.value()) for c in row.relation.columns if c.name != bag.name]
    if schema is not None:
        declared = [(name_of(c.Name), type_of(c.Type)) for c in schema.Schema.Columns]
        star = "*" in source_text(schema)
        kept = others if star else [(name, value) for name, value in others if name in [n for n, _ in declared]]
        names = [name for name, _ in kept]
        made = [
            (name, convert.CONVERSIONS[kind](property_of(bag, name.removeprefix(prefix))))
            for name, kind in declared
            if name not in names
        ]
        return selected(row, [*kept, *made])
    held = row.translation.stage(f"SELECT {bag.sql} AS d FROM {row.source()}")
    query = (
        "SELECT k, list_sort(list(DISTINCT json_type(v))) FROM (SELECT unnest(json_keys(d)) AS k, "
        f"unnest(list_transform(json_keys(d), lambda k: {at_key('d', 'k')})) AS v FROM {held} "
        f"WHERE json_type(d) = 'OBJECT') GROUP BY k ORDER BY k LIMIT {_MOST_COLUMNS + 1}"
    )
    found = row.translation.probe(query)
    _bounded("bag_unpack", found)
    if found is None:
        return replace(row.relation, columns=tuple(c for c in row.relation.columns if c.name != bag.name), open=True)
    taken = {name for name, _ in others}
    made = []
    for key, types in found:
        if key in ignored:
            continue
        name = prefix + key
        if name in taken and conflict == "keep_source":
            continue
        if name in taken and conflict == "error":
            row.translation.report(
                call,
                "bag_unpack",
                f"bag_unpack() gives a column {name}, which exists already.",
                "Give a prefix: bag_unpack(Column, 'prefix_').",
            )
            continue
        others = [(n, v) for n, v in others if n != name]
        made.append((name, convert.CONVERSIONS[_kind(types)](property_of(bag, key))))
    return replace(selected(row, [*others, *made]), open=True)


def _argument(tree: Tree) -> Tree:
    inner = core(tree)
    return core(inner.Expression) if kind_of(inner) == "NamedExpression" else inner


def _kind(types: list[str]) -> str:
    kinds = {_JSON_KINDS.get(kind, "dynamic") for kind in types if kind != "NULL"}
    if kinds == {"long", "real"}:
        return "real"
    return kinds.pop() if len(kinds) == 1 else "dynamic"


def _pivot(row: Row, call: Tree, schema: Tree) -> Relation:
    """Each value of a column becomes a column; the cells are an aggregate, `count()` unless one is given."""
    assert row.relation is not None
    trees = list(call.Arguments)
    column = row.value(trees[0])
    inner = replace(row, aggregate=aggregates.call, grouping=True)
    aggregate_tree = core(trees[1]) if len(trees) > 1 else None
    if aggregate_tree is not None and not _is_aggregate(aggregate_tree):
        raise Mistake("pivot() takes an aggregate as its second argument", "Write pivot(Column, count()), for example.")
    keys = [row.value(tree) for tree in trees[2:]]
    used = names_in(aggregate_tree) if aggregate_tree is not None else set()
    if not keys:
        keys = [c.value() for c in row.relation.columns if c.name != column.name and c.name not in used]
    if schema is not None:
        names = [name_of(c.Name) for c in schema.Schema.Columns if name_of(c.Name) not in [k.name for k in keys]]
        found: list[tuple[str, ...]] | None = [(name,) for name in names]
    else:
        held = row.translation.stage(f"SELECT DISTINCT {convert.text(column).sql} AS k FROM {row.source()}")
        found = row.translation.probe(f"SELECT k FROM {held} ORDER BY k LIMIT {_MOST_COLUMNS + 1}")
        _bounded("pivot", found)
    key_items = [(value.name or f"Column{i + 1}", group_value(value)) for i, value in enumerate(keys)]
    if found is None:
        return replace(selected(row, key_items), open=True)
    by = ", ".join(str(i + 1) for i in range(len(key_items)))
    cells = []
    for (name,) in found:
        only = f"{convert.text(column).sql} = {text_literal(name)}"
        value = inner.value(aggregate_tree) if aggregate_tree is not None else Value("count(*)", "long")
        sql = f"count(*) FILTER (WHERE {only})" if value.sql == "count(*)" else _filtered(value.sql, only)
        cells.append((name, Value(sql, value.kind)))
    items = [*key_items, *cells]
    columns = columns_for(items)
    listed = ", ".join(f"{v.sql} AS {c.sql}" for c, (_, v) in zip(columns, items, strict=True))
    source = row.translation.stage(f"SELECT {listed or '1'} FROM {inner.source()}{f' GROUP BY {by}' if by else ''}")
    return Relation(source, columns, open=True)


def _is_aggregate(tree: Tree) -> bool:
    kind = kind_of(tree)
    return kind == "CountExpression" or (
        kind == "NamedFunctionCallExpression" and name_of(tree.Name) in aggregates.AGGREGATES
    )


def _filtered(sql: str, only: str) -> str:
    """An aggregate of the rows of one pivot value: its FILTER clause grows, or it gets one."""
    if " FILTER (WHERE " in sql:
        return sql.replace(" FILTER (WHERE ", f" FILTER (WHERE {only} AND ", 1)
    head, _, rest = sql.partition("(")
    if head in ("coalesce", "CAST"):
        inner_head, _, inner_rest = rest.partition("(")
        end = _closing(inner_rest)
        return f"{head}({_filtered(f'{inner_head}({inner_rest[: end + 1]}', only)}{inner_rest[end + 1 :]}"
    return f"{sql} FILTER (WHERE {only})"


def _closing(sql: str) -> int:
    """Where the bracket closes that was opened just in front."""
    depth = 1
    for place, sign in enumerate(sql):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return place
    return len(sql)


def _narrow(row: Row, call: Tree, schema: Tree) -> Relation:
    """Rows of Row, Column and Value, one per cell."""
    assert row.relation is not None
    numbered = row.translation.stage(f"SELECT *, row_number() OVER () - 1 AS \u00b7n FROM {row.source()}")
    cells = ", ".join(
        f"struct_pack(c := {text_literal(c.name)}, v := {convert.text(c.value()).sql})" for c in row.relation.columns
    )
    source = row.translation.stage(
        'SELECT "\u00b7n" AS "Row", x.c AS "Column", x.v AS "Value" '
        f'FROM (SELECT "\u00b7n", unnest([{cells}]) AS x FROM {numbered})'
    )
    items = [("Row", constant(0, "long")), ("Column", constant("", "string")), ("Value", constant("", "string"))]
    return Relation(source, columns_for(items))


def _ip_lookup(family: str) -> Callable[[Row, Tree, Tree], Relation]:
    def plugin(row: Row, call: Tree, schema: Tree) -> Relation:
        """Rows of a table of networks joined to the rows whose address they contain."""
        assert row.relation is not None
        trees = [core(each) for each in call.Arguments]
        table = tabular(row.translation, row.scope, trees[0])
        if table is None or len(trees) < 3:
            row.translation.report(call, "arguments", f"{family}_lookup() takes a table, an address and a network.")
            return row.relation
        if row.translation.probe(f"SELECT 1 FROM {table.source} LIMIT 1") == []:
            row.translation.refuse(f"{family}_lookup() has no networks to look up: its table is empty in the lab.")
        address, network = row.value(trees[1]), row.over(table).value(trees[2])
        unmatched = any(
            kind_of(each) == "NamedExpression" and row.value(each.Expression).const is True for each in trees[3:]
        )
        extra = [each for each in trees[3:] if kind_of(each) != "NamedExpression"]
        if extra and row.value(extra[-1]).const is True:
            unmatched, extra = True, extra[:-1]
        same = "".join(f" AND l.{quote(row.value(e).name)} = r.{quote(row.value(e).name)}" for e in extra)
        dropped = {row.value(e).name for e in extra}
        items = [(c.name, Value(f"l.{c.sql}", c.kind)) for c in row.relation.columns]
        names = {name for name, _ in items}
        items += [
            (c.name if c.name not in names else f"{c.name}1", Value(f"r.{c.sql}", c.kind))
            for c in table.columns
            if c.name not in dropped
        ]
        columns = columns_for(items)
        listed = ", ".join(f"{v.sql} AS {c.sql}" for c, (_, v) in zip(columns, items, strict=True))
        where = f"coalesce(kql_{family}_is_in(l.{address.sql}, r.{network.sql}), FALSE)"
        source = row.translation.stage(
            f"SELECT {listed} FROM {row.source()} AS l {'LEFT ' if unmatched else ''}JOIN {table.source} AS r ON {where}{same}"
        )
        return Relation(source, columns)

    return plugin


PLUGINS: dict[str, Callable[[Row, Tree, Tree], Relation]] = {
    "bag_unpack": _bag_unpack,
    "pivot": _pivot,
    "narrow": _narrow,
    "ipv4_lookup": _ip_lookup("ipv4"),
    "ipv6_lookup": _ip_lookup("ipv6"),
}
"""Plugin -> what runs it. Each one's page is learn.microsoft.com "<name> plugin"."""

_FEWEST = {"bag_unpack": 1, "pivot": 1, "ipv4_lookup": 3, "ipv6_lookup": 3}
"""How many arguments a plugin needs."""

_NOT_RUN = {
    "activity_counts_metrics", "activity_engagement", "activity_metrics", "active_users_count", "ai_embeddings", "ai_chat_completion",
    "autocluster", "basket", "azure_digital_twins_query_request", "cosmosdb_sql_request", "dcount_intersect", "diffpatterns",
    "diffpatterns_text", "funnel_sequence", "funnel_sequence_completion", "geo_line_lookup", "geo_polygon_lookup", "http_request",
    "http_request_post", "infer_storage_schema", "infer_storage_schema_with_suggestions", "mysql_request", "new_activity_metrics",
    "postgresql_request", "preview", "python", "r", "rolling_percentile", "rows_near", "schema_merge", "sequence_detect",
    "session_count", "sliding_window_counts", "sql_request", "user_defined", "bag_unpack_columns",
}  # fmt: skip
