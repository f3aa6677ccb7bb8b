"""Text in columns."""

from __future__ import annotations

from collections.abc import Sequence


def widths(rows: Sequence[Sequence[str]]) -> list[int]:
    """The width of each column; every row has the same number of cells."""
    return [max(map(len, column)) for column in zip(*rows, strict=True)]


def line(cells: Sequence[str], wide: Sequence[int]) -> str:
    """One row, its cells as wide as their columns."""
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, wide, strict=True)).rstrip()


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """The rows as lines, their cells one below the other."""
    wide = widths(rows)
    return [line(row, wide) for row in rows]
