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
