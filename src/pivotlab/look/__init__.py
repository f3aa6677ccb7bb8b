"""How every widget looks and behaves: one palette for light and dark pages, and the elements that widgets are built of."""

from __future__ import annotations

from pathlib import Path

TEXT_WIDTH = 88
"""Columns of a text twin, and of what is asked in a terminal."""

_HERE = Path(__file__).parent


def script(*files: Path) -> str:
    """One module out of the shared elements and a widget's own files, in this order. Only the last one exports."""
    return _joined(_HERE / "elements.js", *files)


def style(*files: Path) -> str:
    """One style sheet out of the shared palette and a widget's own files, in this order."""
    return _joined(_HERE / "palette.css", *files)


def _joined(*files: Path) -> str:
    return "\n".join(file.read_text(encoding="utf-8") for file in files)
