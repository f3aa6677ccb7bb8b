"""What a portal view is made of: plain values, which the browser draws and a terminal prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal

Tone = Literal["plain", "quiet", "right", "caution", "wrong", "accent"]
"""How a word is coloured. The word itself always says the same."""


@dataclass(frozen=True)
class Press:
    """A button: its label, what it asks of the view, and what goes with it."""

    label: str
    name: str
    values: Mapping[str, Any] = field(default_factory=dict)
    key: str = ""


@dataclass(frozen=True)
class Text:
    """One paragraph."""

    text: str
    tone: Tone = "plain"
    kind: str = "text"


@dataclass(frozen=True)
class Pairs:
    """Names with their values."""

    rows: Sequence[tuple[str, Cell]]
    kind: str = "pairs"


@dataclass(frozen=True)
class Cell:
    """One cell of a table. `second` is a smaller line below; `share` (0 to 1) draws a bar behind the number.

    `mark` is a word for what happened to it since the last look. `press` makes the text a button.
    """

    text: str
    second: str = ""
    tone: Tone = "plain"
    chip: bool = False
    mark: str = ""
    share: float | None = None
    press: Press | None = None


@dataclass(frozen=True)
class Table:
    """A table. `groups` are headings over several columns: a title and how many columns it spans.

    The first cell of each row is its heading. `current` is the row that is open below.
    """

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    groups: Sequence[tuple[str, int]] = ()
    current: int | None = None
    shows_caption: bool = True
    kind: str = "table"


@dataclass(frozen=True)
class Field:
    """One control of a form.

    `menu` and `ticks` have choices (value and label); `word` is a line, `words` a text box, `tick` a single box.
    """

    name: str
    label: str
    control: Literal["menu", "ticks", "tick", "word", "words"]
    value: str | bool | Sequence[str] = ""
    choices: Sequence[tuple[str, str]] = ()
    hint: str = ""


@dataclass(frozen=True)
class Said:
    """What came of the last press: a sentence, and the calls that were made."""

    text: str
    tone: Tone
    code: str = ""


@dataclass(frozen=True)
class Form:
    """Controls and the button that sends them. `said` is shown in place. None of the buttons of an `even` form stands out."""

    key: str
    fields: Sequence[Field]
    presses: Sequence[Press]
    said: Said | None = None
    even: bool = False
    kind: str = "form"


@dataclass(frozen=True)
class Section:
    """A titled part. `state` is a word beside the title; a `folded` one opens on demand."""

    title: str
    blocks: Sequence[Block]
    state: str = ""
    tone: Tone = "quiet"
    folded: bool = False
    key: str = ""
    kind: str = "section"


@dataclass(frozen=True)
class Columns:
    """Sections side by side where there is room, else below one another."""

    sections: Sequence[Section]
    kind: str = "columns"


@dataclass(frozen=True)
class Links:
    """A drawing of what belongs to what: nodes on the left and on the right (label, second line, tone), and lines between.

    `alt` says in words what it shows; a table beside it says everything.
    """

    alt: str
    titles: tuple[str, str]
    left: Sequence[tuple[str, str, Tone]]
    right: Sequence[tuple[str, str, Tone]]
    lines: Sequence[tuple[int, int]]
    kind: str = "links"


@dataclass(frozen=True)
class Lanes:
    """A drawing of what happened where and when: a lane per place, dots as shares of the time shown, labelled ticks."""

    alt: str
    lanes: Sequence[tuple[str, Sequence[float]]]
    ticks: Sequence[tuple[float, str]]
    kind: str = "lanes"


Block = Text | Pairs | Table | Form | Section | Columns | Links | Lanes


@dataclass(frozen=True)
class Page:
    """A whole view: title, clock, blocks."""

    title: str
    clock: str
    notice: str
    blocks: Sequence[Block]

    def plain(self) -> dict[str, Any]:
        """The page as JSON can carry it."""
        return asdict(self)


def moment(when: datetime | None, *, seconds: bool = False) -> str:
    """A moment as the views write it: `3 Nov 08:05`, in UTC."""
    if when is None:
        return ""
    return f"{when.day} {when:%b %H:%M:%S}" if seconds else f"{when.day} {when:%b %H:%M}"


def counted(number: int, one: str, many: str = "") -> str:
    """`1 incident`, `2 incidents`; `many` where it is not `one` with an s."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


SEVERITY_TONES: dict[str, Tone] = {"high": "wrong", "medium": "caution", "low": "accent"}


def severity(word: str) -> Cell:
    """A severity as a marked word."""
    return Cell(word, tone=SEVERITY_TONES.get(word.lower(), "quiet"), chip=True)
