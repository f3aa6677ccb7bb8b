"""Aggregate functions (learn.microsoft.com, "Aggregation functions"): each by its name, its SQL and its meaning.

Nulls are left out; a text is never null, so the empty one counts. Where nothing is left, `sum()` is 0, `avg()` is NaN,
lists are empty and `min()` is null.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from pivotlab.kql.lint import calls as lint_calls
from pivotlab.kql.lint import types as lint_types
from pivotlab.kql.rewrite import convert
from pivotlab.kql.rewrite.compare import filled
from pivotlab.kql.rewrite.registry import Refusal
from pivotlab.kql.rewrite.row import Row
from pivotlab.kql.rewrite.special import AGGREGATE_NAMES
from pivotlab.kql.syntax.tree import Tree, core, kind_of
from pivotlab.kql.terms import UNKNOWN, Value, quote

Builder = Callable[["Call"], Value]


@dataclass(frozen=True)
class Call:
    """An aggregate call: its arguments, the condition of an `...if()` form, and the order of the rows."""

    row: Row
    values: list[Value]
    condition: str = ""
    order: str = ""
    most: int | None = None
    """How many values a list has at most, unless the call says so: 128 for the older names."""

    @property
    def first(self) -> Value:
        """The value that is aggregated."""
        return self.values[0]

    def where(self, extra: str = "") -> str:
        """The FILTER clause."""
        parts = [part for part in (self.condition, extra) if part]
        return f" FILTER (WHERE {' AND '.join(parts)})" if parts else ""

    def constant(self, index: int) -> object:
        """What the query spells as an argument; `None` where there is none."""
        return self.values[index].const if index < len(self.values) else None


@dataclass(frozen=True)
class Aggregate:
    """An aggregate function. `arguments` counts them without the condition; `prefix` starts the column's name; `takes` says
    which values it works on (see `lint.calls.operand`)."""

    name: str
    fewest: int
    most: int | None
    build: Builder
    meaning: str
    prefix: str
    conditional: bool = False
    named_after_argument: bool = False
    takes: str = "any"


_PAIRWISE = ("covariance", "covarianceif", "covariancep", "covariancepif")
AGGREGATES: dict[str, Aggregate] = {}


def define(
    name: str,
    counts: tuple[int, int | None],
    build: Builder,
    meaning: str,
    *,
    prefix: str | None = None,
    conditional: str = "",
    also: tuple[str, ...] = (),
    argument_name: bool = False,
    takes: str = "any",
) -> None:
    """Add an aggregate, its `...if()` form when it has one, and older names."""
    for each in (name, *also):
        AGGREGATES[each] = Aggregate(
            each,
            *counts,
            build,
            meaning if each == name else f"An older name of `{name}()`.",
            each if prefix is None else prefix,
            named_after_argument=argument_name,
            takes=takes,
        )
    if conditional:
        AGGREGATES[conditional] = Aggregate(
            conditional,
            *counts,
            build,
            f"`{name}()` of the rows for which a condition holds.",
            conditional if prefix is None else prefix,
            conditional=True,
            named_after_argument=argument_name,
            takes=takes,
        )
    AGGREGATE_NAMES.update((name, *also, *((conditional,) if conditional else ())))


def call(row: Row, tree: Tree, name: str, arguments: list[Tree]) -> Value | None:
    """The value of an aggregate call; `None` when `name` is no aggregate."""
    aggregate = AGGREGATES.get(name)
    if aggregate is None:
        return None
    inner = replace(row, aggregate=_nested, grouping=False)
    trees = [core(argument) for argument in arguments]
    extra = 1 if aggregate.conditional else 0
    most = None if aggregate.most is None else aggregate.most + extra
    if not lint_calls.arity(row.translation, tree, name, len(trees), aggregate.fewest + extra, most, f"{name}(...)"):
        return Value("NULL::JSON", UNKNOWN)
    condition = ""
    if aggregate.conditional:
        predicate = trees.pop(aggregate.fewest)
        found = inner.value(predicate)
        lint_types.logical(row.translation, predicate, found, f"{name}()")
        condition = found.condition if found.kind == "bool" else convert.boolean(found).condition
    plain = [each.Expression if kind_of(each) == "NamedExpression" and name != "count" else each for each in trees]
    values = [inner.flat(inner.value(each)) for each in plain if kind_of(each) != "StarExpression"]
    for value, each in zip(values, plain, strict=False):
        lint_calls.operand(row.translation, each, name, value, aggregate.takes)
        if name not in _PAIRWISE:
            break
    if aggregate.most is not None and aggregate.most > 1 and aggregate.prefix in ("list", "set", "bag"):
        for value, each in zip(values[1:], plain[1:], strict=False):
            if value.kind not in ("int", "long", UNKNOWN):
                lint_types.no_count(row.translation, each, value)
    if name.startswith("percentile"):
        for value, each in zip(values[1:], plain[1:], strict=False):
            lint_calls.operand(row.translation, each, name, value, "number")
    order = f" ORDER BY {quote(row.relation.order)}" if row.relation is not None and row.relation.order else ""
    most_values = 128 if name in ("makelist", "makeset") else None
    result = aggregate.build(Call(row, values, condition, order, most_values))
    return result.named(_name(aggregate, values))


def _nested(row: Row, tree: Tree, name: str, arguments: list[Tree]) -> Value | None:
    if name not in AGGREGATES:
        return None
    return row.translation.report(
        tree, "nested_aggregate", f"{name}() stands inside another aggregate.", "Summarize twice: first the inner one."
    )


def _name(aggregate: Aggregate, values: list[Value]) -> str:
    """`count_`, `sum_x`, `list_x`; `take_any(x)` is `x`."""
    argument = values[0].name if values else ""
    if aggregate.named_after_argument:
        return argument or aggregate.prefix
    if aggregate.name in ("count", "countif") or not values:
        return f"{aggregate.prefix}_"
    name = f"{aggregate.prefix}_{argument}"
    if aggregate.name in ("percentile", "percentilew") and isinstance(values[-1].const, int | float):
        name += f"_{convert.real_text(float(values[-1].const)).replace('.', '_')}"
    return name


def number(value: Value) -> Value:
    """The value as a number, where its type says nothing else."""
    return convert.real(value) if value.kind in ("dynamic", "string", UNKNOWN) else value


def _sum(c: Call) -> Value:
    value = number(c.first)
    kind = "long" if value.kind in ("int", "bool") else value.kind
    total = f"coalesce(sum({value.sql}){c.where()}, 0)"
    return Value(f"CAST({total} AS BIGINT)" if kind in ("long", "timespan") else total, kind, nullable=False)


def _avg(c: Call) -> Value:
    value = number(c.first)
    if value.kind == "timespan":
        return Value(f"CAST(avg({value.sql}){c.where()} AS BIGINT)", "timespan")
    if value.kind == "datetime":
        return Value(f"make_timestamp(CAST(avg(epoch_us({value.sql})){c.where()} AS BIGINT))", "datetime")
    return Value(f"coalesce(avg({value.sql}){c.where()}, 'NaN'::DOUBLE)", "real")


def _extreme(function: str) -> Builder:
    def build(c: Call) -> Value:
        value = c.first
        if value.kind in ("dynamic", UNKNOWN):
            value = convert.real(value)
        if value.kind == "string":
            return Value(f"coalesce({function}({filled(value)}){c.where()}, '')", "string", nullable=False)
        return Value(f"{function}({value.sql}){c.where()}", value.kind)

    return build


def _spread(function: str) -> Builder:
    def build(c: Call) -> Value:
        sql = f"{function}({convert.real(c.first).sql}){c.where()}"
        return Value(f"coalesce({sql}, 0.0)", "real", nullable=False)

    return build


def _dcount(c: Call) -> Value:
    value = c.first
    sql = filled(value) if value.kind != "dynamic" else convert.text(value).sql
    return Value(f"count(DISTINCT {sql}){c.where()}", "long", nullable=False)


def _limited(listed: str, c: Call) -> str:
    most = c.constant(1) if len(c.values) > 1 else c.most
    if len(c.values) > 1 and not isinstance(most, int):
        raise Refusal("How many values a list has at most is needed as a literal number")
    return f"list_slice({listed}, 1, {max(most, 0)})" if isinstance(most, int) else listed


def _there(value: Value) -> str:
    if value.kind in ("dynamic", UNKNOWN):
        return f"json_type({value.sql}) <> 'NULL'"
    return "" if value.kind == "string" else f"{value.sql} IS NOT NULL"


def _make_list(c: Call, nulls: bool = False) -> Value:
    value = c.first
    element = filled(value) if value.kind == "string" else convert.dynamic(value).sql
    listed = f"coalesce(list({element}{c.order}){c.where('' if nulls else _there(value))}, [])"
    return Value(f"to_json({_limited(listed, c)})", "dynamic", nullable=False)


def _make_set(c: Call) -> Value:
    """Of dynamic arrays: the set of their elements. In the order of first appearance."""
    value = c.first
    if value.kind in ("dynamic", UNKNOWN):
        spread = f"CASE WHEN json_type({value.sql}) = 'ARRAY' THEN CAST({value.sql} AS JSON[]) ELSE [{value.sql}] END"
        listed = f"flatten(coalesce(list({spread}{c.order}){c.where(_there(value))}, []))"
        listed = f"list_filter({listed}, lambda x: json_type(x) <> 'NULL')"
    else:
        element = filled(value) if value.kind == "string" else convert.dynamic(value).sql
        listed = f"coalesce(list({element}{c.order}){c.where(_there(value))}, [])"
    seen = f"list_transform([{listed}], lambda l: list_filter(l, lambda x, i: list_position(l, x) = i))[1]"
    if not c.order:
        seen = f"list_sort(list_distinct({listed}))" if value.kind == "string" else f"list_distinct({listed})"
    return Value(f"to_json({_limited(seen, c)})", "dynamic", nullable=False)


def _take_any(c: Call) -> Value:
    value = c.first
    extra = f"{value.sql} <> ''" if value.kind == "string" else ""
    sql = f"any_value({value.sql}){c.where(extra)}"
    return Value(f"coalesce({sql}, '')" if value.kind == "string" else sql, value.kind, nullable=value.kind != "string")


def _make_bag(c: Call) -> Value:
    """The properties of all bags; where two have the same one, the first wins."""
    listed = f"coalesce(list({c.first.sql}{c.order}){c.where()}, [])"
    return Value(f"CAST(coalesce(kql_bag_merge(CAST(to_json({listed}) AS VARCHAR)), '{{}}') AS JSON)", "dynamic")


def _buildschema(c: Call) -> Value:
    c.row.translation.refuse(
        "buildschema() is not run in the practice engine: its output format is not documented exactly."
    )
    return Value("NULL::JSON", "dynamic")


def _bits(function: str) -> Builder:
    return lambda c: Value(f"{function}({convert.whole(c.first).sql}){c.where()}", "long")


def _covariance(function: str) -> Builder:
    return lambda c: Value(
        f"{function}({convert.real(c.values[1]).sql}, {convert.real(c.first).sql}){c.where()}", "real"
    )


def _count(c: Call) -> Value:
    return Value(f"count(*){c.where()}", "long", nullable=False)


define("count", (0, 0), _count, "How many rows there are.", conditional="countif")
define("sum", (1, 1), _sum, "The sum of the values.", conditional="sumif", takes="summable")
define("avg", (1, 1), _avg, "The average of the values.", conditional="avgif", takes="summable")
define("min", (1, 1), _extreme("min"), "The smallest value.", conditional="minif", takes="orderable")
define("max", (1, 1), _extreme("max"), "The largest value.", conditional="maxif", takes="orderable")
define(
    "stdev",
    (1, 1),
    _spread("stddev_samp"),
    "The standard deviation of a sample.",
    conditional="stdevif",
    takes="summable",
)
define("stdevp", (1, 1), _spread("stddev_pop"), "The standard deviation of a population.", takes="summable")
define("variance", (1, 1), _spread("var_samp"), "The variance of a sample.", conditional="varianceif", takes="summable")
define(
    "variancep",
    (1, 1),
    _spread("var_pop"),
    "The variance of a population.",
    conditional="variancepif",
    takes="summable",
)
define(
    "covariance",
    (2, 2),
    _covariance("covar_samp"),
    "The covariance of two samples.",
    conditional="covarianceif",
    takes="summable",
)
define(
    "covariancep",
    (2, 2),
    _covariance("covar_pop"),
    "The covariance of two populations.",
    conditional="covariancepif",
    takes="summable",
)
define("dcount", (1, 2), _dcount, "How many different values there are; exact in the lab.", conditional="dcountif")
define(
    "count_distinct",
    (1, 1),
    _dcount,
    "How many different values there are.",
    conditional="count_distinctif",
    takes="scalar",
)
define(
    "make_list",
    (1, 2),
    _make_list,
    "The values, as an array.",
    prefix="list",
    conditional="make_list_if",
    also=("makelist",),
)
define(
    "make_list_with_nulls",
    (1, 1),
    lambda c: _make_list(c, nulls=True),
    "The values, nulls among them, as an array.",
    prefix="list",
)
define(
    "make_set",
    (1, 2),
    _make_set,
    "The different values, as an array.",
    prefix="set",
    conditional="make_set_if",
    also=("makeset",),
)
define(
    "make_bag",
    (1, 2),
    _make_bag,
    "One bag of all bags.",
    prefix="bag",
    conditional="make_bag_if",
    takes="bag",
    also=("make_dictionary",),
)
define("take_any", (1, 1), _take_any, "Any value that is there.", conditional="take_anyif", argument_name=True)
define(
    "any", (1, 1), _take_any, "An older name of `take_any()`, which names its column otherwise.", conditional="anyif"
)
define("binary_all_and", (1, 1), _bits("bit_and"), "Bitwise and over the rows.", argument_name=True, takes="summable")
define("binary_all_or", (1, 1), _bits("bit_or"), "Bitwise or over the rows.", argument_name=True, takes="summable")
define(
    "binary_all_xor",
    (1, 1),
    _bits("bit_xor"),
    "Bitwise exclusive or over the rows.",
    argument_name=True,
    takes="summable",
)
define("buildschema", (1, 1), _buildschema, "Not run: the schema of all values.")
AGGREGATE_NAMES.update(("arg_max", "arg_min", "argmax", "argmin"))
