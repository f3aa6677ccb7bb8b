"""Errors that a notebook shows as the line of the cell and one sentence, without the way through the package."""

from __future__ import annotations

import traceback
from itertools import takewhile
from pathlib import Path

PACKAGE = str(Path(__file__).parent)


class ShortError(Exception):
    """An answer to the learner and no failure of the program. IPython asks it how it is to be shown."""

    def _render_traceback_(self) -> list[str]:
        way = traceback.extract_tb(self.__traceback__)
        outside = list(takewhile(lambda frame: not frame.filename.startswith(PACKAGE), way))
        place = [f"Line {frame.lineno}: {frame.line}" for frame in outside[-1:] if frame.line]
        return [*place, f"{type(self).__name__}: {self}"]
