"""How a finding is shown: the line, a caret under the place, one sentence, one suggestion."""

from __future__ import annotations

from collections.abc import Sequence

from pivotlab.kql.errors import Diagnostic


def message_of(kql: str, diagnostics: Sequence[Diagnostic]) -> str:
    """All findings as text, each with an excerpt of the query."""
    return "\n\n".join(excerpt(kql, diagnostic) for diagnostic in diagnostics[:5])


def excerpt(kql: str, diagnostic: Diagnostic) -> str:
    """One finding under the line that it is about."""
    lines = kql.split("\n")
    line = lines[diagnostic.line - 1].rstrip() if diagnostic.line <= len(lines) else ""
    start = max(diagnostic.column - 60, 0)
    shown = line.replace("\t", " ")[start : start + 100]
    caret = " " * (diagnostic.column - 1 - start) + "^"
    return f"{diagnostic}\n    {shown}\n    {caret}"
