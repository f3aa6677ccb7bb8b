"""The shape of a question: seven kinds, each of which explains every wrong answer it invites."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

BLANK = "____"
"""Stands for the missing part of a query."""


class Topic(StrEnum):
    """What a question is about. Progress, review and the gap report group by it."""

    INTEGRATION_BASICS = "integration_basics"
    CONNECTOR_SETUP = "connector_setup"
    DATA_FLOW = "data_flow"
    INCIDENT_SYNC = "incident_sync"
    CREATION_RULES_AUTOMATION = "creation_rules_automation"
    CUSTOM_DETECTIONS = "custom_detections"
    HUNTING_KQL = "hunting_kql"
    DEFENDER_FOR_CLOUD = "defender_for_cloud"
    UNIFIED_PORTAL = "unified_portal"
    TRIAGE_OPERATIONS = "triage_operations"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The topic as a learner reads it."""
        return _TITLES[self]


_TITLES = {
    Topic.INTEGRATION_BASICS: "Integration basics",
    Topic.CONNECTOR_SETUP: "Connector setup",
    Topic.DATA_FLOW: "Data flow and cost",
    Topic.INCIDENT_SYNC: "Incident synchronisation",
    Topic.CREATION_RULES_AUTOMATION: "Creation rules and automation",
    Topic.CUSTOM_DETECTIONS: "Custom detections",
    Topic.HUNTING_KQL: "Hunting and KQL",
    Topic.DEFENDER_FOR_CLOUD: "Defender for Cloud",
    Topic.UNIFIED_PORTAL: "Unified portal",
    Topic.TRIAGE_OPERATIONS: "Triage and operations",
}


class Level(StrEnum):
    """The seniority at which an interviewer would ask."""

    JUNIOR = "junior"
    MID = "mid"
    SENIOR = "senior"


