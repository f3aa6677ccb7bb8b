"""The page on KQL has a meaning for everything that the engine understands."""

from __future__ import annotations

from pivotlab.kql.reference import reference


def test_every_function_has_a_meaning() -> None:
    rows = [line for line in reference().splitlines() if line.startswith("| `")]
    assert len(rows) > 350
    assert not [row for row in rows if len(row.split("|")[2].strip()) < 10]
