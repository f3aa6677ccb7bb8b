"""What a person sees of the connectors: the page of one, and the list of all. Both print as text and render as HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal, Protocol

Portal = Literal["azure", "defender"]
PORTALS: dict[Portal, str] = {"azure": "Azure portal", "defender": "Defender portal"}

HIDDEN_IN_DEFENDER = (
    "Microsoft Defender for Cloud Apps",
    "Microsoft Defender for Endpoint",
    "Microsoft Defender for Identity",
    "Microsoft Defender for Office 365",
    "Microsoft Defender XDR",
    "Subscription-based Microsoft Defender for Cloud (Legacy)",
    "Tenant-based Microsoft Defender for Cloud",
)
"""Connectors that the Defender portal's page no longer lists; the Azure portal still does (fact setup-defender-04)."""


@dataclass(slots=True)
class Onboarded:
    """A workspace in the Defender portal."""

    workspace: str
    role: Literal["primary", "secondary"]

    @property
    def gets(self) -> str:
        """What reaches the workspace in its role (facts workspaces-01 to workspaces-04, workspaces-08)."""
        if self.role == "primary":
            return "incidents and alerts of Defender XDR; its alerts are correlated with them"
        return "its own incidents, the same in both portals, correlated with no other; raw tables that are streamed"


class _Connector(Protocol):
    @property
    def connected(self) -> bool: ...
    @property
    def installed(self) -> bool: ...
    @property
    def streamed(self) -> tuple[str, ...]: ...
    @property
    def creation_rules(self) -> list[str]: ...

    @property
    def onboarded(self) -> bool: ...
    @property
    def behind(self) -> int: ...

    licensed: bool
    entities_on: bool
    workspaces: tuple[Onboarded, ...]


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
    portal = PORTALS["defender" if connector.onboarded else "azure"]
    prerequisites = Section(
        "Prerequisites",
        (
            ("met" if connector.licensed else "missing", "Microsoft Defender XDR licence"),
            ("met" if connector.installed else "missing", "Microsoft Defender XDR solution from Content hub"),
        ),
    )
    lines = [("connected" if connector.connected else "not connected", "Incidents and alerts")]
    lines += [("still on", f"Incident creation rule: {rule}") for rule in connector.creation_rules]
    if connector.behind:
        lines.append(
            ("behind", f"{connector.behind} incidents follow at their next change; nothing is replayed (ours)")
        )
    incidents = Section("1. Connect incidents & alerts", tuple(lines))
    entities = Section(
        "2. Connect entities", (("connected" if connector.entities_on else "not connected", "Active Directory (UEBA)"),)
    )
    events = [
        Section(f"3. Connect events: {product}", tuple(("streamed" if t in streamed else "-", t) for t in group))
        for product, group in tables.items()
    ]
    page = (prerequisites, incidents, entities, *events)
    if connector.onboarded:
        seen = ("not listed", "Data connectors page of the Defender portal; the Azure portal still lists it")
        roles = tuple((found.role, f"{found.workspace}: {found.gets}") for found in connector.workspaces)
        page += (Section("Where this connector is shown", (seen,)), Section("Workspaces in the Defender portal", roles))
    return ConnectorPage(f"Microsoft Defender XDR ({portal})", page)


def listed(connectors: Mapping[str, str], portal: Portal) -> ConnectorPage:
    """The Data connectors page of a portal: `connectors` by name, with their states (fact setup-defender-04)."""
    gone = [name for name in connectors if portal == "defender" and name in HIDDEN_IN_DEFENDER]
    shown = Section("Connectors", tuple((connectors[name], name) for name in sorted(connectors) if name not in gone))
    missing = Section("Listed in the Azure portal only", tuple((connectors[name], name) for name in sorted(gone)))
    return ConnectorPage(f"Data connectors ({PORTALS[portal]})", (shown, missing) if gone else (shown,))
