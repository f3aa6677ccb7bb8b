"""The beliefs behind a wrong answer, kept for the progress file."""

from __future__ import annotations

import pytest

from pivotlab.learn.cards.marking import mark
from pivotlab.learn.record.log import log

from ..asked import ENTRIES, asked

WRONG = {
    "single": ["green"],
    "predict": ["2"],
    "multiple": ["red", "green"],
    "ordering": ["first", "third", "second"],
    "matching": ["II", "II", "III"],
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_answer_gives_its_belief_away(kind: str) -> None:
    assert mark(asked(kind), WRONG[kind]).beliefs == ("A belief.",)


def test_a_listed_completion_gives_its_belief_away_and_any_other_none() -> None:
    listed = ENTRIES["complete"]["wrong"][0]["text"]
    assert mark(asked("complete"), [listed]).beliefs == ("A belief.",)
    assert mark(asked("complete"), ["something else"]).beliefs == ()


def test_a_right_answer_holds_no_belief() -> None:
    assert mark(asked("single"), ["red"]).beliefs == ()


def test_an_answer_is_kept_with_its_beliefs() -> None:
    from pivotlab.learn import quiz

    card = quiz("02-who-may-connect", plain=True)
    shown = {option["text"]: option["key"] for option in card.view["options"]}
    card.choose(shown["Global Administrator for the length of the change"]).submit()
    assert log().events()[-1].detail == {"beliefs": ["Connecting needs the highest role that there is."]}
