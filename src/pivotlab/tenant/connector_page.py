"""The connector's page, for a person: it prints as text and renders as HTML in a notebook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Protocol


class _Connector(Protocol):
    @property
    def connected(self) -> bool: ...
    @property
    def installed(self) -> bool: ...
    @property
    def streamed(self) -> tuple[str, ...]: ...
    @property
    def creation_rules(self) -> list[str]: ...

    licensed: bool
    onboarded: bool
    entities_on: bool


@dataclass(frozen=True)
class Section:
    """One part of the page: lines of a mark and what it is about. The mark is a word, never a colour."""

    title: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ConnectorPage:
    """What the page says at one moment."""

    title: str
    sections: tuple[Section, ...]

    def __str__(self) -> str:
        width = max(len(mark) for section in self.sections for mark, _ in section.lines)
        shown = [self.title, "=" * len(self.title)]
        for section in self.sections:
            shown += ["", section.title, *(f"  {mark:<{width}}  {text}" for mark, text in section.lines)]
        return "\n".join(shown)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        parts = [f"<h3>{escape(self.title)}</h3>"]
        for section in self.sections:
            rows = "".join(
                f'<tr><td style="text-align:left">{escape(mark)}</td><td style="text-align:left">{escape(text)}</td></tr>'
                for mark, text in section.lines
            )
            parts.append(
                f'<table><caption style="text-align:left"><b>{escape(section.title)}</b></caption>'
                f"<thead><tr><th scope='col'>State</th><th scope='col'>What</th></tr></thead><tbody>{rows}</tbody></table>"
            )
        return "".join(parts)


def describe(connector: _Connector, tables: Mapping[str, Sequence[str]]) -> ConnectorPage:
    """The page of a connector with the tables that it offers."""
    streamed = set(connector.streamed)
    portal = "Defender portal" if connector.onboarded else "Azure portal"
    prerequisites = Section(
        "Prerequisites",
        (
            ("met" if connector.licensed else "missing", "Microsoft Defender XDR licence"),
            ("met" if connector.installed else "missing", "Microsoft Defender XDR solution from Content hub"),
        ),
    )
    lines = [("connected" if connector.connected else "not connected", "Incidents and alerts")]
    lines += [("still on", f"Incident creation rule: {rule}") for rule in connector.creation_rules]
    incidents = Section("1. Connect incidents & alerts", tuple(lines))
    entities = Section(
        "2. Connect entities", (("connected" if connector.entities_on else "not connected", "Active Directory (UEBA)"),)
    )
    events = [
        Section(f"3. Connect events: {product}", tuple(("streamed" if t in streamed else "-", t) for t in group))
        for product, group in tables.items()
    ]
    return ConnectorPage(f"Microsoft Defender XDR ({portal})", (prerequisites, incidents, entities, *events))
