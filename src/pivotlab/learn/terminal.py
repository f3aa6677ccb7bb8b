"""Lines in and lines out, for what is asked in a terminal."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass

from pivotlab.look import TEXT_WIDTH

END = "."
"""A line that holds only this ends an answer of several lines."""


@dataclass(frozen=True)
class Terminal:
    """Where lines come from and go to. `read` gives one line without its end, and raises `EOFError` when there is none."""

    read: Callable[[], str]
    write: Callable[[str], None]

    def say(self, *lines: str) -> None:
        """Write paragraphs, wrapped; an empty one is a blank line."""
        for line in lines:
            hang = "  " if line.startswith("- ") else ""
            self.write((textwrap.fill(line, TEXT_WIDTH, subsequent_indent=hang) if line else "") + "\n")

    def ask(self, prompt: str) -> str:
        """One line."""
        self.write(prompt)
        return self.read().strip()

    def ask_text(self) -> str:
        """Several lines, up to a line with a single full stop."""
        lines = []
        while (line := self.read()).strip() != END:
            lines.append(line)
        return "\n".join(lines).strip()


def this_terminal() -> Terminal:
    """The one that the command was typed in."""

    def read() -> str:
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        return line.rstrip("\n")

    def write(text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()

    return Terminal(read, write)


def refuse(sentence: str) -> int:
    """Say why a command is not done. Returns its exit code."""
    sys.stderr.write(f"{sentence}\n")
    return 2
