"""Habits from SQL and other languages, and what KQL says instead."""

from __future__ import annotations

from typing import Any

_AFTER_BAR = {
    "select": ("KQL chooses columns with project.", "Write | project A, B."),
    "group": ("KQL groups inside summarize.", "Write | summarize count() by A."),
    "having": ("KQL filters groups with where after summarize.", "Write | where count_ > 10."),
    "from": ("A KQL query starts with its table; there is no from.", "Begin with the table's name."),
    "insert": ("KQL only reads; it changes no data.", ""),
    "update": ("KQL only reads; it changes no data.", ""),
    "delete": ("KQL only reads; it changes no data.", ""),
    "drop": ("KQL leaves columns out with project-away.", "Write | project-away A."),
    "filter": ("KQL filters with where.", "Write | where ..."),
}
_INSIDE = {
    "is": ("KQL tests for null with a function.", "Write isnull(A) or isempty(A)."),
    "like": ("KQL has no like.", "Write has, contains, startswith or matches regex."),
    "not": ("KQL puts the negation into the operator or a function.", "Write !in, !has, != or not(...)."),
    "group": ("KQL groups inside summarize.", "Write | summarize count() by A."),
    "&&": ("KQL joins conditions with words.", "Write and."),
    "||": ("KQL joins conditions with words.", "Write or."),
    "else": ("KQL chooses with a function.", "Write iff(condition, then, otherwise) or case(...)."),
}


def habit_after_bar(word: str) -> tuple[str, str] | None:
    """What to say about a word that follows `|`."""
    return _AFTER_BAR.get(word.lower())


def habit_at(word: str, previous: Any) -> tuple[str, str] | None:
    """What to say about a word inside an expression, or at the start of a query."""
    if previous is None or (previous.text.lower() == "select"):
        return _AFTER_BAR["select"] if previous is not None or word.lower() == "select" else None
    return _INSIDE.get(word.lower())
