"""When two pieces of KQL are the same text."""

from __future__ import annotations


def same_text(kql: str) -> str:
    """A query fragment without what cannot matter: spaces and the style of quotes."""
    return "".join(kql.replace('"', "'").split())
