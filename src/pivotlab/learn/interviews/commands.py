"""`pivotlab review`, `pivotlab interview` and `pivotlab anki`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any


def add_commands(commands: Any) -> None:
    """Add this room's commands to the command line."""
    review = commands.add_parser("review", help="ask again what you are about to forget: ten questions in five minutes")
    review.add_argument("--count", type=int, default=10, metavar="N", help="at most so many questions (default: 10)")
    review.set_defaults(run=_review)

    interview = commands.add_parser("interview", help="hold a mock interview, rate yourself, and see the gaps")
    interview.add_argument("--level", choices=("junior", "mid", "senior"), default="junior")
    interview.add_argument("--minutes", type=int, choices=(10, 30, 45), default=10)
    interview.add_argument("--seed", type=int, default=0, help="another number, another set of questions")
    interview.add_argument("--save", type=Path, metavar="FILE", help="where the report and transcript go (Markdown)")
    interview.add_argument(
        "--judge", metavar="ADDRESS", help="let a local model comment, e.g. http://127.0.0.1:11434/v1"
    )
    interview.add_argument("--judge-model", default="llama3.2", metavar="NAME", help="the model to ask")
    interview.add_argument("--judge-elsewhere", action="store_true", help="allow answers to leave this computer")
    interview.set_defaults(run=_interview)

    anki = commands.add_parser("anki", help="write the questions as an Anki deck")
    anki.add_argument("file", type=Path, metavar="OUT.apkg")
    anki.set_defaults(run=_anki)


def _review(arguments: argparse.Namespace) -> int:
    from pivotlab.learn.interviews.terminal import run_review
    from pivotlab.learn.reviews.plan import plan

    if arguments.count < 1:
        return _refuse("--count needs a number from 1 up.")
    run_review(plan(limit=arguments.count), _terminal())
    return 0


def _interview(arguments: argparse.Namespace) -> int:
    from pivotlab.learn.bank.questions import Level
    from pivotlab.learn.interviews.interviewing import interrupted, prepared
    from pivotlab.learn.interviews.judge import Judge, JudgeError
    from pivotlab.learn.interviews.terminal import run_interview, wants_to_go_on
    from pivotlab.places import my_work

    level = Level(arguments.level)
    target: Path = arguments.save or _free(my_work() / "interviews", f"{level.value}-{arguments.minutes}")
    try:
        judge = None
        if arguments.judge:
            judge = Judge(arguments.judge, arguments.judge_model, elsewhere=arguments.judge_elsewhere)
        target.parent.mkdir(parents=True, exist_ok=True)
        terminal = _terminal()
        before = interrupted(level, arguments.minutes, arguments.seed)
        resume = bool(before) and wants_to_go_on(before, terminal)
        running = prepared(level, arguments.minutes, seed=arguments.seed, resume=resume, judge=judge)
        told = run_interview(running, terminal)
        target.write_text(told, encoding="utf-8")
    except JudgeError as error:
        return _refuse(str(error))
    except OSError as error:
        return _refuse(f"{target} cannot be written: {error.strerror}. Name another file with --save.")
    sys.stdout.write(f"\nReport and transcript: {target}\n")
    return 0


def _anki(arguments: argparse.Namespace) -> int:
    from pivotlab.learn.reviews.anki import export

    target: Path = arguments.file
    if target.suffix != ".apkg":
        return _refuse(f"Anki imports files that end in .apkg. Name it {target.with_suffix('.apkg').name}.")
    try:
        count = export(target)
    except OSError as error:
        return _refuse(f"{target} cannot be written: {error.strerror}. Name another file.")
    sys.stdout.write(f"{count} notes in {target}. Import it in Anki; a later export updates them and doubles none.\n")
    return 0


def _terminal() -> Any:
    from pivotlab.learn.interviews.terminal import Terminal

    def read() -> str:
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        return line.rstrip("\n")

    def write(text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()

    return Terminal(read, write)


def _free(folder: Path, stem: str) -> Path:
    """A file name in `folder` that is not taken, so that no transcript is overwritten."""
    number = 1
    while (target := folder / f"{stem}-{number}.md").exists():
        number += 1
    return target


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 2
