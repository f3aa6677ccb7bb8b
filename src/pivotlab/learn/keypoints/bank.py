"""data/questions/interview.yaml and keypoints.yaml as checked values."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeVar, cast

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from pivotlab.learn.keypoints.pattern import Pattern, parse
from pivotlab.places import DATA

FOLDER = DATA / "questions"

_Model = TypeVar("_Model", bound=BaseModel)

Level = Literal["junior", "mid", "senior"]
Text = Annotated[str, Field(min_length=1)]


class BankError(ValueError):
    """A file of the question bank does not hold together. The message names the file and the entry."""


class UnknownQuestion(LookupError):  # noqa: N818  a lookup that failed, named like the standard library's own
    """No interview question has this id."""


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class InterviewQuestion(_Entry):
    """One question of data/questions/interview.yaml. The order of `key_points` is fixed; others refer to it by index."""

    id: Text
    topic: Text
    level: Level
    kind: Literal["recall", "explain", "scenario", "design", "behavioural"]
    article: bool = False
    volatile: bool = False
    question: Text
    key_points: tuple[Text, ...] = Field(min_length=1)
    red_flags: tuple[Text, ...] = Field(min_length=1)
    facts: tuple[Text, ...]
    lesson: Text
    labs: tuple[Text, ...]


class _Point(_Entry):
    says: tuple[Text, ...] = Field(min_length=1)
    wrong: tuple[Text, ...] = ()
    facts: tuple[Text, ...] = ()
    ask: Text


class _Bank(_Entry):
    concepts: Mapping[str, Text]
    points: Mapping[str, tuple[_Point, ...]]

    @field_validator("concepts", mode="before")
    @classmethod
    def _one_line(cls, concepts: Mapping[str, str]) -> Mapping[str, str]:
        return {name: " ".join(text.split()) for name, text in concepts.items()}


class KeyPoint(BaseModel):
    """What states a key point, what contradicts it, the facts behind it and the question that follows up on a gap."""

    model_config = ConfigDict(arbitrary_types_allowed=True, frozen=True)

    text: str
    says: tuple[Pattern, ...]
    wrong: tuple[Pattern, ...]
    facts: tuple[str, ...]
    ask: str


@cache
def interview_questions() -> Mapping[str, InterviewQuestion]:
    """The interview questions by id, in the order of the file. Raises `BankError`."""
    entries = _read(FOLDER / "interview.yaml")["questions"]
    questions: dict[str, InterviewQuestion] = {}
    for number, entry in enumerate(entries, 1):
        name = f"interview.yaml, question {entry.get('id', number)}"
        question = _checked(InterviewQuestion, entry, name)
        if question.id in questions:
            raise BankError(f"{name}: this id stands twice. Give one of them another id.")
        questions[question.id] = question
    return MappingProxyType(questions)


@cache
def key_points(question_id: str) -> tuple[KeyPoint, ...]:
    """The key points of a question with their patterns. Raises `UnknownQuestion` and `BankError`."""
    texts = interview_question(question_id).key_points
    bank = _bank()
    points = bank.points.get(question_id, ())
    if len(points) != len(texts):
        raise BankError(
            f"keypoints.yaml, {question_id}: {len(points)} points, but interview.yaml has {len(texts)} key points."
        )
    return tuple(
        KeyPoint(
            text=text,
            says=tuple(parse(pattern, bank.concepts) for pattern in point.says),
            wrong=tuple(parse(pattern, bank.concepts) for pattern in point.wrong),
            facts=point.facts,
            ask=point.ask,
        )
        for text, point in zip(texts, points, strict=True)
    )


def interview_question(question_id: str) -> InterviewQuestion:
    """One interview question. Raises `UnknownQuestion`, with the nearest ids."""
    questions = interview_questions()
    if question_id not in questions:
        from rapidfuzz import process

        near = [name for name, score, _ in process.extract(question_id.upper(), list(questions), limit=3) if score > 50]
        hint = f" Did you mean {', '.join(near)}?" if near else ""
        raise UnknownQuestion(
            f"No interview question {question_id!r}.{hint} The ids are in data/questions/interview.yaml."
        )
    return questions[question_id]


@cache
def _bank() -> _Bank:
    return _checked(_Bank, _read(FOLDER / "keypoints.yaml"), "keypoints.yaml")


def _read(path: Path) -> dict[str, Any]:
    try:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        return cast("dict[str, Any]", yaml.load(path.read_text(encoding="utf-8"), Loader=loader))
    except (OSError, yaml.YAMLError) as problem:
        raise BankError(
            f"{path.name} cannot be read: {problem}. Restore it with 'git checkout data/questions'."
        ) from problem


def _checked(model: type[_Model], entry: object, name: str) -> _Model:
    try:
        return model.model_validate(entry)
    except ValidationError as problem:
        first = problem.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BankError(f"{name}: {where}: {first['msg']}.") from problem
