"""The shape of a task: what to find out, the answer it is graded against, hints, and the wrong answers it tempts to."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, TypeAdapter, model_validator

from pivotlab.learn.bank.questions import Entry, LessonOrLab, Level, QuestionId, Text, Topic
from pivotlab.learn.bank.reader import by_id, content_files, pick, read
from pivotlab.learn.grading.conditions import Action, Condition, Expression
from pivotlab.learn.grading.targets import Target
from pivotlab.places import DATA

TASKS = DATA / "tasks"
Product = Literal["defender", "workspace"]

LEAST_TEMPTING = 8
LEAST_TEMPTING_STATES = 3
"""Fewer for a state: somebody who mends a tenant tries its few switches, while a query can go wrong in any line."""


class Expected(Entry):
    """The right answer, as something that is worked out anew on every bundle: KQL, a pandas expression, or an attack."""

    kql: Text | None = None
    pandas: Text | None = Field(
        default=None, description="An expression; table('EmailEvents') is a frame of the first product, pd is pandas."
    )
    target: Target | None = Field(default=None, description="What a detection should find, and how well.")

    @model_validator(mode="after")
    def _one_of_the_three(self) -> Expected:
        if sum(form is not None for form in (self.kql, self.pandas, self.target)) != 1:
            raise ValueError("give one of kql, pandas and target")
        return self


class Tempting(Entry):
    """A wrong answer that people really give.

    `answer` has the form of a right one: a query, also where a frame is asked for, or a value. Where a value is asked
    for, `kql` may stand instead: each value that it returns is tempting. Where the tenant's state is graded, `steps`
    lead to a wrong state, and `evidence` is what is handed in with it.
    """

    answer: Text | None = None
    kql: Text | None = None
    steps: list[Action] | None = None
    evidence: Expression | None = None
    misconception: Text
    hint: Text = Field(description="What the learner reads who gives it.")

    @model_validator(mode="after")
    def _one_form(self) -> Tempting:
        if sum(form is not None for form in (self.answer, self.kql, self.steps)) != 1:
            raise ValueError("give one of answer, kql and steps")
        return self


class Task(Entry):
    """Something to find out in the practice tenant's data."""

    id: QuestionId
    lesson: LessonOrLab
    section: Text = Field(description="Heading of the section that it belongs to.")
    topic: Topic
    level: Level
    facts: list[str] = Field(default=[], description="Ids in data/facts.yaml on which the task rests, if any.")
    prompt: Text
    kind: Literal["kql", "value", "frame", "detection", "state"] = Field(
        description="What the learner hands in: the text of a query (of a rule, for a detection), one value, a data frame, "
        "or the tenant itself."
    )
    products: list[Product] = Field(
        default=["defender"], min_length=1, description="Whose tables a query sees, the first one first."
    )
    expected: Expected | None = Field(default=None, description="What an answer is graded against; a state has none.")
    start: Literal["connected", "bare"] = Field(default="connected", description="The tenant that the lab opens.")
    before: list[Action] = Field(default=[], description="What has happened to it when the learner takes over.")
    untouched: Expression | None = Field(default=None, description="Holds of a tenant while nothing was attempted.")
    given: dict[str, Expression] = Field(
        default={}, description="Names for conditions, worked out on the tenant first."
    )
    conditions: list[Condition] = Field(default=[], description="What must hold of a state, the first thing first.")
    order: bool = Field(default=False, description="The order of the rows is part of the task.")
    hints: list[Text] = Field(min_length=2, description="From a nudge to almost the answer.")
    solution: Text = Field(description="Code that a learner may run as it stands.")
    why: Text = Field(description="Why the solution is right, in a sentence or two.")
    tempting: list[Tempting] = Field(
        min_length=LEAST_TEMPTING_STATES,
        description=f"At least {LEAST_TEMPTING}; {LEAST_TEMPTING_STATES} for a state, which has fewer plausible ways.",
    )

    @property
    def reference(self) -> Expected:
        """What an answer is graded against; every kind but a state has it."""
        assert self.expected is not None
        return self.expected

    @model_validator(mode="after")
    def _tempting_fits_the_kind(self) -> Task:
        if self.kind != "value" and any(tempting.kql for tempting in self.tempting):
            raise ValueError("a tempting query stands under answer; kql is for tasks that ask for a value")
        if any((tempting.steps is None) == (self.kind == "state") for tempting in self.tempting):
            raise ValueError("tempting steps are for tasks that grade a state, and those have nothing else")
        if self.kind != "state" and len(self.tempting) < LEAST_TEMPTING:
            raise ValueError(f"{len(self.tempting)} tempting answers; there must be {LEAST_TEMPTING}")
        return self

    @model_validator(mode="after")
    def _what_it_is_graded_by_fits_the_kind(self) -> Task:
        if (self.expected is None) != (self.kind == "state") or bool(self.conditions) != (self.kind == "state"):
            raise ValueError("an answer is graded by expected, and a state by conditions")
        if self.expected is not None and (self.expected.target is None) == (self.kind == "detection"):
            raise ValueError("a detection, and nothing else, is graded by an expected target")
        sentences = {condition.otherwise for condition in self.conditions}
        if lost := [found.misconception for found in self.tempting if self.conditions and found.hint not in sentences]:
            raise ValueError(f"{lost[0]!r}: its hint must be the sentence of the condition that catches it")
        return self


_TASK = TypeAdapter(Task)


@cache
def tasks(folder: Path = TASKS) -> Mapping[str, Task]:
    """All tasks by id, lessons first, then labs, in the order of their files. Raises `ContentError`."""
    return by_id((path, task) for path in content_files(folder) for task in read(path, "tasks", _TASK))


def task(task_id: str) -> Task:
    """One task. Raises `UnknownEntryError` with the nearest ids."""
    return pick(tasks(), task_id, "task")
