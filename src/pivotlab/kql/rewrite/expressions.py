"""From a node of the parse tree to a `Value`: one small handler per grammar rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from pivotlab.kql.lint import names as lint_names
from pivotlab.kql.lint import types as lint_types
from pivotlab.kql.rewrite import arithmetic, compare, convert, paths
from pivotlab.kql.rewrite.constants import constant, null
from pivotlab.kql.rewrite.row import Row, handles
from pivotlab.kql.scope import Function, Scope
from pivotlab.kql.syntax import literals
from pivotlab.kql.syntax.names import name_in, name_of
from pivotlab.kql.syntax.tree import Tree, bare, core, kind_of
from pivotlab.kql.terms import ALIASES, UNKNOWN, Relation, Value


@handles("ParenthesizedExpression")
def _parenthesized(row: Row, tree: Tree) -> Value:
    return row.value(tree.Expression)


@handles("PipeExpression")
def _pipe(row: Row, tree: Tree) -> Value:
    return lint_types.table_for_scalar(row.translation, tree)


@handles("NamedExpression")
def _named(row: Row, tree: Tree) -> Value:
    lint_types.single_equals(row.translation, tree)
    return row.value(tree.Expression)


# --- names -----------------------------------------------------------------------------------------------------------
@handles("IdentifierName", "KeywordName", "ExtendedKeywordName", "EscapedName", "SimpleNameReference")
def _name(row: Row, tree: Tree) -> Value:
    return lookup(row, tree, name_of(tree))


def lookup(row: Row, tree: Tree, name: str) -> Value:
    """What a name means in this row: a column, or a `let` value."""
    relation = row.relation
    if relation is not None:
        column = relation.find(name)
        if column is not None:
            if row.grouping:
                lint_types.not_aggregated(row.translation, tree, name)
            return column.value()
    found = row.scope.find(name)
    if isinstance(found, Value):
        row.translation.nested += found.nested
        return found.named(name)
    if isinstance(found, Relation):
        return lint_types.table_for_scalar(row.translation, tree, name)
    if isinstance(found, Function) and not found.parameters:
        return lint_types.function_for_value(row.translation, tree, name)
    if relation is not None and relation.open:
        return null("dynamic").named(name)
    return lint_names.unknown_column(row.translation, tree, name, relation, row.scope).named(name)


# --- literals --------------------------------------------------------------------------------------------------------
@handles("LongLiteralExpression")
def _long(row: Row, tree: Tree) -> Value:
    value = literals.number(tree.Token.text)
    return constant(None if value is None else int(value), "long")


@handles("IntLiteralExpression")
def _int(row: Row, tree: Tree) -> Value:
    value = literals.number(tree.Token.text)
    return constant(None if value is None else int(value), "int")


@handles("RealLiteralExpression", "DecimalLiteralExpression")
def _real(row: Row, tree: Tree) -> Value:
    value = literals.number(tree.Token.text)
    return constant(None if value is None else float(value), "real")


@handles("SignedLongLiteralExpression", "SignedRealLiteralExpression")
def _signed(row: Row, tree: Tree) -> Value:
    value = literals.number(tree.LiteralToken.text)
    kind = "long" if kind_of(tree) == "SignedLongLiteralExpression" else "real"
    return constant(None if value is None else -value if tree.SignToken.text == "-" else value, kind)


@handles("StringLiteralExpression")
def _string(row: Row, tree: Tree) -> Value:
    return constant(literals.string_value(tree), "string")


@handles("BooleanLiteralExpression")
def _boolean(row: Row, tree: Tree) -> Value:
    text = literals.inside(tree.Token.text).lower()
    return constant(None if text == "null" else text in ("true", "1"), "bool")


@handles("DateTimeLiteralExpression")
def _datetime(row: Row, tree: Tree) -> Value:
    text = literals.inside(tree.Token.text)
    if text.lower() in ("null", ""):
        return constant(None, "datetime")
    if text.lower() == "now":
        return constant(row.translation.now, "datetime")
    value = literals.moment(text)
    if value is None:
        return row.translation.report(
            tree,
            "literal",
            f"{text} is not a datetime.",
            "Write it as datetime(2026-11-03) or datetime(2026-11-03T08:00:00Z).",
        )
    return constant(value, "datetime")


@handles("TimeSpanLiteralExpression")
def _timespan(row: Row, tree: Tree) -> Value:
    text = literals.inside(tree.Token.text)
    if text.lower() == "null":
        return constant(None, "timespan")
    value = literals.span(text)
    if value is None:
        return row.translation.report(
            tree, "literal", f"{text} is not a timespan.", "Write it as 1d, 2h, 30m or time(1.02:03:04)."
        )
    return constant(value, "timespan")


@handles("GuidLiteralExpression")
def _guid(row: Row, tree: Tree) -> Value:
    text = literals.inside(tree.Token.text).strip("'\"").lower()
    return constant(None if text == "null" else text, "guid")


@handles("DynamicLiteralExpression")
def _dynamic(row: Row, tree: Tree) -> Value:
    return constant(literals.json_value(tree), "dynamic")


@handles("TypeLiteralExpression")
def _type(row: Row, tree: Tree) -> Value:
    text = literals.inside(tree.Token.text).lower()
    kind = ALIASES.get(text, text)
    if kind not in convert.CONVERSIONS:
        lint_types.no_type(row.translation, tree, text)
    return constant(kind, "string")


# --- logic and comparison --------------------------------------------------------------------------------------------
@handles("LogicalOrExpression")
def _or(row: Row, tree: Tree) -> Value:
    return _logic(row, "or", [tree.Left, *(part.Right for part in tree.Operations)])


@handles("LogicalAndExpression")
def _and(row: Row, tree: Tree) -> Value:
    return _logic(row, "and", [tree.Left, *(part.Right for part in tree.Operations)])


def _logic(row: Row, word: str, parts: list[Tree]) -> Value:
    values = []
    for part in parts:
        value = row.value(part)
        lint_types.logical(row.translation, part, value, word, dynamic=True)
        values.append(value if value.kind == "bool" else convert.boolean(value))
    sql = f"({f' {word.upper()} '.join(value.sql for value in values)})"
    test = f"({f' {word.upper()} '.join(value.condition for value in values)})"
    return Value(sql, "bool", nullable=any(value.nullable for value in values), test=test)


@handles("EqualityExpression")
def _equality(row: Row, tree: Tree) -> Value:
    tail = core(tree.Tail)
    return _TAILS[kind_of(tail)](row, tree.Left, tail)


def _equals(row: Row, left: Tree, tail: Tree) -> Value:
    a, b = row.value(left), row.value(tail.Right)
    negated = tail.OperatorToken.text in ("!=", "<>")
    lint_types.comparable(row.translation, tail, tail.OperatorToken.text, a, b)
    return compare.equal(a, b, negated)


def _listed(row: Row, left: Tree, tail: Tree) -> Value:
    value = row.value(left)
    operator = tail.OperatorToken.text.lower()
    negated, ignore_case = operator.startswith("!"), operator.endswith("~")
    has = operator in ("has_any", "has_all")
    subquery = getattr(tail, "Subquery", None)
    trees = [subquery] if subquery is not None else list(tail.Expressions)
    if has or ignore_case:
        lint_types.matchable(row.translation, left, operator, value)
    if len(trees) == 1:
        rows = _rows(row, trees[0])
        if rows is not None:
            if not rows.columns:
                return constant(negated, "bool") if not rows.open else Value("FALSE", "bool")
            column = rows.columns[0].value()
            row.translation.nested += 1
            if has:
                return compare.has_some_rows(value, rows.source, column, operator == "has_all")
            return compare.among_rows(value, rows.source, column, ignore_case, negated)
    items = [row.value(item) for item in trees]
    if has:
        return compare.has_some(value, items, operator == "has_all")
    return compare.among(value, items, ignore_case, negated)


def _rows(row: Row, tree: Tree) -> Relation | None:
    """The rows of an `in (...)` where it holds a query or a tabular name; `None` for scalars."""
    inner = bare(tree)
    name = name_in(inner)
    if name is not None:
        if row.relation is not None and row.relation.find(name):
            return None
        found = row.scope.find(name)
        if isinstance(found, Relation):
            return found
        if isinstance(found, Value) or (found is None and name not in row.translation.catalogue.tables):
            return None
    return row.tabular(row.translation, row.scope, inner)


def _between(row: Row, left: Tree, tail: Tree) -> Value:
    negated = tail.OperatorToken.text.startswith("!")
    value, low, high = row.value(left), row.value(tail.StartExpression), row.value(tail.EndExpression)
    lint_types.orderable(row.translation, tail.StartExpression, "between", value, low)
    if not (low.kind == "datetime" and high.kind == "timespan"):
        lint_types.orderable(row.translation, tail.EndExpression, "between", value, high)
    return compare.between(value, low, high, negated)


_TAILS: dict[str, Callable[[Row, Tree, Tree], Value]] = {
    "EqualsEqualityExpression": _equals,
    "ListEqualityExpression": _listed,
    "BetweenEqualityExpression": _between,
}


@handles("RelationalExpression")
def _relational(row: Row, tree: Tree) -> Value:
    a, b = row.value(tree.Left), row.value(tree.Right)
    lint_types.orderable(row.translation, tree, tree.OperatorToken.text, a, b)
    return compare.ordered(tree.OperatorToken.text, a, b)


@handles("StringBinaryOperatorExpression")
def _string_operator(row: Row, tree: Tree) -> Value:
    a, b = row.value(tree.Left), row.value(tree.Operation.Right)
    operator = ":" if tree.Operation.HasOperator is not None else core(tree.Operation.Operator).OperatorToken.text
    operator = " ".join(operator.lower().split())
    lint_types.matchable(row.translation, tree, operator, a, b)
    if operator in ("=~", "!~"):
        return compare.equal_ignoring_case(a, b, operator == "!~")
    return compare.match("has" if operator == ":" else operator, a, b)


@handles("StringStarOperatorExpression", "StarEqualityExpression")
def _star(row: Row, tree: Tree) -> Value:
    """`* has "x"`: any column."""
    columns = row.relation.columns if row.relation else ()
    right = row.value(tree.Right if hasattr(tree, "Right") else tree.Expression)
    operator = core(tree.Operator).OperatorToken.text.lower() if hasattr(tree, "Operator") else "=="
    if operator in ("==", "=~"):
        tests = [compare.equal_ignoring_case(column.value(), right).sql for column in columns]
    else:
        tests = [compare.match(" ".join(operator.split()), column.value(), right).sql for column in columns]
    return Value(f"({' OR '.join(tests)})" if tests else "FALSE", "bool", nullable=False)


# --- arithmetic and paths --------------------------------------------------------------------------------------------
@handles("AdditiveExpression", "MultiplicativeExpression")
def _arithmetic(row: Row, tree: Tree) -> Value:
    value = row.value(tree.Left)
    for part in tree.Operations:
        right = row.value(part.Right)
        operator = part.OperatorToken.text
        result = arithmetic.apply(operator, value, right)
        value = result or lint_types.no_arithmetic(row.translation, part, operator, value, right)
    return value


@handles("InvocationExpression")
def _sign(row: Row, tree: Tree) -> Value:
    value = row.value(tree.Expression)
    return arithmetic.negative(value) if tree.OperatorToken.text == "-" else value


@handles("FunctionCallOrPathPathExpression", "EntityPathOrElementExpression")
def _path(row: Row, tree: Tree) -> Value:
    operations = getattr(tree, "Operations", None) or tree.Operators
    side = _side(row, tree, operations)
    if side is not None:
        value, operations = side
    else:
        value = row.value(tree.Expression)
    names = [value.name] if value.name else []
    for operation in operations:
        value = _step(row, core(operation), value)
        names.append(value.name)
    return value.named("_".join(name for name in names if name))


def _side(row: Row, tree: Tree, operations: list[Tree]) -> tuple[Value, list[Tree]] | None:
    """`$left.Name`, `$right.Name`, `step.Name`."""
    relation = row.sides.get(name_in(core(tree.Expression)) or "")
    if relation is None:
        return None
    step = core(operations[0])
    column = name_of(step.Name) if getattr(step, "Name", None) is not None else name_of(step)
    return lookup(replace(row.over(relation), scope=Scope()), step, column), operations[1:]


def _step(row: Row, operation: Tree, value: Value) -> Value:
    if value.kind not in ("dynamic", UNKNOWN):
        lint_types.no_properties(row.translation, operation, value)
        value = convert.dynamic(value)
    element = getattr(operation, "Element", None) or getattr(operation, "Expression", None)
    if element is not None:
        index = row.value(element)
        found = paths.element_of(value, index)
        return found.named(str(index.const).replace("-", "_")) if isinstance(index.const, int) else found
    name = getattr(operation, "Name", None)
    return paths.property_of(value, name_of(name if name is not None else operation))
