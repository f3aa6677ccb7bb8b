"""Reads the question bank. A mistake in a content file is reported with its file, entry and line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar, cast

import yaml
from pydantic import BaseModel, TypeAdapter, ValidationError

from pivotlab.learn.bank.questions import FreeText, InterviewQuestion, Question
from pivotlab.places import DATA
from pivotlab.short_errors import ShortError
from pivotlab.yaml_files import Loader

QUESTIONS = DATA / "questions"
_E = TypeVar("_E", bound=BaseModel)


class ContentError(Exception):
    """A content file cannot be read, or an entry in it breaks a rule."""


class UnknownEntryError(ShortError, LookupError):
    """There is no question or task of that id. The message offers the nearest ones."""

    def __str__(self) -> str:
        return str(self.args[0])


def content_files(folder: Path) -> list[Path]:
    """The content of every lesson, `lesson-05.yaml`, then of every lab, `lab-L2.yaml`."""
    return sorted(folder.glob("lesson-*.yaml")) + sorted(folder.glob("lab-*.yaml"))


def entries(path: Path, key: str) -> list[tuple[int, Any]]:
    """The list under `key` of a YAML file, each entry with the line at which it begins.

    Raises `ContentError` when the file is not YAML or has no such list.
    """
    try:
        text = path.read_text(encoding="utf-8")
        loader = Loader(text)
        root = loader.get_single_node()
        content = loader.construct_document(root) if root is not None else None
    except yaml.YAMLError as error:
        raise ContentError(f"{path.name} is not valid YAML. {error}") from None
    if not isinstance(content, dict) or not isinstance(content.get(key), list):
        raise ContentError(f"{path.name} must hold a list under '{key}:'.")
    assert root is not None  # content was found, so there is a root
    nodes = next(value for name, value in root.value if name.value == key).value
    return [(node.start_mark.line + 1, entry) for node, entry in zip(nodes, content[key], strict=True)]


def read(path: Path, key: str, kind: TypeAdapter[_E]) -> list[_E]:
    """Every entry under `key`, validated. Raises `ContentError` that names file, entry and line."""
    found = []
    for line, entry in entries(path, key):
        try:
            found.append(kind.validate_python(entry))
        except ValidationError as error:
            name = entry.get("id", "without an id") if isinstance(entry, dict) else "that is not a mapping"
            raise ContentError(f"{path.name}, line {line}, entry {name}: {_in_words(error)}") from None
    return found


def _in_words(error: ValidationError) -> str:
    """Where in the entry, and what is wrong there; one clause per problem."""
    return "; ".join(
        f"{'.'.join(str(part) for part in problem['loc']) or 'entry'}: {problem['msg'].removeprefix('Value error, ')}"
        for problem in error.errors(include_url=False)
    )


def by_id(found: Iterable[tuple[Path, _E]]) -> Mapping[str, _E]:
    """Entries by id. Raises `ContentError` when two entries share one."""
    known: dict[str, _E] = {}
    home: dict[str, Path] = {}
    for path, entry in found:
        name: str = entry.id  # type: ignore[attr-defined]
        if name in known:
            raise ContentError(f"{path.name}, entry {name}: the id is taken by an entry of {home[name].name}.")
        known[name], home[name] = entry, path
    return MappingProxyType(known)


def pick(known: Mapping[str, _E], name: str, noun: str) -> _E:
    """The entry of that id. Raises `UnknownEntryError` with the nearest ids."""
    if name in known:
        return known[name]
    near = get_close_matches(str(name), list(known), n=3, cutoff=0.4) or list(known)[:3]
    raise UnknownEntryError(f"There is no {noun} {name!r}. Did you mean {' or '.join(map(repr, near))}?")


_QUESTION: TypeAdapter[Any] = TypeAdapter(cast(Any, Question))  # a union is a form, not a class
_INTERVIEW = TypeAdapter(InterviewQuestion)


@cache
def questions(folder: Path = QUESTIONS) -> Mapping[str, Question]:
    """The bank, by id, lessons first, then labs, in the order of their files. Raises `ContentError`."""
    return by_id((path, entry) for path in content_files(folder) for entry in _lesson(path))


@cache
def _lesson(path: Path) -> tuple[Question, ...]:
    return tuple(_with_key_points(entry, path.parent) for entry in read(path, "questions", _QUESTION))


def _with_key_points(entry: Question, folder: Path) -> Question:
    """An open question that also belongs to the mock interview takes its key points from there."""
    if not isinstance(entry, FreeText) or entry.interview is None:
        return entry
    asked = interview_questions(folder).get(entry.interview)
    if asked is None:
        raise ContentError(f"Entry {entry.id}: interview.yaml has no question {entry.interview}.")
    return entry.model_copy(update={"key_points": asked.key_points})


def question(question_id: str) -> Question:
    """One question of the bank. Raises `UnknownEntryError` with the nearest ids.

    Reads the file of its lesson or lab alone, because the first card should not wait for the others.
    """
    place = str(question_id)[:2]
    path = QUESTIONS / f"{'lab' if place.startswith('L') else 'lesson'}-{place}.yaml"
    known = {entry.id: entry for entry in _lesson(path)} if path.exists() else {}
    return known.get(question_id) or pick(questions(), question_id, "question")


@cache
def interview_questions(folder: Path = QUESTIONS) -> Mapping[str, InterviewQuestion]:
    """The mock interview's questions, by id, in the order of `interview.yaml`. Raises `ContentError`."""
    path = folder / "interview.yaml"
    return by_id((path, entry) for entry in read(path, "questions", _INTERVIEW))
