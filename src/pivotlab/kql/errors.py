"""What can go wrong with a query: it is wrong, it is not run offline, or it hit a limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pivotlab.short_errors import ShortError

OUT_OF_RANGE = "A datetime leaves the years 1 to 9999 here, and the documentation does not say what comes of it"


@dataclass(frozen=True)
class Diagnostic:
    """One finding about a query. `line` and `column` are 1-based; `suggestion` says what to type, or is empty."""

    line: int
    column: int
    code: str
    message: str
    suggestion: str = ""

    def __str__(self) -> str:
        advice = f" {self.suggestion}" if self.suggestion else ""
        return f"Line {self.line}, column {self.column}: {self.message}{advice}"


class KqlError(ShortError):
    """The query is wrong. `diagnostics` say where and what to try."""

    def __init__(self, message: str, diagnostics: Sequence[Diagnostic] = ()) -> None:
        super().__init__(message)
        self.diagnostics = list(diagnostics)


class KqlUnsupported(ShortError):  # noqa: N818 - not an error of the learner's: the query is valid
    """The query is valid KQL that the practice engine does not run offline. The message says why."""


class KqlLimit(ShortError):  # noqa: N818 - the query may be right; it asked for too much
    """The query ran into a limit of time, rows or memory, or was cancelled."""
