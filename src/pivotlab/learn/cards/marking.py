"""Marks an answer. Feedback is a value: an outcome, a headline and sentences, never something printed."""

from __future__ import annotations

from collections.abc import Iterable

from pivotlab.learn.bank.questions import (
    Complete,
    FreeText,
    Matching,
    MultipleChoice,
    Ordering,
    Predict,
    Question,
    SingleChoice,
)
from pivotlab.learn.fragments import same_text
from pivotlab.learn.outcome import Feedback, Outcome

RUBRIC = (
    "Nothing usable yet",
    "Product words, but no mechanism",
    "The main mechanism is right; a key limit is missing",
    "Right, with its limits and a way to check",
    "Right, with limits, trade-offs and evidence",
)
"""What each rating from 0 to 4 of a free answer means."""


def mark(question: Question, answer: list[str]) -> Feedback:
    """Mark `answer`, which holds texts as authored: options, steps in order, partners per left side, or typed text."""
    match question:
        case SingleChoice() | Predict():
            return _choice(question, answer)
        case MultipleChoice():
            return _choices(question, answer)
        case Ordering():
            return _order(question, answer)
        case Matching():
            return _partners(question, answer)
        case Complete():
            return _completion(question, answer[0])
        case FreeText():
            return _open(question)


def solution(question: Question) -> Feedback:
    """The answer itself, for a learner who asks for it."""
    match question:
        case SingleChoice() | Predict() | MultipleChoice():
            lines = tuple(f"{option.text}: {option.feedback}" for option in question.options if option.right)
        case Ordering():
            lines = (*(f"{n}. {step.text}" for n, step in enumerate(question.steps, 1)), question.feedback)
        case Matching():
            lines = (*(f"{pair.left}: {pair.right}" for pair in question.pairs), question.feedback)
        case Complete():
            lines = (f"`{question.accepted[0]}`", question.feedback)
        case FreeText():
            return _open(question)
    return Feedback(Outcome.SHOWN, "The answer.", lines, 0.0)


def rated(question: FreeText, rating: int) -> Feedback:
    """The learner's own rating of a free answer, from 0 to 4 as in `RUBRIC`."""
    return Feedback(
        Outcome.RATED, f"You rated this {rating} of 4.", (RUBRIC[rating] + ".",), rating / 4, _open(question).sections
    )


def _right(*lines: str) -> Feedback:
    return Feedback(Outcome.RIGHT, "Right.", lines, 1.0)


def _wrong(score: float, *lines: str, beliefs: Iterable[str | None] = ()) -> Feedback:
    held = tuple(dict.fromkeys(belief for belief in beliefs if belief))
    return Feedback(Outcome.WRONG, "Not yet.", tuple(dict.fromkeys(lines)), round(score, 2), beliefs=held)


def _choice(question: SingleChoice | Predict, answer: list[str]) -> Feedback:
    chosen = next(option for option in question.options if option.text == answer[0])
    return _right(chosen.feedback) if chosen.right else _wrong(0, chosen.feedback, beliefs=[chosen.misconception])


def _choices(question: MultipleChoice, answer: list[str]) -> Feedback:
    chosen = [option for option in question.options if option.text in answer]
    wrong = [option for option in chosen if not option.right]
    missed = sum(option.right for option in question.options) - (len(chosen) - len(wrong))
    if not wrong and not missed:
        return _right(*(option.feedback for option in chosen))
    lines = [option.feedback for option in wrong]
    if missed:
        lines.append(f"{missed} more {'is' if missed == 1 else 'are'} right." if chosen else "Something here is right.")
    judged_well = sum(option.right == (option in chosen) for option in question.options)
    return _wrong(judged_well / len(question.options), *lines, beliefs=[option.misconception for option in wrong])


def _order(question: Ordering, answer: list[str]) -> Feedback:
    place = {text: position for position, text in enumerate(answer)}
    early = [
        later
        for earlier, later in zip(question.steps, question.steps[1:], strict=False)
        if place[later.text] < place[earlier.text]
    ]
    if not early:
        return _right(question.feedback)
    slips = [(step.text, step.too_early) for step in early if step.too_early is not None]
    lines = [f"{text}: {slip.feedback}" for text, slip in slips]
    beliefs = [slip.misconception for _, slip in slips]
    return _wrong(1 - len(early) / (len(question.steps) - 1), *lines[:2], beliefs=beliefs)


def _partners(question: Matching, answer: list[str]) -> Feedback:
    lures = {lure.text: lure for lure in question.lures}
    wrong = [(pair, given) for pair, given in zip(question.pairs, answer, strict=True) if given != pair.right]
    if not wrong:
        return _right(question.feedback)
    slips = [(pair.left, lures.get(given, pair)) for pair, given in wrong]
    lines = [f"{left}: {slip.feedback}" for left, slip in slips]
    return _wrong(1 - len(wrong) / len(question.pairs), *lines, beliefs=[slip.misconception for _, slip in slips])


def _completion(question: Complete, answer: str) -> Feedback:
    typed = same_text(answer)
    if any(typed == same_text(text) for text in question.accepted):
        return _right(question.feedback)
    known = next((slip for slip in question.wrong if same_text(slip.text) == typed), None)
    return _wrong(0, known.feedback, beliefs=[known.misconception]) if known else _wrong(0, question.otherwise)


def _open(question: FreeText) -> Feedback:
    return Feedback(
        Outcome.YOURS_TO_RATE,
        "Now compare, and rate your answer yourself.",
        ("A program cannot grade an open answer. Tick off the key points, then read one level above your own.",),
        None,
        (
            ("Key points", tuple(question.key_points)),
            *((f"An answer at {level} level", (text,)) for level, text in question.answers),
        ),
    )
