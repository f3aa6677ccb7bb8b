from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from pydantic import ValidationError

from pivotlab.learn import check, prepare
from pivotlab.learn.grading.state import begin, grade_state, texts
from pivotlab.learn.grading.task import Task
from pivotlab.learn.outcome import Outcome


class Lamp:
    """The smallest tenant that a state can be graded on: one part, with one switch."""

    def __init__(self) -> None:
        self.on = self.broken = False
        self.presses = 0

    @property
    def rooms(self) -> dict[str, Any]:
        return {"lamp": self}

    def press(self, times: int = 1) -> None:
        self.presses += times
        self.on = self.presses % 2 == 1

    def snapshot(self) -> tuple[bool, int]:
        return self.on, self.presses

    def restore(self, snapshot: tuple[bool, int]) -> None:
        self.on, self.presses = snapshot


def tempting(hint: str) -> dict[str, Any]:
    return {"steps": [{"do": "lamp.press", "with": {"times": 2}}], "misconception": "M.", "hint": hint}


def task(**changes: Any) -> Task:
    entry = {
        "id": "L1-lamp",
        "lesson": "L1",
        "section": "S",
        "topic": "connector_setup",
        "level": "mid",
        "prompt": "Light it with one press.",
        "kind": "state",
        "untouched": "tenant.presses == 0",
        "conditions": [
            {"holds": "tenant.on", "otherwise": "It is dark."},
            {"holds": "tenant.presses == 1", "otherwise": "That was more than one press."},
        ],
        "hints": ["One.", "Two."],
        "solution": "tenant.press()",
        "why": "Because.",
        "tempting": [tempting("It is dark.")] * 3,
    }
    return Task.model_validate({**entry, **changes})


def pressed(times: int) -> Lamp:
    lamp = Lamp()
    lamp.press(times)
    return lamp


def test_a_state_is_right_when_every_condition_holds() -> None:
    assert grade_state(task(), pressed(1)).outcome == Outcome.RIGHT


@pytest.mark.parametrize(("times", "said"), [(2, "It is dark."), (3, "That was more than one press.")])
def test_the_first_condition_that_does_not_hold_is_told(times: int, said: str) -> None:
    found = grade_state(task(), pressed(times))
    assert found.outcome == Outcome.WRONG
    assert [rung.sentence for rung in found.rungs] == [said]


@pytest.mark.parametrize("nothing", [None, ..., pressed(0)])
def test_nothing_handed_in_and_nothing_done_are_both_not_attempted(nothing: Any) -> None:
    assert grade_state(task(), nothing).outcome == Outcome.NOT_ATTEMPTED


def test_something_else_than_a_tenant_is_named() -> None:
    assert grade_state(task(), "connected").headline == "Hand in the tenant itself; this is a str."


def test_evidence_is_looked_at_and_a_blank_one_is_none() -> None:
    asked = task(
        untouched="evidence is None", conditions=[{"holds": "evidence == tenant.presses", "otherwise": "It is dark."}]
    )
    assert grade_state(asked, pressed(3), 3).outcome == Outcome.RIGHT
    assert grade_state(asked, pressed(3), 2).outcome == Outcome.WRONG
    assert grade_state(asked, pressed(3), ...).outcome == Outcome.NOT_ATTEMPTED


def test_right_evidence_is_said_to_be_right_while_the_cause_remains() -> None:
    asked = task(
        untouched="evidence is None",
        conditions=[
            {"holds": "evidence is not None", "otherwise": "There is no evidence."},
            {"holds": "tenant.presses == 1", "otherwise": "It is dark."},
            {"holds": "texts(evidence) == {'ann'}", "otherwise": "Somebody else."},
        ],
    )
    assert grade_state(asked, pressed(2), "Ann").headline == "Not yet. Your evidence is right."
    assert grade_state(asked, pressed(2), "Bob").headline == "Not yet."
    assert grade_state(asked, pressed(1), "Bob").headline == "Not yet."
    assert grade_state(asked, pressed(1), "Ann").outcome == Outcome.RIGHT


def test_evidence_that_nothing_is_asked_of_is_not_called_right() -> None:
    asked = task(
        untouched="evidence is None",
        conditions=[
            {"holds": "evidence is not None", "otherwise": "There is no evidence."},
            {"holds": "tenant.presses == 1", "otherwise": "It is dark."},
        ],
    )
    assert grade_state(asked, pressed(2), "Ann").headline == "Not yet."
    assert grade_state(task(), pressed(2)).headline == "Not yet."


def test_a_task_may_name_what_its_conditions_share() -> None:
    asked = task(
        given={"half": "tenant.presses // 2", "quarter": "half // 2"},
        conditions=[{"holds": "quarter == 1 and half == 2", "otherwise": "It is dark."}],
    )
    assert grade_state(asked, pressed(4)).outcome == Outcome.RIGHT
    assert grade_state(asked, pressed(8)).outcome == Outcome.WRONG


@pytest.mark.parametrize("given", ["Ann", " ann ", ["ANN"], {"ann"}, pd.Series(["Ann"])])
def test_evidence_may_come_in_any_wrapping(given: Any) -> None:
    assert texts(given) == {"ann"}
    assert texts([1041, "1042"]) == {"1041", "1042"}


def test_an_expression_reaches_neither_files_nor_imports() -> None:
    for attempt in ("open('x')", "__import__('os')"):
        asked = task(untouched=None, conditions=[{"holds": attempt, "otherwise": "It is dark."}])
        with pytest.raises(NameError):
            grade_state(asked, pressed(1))


def test_a_task_begins_where_its_steps_lead_and_begins_anew_when_asked_again() -> None:
    asked, lamp = task(before=[{"do": "lamp.press", "with": {"times": 3}}]), Lamp()
    begin(asked, lamp)
    lamp.press()
    begin(asked, lamp)
    assert lamp.presses == 3


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"conditions": []}, "a state by conditions"),
        ({"expected": {"kql": "T"}}, "a state by conditions"),
        ({"conditions": [{"holds": "tenant.", "otherwise": "It is dark."}]}, "is no expression"),
        ({"untouched": "import os"}, "is no expression"),
        ({"tempting": [tempting("Somebody else's sentence.")] * 3}, "sentence of the condition that catches it"),
        ({"tempting": [{"answer": "x", "misconception": "M.", "hint": "It is dark."}] * 8}, "tempting steps"),
        ({"tempting": [tempting("It is dark.")] * 2}, "at least 3"),
        ({"kind": "kql", "conditions": [], "expected": {"kql": "T"}}, "tempting steps"),
    ],
)
def test_a_task_on_a_state_that_cannot_be_graded_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        task(**changes)


def test_an_answer_still_needs_eight_tempting_ones() -> None:
    answers = [{"answer": "x", "misconception": "M.", "hint": "H."}] * 7
    with pytest.raises(ValidationError, match="7 tempting answers; there must be 8"):
        task(kind="kql", conditions=[], expected={"kql": "T"}, tempting=answers)


def test_preparing_names_the_task_and_what_is_asked_and_answers_an_unknown_one_with_the_nearest() -> None:
    assert "Did you mean 'L1-azure-connected'" in repr(prepare("L1-azure-conected", Lamp()))


def test_a_string_handed_in_for_a_tenant_does_not_raise() -> None:
    check("L1-azure-connected", "connected").expect("wrong")
