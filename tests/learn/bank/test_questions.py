from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from ..asked import ENTRIES, asked, entry


@pytest.mark.parametrize("kind", ENTRIES)
def test_every_kind_of_question_can_be_written(kind: str) -> None:
    assert asked(kind).kind == kind


def refused(kind: str, **changes: Any) -> str:
    with pytest.raises(ValidationError) as refusal:
        asked(kind, **changes)
    return str(refusal.value)


def test_a_wrong_option_must_name_its_misconception() -> None:
    options = entry("single")["options"]
    options[1] = {"text": "green", "feedback": "No."}
    assert "needs a misconception" in refused("single", options=options)


def test_a_right_option_has_no_misconception() -> None:
    options = entry("single")["options"]
    options[0] = {**options[0], "misconception": "None."}
    assert "drop the misconception" in refused("single", options=options)


def test_a_single_choice_has_exactly_one_right_option() -> None:
    assert "2 options are marked right" in refused("single", options=entry("multiple")["options"])


def test_a_multiple_choice_where_everything_holds_is_refused() -> None:
    right = [{"text": letter, "right": True, "feedback": "Yes."} for letter in "abcd"]
    assert "there must be 1 to 3" in refused("multiple", options=right)


def test_two_options_with_the_same_text_are_refused() -> None:
    options = entry("single")["options"]
    assert "same text" in refused("single", options=[*options, options[2]])


def test_every_step_but_the_first_says_why_it_cannot_come_earlier() -> None:
    steps = entry("ordering")["steps"]
    assert "'third' needs too_early" in refused("ordering", steps=[*steps[:2], {"text": "third"}])
    assert "first step cannot come too early" in refused("ordering", steps=[steps[1], *steps[1:]])


def test_a_lure_is_not_a_partner() -> None:
    lure = {"text": "II", "misconception": "A belief.", "feedback": "No."}
    assert "both a partner and a lure" in refused("matching", lures=[lure])


def test_a_query_to_complete_has_one_blank() -> None:
    assert "exactly one blank" in refused("complete", code="T | take 5")
    assert "exactly one blank" in refused("complete", code="T | ____ ____")


def test_an_unknown_key_is_refused() -> None:
    assert "Extra inputs" in refused("single", hint="none")


def test_a_question_rests_on_facts_or_says_on_which_practice() -> None:
    practice = "Look before you leap."
    assert "name the facts" in refused("single", facts=[])
    assert "name the facts" in refused("single", practice=practice)
    assert asked("single", facts=[], practice=practice).practice == practice


def test_the_id_begins_with_the_lesson() -> None:
    assert "must begin with 04-" in refused("single", id="05-colours")
