from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from pivotlab.facts import Fact, read_facts
from pivotlab.learn.bank import reader as bank
from pivotlab.learn.bank.questions import FreeText, Question
from pivotlab.learn.lint import lint

from .asked import asked
from .typed import run


def fact(fact_id: str, disputed: bool = False) -> Fact:
    return Fact(
        id=fact_id,
        topic="sync",
        statement="S.",
        source=None,
        checked=date(2026, 11, 1),
        volatile=False,
        disputed=disputed,
        tip="T.",
    )


FACTS = {"sync-03": fact("sync-03"), "sync-04": fact("sync-04", disputed=True)}


def options(right: str, *wrong: str) -> list[dict[str, Any]]:
    chosen = {"text": right, "right": True, "feedback": "Yes."}
    return [chosen, *({"text": text, "misconception": "M.", "feedback": "No."} for text in wrong)]


def findings(*questions: Question, facts: Mapping[str, Fact] = FACTS, taught: tuple[str, ...] = ()) -> list[str]:
    return lint({question.id: question for question in questions}, facts, taught)


def test_the_bundled_bank_is_sound() -> None:
    assert lint(bank.questions(), read_facts()) == []


def test_a_sound_question_has_no_findings() -> None:
    assert findings(asked("single"), taught=("sync-03",)) == []


def test_a_fact_that_does_not_exist_is_found() -> None:
    assert findings(asked("single", facts=["sync-99"])) == ["04-single: there is no fact sync-99."]


@pytest.mark.parametrize("kind", ["single", "predict", "complete"])
def test_a_disputed_fact_is_not_asked_with_a_single_answer(kind: str) -> None:
    [finding] = findings(asked(kind, facts=["sync-04"]))
    assert "sync-04 is disputed" in finding


@pytest.mark.parametrize("kind", ["multiple", "matching"])
def test_a_disputed_fact_may_be_asked_otherwise(kind: str) -> None:
    assert findings(asked(kind, facts=["sync-04"])) == []


@pytest.mark.parametrize(
    "text", ["All of the above", "None of the others", "Both of the above", "Answer B", "Options A and C"]
)
def test_an_option_that_refers_to_others_is_found(text: str) -> None:
    [finding] = findings(asked("single", options=options("red", "green", text)))
    assert "refers to other options" in finding


def test_a_long_sentence_is_found_wherever_it_stands() -> None:
    long = " ".join(["word"] * 26) + "."
    assert "a sentence of 26 words" in findings(asked("single", stem=long))[0]
    assert "a sentence of 26 words" in findings(asked("ordering", feedback=f"Short. {long}"))[0]
    answers = {"junior": long, "mid": "M.", "senior": "S."}
    assert "a sentence of 26 words" in findings(asked("free_text", answers=answers))[0]


def test_a_right_option_that_stands_out_by_its_length_is_found() -> None:
    [finding] = findings(asked("single", options=options("r" * 60, "w" * 30, "v" * 30)))
    assert finding == "04-single: the right option has 60 characters, the wrong ones 30 on average."


def test_the_same_question_twice_is_found() -> None:
    [finding] = findings(asked("single"), asked("single", id="04-again"))
    assert finding == "04-again: asks the same as 04-single."


def test_a_taught_fact_that_no_question_asks_is_found() -> None:
    assert findings(asked("single"), taught=("sync-03", "sync-04")) == [
        "bank: sync-04 is taught, but no question rests on it."
    ]


def test_a_section_that_its_lesson_does_not_have_is_found() -> None:
    bank_of_one = {"04-single": asked("single")}
    assert lint(bank_of_one, FACTS, headings={"04": {"Shapes"}}) == ["04-single: lesson 04 has no section 'Colours'."]
    assert lint(bank_of_one, FACTS, headings={"04": {"Colours"}}) == []
    assert lint(bank_of_one, FACTS, headings={"05": {"Shapes"}}) == []


def many(right: str, *wrong: str) -> list[Question]:
    return [asked("single", id=f"04-q{n}", stem=f"Number {n}?", options=options(right, *wrong)) for n in range(48)]


def test_right_options_that_are_mostly_the_longest_are_found() -> None:
    found = findings(*many("longest by far", "short", "small", "tiny"))
    assert "bank: the right option is the longest in 48 of 48 questions; shorten some." in found


def test_right_options_that_stand_mostly_in_one_place_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pivotlab.learn.lint.Sitting", InOrder)
    found = findings(*many("right", "wrong one", "wrong two", "wrong three"))
    assert "bank: the right option is A in 48 of 48 questions; spread it more evenly." in found


class InOrder:
    """A sitting that does not shuffle."""

    def __init__(self, question: Any) -> None:
        self.view = {"options": [{"text": option.text} for option in question.options]}


def test_the_command_says_how_many_findings_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("questions", "lint") == 0
    assert capsys.readouterr().out == f"{len(bank.questions())} questions, 0 findings.\n"


def test_the_command_fails_when_something_is_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bank, "questions", lambda: {"04-single": asked("single", facts=["sync-99"])})
    assert run("questions", "lint") == 1
    assert "there is no fact sync-99" in capsys.readouterr().out


def test_the_bank_covers_every_lesson_level_kind_and_topic() -> None:
    found = bank.questions().values()
    assert len(found) >= 120
    assert {question.lesson for question in found} >= {f"{number:02}" for number in range(11)}
    assert {question.level for question in found} == {"junior", "mid", "senior"}
    assert {question.kind for question in found} == {
        "single", "multiple", "predict", "ordering", "matching", "complete", "free_text",
    }  # fmt: skip
    assert len({question.topic for question in found}) == 10
    assert sum(question.pretest for question in found) >= 4


def test_the_seven_questions_of_the_article_stand_word_for_word_with_three_answers() -> None:
    stems = {question.stem for question in bank.questions().values() if isinstance(question, FreeText)}
    article = {found.question for found in bank.interview_questions().values() if found.article}
    assert len(article) == 7 and article <= stems