class Entry(BaseModel):
    """Anything that stands in a content file: no unknown keys, no changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


Text = Annotated[str, Field(min_length=1)]
Lesson = Annotated[str, Field(pattern=r"^(0\d|10)$", description="Number of the lesson, 00 to 10.")]
LessonOrLab = Annotated[
    str, Field(pattern=r"^(0\d|10|L[1-8])$", description="Number of the lesson, 00 to 10, or of the lab, L1 to L8.")
]
QuestionId = Annotated[
    str, Field(pattern=r"^(L\d|[a-z0-9]+)(-[a-z0-9]+)+$", description="Number of the lesson or lab, then words.")
]


def place_of(lesson: str) -> str:
    """A lesson or lab by its number: "lesson 04", "lab L4"."""
    return f"lab {lesson}" if lesson.startswith("L") else f"lesson {lesson}"


class Slip(Entry):
    """Why somebody would answer wrongly, and what to tell them."""

    misconception: Text = Field(description="The belief behind the answer, as one sentence.")
    feedback: Text = Field(description="What the learner reads.")


class Option(Entry):
    """One thing to choose. A wrong one names the misconception behind it."""

    text: Text
    right: bool = False
    misconception: Text | None = None
    feedback: Text

    @model_validator(mode="after")
    def _wrong_has_a_reason(self) -> Option:
        if self.right == (self.misconception is not None):
            raise ValueError(
                f"option {self.text!r} needs a misconception exactly when it is wrong; "
                + ("drop the misconception" if self.right else "add one, or mark it right: true")
            )
        return self


class Asked(Entry):
    """What every question has."""

    id: QuestionId
    lesson: LessonOrLab
    section: Text = Field(description="Heading of the section that it tests.")
    topic: Topic
    level: Level
    facts: list[str] = Field(description="Ids in data/facts.yaml on which the answer rests.")
    practice: Text | None = Field(
        default=None, description="Instead of facts: the way of working on which the answer rests, in one sentence."
    )
    stem: Text
    code: Text | None = Field(default=None, description="A query, a program or a table that belongs to the stem.")
    pretest: bool = Field(default=False, description="Asked before the lesson, to show a gap.")

    @model_validator(mode="after")
    def _rests_on_something(self) -> Asked:
        if bool(self.facts) == (self.practice is not None):
            raise ValueError("name the facts on which the answer rests or, where it rests on none, the practice")
        return self

    @model_validator(mode="after")
    def _id_names_the_lesson(self) -> Asked:
        if not self.id.startswith(f"{self.lesson}-"):
            raise ValueError(f"the id must begin with {self.lesson}-, the number of its lesson or lab")
        return self


def _check_options(options: list[Option], right: range) -> None:
    texts = [option.text for option in options]
    if len(set(texts)) != len(texts):
        raise ValueError("two options have the same text")
    if (count := sum(option.right for option in options)) not in right:
        raise ValueError(f"{count} options are marked right: true; there must be {_span(right)}")


def _span(numbers: range) -> str:
    return str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]} to {numbers[-1]}"


class SingleChoice(Asked):
    """Choose one of three to six options."""

    kind: Literal["single"]
    options: list[Option] = Field(min_length=3, max_length=6)

    @model_validator(mode="after")
    def _one_is_right(self) -> SingleChoice:
        _check_options(self.options, range(1, 2))
        return self


class Predict(Asked):
    """Say what a query or program returns, before it runs."""

    kind: Literal["predict"]
    code: Text
    options: list[Option] = Field(min_length=3, max_length=6)

    @model_validator(mode="after")
    def _one_is_right(self) -> Predict:
        _check_options(self.options, range(1, 2))
        return self


class MultipleChoice(Asked):
    """Choose every option that holds; at least one holds and at least one does not."""

    kind: Literal["multiple"]
    options: list[Option] = Field(min_length=4, max_length=8)

    @model_validator(mode="after")
    def _some_are_right(self) -> MultipleChoice:
        _check_options(self.options, range(1, len(self.options)))
        return self


class Step(Entry):
    """One step of an order. `too_early` says what it means to put it before the step above it."""

    text: Text
    too_early: Slip | None = None


class Ordering(Asked):
    """Put steps in order. They stand in the right order here; every wrong order puts some step before its predecessor."""

    kind: Literal["ordering"]
    steps: list[Step] = Field(min_length=3, max_length=7)
    feedback: Text = Field(description="What a learner reads who has it right.")

    @model_validator(mode="after")
    def _every_slip_is_explained(self) -> Ordering:
        if self.steps[0].too_early is not None:
            raise ValueError("the first step cannot come too early; drop its too_early")
        if missing := [step.text for step in self.steps[1:] if step.too_early is None]:
            raise ValueError(f"step {missing[0]!r} needs too_early: what it means to put it before the step above")
        return self


class Pair(Slip):
    """Left and right belong together. The slip is what a learner reads who gives `left` another partner."""

    left: Text
    right: Text


class Lure(Slip):
    """A partner that nothing belongs to."""

    text: Text


class Matching(Asked):
    """Find the partner of each item on the left. Partners may serve twice, or not at all."""

    kind: Literal["matching"]
    pairs: list[Pair] = Field(min_length=3, max_length=8)
    lures: list[Lure] = Field(default=[], max_length=3)
    feedback: Text = Field(description="What a learner reads who has it right.")

    @model_validator(mode="after")
    def _lefts_and_lures_are_distinct(self) -> Matching:
        lefts = [pair.left for pair in self.pairs]
        if len(set(lefts)) != len(lefts):
            raise ValueError("two pairs have the same left side")
        if clash := {lure.text for lure in self.lures} & {pair.right for pair in self.pairs}:
            raise ValueError(f"{clash.pop()!r} is both a partner and a lure")
        return self


class Completion(Slip):
    """A wrong completion that people really write."""

    text: Text


class Complete(Asked):
    """Fill the one blank of a query. Spaces and quote style do not matter; letter case does, as in KQL."""

    kind: Literal["complete"]
    code: Text
    accepted: list[Text] = Field(min_length=1, description="The first is shown as the answer.")
    wrong: list[Completion] = Field(min_length=2)
    otherwise: Text = Field(description="What a learner reads whose completion is not listed.")
    feedback: Text = Field(description="What a learner reads who has it right.")

    @model_validator(mode="after")
    def _one_blank(self) -> Complete:
        if self.code.count(BLANK) != 1:
            raise ValueError(f"code must hold exactly one blank, {BLANK}")
        return self


class ModelAnswers(Entry):
    """The same question, answered at three levels."""

    junior: Text
    mid: Text
    senior: Text


class FreeText(Asked):
    """An open question, rated by the learner against key points and model answers."""

    kind: Literal["free_text"]
    key_points: list[Text] = Field(default=[], description="Left out where interview.yaml has them.")
    answers: ModelAnswers
    interview: str | None = Field(default=None, description="Id of the same question in interview.yaml.")

    @model_validator(mode="after")
    def _key_points_stand_in_one_place(self) -> FreeText:
        if bool(self.key_points) == bool(self.interview):
            raise ValueError("give either key_points, or the id of the question in interview.yaml that has them")
        return self


Question = Annotated[
    SingleChoice | MultipleChoice | Ordering | Matching | Predict | Complete | FreeText, Field(discriminator="kind")
]
"""Any question of the bank."""


class InterviewQuestion(Entry):
    """A question for the mock interview. Key points keep their order: variants and evidence refer to their index."""

    id: Annotated[str, Field(pattern=r"^[A-Z]{2}-\d{2}$")]
    topic: Topic
    level: Level
    kind: Literal["recall", "explain", "scenario", "design", "behavioural"]
    article: bool = Field(default=False, description="One of the article's seven, word for word.")
    volatile: bool = Field(
        default=False, description="Rests on dates, limits or portal behaviour; re-check before use."
    )
    question: Text
    key_points: list[Text] = Field(min_length=2)
    red_flags: list[Text] = Field(min_length=1)
    facts: list[str] = Field(description="Ids in data/facts.yaml; empty where the question asks for practice.")
    lesson: Lesson
    labs: list[Annotated[str, Field(pattern=r"^L\d$")]] = Field(description="What to redo when the answer has gaps.")
