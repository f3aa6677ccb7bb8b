from __future__ import annotations

from pathlib import Path

import pytest

from pivotlab.learn import check, hint, solution
from pivotlab.learn.bank.reader import questions
from pivotlab.learn.grading import checks
from pivotlab.learn.grading.ground import grounds
from pivotlab.learn.grading.task import tasks
from pivotlab.learn.outcome import Outcome
from pivotlab.learn.record.log import ProgressLog

needs_data = pytest.mark.skipif(not grounds(), reason="There is no bundled data here to check on.")


@pytest.fixture(autouse=True)
def no_hints_yet() -> None:
    checks._given.clear()


def recorded(work: Path) -> list[tuple[str, str, str]]:
    return [(event.what, event.item, event.outcome) for event in ProgressLog(work / "progress.jsonl").events()]


@needs_data
def test_a_right_query_is_right_says_why_and_is_recorded(own_work: Path) -> None:
    result = check("05-who-clicked", tasks()["05-who-clicked"].solution)
    assert result and repr(result) == f"05-who-clicked: Right.\n{tasks()['05-who-clicked'].why}"
    assert recorded(own_work) == [("check", "05-who-clicked", "right")]


@needs_data
def test_a_wrong_query_reads_as_difference_and_hint() -> None:
    result = check("05-who-clicked", tasks()["05-who-clicked"].tempting[0].answer)
    lines = repr(result).splitlines()
    assert not result
    assert lines[:2] == ["05-who-clicked: Not yet.", "- Your answer has 5 rows; 2 are expected."]
    assert lines[-1] == "These are the people who received the mail. Clicks are in UrlClickEvents."
    assert repr(check("05-who-clicked", tasks()["05-who-clicked"].tempting[0].answer)) == repr(result)


@needs_data
def test_a_wrong_query_that_nobody_foresaw_points_to_the_hints() -> None:
    assert repr(check("05-who-clicked", "UrlClickEvents | take 1")).endswith('For a hint: lab.hint("05-who-clicked")')


@needs_data
def test_a_task_that_was_not_tried_says_what_to_do_and_is_not_recorded(own_work: Path) -> None:
    result = check("05-who-clicked", ...)
    assert result.outcome == Outcome.NOT_ATTEMPTED and not result
    assert tasks()["05-who-clicked"].prompt in repr(result)
    assert recorded(own_work) == []


@needs_data
def test_the_html_form_escapes_what_the_learner_wrote() -> None:
    result = check("05-who-clicked", 'print Name = "<script>"')
    assert "<script>" not in result._repr_html_() and "Name" in result._repr_html_()


@needs_data
@pytest.mark.parametrize(
    "junk", [object(), 17, b"x", "| | |", "EmailEvents | where i = 1", {"a": 1}, "\0", "x" * 20_000]
)
def test_nothing_that_is_handed_in_makes_a_check_raise(junk: object) -> None:
    for task_id in ("05-who-clicked", "05-hiding-rule-address", "05-clicks-per-day"):
        assert not check(task_id, junk)


@needs_data
def test_a_check_can_be_asked_to_raise() -> None:
    result = check("05-who-clicked", "UrlClickEvents")
    assert result.expect("wrong") is result
    with pytest.raises(AssertionError, match="05-who-clicked is wrong, not right"):
        result.expect("right")


@needs_data
def test_the_place_of_a_mistake_in_a_query_stays_under_its_line() -> None:
    result = check("05-who-clicked", "hello\n| take 1")
    assert "<pre>" in result._repr_html_()
    below = result._repr_html_().split("<pre>")[1].split("</pre>")[0].splitlines()
    assert below[0].index("hello") == below[1].index("^")
    shown = repr(result).splitlines()
    assert shown[2].index("hello") == shown[3].index("^")


def test_a_check_of_a_state_without_the_tenant_asks_for_it() -> None:
    result = check("04-one-case")
    assert result.outcome == Outcome.NOT_ATTEMPTED
    assert repr(result).endswith('Hand in the tenant: lab.check("04-one-case", tenant)')


def test_a_quiz_card_has_its_answer_on_the_card() -> None:
    card = next(iter(questions()))
    for asked in (solution, hint, check):
        assert f'{card} is a quiz card. Run lab.quiz("{card}")' in repr(asked(card))


def test_an_unknown_task_is_answered_with_the_nearest_ones() -> None:
    assert "Did you mean '05-who-clicked'" in repr(check("05-who-clickd", "x"))
    assert "Did you mean '05-who-clicked'" in repr(hint("05-who-clickd"))
    assert "Did you mean '05-who-clicked'" in repr(solution("05-who-clickd"))


def test_a_failure_of_the_check_itself_is_not_put_on_the_learner(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(checks, "_checked", fail)
    assert "not your mistake: boom" in repr(check("05-who-clicked", "UrlClickEvents"))


def test_hints_go_from_a_nudge_to_almost_the_answer_and_are_recorded(own_work: Path) -> None:
    hints = tasks()["05-who-clicked"].hints
    assert [repr(hint("05-who-clicked")) for _ in range(4)] == [
        f"Hint 1 of 3: {hints[0]}",
        f"Hint 2 of 3: {hints[1]}",
        f"Hint 3 of 3: {hints[2]}",
        f"Hint 3 of 3: {hints[2]}",
    ]
    assert recorded(own_work)[0] == ("hint", "05-who-clicked", "hint 1")
    assert len(recorded(own_work)) == 4


def test_a_solution_shows_code_and_its_reason_and_is_recorded(own_work: Path) -> None:
    text = repr(solution("05-who-clicked"))
    assert "    | distinct NetworkMessageId" in text and "The message id ties" in text
    assert recorded(own_work) == [("solution", "05-who-clicked", "shown")]
