"""The rest of the queue: forty small alerts of an ordinary month, most of them nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from pivotlab.scenarios import evidence
from pivotlab.scenarios.addresses import address_of
from pivotlab.scenarios.company import Person
from pivotlab.scenarios.evidence import Evidence
from pivotlab.scenarios.geography import ABROAD
from pivotlab.scenarios.programs import foreign, program
from pivotlab.scenarios.vocabulary import vocabulary
from pivotlab.scenarios.world import World


def play_everyday(world: World) -> None:
    """Raise the alerts of `data/company/everyday_alerts.yaml`, over the month, with the rows that they rest on."""
    _old_phones(world)
    for kind in vocabulary("everyday_alerts"):
        for turn in range(kind["times"]):
            day = int(world.rng.integers(1, world.window.days - 2))
            while not world.window.is_working(day):
                day += 1
            midnight = world.window.day(min(day, world.window.days - 2))
            when = midnight + timedelta(hours=int(world.rng.integers(9, 17)), seconds=int(world.rng.integers(0, 3600)))
            person = world.pick(world.company.people, present=when)
            shown = _SHOWN[kind["shows"]](world, kind, when, person)
            key = f"everyday-{kind['title'].lower().replace(' ', '-')}-{turn}"
            world.alerts.raise_alert(
                kind["product"],
                key,
                when,
                kind["title"],
                severity=kind["severity"],
                category=kind["category"],
                techniques=kind.get("techniques", ()),
                description=f"{kind['title']}. Seen at {person.site.name}.",
                evidence=shown,
            )


def _old_phones(world: World) -> None:
    """Phones that still try last month's password lock their owners' accounts now and then. Nobody raises an alert."""
    for day in (2, 9, 16, 23):
        person = world.pick(world.company.people)
        when = world.window.day(day) + timedelta(hours=7, minutes=day)
        world.signins.attempt(
            when, person, "Exchange Online", person.home_address, result=50053, client="Mobile Apps and Desktop clients"
        )


def _file(world: World, kind: dict[str, Any], when: datetime, person: Person) -> list[Evidence]:
    desk = world.company.device_of(person)
    found = foreign(kind["file"].replace("{sam}", person.name), kind["threat"])
    browser = world.endpoint.start(
        when - timedelta(minutes=1),
        world.desktop(desk, when - timedelta(minutes=1)),
        program("msedge.exe"),
        "msedge.exe",
    )
    origin = "https://www.portreview.example/files/download"
    world.endpoint.file(when, browser, found, FileOriginUrl=origin)
    caught = {"ThreatName": kind["threat"], "WasRemediated": True}
    world.endpoint.event(
        when + timedelta(seconds=3), browser, "AntivirusDetection", file=found, FileOriginUrl=origin, fields=caught
    )
    return [
        evidence.file(found, desk, verdict="suspicious", remediation="remediated"),
        evidence.device(desk, verdict="unknown"),
    ]


def _mail(world: World, kind: dict[str, Any], when: datetime, person: Person) -> list[Evidence]:
    domain = vocabulary("names")["newsletters"][when.day % 5]
    message = world.mail.inbound(
        when - timedelta(minutes=20),
        f"hello@{domain}",
        domain,
        [person],
        kind["subject"],
        urls=[f"https://{domain}/go/{when.day}"],
        address=address_of(f"mail.{domain}"),
    )
    if "removed" in kind["title"]:
        world.mail.purge(when, message)
    return [evidence.message(message, verdict="suspicious"), evidence.mailbox(person, verdict="unknown")]


def _signin(world: World, kind: dict[str, Any], when: datetime, person: Person) -> list[Evidence]:
    place = list(ABROAD.values())[when.day % len(ABROAD)]
    address = address_of(f"hotel {when.day}")
    risk = "high" if kind["severity"] == "high" else "medium"
    world.signins.attempt(
        when,
        person,
        "Outlook Web",
        address,
        place=place,
        risk=risk,
        mfa="Mobile app notification",
        device=world.company.device_of(person),
    )
    return [evidence.user(person), evidence.address(address, country=place.country)]


def _device(world: World, kind: dict[str, Any], when: datetime, person: Person) -> list[Evidence]:
    desk = world.company.device_of(person)
    ran = world.endpoint.start(when, world.desktop(desk, when), program(kind["runs"]), kind["command"])
    return [
        evidence.process(ran),
        evidence.device(desk, verdict="unknown"),
        evidence.user(person, verdict="unknown"),
    ]


_SHOWN: dict[str, Callable[[World, dict[str, Any], datetime, Person], list[Evidence]]] = {
    "file": _file,
    "mail": _mail,
    "signin": _signin,
    "device": _device,
}
