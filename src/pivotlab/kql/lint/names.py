"""Unknown tables, columns and functions: which name comes nearest, and what the two products call it."""

from __future__ import annotations

from collections.abc import Iterable

from pivotlab.kql.catalogue import PRODUCT_NAMES
from pivotlab.kql.lint.nearest import nearest
from pivotlab.kql.scope import Scope
from pivotlab.kql.syntax.tree import Tree
from pivotlab.kql.terms import Relation, Value
from pivotlab.kql.translation import Translation

_TWINS = {"TimeGenerated": "Timestamp", "Timestamp": "TimeGenerated"}
"""The event time is called one way in a workspace and the other way in advanced hunting."""


def unknown_column(translation: Translation, tree: Tree, name: str, relation: Relation | None, scope: Scope) -> Value:
    """Report a name that is neither a column nor a `let`."""
    columns = [column.name for column in relation.columns] if relation else []
    twin = _TWINS.get(name)
    if twin in columns:
        where = "Sentinel tables" if name == "TimeGenerated" else "the Defender tables of advanced hunting"
        message = f"{name} exists in {where}; here the column is called {twin}."
        return translation.report(tree, "unknown_column", message, f"Use {twin}.")
    close = nearest(name, [*columns, *scope.known()])
    if close is not None and close.casefold() == name.casefold():
        message = f"There is no column {name}: names are case-sensitive."
    elif relation is None:
        message = f"{name} is not a name that is known here."
    else:
        message = f"There is no column {name} here."
    return translation.report(tree, "unknown_column", message, f"Did you mean {close}?" if close else _offer(columns))


def _offer(columns: list[str]) -> str:
    if not columns:
        return ""
    listed = ", ".join(columns[:6])
    return f"The columns are {listed}{' ...' if len(columns) > 6 else '.'}"


def unknown_table(translation: Translation, tree: Tree, name: str, scope: Scope) -> None:
    """Report a name that is neither a table nor a tabular `let`."""
    other = translation.catalogue.elsewhere(name)
    if other is not None:
        here = " and ".join(PRODUCT_NAMES.get(product, product) for product in translation.catalogue.seen)
        translation.report(
            tree,
            "unknown_table",
            f"{name} exists only in {PRODUCT_NAMES.get(other, other)}; this query runs on {here}.",
        )
        return
    close = nearest(name, [*translation.catalogue.tables, *scope.known()])
    reason = ": names are case-sensitive." if close and close.casefold() == name.casefold() else "."
    translation.report(
        tree, "unknown_table", f"There is no table {name}{reason}", f"Did you mean {close}?" if close else ""
    )


def unknown_chart(translation: Translation, tree: Tree, name: str, known: Iterable[str]) -> None:
    """Report a visualization that does not exist."""
    close = nearest(name, known)
    advice = f"Did you mean {close}?" if close else ""
    translation.report(tree, "unknown_chart", f"render knows no {name}.", advice)


def unknown_function(
    translation: Translation, tree: Tree, name: str, known: list[str], kind: str = "function"
) -> Value:
    """Report a function that does not exist."""
    close = nearest(name, known)
    return translation.report(
        tree, "unknown_function", f"There is no {kind} {name}().", f"Did you mean {close}()?" if close else ""
    )
