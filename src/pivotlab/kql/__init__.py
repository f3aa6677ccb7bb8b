"""KQL for learners: a query is linted, rewritten, staged and run, on the clock of the practice tenant."""

from __future__ import annotations

from pivotlab.kql.engine import Engine
from pivotlab.kql.errors import Diagnostic, KqlError, KqlLimit, KqlUnsupported

__all__ = ["Diagnostic", "Engine", "KqlError", "KqlLimit", "KqlUnsupported"]
