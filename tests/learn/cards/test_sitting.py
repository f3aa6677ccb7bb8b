from __future__ import annotations

from pathlib import Path

import pytest

from pivotlab.learn.bank.questions import Question
from pivotlab.learn.cards.sitting import AnswerError, Sitting
from pivotlab.learn.outcome import Feedback, Outcome

from ..asked import ENTRIES, asked


def letters(sitting: Sitting, *texts: str) -> list[str]:
    """The letters under which these texts are shown."""
    shown = {option["text"]: option["key"] for option in sitting.view["options"]}
    return [shown[text] for text in texts]


RIGHT = {
    "single": ["red"],
    "multiple": ["blue", "red"],
    "predict": ["1"],
    "ordering": ["first", "second", "third"],
    "matching": ["I", "II", "III"],
}


@pytest.mark.parametrize("kind", RIGHT)
def test_the_right_answer_is_right(kind: str) -> None:
    sitting = Sitting(asked(kind))
    feedback = sitting.choose(*letters(sitting, *RIGHT[kind])).submit()
    assert feedback and feedback.outcome == Outcome.RIGHT and feedback.score == 1.0


WRONG = {
    "single": (["green"], 0.0, ["About green."]),
    "predict": (["2"], 0.0, ["About 2."]),
    "multiple": (["red", "green"], 0.5, ["About green.", "1 more is right."]),
    "ordering": (["first", "third", "second"], 0.5, ["third: Third needs second."]),
    "matching": (["I", "III", "IIII"], 0.33, ["two: Two is two strokes.", "three: No number here is four."]),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_answer_gets_the_feedback_it_deserves(kind: str) -> None:
    answer, score, lines = WRONG[kind]
    sitting = Sitting(asked(kind))
    feedback = sitting.choose(*letters(sitting, *answer)).submit()
    assert not feedback
    assert (feedback.outcome, feedback.score, list(feedback.lines)) == (Outcome.WRONG, score, lines)


def test_a_completion_ignores_spaces_and_accepts_every_right_form() -> None:
    assert Sitting(asked("complete")).choose(" take ").submit()
    assert Sitting(asked("complete")).choose("limit").submit()


def test_a_wrong_completion_is_recognised_letter_case_included() -> None:
    assert Sitting(asked("complete")).choose("Take").submit().lines == ("Case matters.",)
    assert Sitting(asked("complete")).choose("sample").submit().lines == ("Look at operators.",)


def test_an_open_answer_is_never_marked_by_the_program() -> None:
    sitting = Sitting(asked("free_text"))
    feedback = sitting.choose("This and that.").submit()
    assert not feedback and feedback.outcome == Outcome.YOURS_TO_RATE and feedback.score is None
    assert dict(feedback.sections)["Key points"] == ("Says this", "Says that")
    assert sitting.rate(3) and sitting.result is not None and sitting.result.score == 0.75
    assert not sitting.rate(1)


@pytest.mark.parametrize("kind", ENTRIES)
def test_an_empty_answer_is_not_an_attempt(kind: str) -> None:
    kept: list[Feedback] = []

    def keep(_: Question, feedback: Feedback) -> str:
        kept.append(feedback)
        return ""

    sitting = Sitting(asked(kind), record=keep)
    assert sitting.submit().outcome == Outcome.NOT_ATTEMPTED
    assert sitting.attempts == 0 and kept == []


def test_a_match_with_a_gap_is_not_an_attempt() -> None:
    assert Sitting(asked("matching")).choose("A", "", "B").submit().outcome == Outcome.NOT_ATTEMPTED


def test_every_attempt_is_recorded_with_its_outcome() -> None:
    kept: list[str] = []

    def keep(question: Question, feedback: Feedback) -> str:
        kept.append(f"{question.id} {feedback.outcome}")
        return ""

    sitting = Sitting(asked("single"), record=keep)
    sitting.choose(*letters(sitting, "green")).submit()
    sitting.choose(*letters(sitting, "red")).submit()
    sitting.reveal()
    assert kept == ["04-single wrong", "04-single right", "04-single shown"]


def test_a_failure_to_save_is_said_beside_the_feedback() -> None:
    sitting = Sitting(asked("single"), record=lambda *_: "Not saved.")
    assert str(sitting.choose(*letters(sitting, "red")).submit()).endswith("Not saved.")


def test_the_same_seed_gives_the_same_order_and_another_seed_another() -> None:
    def orders(seed: int) -> list[str]:
        return [option["text"] for option in Sitting(asked("multiple"), seed=seed).view["options"]]

    assert orders(1) == orders(1)
    assert len({tuple(orders(seed)) for seed in range(10)}) > 1


def test_steps_are_never_shown_in_the_right_order() -> None:
    for seed in range(50):
        shown = [option["text"] for option in Sitting(asked("ordering"), seed=seed).view["options"]]
        assert shown != ["first", "second", "third"]


@pytest.mark.parametrize("kind", ENTRIES)
def test_the_view_does_not_give_the_answer_away(kind: str) -> None:
    shown = str(Sitting(asked(kind)).view)
    for secret in ("'right':", "misconception", "feedback", "About", "accepted", "Says this"):
        assert secret not in shown


@pytest.mark.parametrize("kind", ENTRIES)
def test_the_text_form_reads_as_the_whole_question(kind: str) -> None:
    text = repr(Sitting(asked(kind)))
    for part in ("Incident synchronisation, mid", "Which?", *(o["text"] for o in Sitting(asked(kind)).view["options"])):
        assert part in text
    assert " at 0x" not in text and text == repr(Sitting(asked(kind)))


def test_the_text_form_shows_answer_and_feedback() -> None:
    sitting = Sitting(asked("single"))
    [letter] = letters(sitting, "green")
    sitting.choose(letter).submit()
    assert f"Your answer: {letter}\n\nNot yet.\nAbout green." in repr(sitting)


@pytest.mark.parametrize(
    ("kind", "answer", "reason"),
    [
        ("single", ["Z"], "no answer 'Z'"),
        ("single", ["A", "B"], "one answer"),
        ("ordering", ["A", "B"], "every step once"),
        ("matching", ["A"], "Give 3 letters"),
        ("complete", ["a", "b"], "one text"),
    ],
)
def test_an_answer_that_does_not_fit_says_why(kind: str, answer: list[str], reason: str) -> None:
    with pytest.raises(AnswerError, match=reason):
        Sitting(asked(kind)).choose(*answer)


def test_letters_may_be_small() -> None:
    assert Sitting(asked("single")).choose("b").answer == ["B"]


def test_only_an_open_question_that_was_answered_can_be_rated() -> None:
    with pytest.raises(AnswerError, match="Only an open question"):
        Sitting(asked("single")).rate(3)
    with pytest.raises(AnswerError, match="Answer first"):
        Sitting(asked("free_text")).rate(3)


def test_the_answer_can_be_shown(own_work: Path) -> None:
    sitting = Sitting(asked("matching"))
    assert sitting.reveal().lines[:2] == ("one: I", "two: II")
    assert not sitting.result
