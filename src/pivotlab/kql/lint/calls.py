"""Calls that do not fit: the number and types of arguments, aggregates in the wrong place."""

from __future__ import annotations

from pivotlab.kql.signatures import Signed
from pivotlab.kql.syntax.tree import Tree
from pivotlab.kql.terms import NUMERIC, UNKNOWN, Value
from pivotlab.kql.translation import Translation


def arity(
    translation: Translation, tree: Tree, name: str, given: int, fewest: int, most: int | None, signature: str
) -> bool:
    """Whether the number of arguments fits; reports it when not."""
    if given >= fewest and (most is None or given <= most):
        return True
    wanted = f"{fewest}" if most == fewest else f"at least {fewest}" if most is None else f"{fewest} to {most}"
    translation.report(
        tree, "arguments", f"{name}() takes {wanted} argument(s), and {given} are given.", f"Write {signature}."
    )
    return False


def fitting(translation: Translation, tree: Tree, called: Signed, given: int) -> bool:
    """`arity` of what has a signature."""
    return arity(translation, tree, called.name, given, called.fewest, called.most, called.signature)


def missing(translation: Translation, tree: Tree, name: str, parameter: str) -> None:
    """A parameter without an argument."""
    translation.report(tree, "arguments", f"{name}() needs a value for {parameter}.")


def argument(translation: Translation, tree: Tree, name: str, index: int, given: str, wanted: str) -> Value:
    """An argument of the wrong type."""
    return translation.report(
        tree,
        "types",
        f"Argument {index + 1} of {name}() is a {given}; it takes a {wanted}.",
        f"Convert it with to{wanted}().",
    )


def otherwise(translation: Translation, tree: Tree, name: str, values: list[Value]) -> None:
    """Report a `case()` that ends in a condition's value (learn.microsoft.com, "case()")."""
    if len(values) % 2 == 0:
        message = f"{name}() ends with a value for when no condition holds."
        translation.report(tree, "arguments", message, "Write case(A, 1, B, 2, otherwise).")


def alike(translation: Translation, tree: Tree, name: str, values: list[Value]) -> None:
    """Report arguments of several types where one is needed."""
    kinds = {
        value.kind for value in values if value.kind != UNKNOWN and not (value.is_constant and value.const is None)
    }
    if len(kinds) > 1 and not kinds <= set(NUMERIC):
        listed = " and ".join(sorted(kinds))
        translation.report(tree, "types", f"The arguments of {name}() must have one type; these are {listed}.")


_TAKES = {
    "summable": ((*NUMERIC, "datetime", "timespan"), "numbers, datetimes and timespans"),
    "orderable": ((*NUMERIC, "datetime", "timespan", "string", "bool"), "values that have an order"),
    "bag": (("dynamic",), "property bags"),
    "number": ((*NUMERIC, "dynamic"), "numbers here"),
    "scalar": ((*NUMERIC, "datetime", "timespan", "string", "bool", "guid"), "values that are no dynamic"),
}


def operand(translation: Translation, tree: Tree, name: str, value: Value, takes: str) -> None:
    """Report a value that an aggregate cannot work on (learn.microsoft.com, "Aggregation functions")."""
    if takes == "any" or value.kind == UNKNOWN:
        return
    kinds, words = _TAKES[takes]
    if value.kind not in kinds:
        translation.report(
            tree,
            "types",
            f"{name}() works on {words}, and this is a {value.kind}.",
            "Convert it first, as with tolong() or tostring().",
        )


def star(translation: Translation, tree: Tree, name: str) -> Value:
    """`*` where a function does not take it."""
    return translation.report(tree, "arguments", f"{name}() does not take *.")


def aggregate_outside_summarize(translation: Translation, tree: Tree, name: str) -> Value:
    """An aggregate function in a row-by-row place."""
    return translation.report(
        tree,
        "aggregate_outside_summarize",
        f"{name}() aggregates over rows, so it belongs into summarize.",
        f"Write | summarize {name}(...) by ...",
    )
