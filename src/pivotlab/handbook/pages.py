"""The pages of `docs/` that follow from code and data. The others are written by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from pivotlab.handbook.data_page import data_page
from pivotlab.handbook.facts_page import facts_page
from pivotlab.handbook.questions_page import questions_page
from pivotlab.kql.reference import reference
from pivotlab.places import ROOT

DOCS = ROOT / "docs"
PAGES: Mapping[str, Callable[[], str]] = {
    "data.md": data_page,
    "facts.md": facts_page,
    "kql.md": reference,
    "questions.md": questions_page,
}


def write(folder: Path = DOCS) -> list[Path]:
    """Write every generated page anew. Returns those that changed."""
    changed = list(stale(folder))
    for path in changed:
        path.write_text(PAGES[path.name](), encoding="utf-8", newline="\n")
    return changed


def stale(folder: Path = DOCS) -> Iterator[Path]:
    """The generated pages that no longer say what the code and data say."""
    for name, page in PAGES.items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != page():
            yield path
