"""`pivotlab progress` and `pivotlab questions`: where a learner stands, and whether the question bank is sound."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import Any

from pivotlab.places import ROOT


def add_commands(commands: Any) -> None:
    """Add this room's commands to the command line."""
    shown = commands.add_parser("progress", help="show where you stand, by topic")
    shown.add_argument("--merge", type=Path, metavar="FILE", help="add the events of another progress file first")
    shown.set_defaults(run=_progress)
    bank = commands.add_parser("questions", help="check the question bank, or write its schemas")
    actions = bank.add_subparsers(required=True, metavar="ACTION")
    actions.add_parser("lint", help="rules that a sound bank keeps").set_defaults(run=_lint)
    actions.add_parser("schema", help="write the JSON schemas that editors use").set_defaults(run=_schema)


def _progress(arguments: argparse.Namespace) -> int:
    from pivotlab.learn.dashboard import progress
    from pivotlab.learn.record.log import SaveError, log

    if arguments.merge is not None:
        try:
            count = log().merge(arguments.merge)
        except SaveError as error:
            sys.stderr.write(f"{error}\n")
            return 2
        sys.stdout.write(f"Added {count} events from {arguments.merge.name}.\n\n")
    sys.stdout.write(f"{progress()!r}\n")
    return 0


def _lint(_: argparse.Namespace) -> int:
    from pivotlab.facts import citations, read_facts
    from pivotlab.learn.bank.reader import ContentError, questions
    from pivotlab.learn.lint import lint

    try:
        bank = questions()
    except ContentError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    taught = [fact for fact, files in citations().items() if any(file.startswith("course/") for file in files)]
    findings = lint(bank, read_facts(), taught, _headings())
    sys.stdout.write("".join(f"{finding}\n" for finding in findings))
    sys.stdout.write(f"{len(bank)} questions, {len(findings)} findings.\n")
    return 1 if findings else 0


def _headings() -> dict[str, set[str]]:
    """The sections of each lesson and lab that is written, by its number."""
    written = sorted((ROOT / "course").glob("[01L][0-9]-*.py"))
    return {path.name[:2]: set(re.findall(r"(?m)^# ## (.+)$", path.read_text(encoding="utf-8"))) for path in written}


def _schema(_: argparse.Namespace) -> int:
    from pivotlab.learn import schema

    changed = schema.write()
    sys.stdout.write("".join(f"Wrote {path.parent.name}/{path.name}.\n" for path in changed) or "Nothing to write.\n")
    return 0
