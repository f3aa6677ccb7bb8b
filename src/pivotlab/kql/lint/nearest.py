"""The name that a learner probably meant."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz, process


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The most similar known name, or `None` when none is close. A name that differs only in case always wins."""
    candidates = list(dict.fromkeys(known))
    for candidate in candidates:
        if candidate.casefold() == name.casefold():
            return candidate
    found = process.extractOne(name, candidates, scorer=fuzz.ratio, score_cutoff=70, processor=str.casefold)
    return None if found is None else str(found[0])
