"""How an outcome travels through DuckDB, which passes on nothing but the text of an error.

The text carries a mark that is drawn anew in every process, so that no query can spell it.
"""

from __future__ import annotations

import re
import secrets

from pivotlab.kql.errors import KqlError, KqlLimit, KqlUnsupported

Outcome = type[KqlError] | type[KqlUnsupported] | type[KqlLimit]

_MARK = secrets.token_hex(8)
_OUTCOMES: dict[str, Outcome] = {each.__name__: each for each in (KqlError, KqlUnsupported, KqlLimit)}
_FOUND = re.compile(rf"{_MARK}:(\w+):(.*?){_MARK}", re.DOTALL)


def before(outcome: Outcome) -> str:
    """What stands in front of a message."""
    return f"{_MARK}:{outcome.__name__}:"


BEHIND = _MARK
"""What stands behind a message."""


def marked(outcome: Outcome, message: str) -> str:
    """The text of an error that becomes `outcome` again."""
    return f"{before(outcome)}{message}{BEHIND}"


def outcome_in(text: str) -> Exception | None:
    """The outcome that the text of an error carries, if it does."""
    found = _FOUND.search(text)
    return _OUTCOMES[found[1]](found[2]) if found is not None else None
