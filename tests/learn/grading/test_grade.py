from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from pivotlab.kql import Diagnostic, KqlError, KqlLimit, KqlUnsupported
from pivotlab.learn.grading.grade import grade, is_blank
from pivotlab.learn.grading.task import Expected, Task
from pivotlab.learn.outcome import Outcome


class Bundle:
    """A ground whose queries are looked up in a table of answers."""

    def __init__(self, **answers: pd.DataFrame | Exception) -> None:
        self.answers = answers

    def run(self, kql: str, *products: str) -> pd.DataFrame:
        found = self.answers[kql]
        if isinstance(found, Exception):
            raise found
        return found

    reference = run

    def expected(self, expected: Expected, *products: str) -> Any:
        return self.run(str(expected.kql))


def names(*values: str) -> pd.DataFrame:
    return pd.DataFrame({"Name": list(values)})


def task(**changes: Any) -> Task:
    tempting = [{"answer": f"tempting{n}", "misconception": "M.", "hint": f"Hint for {n}."} for n in range(8)]
    entry = {
        "id": "05-x",
        "lesson": "05",
        "section": "S",
        "topic": "hunting_kql",
        "level": "mid",
        "prompt": "Find it.",
        "kind": "kql",
        "expected": {"kql": "reference"},
        "hints": ["One.", "Two."],
        "solution": "reference",
        "why": "Because.",
        "tempting": tempting,
    }
    return Task.model_validate({**entry, **changes})


FIRST = Bundle(
    reference=names("ann", "bob"),
    good=names("bob", "ann"),
    hard_coded=names("ann", "bob"),
    bad=names("ann"),
    tempting0=names("ann", "bob", "cy"),
    looks_tempting=names("cy", "bob", "ann"),
    tempting1=names(),
    empty=names(),
    broken=KqlError("Line 1, column 3: no such column.", [Diagnostic(1, 3, "name", "no such column.")]),
    unsupported=KqlUnsupported("scan is not run offline."),
    endless=KqlLimit("more than 10 seconds."),
)
SECOND = Bundle(reference=names("dee", "eve"), good=names("dee", "eve"), hard_coded=names("ann", "bob"))


def graded(answer: Any, **changes: Any) -> Any:
    return grade(task(**changes), answer, [FIRST, SECOND])  # type: ignore[list-item]


@pytest.mark.parametrize("blank", [None, ..., "", "  \n", "// to do", "T | where ____"])
def test_what_was_not_tried_is_not_wrong(blank: Any) -> None:
    assert is_blank(blank)
    assert graded(blank).outcome == Outcome.NOT_ATTEMPTED


def test_a_frame_is_never_blank() -> None:
    assert not is_blank(names())


def test_a_query_is_right_when_its_rows_agree_on_both_seeds() -> None:
    assert graded("good").outcome == Outcome.RIGHT


def test_a_query_that_knows_the_data_by_heart_fails_on_the_second_seed() -> None:
    found = graded("hard_coded")
    assert found.outcome == Outcome.WRONG
    assert found.headline.startswith("Right on this data, but not on the same incident with other people")
    assert "a name, an address, an id or a time" in found.hint


def test_the_rows_of_the_second_seed_are_never_shown() -> None:
    assert all(rung.rows is None for rung in graded("hard_coded").rungs)
    assert "dee" not in str(graded("hard_coded"))


def test_without_the_second_seed_the_first_decides() -> None:
    assert grade(task(), "hard_coded", [FIRST]).outcome == Outcome.RIGHT  # type: ignore[list-item]


def test_a_tempting_answer_gets_its_hint_in_its_own_words_or_with_its_rows() -> None:
    assert graded("tempting0").hint == "Hint for 0."
    assert graded("looks_tempting").hint == "Hint for 0."


def test_no_rows_are_recognised_only_by_the_words_of_the_query() -> None:
    assert graded("tempting1").hint == "Hint for 1."
    assert graded("empty").hint == ""


def test_another_wrong_answer_gets_the_difference_and_no_hint() -> None:
    found = graded("bad")
    assert [rung.name for rung in found.rungs] == ["row count", "rows only in the expected answer"]
    assert found.hint == ""


def test_a_query_that_is_wrong_says_where() -> None:
    found = graded("broken")
    assert found.outcome == Outcome.WRONG and found.headline == "Your query does not run."
    assert "Line 1, column 3" in found.rungs[0].sentence


def test_a_query_that_the_engine_does_not_run_offline_is_not_called_wrong() -> None:
    assert graded("unsupported").outcome == Outcome.NOT_ATTEMPTED


def test_a_query_that_asks_for_too_much_says_so() -> None:
    assert "10 seconds" in graded("endless").rungs[0].sentence


def test_a_query_task_wants_the_text_of_a_query() -> None:
    assert graded(names("ann")).headline == "Hand in the text of your query, in quotes; this is a DataFrame."


def test_a_frame_is_compared_with_the_expected_one() -> None:
    assert graded(names("bob", "ann"), kind="frame").outcome == Outcome.RIGHT
    assert graded(names("bob"), kind="frame").outcome == Outcome.WRONG
    assert graded(names("bob", "cy", "ann"), kind="frame").hint == "Hint for 0."
    assert "Hand in a data frame" in graded("bob", kind="frame").headline


ONE = Bundle(reference=names("ann"), good=names("ann"))


@pytest.mark.parametrize("answer", ["ann", " ANN ", ["ann"], names("ann"), names("ann")["Name"], {"ann"}])
def test_a_value_may_come_in_any_wrapping(answer: Any) -> None:
    assert grade(task(kind="value"), answer, [ONE]).outcome == Outcome.RIGHT  # type: ignore[list-item]


@pytest.mark.parametrize("answer", ["bob", "an n", ["ann", "bob"], 1, names("ann", "bob"), True])
def test_another_value_is_wrong(answer: Any) -> None:
    assert grade(task(kind="value"), answer, [ONE]).outcome == Outcome.WRONG  # type: ignore[list-item]


def test_numbers_are_compared_as_numbers() -> None:
    three = Bundle(reference=pd.DataFrame({"N": [3]}))
    asked = task(kind="value", tempting=[{"answer": "4", "misconception": "M.", "hint": "Four is many."}] * 8)
    assert grade(asked, 3.0, [three]).outcome == Outcome.RIGHT  # type: ignore[list-item]
    assert grade(asked, 4, [three]).hint == "Four is many."  # type: ignore[list-item]
    assert "a str; a int is expected" in grade(asked, "3", [three]).rungs[0].sentence  # type: ignore[list-item]
