"""docs/kql.md says what the code does."""

from __future__ import annotations

from pivotlab.kql.reference import reference
from pivotlab.places import ROOT


def test_the_page_is_generated_from_this_code() -> None:
    written = (ROOT / "docs" / "kql.md").read_text(encoding="utf-8")
    assert written == reference(), "Run: python -m pivotlab.kql.reference > docs/kql.md"


def test_every_function_has_a_meaning() -> None:
    rows = [line for line in reference().splitlines() if line.startswith("| `")]
    assert len(rows) > 350
    assert not [row for row in rows if len(row.split("|")[2].strip()) < 10]
