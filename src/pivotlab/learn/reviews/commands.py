"""`pivotlab review` and `pivotlab anki`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any


def add_commands(commands: Any) -> None:
    """Add this room's commands to the command line."""
    review = commands.add_parser("review", help="ask again what you are about to forget: ten questions in five minutes")
    review.add_argument("--count", type=int, default=10, metavar="N", help="at most so many questions (default: 10)")
    review.add_argument("--early", action="store_true", help="ask what you got wrong last, without waiting for its day")
    review.set_defaults(run=_review)

    anki = commands.add_parser("anki", help="write the questions as an Anki deck")
    anki.add_argument("file", type=Path, metavar="OUT.apkg")
    anki.set_defaults(run=_anki)


def _review(arguments: argparse.Namespace) -> int:
    from pivotlab.learn.reviews.plan import plan
    from pivotlab.learn.reviews.terminal import run_review
    from pivotlab.learn.terminal import refuse, this_terminal

    if arguments.count < 1:
        return refuse("--count needs a number from 1 up.")
    run_review(plan(limit=arguments.count, early=arguments.early), this_terminal())
    return 0


def _anki(arguments: argparse.Namespace) -> int:
    from pivotlab.learn.reviews.anki import export
    from pivotlab.learn.terminal import refuse

    target: Path = arguments.file
    if target.suffix != ".apkg":
        return refuse(f"Anki imports files that end in .apkg. Name it {target.with_suffix('.apkg').name}.")
    try:
        count = export(target)
    except OSError as error:
        return refuse(f"{target} cannot be written: {error.strerror}. Name another file.")
    sys.stdout.write(f"{count} notes in {target}. Import it in Anki; a later export updates them and doubles none.\n")
    return 0
