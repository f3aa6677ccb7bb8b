"""Grades an answer to a task: not attempted, wrong or right, and what to look at."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from pivotlab.kql import KqlError, KqlLimit, KqlUnsupported
from pivotlab.learn.bank.questions import BLANK
from pivotlab.learn.fragments import same_text
from pivotlab.learn.grading.detecting import headline, keys, score, told
from pivotlab.learn.grading.difference import Rung, cell, differences
from pivotlab.learn.grading.ground import Ground
from pivotlab.learn.grading.task import Task, Tempting
from pivotlab.learn.outcome import Outcome


@dataclass(frozen=True)
class Grade:
    """What became of an answer."""

    outcome: Outcome
    headline: str
    rungs: tuple[Rung, ...] = ()
    hint: str = ""


RIGHT = Grade(Outcome.RIGHT, "Right.")


def grade(task: Task, answer: Any, grounds: Sequence[Ground]) -> Grade:
    """Grade `answer` on every ground that fits the kind of task: a query on all, a value or frame on the first.

    A detection is a query that is graded by precision and recall, not by the rows that it must return.
    """
    if is_blank(answer):
        return Grade(Outcome.NOT_ATTEMPTED, "Not attempted yet.")
    if task.kind == "kql":
        return _query(task, answer, grounds)
    if task.kind == "detection":
        return _detection(task, answer, grounds)
    expected = grounds[0].expected(task.reference, *task.products)
    found = _frame(task, answer, expected) if task.kind == "frame" else _value(answer, expected)
    return (
        found if found.outcome is not Outcome.WRONG else replace(found, hint=_tempting_hint(task, answer, grounds[0]))
    )


def is_blank(answer: Any) -> bool:
    """Nothing yet: no value, the dots of a template, a blank left in a text, or comments alone."""
    if answer is None or answer is ...:
        return True
    if not isinstance(answer, str):
        return False
    lines = [line.split("//")[0].strip() for line in answer.splitlines()]
    return BLANK in answer or not any(lines)


def _query(task: Task, answer: Any, grounds: Sequence[Ground]) -> Grade:
    for place, ground in enumerate(grounds):
        yours = _run(task, answer, ground)
        if isinstance(yours, Grade):
            return yours
        expected = ground.expected(task.reference, *task.products)
        if rungs := differences(yours, expected, order=task.order):
            if place > 0:
                return _other_ground(rungs)
            return Grade(Outcome.WRONG, "Not yet.", tuple(rungs), _tempting_hint(task, yours, ground, answer))
    return RIGHT


def _run(task: Task, answer: Any, ground: Ground) -> pd.DataFrame | Grade:
    """The rows of a query that was handed in, or why there are none."""
    if not isinstance(answer, str):
        return Grade(Outcome.WRONG, f"Hand in the text of your query, in quotes; this is a {type(answer).__name__}.")
    try:
        return ground.run(answer, *task.products)
    except KqlError as error:
        return Grade(Outcome.WRONG, "Your query does not run.", (Rung("query", str(error)),))
    except KqlLimit as error:
        return Grade(Outcome.WRONG, "Your query asks for too much.", (Rung("query", str(error)),))
    except KqlUnsupported as error:
        reason = f"It is valid KQL, but cannot be checked here. {error}"
        return Grade(Outcome.NOT_ATTEMPTED, "Your query does not run offline.", (Rung("query", reason),))


def _detection(task: Task, answer: Any, grounds: Sequence[Ground]) -> Grade:
    target = task.reference.target
    assert target is not None  # the task says so where it is read
    found: list[pd.DataFrame] = []
    for ground in grounds:
        yours = _run(task, answer, ground)
        if isinstance(yours, Grade):
            return yours
        if missing := [column for column in target.key if column not in yours.columns]:
            reason = f"Without {' and '.join(missing)}, nobody can tell which of your rows belong to the attack."
            hint = _tempting_hint(task, yours, ground, answer)
            return Grade(Outcome.WRONG, "Your result lacks a column.", (Rung("missing columns", reason),), hint)
        found.append(yours)
    attacks = [ground.attack(target, *task.products) for ground in grounds]
    scores = [score(frame, target, attack) for frame, attack in zip(found, attacks, strict=True)]
    rungs = told(scores, target, found[0], attacks[0])
    if all(one.keeps(target) for one in scores):
        return replace(RIGHT, rungs=rungs)
    return Grade(Outcome.WRONG, headline(scores, target), rungs, _tempting_hint(task, found[0], grounds[0], answer))


def _other_ground(rungs: list[Rung]) -> Grade:
    """Right by chance or by hand. The rows of the second seed are not shown, or they would become the next answer."""
    told = tuple(Rung(rung.name, rung.sentence) for rung in rungs)
    headline = "Right on this data, but not on the same incident with other people, hosts and times."
    hint = "Something in your query is a fact of this data: a name, an address, an id or a time. Let the query find it."
    return Grade(Outcome.WRONG, headline, told, hint)


def _frame(task: Task, answer: Any, expected: pd.DataFrame) -> Grade:
    if not isinstance(answer, pd.DataFrame):
        return Grade(Outcome.WRONG, f"Hand in a data frame; this is a {type(answer).__name__}.")
    rungs = differences(answer, expected, order=task.order)
    return Grade(Outcome.WRONG, "Not yet.", tuple(rungs)) if rungs else RIGHT


def _value(answer: Any, expected: Any) -> Grade:
    given, wanted = _single(answer), _single(expected)
    if same_value(given, wanted):
        return RIGHT
    if isinstance(given, list) and isinstance(wanted, list):
        missing = sum(value not in given for value in wanted)
        extra = sum(value not in wanted for value in given)
        told = (
            f"{missing} of {len(wanted)} values {'is' if missing == 1 else 'are'} missing, {extra} should not be there."
        )
        return Grade(Outcome.WRONG, "Not yet.", (Rung("values that differ", told),))
    kind = (
        f"Your answer is {given!r}."
        if type(given) is type(wanted)
        else (f"Your answer is {given!r}, a {type(given).__name__}; a {type(wanted).__name__} is expected.")
    )
    return Grade(Outcome.WRONG, "Not yet.", (Rung("values that differ", kind),))


def same_value(given: Any, wanted: Any) -> bool:
    """Equal as a learner means it: letter case, outer spaces and the order of a list say nothing (our choice)."""
    return bool(_single(given) == _single(wanted))


def _single(answer: Any) -> Any:
    """One value or one list, out of whatever holds it: a frame of one cell, a series, a set, a number of numpy."""
    if isinstance(answer, pd.DataFrame):
        answer = answer.iloc[0, 0] if answer.shape == (1, 1) else answer.to_numpy().ravel().tolist()
    if isinstance(answer, str):
        return answer.strip().casefold()
    if isinstance(answer, list | tuple | set | frozenset) or hasattr(answer, "tolist"):
        answer = answer.tolist() if hasattr(answer, "tolist") else answer
        if not isinstance(answer, list | tuple | set | frozenset):
            return _single(answer)
        parts = sorted((_single(part) for part in answer), key=repr)
        return parts[0] if len(parts) == 1 else parts
    found = cell(answer)
    return found[1] if isinstance(found, tuple) and found[0] == "bool" else found


def _tempting_hint(task: Task, answer: Any, ground: Ground, text: str = "") -> str:
    """The hint of the tempting answer that was given, in its words or with its rows.

    No rows at all match only in words: every query that finds nothing looks alike. Explaining must never spoil the
    grade, so whatever fails in here means no hint.
    """
    for tempting in task.tempting:
        if tempting.answer is not None and text and same_text(text) == same_text(tempting.answer):
            return tempting.hint
    for tempting in task.tempting:
        with suppress(Exception):
            if _alike(task, tempting, answer, ground):
                return tempting.hint
    return ""


def _alike(task: Task, tempting: Tempting, answer: Any, ground: Ground) -> bool:
    if task.kind == "value":
        if tempting.kql is None:
            return same_value(answer, _literal(str(tempting.answer)))
        values = ground.reference(tempting.kql, *task.products).to_numpy().ravel().tolist()
        return any(same_value(answer, value) for value in values)
    rows = ground.reference(str(tempting.answer), *task.products)
    if target := task.reference.target:
        return len(rows) > 0 and set(keys(rows, target)) == set(keys(answer, target))
    return len(rows) > 0 and not differences(answer, rows, order=task.order)


def _literal(text: str) -> Any:
    """A tempting value is written as text; a number in it is a number."""
    try:
        return float(text)
    except ValueError:
        return text
