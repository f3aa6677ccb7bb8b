"""data/questions/keypoints.yaml as checked values: what states each key point, and what contradicts it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from pivotlab.learn.bank.questions import InterviewQuestion
from pivotlab.learn.bank.reader import QUESTIONS, ContentError, interview_questions, pick
from pivotlab.learn.keypoints.pattern import Pattern, PatternError, parse
from pivotlab.yaml_files import read_yaml

_FILE = QUESTIONS / "keypoints.yaml"
_Text = Annotated[str, Field(min_length=1)]


class _Point(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    says: tuple[_Text, ...] = Field(min_length=1)
    wrong: tuple[_Text, ...] = ()
    facts: tuple[_Text, ...] = ()
    ask: _Text


class _Bank(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    concepts: Mapping[str, _Text]
    points: Mapping[str, tuple[_Point, ...]]

    @field_validator("concepts")
    @classmethod
    def _one_line(cls, concepts: Mapping[str, str]) -> Mapping[str, str]:
        return {name: " ".join(text.split()) for name, text in concepts.items()}


@dataclass(frozen=True)
class KeyPoint:
    """A key point: its text, what states and what contradicts it, its facts, and the question that follows up on a gap."""

    text: str
    says: tuple[Pattern, ...]
    wrong: tuple[Pattern, ...]
    facts: tuple[str, ...]
    ask: str


def interview_question(question_id: str) -> InterviewQuestion:
    """One interview question. Raises `UnknownEntryError` with the nearest ids."""
    return pick(interview_questions(), question_id, "interview question")


@cache
def key_points(question_id: str) -> tuple[KeyPoint, ...]:
    """The key points of a question, in the order of interview.yaml. Raises `UnknownEntryError` and `ContentError`."""
    texts = interview_question(question_id).key_points
    bank = _bank()
    points = bank.points.get(question_id, ())
    if len(points) != len(texts):
        raise ContentError(
            f"{_FILE.name}, {question_id}: {len(points)} points, but interview.yaml has {len(texts)} key points."
        )
    try:
        return tuple(_key_point(text, point, bank.concepts) for text, point in zip(texts, points, strict=True))
    except PatternError as error:
        raise ContentError(f"{_FILE.name}, {question_id}: {error}") from None


def _key_point(text: str, point: _Point, concepts: Mapping[str, str]) -> KeyPoint:
    says = tuple(parse(pattern, concepts) for pattern in point.says)
    wrong = tuple(parse(pattern, concepts) for pattern in point.wrong)
    return KeyPoint(text, says, wrong, point.facts, point.ask)


@cache
def _bank() -> _Bank:
    try:
        return _Bank.model_validate(read_yaml(_FILE))
    except yaml.YAMLError as error:
        raise ContentError(f"{_FILE.name} is not valid YAML. {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        raise ContentError(f"{_FILE.name}, {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
