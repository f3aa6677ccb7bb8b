"""docs/questions.md: every question and task, for whoever plans a class or adds one."""

from __future__ import annotations

from collections import Counter

from pivotlab.handbook.tables import table
from pivotlab.learn.bank.reader import interview_questions, questions
from pivotlab.learn.grading.task import tasks

_INTRODUCTION = """# Questions and tasks

The questions stand in `data/questions/`, the tasks in `data/tasks/`, with their answers, the misconception behind every
wrong one, and its feedback. This page lists them without the answers.
"""


_COLUMNS = ("Kind", "Level", "Topic", "Asks", "Facts")


def questions_page() -> str:
    """The page's text."""
    bank = questions()
    kinds = Counter(question.kind for question in bank.values())
    counted = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    parts = [
        _INTRODUCTION,
        f"{len(bank)} questions ({counted}), {len(tasks())} tasks, {len(interview_questions())} interview questions.\n",
    ]
    for place in sorted({entry.lesson for entry in (*bank.values(), *tasks().values())}):
        rows = [
            (
                f"`{question.id}`",
                question.kind,
                question.level,
                question.topic.title,
                question.stem,
                _ids(question.facts),
            )
            for question in bank.values()
            if question.lesson == place
        ]
        graded = [
            (f"`{task.id}`", task.kind, task.level, task.topic.title, task.prompt, _ids(task.facts))
            for task in tasks().values()
            if task.lesson == place
        ]
        parts.append(f"## {_title(place)}\n")
        parts += [table((noun, *_COLUMNS), found) for noun, found in (("Question", rows), ("Task", graded)) if found]
    return "\n".join(parts)


def _title(place: str) -> str:
    return f"{'Lab' if place.startswith('L') else 'Lesson'} {place}"


def _ids(facts: list[str]) -> str:
    return ", ".join(f"`{fact}`" for fact in facts)
