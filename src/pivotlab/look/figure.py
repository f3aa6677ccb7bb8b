"""A matplotlib figure that everybody can read: with alt text, a caption, and a white ground in a dark theme too."""

from __future__ import annotations

import base64
import html
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

DOTS_PER_INCH = 110


@dataclass(frozen=True)
class Figure:
    """A finished picture as a value. It shows as the last expression of a cell; without pictures it reads as its alt text."""

    png: bytes
    alt: str
    caption: str = ""

    def _repr_html_(self) -> str:
        source = base64.b64encode(self.png).decode("ascii")
        image = f'<img alt="{html.escape(self.alt)}" src="data:image/png;base64,{source}" style="max-width:100%">'
        caption = f"<figcaption>{html.escape(self.caption)}</figcaption>" if self.caption else ""
        return f'<figure style="margin:0">{image}{caption}</figure>'

    def __repr__(self) -> str:
        return f"Figure: {self.alt}"


def figure(drawing: Drawing, *, alt: str, caption: str = "") -> Figure:
    """Turn a matplotlib figure into a picture with alt text, and close it.

    `alt` says what the picture shows to somebody who cannot see it: the message and the numbers, not the colours.
    Raises `ValueError` when it is empty.

    A notebook's own PNG output has no place for alt text, so the picture travels as HTML.
    """
    if not alt.strip():
        raise ValueError('A picture needs alt text. Say what it shows: lab.figure(drawing, alt="...").')
    from matplotlib import pyplot

    buffer = io.BytesIO()
    drawing.savefig(
        buffer, format="png", dpi=DOTS_PER_INCH, bbox_inches="tight", facecolor="white", metadata={"Software": None}
    )
    pyplot.close(drawing)
    return Figure(buffer.getvalue(), alt.strip(), caption.strip())
