"""Calls that do not fit: the number and types of arguments, aggregates in the wrong place."""

from __future__ import annotations

from pivotlab.kql.syntax.tree import Tree
from pivotlab.kql.terms import Value
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
