"""`pivotlab facts`: what the course claims, where, and what is due for another look."""

from __future__ import annotations

import argparse
import re
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from rich.console import Console
from rich.table import Table

from pivotlab.facts.ledger import citations, read_facts
from pivotlab.facts.showing import ShownFact


def add_commands(commands: Any) -> None:
    """Add `facts` to the command line."""
    facts = commands.add_parser("facts", help="list the fact ledger, where a fact is used, or what to re-check")
    facts.add_argument("ids", nargs="*", metavar="ID", help="facts or topics, such as sync-03 or cost; all without one")
    facts.add_argument(
        "--older-than", type=_days, metavar="180d", help="only volatile facts that were checked longer ago"
    )
    facts.add_argument("--used", action="store_true", help="show the files that cite each fact")
    facts.set_defaults(run=_facts)


def _days(text: str) -> timedelta:
    if not (match := re.fullmatch(r"(\d{1,5})d", text)):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of days. Type for example: --older-than 180d")
    return timedelta(days=int(match[1]))


def _facts(arguments: argparse.Namespace) -> int:
    known = read_facts()
    wanted = set(arguments.ids)
    if unknown := wanted - known.keys() - {fact.topic for fact in known.values()}:
        Console().print(f"No fact or topic {', '.join(sorted(unknown))}. List them all: pivotlab facts")
        return 2
    shown = [fact for fact in known.values() if not wanted or {fact.id, fact.topic} & wanted]
    if arguments.older_than is not None:
        limit = datetime.now(UTC).date() - arguments.older_than
        shown = [fact for fact in shown if fact.volatile and fact.checked < limit]
    used = citations() if arguments.used else {}
    if wanted and wanted <= known.keys():
        for fact in shown:
            places = ["Used in:", *(f"  {place}" for place in used.get(fact.id, ["nowhere"]))] if arguments.used else []
            sys.stdout.write("\n".join([repr(ShownFact(fact)), *places, "", ""]))
        return 0
    table = Table("fact", "statement", "page", "checked", *(["used in"] if arguments.used else []))
    for fact in shown:
        page = f"{fact.source.page} ({fact.source.date})" if fact.source else "no page found"
        row = [fact.id, fact.statement, page, fact.checked.isoformat()]
        table.add_row(*row, *(["\n".join(used.get(fact.id, ["nowhere"]))] if arguments.used else []))
    Console().print(table)
    Console().print(f"{len(shown)} of {len(known)} facts.")
    return 0
