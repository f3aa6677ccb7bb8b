"""The incident graph: which alert is about which entity, as a drawing and as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pivotlab.model import Alert
from pivotlab.portal.blocks import SEVERITY_TONES, Cell, Links, Table, Tone, counted, moment
from pivotlab.tenant.entities import entities_of

MOST = 14
"""Boxes on each side of the drawing; the table has everything."""

KINDS = {
    "MailMessage": "Mail",
    "CloudApplication": "Application",
    "AzureResource": "Azure resource",
    "Ip": "IP address",
    "Url": "URL",
}


@dataclass(slots=True)
class Node:
    """One entity of an incident: its kind and name, and the alerts that are about it."""

    kind: str
    name: str
    alerts: list[str] = field(default_factory=list)


def nodes(alerts: Sequence[Alert]) -> list[Node]:
    """The entities of an incident, those that most alerts share first."""
    found: dict[str, Node] = {}
    for alert in alerts:
        for entity in entities_of(alert):
            name = str(entity.properties["friendlyName"])
            node = found.setdefault(entity.name, Node(KINDS.get(entity.kind, entity.kind), name))
            if alert.id not in node.alerts:
                node.alerts.append(alert.id)
    return sorted(found.values(), key=lambda node: -len(node.alerts))


def drawing(alerts: Sequence[Alert]) -> Links:
    """Alerts on the left in order of time, entities on the right. Alerts of one title are one box when they are many."""
    groups: dict[str, list[Alert]] = {}
    for alert in alerts:
        groups.setdefault(alert.title if len(alerts) > MOST else alert.id, []).append(alert)
    shown = list(groups.values())[:MOST]
    group_of = {alert.id: at for at, group in enumerate(shown) for alert in group}
    every = nodes(alerts)
    chosen = [node for node in every if any(alert in group_of for alert in node.alerts)][:MOST]
    lines = sorted(
        {(group_of[alert], at) for at, node in enumerate(chosen) for alert in node.alerts if alert in group_of}
    )
    middle = {at: [one for one, other in lines if other == at] for at in range(len(chosen))}
    order = sorted(range(len(chosen)), key=lambda at: sum(middle[at]) / len(middle[at]))
    place = {old: new for new, old in enumerate(order)}
    left = [
        (
            group[0].title if len(group) == 1 else f"{len(group)} \u00d7 {group[0].title}",
            f"{moment(group[0].created)}, {group[0].severity.value}",
            SEVERITY_TONES.get(group[0].severity.value, "quiet"),
        )
        for group in shown
    ]
    right: list[tuple[str, str, Tone]] = [
        (chosen[at].name, _second(chosen[at]), "accent" if len(chosen[at].alerts) > 1 else "quiet") for at in order
    ]
    return Links(
        _alt(alerts, every, len(chosen)),
        ("Alerts, in order of time", "Entities"),
        left,
        right,
        [(a, place[b]) for a, b in lines],
    )


def table(alerts: Sequence[Alert]) -> Table:
    """The same, complete: every entity with the alerts that are about it."""
    titles = {alert.id: alert.title for alert in alerts}
    rows = [
        (
            Cell(node.name),
            Cell(node.kind),
            Cell(str(len(node.alerts))),
            Cell(_listed(titles[alert] for alert in node.alerts)),
        )
        for node in nodes(alerts)
    ]
    return Table("Entities and the alerts that are about them", ("Entity", "Kind", "Alerts", "Titles"), rows)


def _listed(titles: Iterable[str]) -> str:
    counts = Counter(titles)
    return "; ".join(title if count == 1 else f"{count} \u00d7 {title}" for title, count in counts.items())


def _second(node: Node) -> str:
    return f"{node.kind}, in {counted(len(node.alerts), 'alert')}"


def _alt(alerts: Sequence[Alert], every: Sequence[Node], drawn: int) -> str:
    shared = [node for node in every if len(node.alerts) > 1][:5]
    told = f"{counted(len(alerts), 'alert')} and {counted(len(every), 'entity', 'entities')}"
    left_out = f", of which {drawn} are drawn" if drawn < len(every) else ""
    if not shared:
        return f"{told}{left_out}. No entity is in more than one alert."
    named = ", ".join(f"{node.name} in {len(node.alerts)}" for node in shared)
    return f"{told}{left_out}. What ties the alerts together: {named}."
