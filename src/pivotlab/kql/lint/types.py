"""Values in the wrong place: a table for a scalar, a single `=`, types that do not go together."""

from __future__ import annotations

from pivotlab.kql.syntax.names import name_of
from pivotlab.kql.syntax.tree import Tree, kind_of, source_text
from pivotlab.kql.terms import NUMERIC, UNKNOWN, Value
from pivotlab.kql.translation import Translation

_LOOSE = ("dynamic", UNKNOWN)


def table_for_scalar(translation: Translation, tree: Tree, name: str = "") -> Value:
    """A tabular result where one value is wanted."""
    what = name or "This query"
    return translation.report(
        tree,
        "table_for_scalar",
        f"{what} gives a table, and one value is wanted here.",
        f"Use toscalar({name or '...'}), or in ({name or '...'}) to test membership.",
    )


def function_for_value(translation: Translation, tree: Tree, name: str) -> Value:
    """A function's name without its parentheses."""
    return translation.report(tree, "function_for_value", f"{name} is a function.", f"Call it: {name}().")


def single_equals(translation: Translation, tree: Tree) -> None:
    """`name = value` where a condition or a plain argument is wanted."""
    if kind_of(tree) == "NamedExpression" and tree.Name is not None:
        left, right = name_of(tree.Name.Name or tree.Name), source_text(tree.Expression)
        translation.report(
            tree,
            "single_equals",
            "A single = gives a name to a column; it does not compare.",
            f"Compare with ==: {left} == {right[:60]}",
        )


def comparable(translation: Translation, tree: Tree, operator: str, left: Value, right: Value) -> None:
    """Report a comparison that Kusto refuses because of its types."""
    pair = {left.kind, right.kind}
    if len(pair) == 1 or pair & set(_LOOSE):
        return
    if pair <= {*NUMERIC, "bool"} or pair <= {"string", "guid"}:
        return
    if "string" in pair:
        other = next(kind for kind in pair if kind != "string")
        text = left if left.kind == "string" else right
        if text.is_constant or other in (*NUMERIC, "bool", "guid"):
            return
    if pair <= {"datetime", "long"} or pair <= {"timespan", "long", "int", "real"}:
        return
    translation.report(
        tree, "types", f"{left.kind} and {right.kind} cannot be compared with {operator}.", "Convert one side first."
    )


def orderable(translation: Translation, tree: Tree, operator: str, left: Value, right: Value) -> None:
    """Report `<` and its relatives between types that have no common order (learn.microsoft.com, "Numerical operators").

    Numbers and bools compare with each other, a dynamic with numbers, datetimes and timespans with their own kind; texts
    have no order. A literal text that spells what the other side is, is read as such.
    """
    a, b = left.kind, right.kind
    if UNKNOWN in (a, b):
        return
    if a in (*NUMERIC, "bool") and b in (*NUMERIC, "bool"):
        return
    if (a == b and a in ("datetime", "timespan", "dynamic")) or (
        "dynamic" in (a, b) and (a in NUMERIC or b in NUMERIC)
    ):
        return
    if "string" in (a, b):
        advice = "Order texts with strcmp()." if a == b else "Convert the text first, as with toint() or todatetime()."
    else:
        advice = "Convert one side first."
    translation.report(tree, "types", f"{a} and {b} cannot be compared with {operator}.", advice)


def matchable(translation: Translation, tree: Tree, operator: str, *values: Value) -> None:
    """Report a string operator on what is no text (learn.microsoft.com, "String operators")."""
    for value in values:
        if value.kind not in ("string", *_LOOSE):
            translation.report(
                tree, "types", f"{operator} works on text, and this is a {value.kind}.", "Convert it with tostring()."
            )
            return


def logical(translation: Translation, tree: Tree, value: Value, word: str, dynamic: bool = False) -> None:
    """Report what is no condition in a place for one (learn.microsoft.com, "Logical operators", "where operator")."""
    if value.kind not in ("bool", UNKNOWN) and not (dynamic and value.kind == "dynamic"):
        translation.report(
            tree, "types", f"{word} needs a condition, and this is a {value.kind}.", "Compare it, or use tobool()."
        )


def groupable(translation: Translation, tree: Tree, value: Value, word: str) -> None:
    """Report a dynamic where rows are grouped or sorted (learn.microsoft.com, "The dynamic data type")."""
    if value.kind == "dynamic":
        name = value.name or "..."
        translation.report(tree, "types", f"{word} does not take a dynamic.", f"Convert it first: tostring({name}).")


def joinable(translation: Translation, tree: Tree, left: Value, right: Value) -> None:
    """Report join keys of different types, or of type dynamic (learn.microsoft.com, "join operator")."""
    a, b = left.kind, right.kind
    if UNKNOWN in (a, b) or {a, b} <= {"int", "long"} or (a == b and a != "dynamic"):
        return
    message = f"The keys of a join must have one type; these are {a} and {b}."
    if a == b:
        message = "A join does not compare dynamics."
    translation.report(tree, "types", message, "Convert them first, as with | extend Key = tostring(Key).")


def no_type(translation: Translation, tree: Tree, text: str) -> None:
    """A type that does not exist."""
    translation.report(tree, "types", f"There is no type {text}.", "Use string, long, real, datetime, dynamic, ...")


def expandable(translation: Translation, tree: Tree, value: Value) -> None:
    """Report what is no dynamic where an array or a bag is expanded (learn.microsoft.com, "mv-expand operator")."""
    if value.kind not in _LOOSE:
        advice = f"Split or parse it first: parse_json({value.name or '...'})."
        translation.report(tree, "types", f"An array or a bag is expanded, and this is a {value.kind}.", advice)


def binnable(translation: Translation, tree: Tree, name: str, values: list[Value]) -> None:
    """Report a value and a bin size that do not go together (learn.microsoft.com, "bin()")."""
    value, size = values[0].kind, values[1].kind
    if UNKNOWN in (value, size) or (value in NUMERIC and size in NUMERIC):
        return
    if value not in ("datetime", "timespan") or size != "timespan":
        advice = "Numbers go into bins of a number, datetimes and timespans into bins of a timespan."
        translation.report(tree, "types", f"{name} does not put a {value} into bins of a {size}.", advice)


def no_count(translation: Translation, tree: Tree, value: Value) -> None:
    """Something else than a whole number where a number of rows is wanted."""
    translation.report(tree, "types", f"A whole number is wanted here, and this is a {value.kind}.")


def not_aggregated(translation: Translation, tree: Tree, name: str) -> None:
    """A column outside of any aggregate (learn.microsoft.com, "summarize operator")."""
    translation.report(
        tree,
        "not_aggregated",
        f"{name} is a column, and summarize gives one value for many rows.",
        f"Group by {name}, or aggregate it, as with make_set({name}).",
    )


def no_arithmetic(translation: Translation, tree: Tree, operator: str, left: Value, right: Value) -> Value:
    """An arithmetic operator between types that have none."""
    advice = "Join text with strcat()." if "string" in (left.kind, right.kind) else "Convert one side first."
    return translation.report(tree, "types", f"{left.kind} {operator} {right.kind} is not defined.", advice)


def no_properties(translation: Translation, tree: Tree, value: Value) -> None:
    """A step into a value that has no properties."""
    if value.kind == "string":
        name = value.name or "it"
        translation.report(
            tree, "types", f"{name} is a string, which has no properties.", f"Parse it first: parse_json({name})."
        )
        return
    translation.report(tree, "types", f"A {value.kind} has no properties.")
