"""`pivotlab interview`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any


def add_commands(commands: Any) -> None:
    """Add this room's commands to the command line."""
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


def _interview(arguments: argparse.Namespace) -> int:
    from pivotlab.learn.bank.questions import Level
    from pivotlab.learn.interviews.interviewing import interrupted, prepared
    from pivotlab.learn.interviews.judge import Judge, JudgeError
    from pivotlab.learn.interviews.terminal import run_interview, wants_to_go_on
    from pivotlab.learn.terminal import refuse, this_terminal
    from pivotlab.places import my_work

    level = Level(arguments.level)
    target: Path = arguments.save or _free(my_work() / "interviews", f"{level.value}-{arguments.minutes}")
    try:
        judge = None
        if arguments.judge:
            judge = Judge(arguments.judge, arguments.judge_model, elsewhere=arguments.judge_elsewhere)
        target.parent.mkdir(parents=True, exist_ok=True)
        terminal = this_terminal()
        before = interrupted(level, arguments.minutes, arguments.seed)
        resume = bool(before) and wants_to_go_on(before, terminal)
        running = prepared(level, arguments.minutes, seed=arguments.seed, resume=resume, judge=judge)
        told = run_interview(running, terminal)
        target.write_text(told, encoding="utf-8")
    except JudgeError as error:
        return refuse(str(error))
    except OSError as error:
        return refuse(f"{target} cannot be written: {error.strerror}. Name another file with --save.")
    sys.stdout.write(f"\nReport and transcript: {target}\n")
    return 0


def _free(folder: Path, stem: str) -> Path:
    """A file name in `folder` that is not taken, so that no transcript is overwritten."""
    number = 1
    while (target := folder / f"{stem}-{number}.md").exists():
        number += 1
    return target
