"""Finds sentences of the course that say how the products behave, and name no fact on which that rests.

A program cannot understand a claim. It can see its marks: a product's word and a word of rule in one sentence. Such a
sentence must stand in a cell that cites a fact. Summaries repeat what was cited above, so they are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import jupytext

from pivotlab.facts.ledger import FACT_ID, read_facts

_PRODUCT = re.compile(
    r"\b(Sentinel|Defender|Microsoft|connector|onboard\w*|analytics rules?|automation rules?|custom detections?|"
    r"incident creation|playbooks?|unified queue|data lake|ASIM|CSPM|CWPP?)\b"
)
_RULE = re.compile(
    r"\b(cannot|never|always|only|at most|every|must|by default|no longer|up to|within|supports?|requires?|needs?|"
    r"allowed|is billed|are billed|is free|are free|retains)\b"
)
_FRAME = re.compile(r"^(#|\||>|    |\* \*\*(Weak|Good|Senior)|(After|In) this (lesson|lab)\b)")
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|(?:^|\s)\* ")


def uncited(source: Path) -> Iterator[str]:
    """The sentences of a text source, or of a notebook, that claim something and cite nothing."""
    for cell in jupytext.read(source).cells:
        if cell.cell_type == "markdown" and not FACT_ID.search(cell.source):
            for paragraph in re.split(r"\n\s*\n", cell.source):
                if not _FRAME.match(paragraph):
                    yield from (said for said in _sentences(paragraph) if _PRODUCT.search(said) and _RULE.search(said))


def unknown(source: Path) -> set[str]:
    """The fact ids that a text source cites in code marks, and the ledger does not hold."""
    text = source.read_text(encoding="utf-8")
    cited = {name for group in re.findall(r"\(facts? ([^)]*)\)", text) for name in FACT_ID.findall(group)}
    return cited - read_facts().keys()


def _sentences(paragraph: str) -> list[str]:
    return _SENTENCE_END.split(" ".join(paragraph.split()))
