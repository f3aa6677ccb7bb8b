from __future__ import annotations

import subprocess
import sys

import pytest

from pivotlab.learn import quiz
from pivotlab.learn.cards.card import QuizCard
from pivotlab.learn.cards.sitting import Sitting
from pivotlab.learn.outcome import Outcome

from ..asked import ENTRIES, asked


def press_check(card: QuizCard, *answer: str) -> None:
    card._on_press(None, {"press": "check", "answer": list(answer)}, None)


def test_a_card_is_driven_from_python_without_a_browser() -> None:
    card = QuizCard(Sitting(asked("complete")))
    assert card.result is None
    assert not card.choose("top").submit()
    assert card.choose("take").submit()
    assert card.result is not None and card.result.outcome == Outcome.RIGHT
    assert card.attempts == 2


def test_a_press_in_the_browser_marks_the_answer_it_carries() -> None:
    card = QuizCard(Sitting(asked("complete")))
    press_check(card, "top")
    assert (card.feedback["outcome"], card.feedback["lines"], card.answer) == ("wrong", ["top sorts."], ["top"])


def test_a_press_that_makes_no_sense_is_answered_and_not_raised() -> None:
    card = QuizCard(Sitting(asked("single")))
    press_check(card, "Z")
    assert "no answer 'Z'" in card.feedback["headline"]
    card._on_press(None, {"press": "something"}, None)
    assert card.attempts == 0


@pytest.mark.parametrize("kind", ENTRIES)
def test_a_stored_output_reads_as_the_whole_question(kind: str) -> None:
    card = QuizCard(Sitting(asked(kind)))
    assert card._repr_mimebundle_()["text/plain"] == repr(Sitting(asked(kind)))
    assert card.model_id not in repr(card)


def test_nothing_that_the_browser_receives_gives_the_answer_away() -> None:
    state = QuizCard(Sitting(asked("complete"))).get_state()
    assert "limit" not in str({name: value for name, value in state.items() if name not in ("_esm", "_css")})


def test_quiz_gives_a_card_or_the_plain_form() -> None:
    card, plain = quiz("05-direction"), quiz("05-direction", plain=True)
    assert isinstance(card, QuizCard) and isinstance(plain, Sitting)
    assert repr(card) == repr(plain)


def test_importing_the_room_loads_nothing_heavy() -> None:
    program = "import sys, pivotlab.learn; print([m for m in ('matplotlib', 'duckdb', 'pandas', 'ipywidgets') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
