"""Words that may stand for one another where this course is spoken about: a candidate says "glue", a pattern says "merge".

A token keeps its own stem and also answers to those of its kin, so nothing that matched before is lost. A pattern stays readable,
and need not list every way to say "merge".
"""

from __future__ import annotations

from functools import cache

from pivotlab.learn.keypoints.words import stem

_ALIKE = (
    "merge glue melt fold absorb swallow fuse consolidate collapse subsume",
    "correlate stitch cluster bundle group glue weave",
    "comment remark annotation",
    "edit amend modify alter rework retouch",
    "metric kpi statistic stats",
    "truncate cap clip cut chop crop",
    "delay lag latency",
    "verify check examine inspect confirm validate",
    "undo revert reverse reversible rollback",
    "isolate quarantine",
    "duplicate twice double",
    "remove delete erase wipe",
    "keep retain store preserve",
    "pay bill charge invoice cost",
    "sample example specimen",
    "expand unpack explode unroll unnest flatten",
    "multiply balloon inflate",
    "latest newest freshest recent current",
    "legacy outdated old former classic",
    "compare contrast match diff",
    "gap hole",
    "review revisit",
    "expiry expire lapse",
    "automatic auto",
    "fast quick speedy rapid",
    "start begin kick fire trigger launch commence",
    "stop halt cease",
    "queue list worklist inbox",
    "device machine laptop computer host workstation endpoint pc",
    "user account identity",
    "mail email message",
    "choose pick select decide",
    "show display appear",
    "arrive land reach",
    "create make generate produce build raise spawn",
    "lose vanish disappear miss",
    "same equal",
    "customer client",
    "send transmit transfer forward deliver",
    "first initially",
    "then subsequently thereafter afterwards",
    "before prior beforehand",
    "disable deactivate",
    "retire discontinue sunset",
    "fill populate",
    "only exclusively solely",
    "complete full entire whole",
    "unchanged unaltered untouched",
    "replay rerun",
    "until till",
)
_COUNTS_AS = {
    "alert": "notify notification ping page alarm warn",
    "firewall": "fortigate fortinet palo checkpoint zscaler cisco",
    "aws": "amazon",
    "gcp": "google",
    "licence": "e5",
    "permission": "privilege entitlement",
    "analyst": "operator responder",
    "owner": "assignee",
    "sla": "deadline",
    "search": "grep scan",
    "schedule": "nightly cron",
    "test": "try trial rehearse rehearsal",
    "leadership": "boss management ciso board",
    "approve": "consent",
    "write": "jot scribble",
    "cheap": "inexpensive",
    "free": "gratis",
}


@cache
def kin(of: str) -> frozenset[str]:
    """The stems that a stem also answers to."""
    return _KIN.get(of, frozenset())


def _kinships() -> dict[str, frozenset[str]]:
    families = [frozenset(form for word in line.split() for form in _stems(word)) for line in _ALIKE]
    found: dict[str, set[str]] = {}
    for family in families:
        for member in family:
            found.setdefault(member, set()).update(family - {member})
    for head, words in _COUNTS_AS.items():
        for word in words.split():
            for form in _stems(word):
                found.setdefault(form, set()).add(stem(head))
    return {member: frozenset(others) for member, others in found.items()}


def _stems(word: str) -> set[str]:
    """The stems of a word and of its past: that of "glued" is not that of "glue"."""
    return {stem(word), stem(f"{word}d")} if word.endswith("e") else {stem(word)}


_KIN = _kinships()
