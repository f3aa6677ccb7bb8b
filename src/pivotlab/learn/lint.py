"""Rules that a question bank can break without any single entry being malformed: `pivotlab questions lint`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from types import MappingProxyType
from typing import Any

from pivotlab.facts import Fact
from pivotlab.learn.bank.questions import Complete, Predict, Question, SingleChoice
from pivotlab.learn.cards.sitting import Sitting

MOST_WORDS = 25
"""In a sentence. Longer ones are read twice in a foreign language."""
LENGTH_RATIO = 1.5
"""How much longer than the average wrong option a right one may be before its length gives it away."""
LONGEST_SHARE = 0.35
"""Share of questions in which the right option may be the longest; a quarter would be chance."""
POSITION_SHARE = (0.15, 0.35)
"""Share of right options that may stand at each of four positions; a quarter would be even."""

_SHORT = 24
_ENOUGH = 40
_REFERS = re.compile(r"\b(all|none|both|neither) of the (above|below|others)\b|\b(answers?|options?) [A-F]\b", re.I)
_SENTENCE_END = re.compile(r"(?<=[.?!])[\"']?\s+")


def lint(
    bank: Mapping[str, Question],
    facts: Mapping[str, Fact],
    taught: Iterable[str] = (),
    headings: Mapping[str, Set[str]] = MappingProxyType({}),
) -> list[str]:
    """Every finding as one sentence that begins with the id of its question; empty when the bank is sound.

    `taught` are the facts that lessons cite: each must be asked by some question. `headings` are the sections of the
    lessons that are written, by lesson number: a question names the one that it tests.
    """
    found = [finding for question in bank.values() for finding in _of_one(question, facts)]
    found += [
        f"{question.id}: lesson {question.lesson} has no section {question.section!r}."
        for question in bank.values()
        if question.section not in headings.get(question.lesson, {question.section})
    ]
    found += _same_stems(bank.values())
    found += _positions(bank.values())
    found += _lengths(bank.values())
    asked = {fact for question in bank.values() for fact in question.facts}
    found += [f"bank: {fact} is taught, but no question rests on it." for fact in sorted(set(taught) - asked)]
    return found


def _of_one(question: Question, facts: Mapping[str, Fact]) -> Iterator[str]:
    for fact in question.facts:
        if fact not in facts:
            yield f"{question.id}: there is no fact {fact}."
        elif facts[fact].disputed and isinstance(question, SingleChoice | Predict | Complete):
            yield f"{question.id}: {fact} is disputed among Microsoft's own pages; ask it in a form that has no single answer."
    for text in _options(question):
        if found := _REFERS.search(text):
            yield f"{question.id}: {found[0]!r} refers to other options, which are shuffled."
    for text in _prose(question.model_dump(exclude={"code", "accepted", "id", "facts", "section", "key_points"})):
        for sentence in _SENTENCE_END.split(text):
            if (words := len(sentence.split())) > MOST_WORDS:
                yield f"{question.id}: a sentence of {words} words: {sentence[:60]}..."
    if isinstance(question, SingleChoice | Predict):
        right = next(len(option.text) for option in question.options if option.right)
        wrong = [len(option.text) for option in question.options if not option.right]
        average = sum(wrong) / len(wrong)
        if right > _SHORT and right > LENGTH_RATIO * average:
            yield f"{question.id}: the right option has {right} characters, the wrong ones {average:.0f} on average."


def _options(question: Question) -> list[str]:
    return [option["text"] for option in Sitting(question).view["options"]]


def _prose(value: Any) -> Iterator[str]:
    """Every text in an entry, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            if key not in ("code", "text"):
                yield from _prose(part)
    elif isinstance(value, Sequence):
        for part in value:
            yield from _prose(part)


def _same_stems(questions: Iterable[Question]) -> list[str]:
    known: dict[str, str] = {}
    found = []
    for question in questions:
        key = f"{question.stem} {question.code or ''}"
        if key in known:
            found.append(f"{question.id}: asks the same as {known[key]}.")
        known.setdefault(key, question.id)
    return found


def _positions(questions: Iterable[Question]) -> list[str]:
    """Where the right option of four stands when nothing else was asked for."""
    places = Counter(
        _options(question).index(next(option.text for option in question.options if option.right))
        for question in questions
        if isinstance(question, SingleChoice | Predict) and len(question.options) == 4
    )
    total = places.total()
    low, high = POSITION_SHARE
    return [
        f"bank: the right option is {'ABCD'[place]} in {places[place]} of {total} questions; spread it more evenly."
        for place in range(4)
        if total >= _ENOUGH and not low <= places[place] / total <= high
    ]


def _lengths(questions: Iterable[Question]) -> list[str]:
    """How often the right option is the longest of all."""
    longest = [
        max(question.options, key=lambda option: len(option.text)).right
        for question in questions
        if isinstance(question, SingleChoice | Predict)
    ]
    if len(longest) < _ENOUGH or sum(longest) / len(longest) <= LONGEST_SHARE:
        return []
    return [f"bank: the right option is the longest in {sum(longest)} of {len(longest)} questions; shorten some."]
