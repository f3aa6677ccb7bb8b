from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from pivotlab.learn.grading.difference import cell, differences

EXPECTED = pd.DataFrame({"Name": ["a", "b", "c"], "Hits": [1, 2, 3], "Where": ["x", "y", "z"]})


def names(yours: pd.DataFrame, expected: pd.DataFrame = EXPECTED, **how: bool) -> list[str]:
    return [rung.name for rung in differences(yours, expected, **how)]


def test_the_same_rows_do_not_differ_whatever_their_order() -> None:
    assert names(EXPECTED.iloc[::-1]) == []


def test_the_order_of_columns_does_not_matter() -> None:
    assert names(EXPECTED[["Where", "Name", "Hits"]]) == []


def test_missing_columns_are_told_first_and_end_the_climb() -> None:
    [rung] = differences(EXPECTED.drop(columns=["Hits", "Where"]).head(1), EXPECTED)
    assert rung.name == "missing columns" and rung.sentence == "The columns Hits and Where are missing."


def test_a_column_that_differs_only_in_case_is_pointed_out() -> None:
    rungs = differences(EXPECTED.rename(columns={"Hits": "hits"}), EXPECTED)
    assert rungs[0].sentence == "The column Hits is missing. Letter case matters: hits is not Hits."
    assert rungs[1].sentence == "The column hits is not asked for."


def test_an_extra_column_is_told_even_when_the_rows_agree() -> None:
    assert names(EXPECTED.assign(More=1)) == ["extra columns"]


def test_row_count_comes_before_the_rows_themselves() -> None:
    rungs = differences(EXPECTED.head(2), EXPECTED)
    assert [rung.name for rung in rungs] == ["row count", "rows only in the expected answer"]
    assert rungs[0].sentence == "Your answer has 2 rows; 3 are expected."
    assert rungs[1].sentence == "1 row is missing from your answer."
    assert rungs[1].rows is not None and rungs[1].rows["Name"].tolist() == ["c"]


def test_a_row_that_stands_there_twice_is_one_too_many() -> None:
    rungs = differences(pd.concat([EXPECTED, EXPECTED.head(1)]), EXPECTED)
    assert [rung.name for rung in rungs] == ["row count", "rows only in yours"]


def test_other_rows_are_told_one_side_at_a_time() -> None:
    other = pd.DataFrame({"Name": ["a", "b", "q"], "Hits": [1, 2, 9], "Where": ["x", "y", "q"]})
    rungs = differences(other, EXPECTED)
    assert [rung.name for rung in rungs] == ["rows only in yours", "rows only in the expected answer"]
    assert rungs[0].rows is not None and rungs[0].rows["Name"].tolist() == ["q"]


def test_the_same_rows_with_other_values_name_the_column() -> None:
    [rung] = differences(EXPECTED.assign(Hits=[1, 2, 4]), EXPECTED)
    assert rung.name == "values that differ"
    assert rung.sentence == "The values of Hits differ in 1 row; the other columns agree."
    assert rung.rows is not None and rung.rows[["answer", "Hits"]].to_numpy().tolist() == [
        ["yours", 4],
        ["expected", 3],
    ]


def test_order_is_told_last_and_only_where_it_is_asked_for() -> None:
    [rung] = differences(EXPECTED.iloc[[0, 2, 1]], EXPECTED, order=True)
    assert rung.name == "order" and "row 2 is the first out of place" in rung.sentence


def test_no_more_than_three_rows_are_shown() -> None:
    many = pd.DataFrame({"N": range(50)})
    [_, rung] = differences(many, many.head(10))
    assert rung.sentence == "40 rows should not be in your answer."
    assert rung.rows is not None and len(rung.rows) == 3


def test_two_empty_answers_agree() -> None:
    assert names(EXPECTED.head(0), EXPECTED.head(0)) == []


SAME = {
    "an integer and a float": (1, 1.0),
    "numpy and Python": (np.int64(3), 3),
    "the last digits of a float": (0.1 + 0.2, 0.3),
    "a null and an empty text": (None, ""),
    "not a number and a null": (float("nan"), None),
    "not a time and a null": (pd.NaT, None),
    "pandas' null and a null": (pd.NA, None),
    "a naive and a UTC time": (pd.Timestamp("2026-11-01"), datetime(2026, 11, 1, tzinfo=UTC)),
    "numpy's time and Python's": (np.datetime64("2026-11-01"), datetime(2026, 11, 1, tzinfo=UTC)),
    "two zones of one moment": (pd.Timestamp("2026-11-01T01:00+01:00"), pd.Timestamp("2026-11-01T00:00Z")),
    "the order of a set": (["a", "b"], ["b", "a"]),
    "a list and its text": (["a", 1], '["a", 1]'),
    "the order of keys": ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    "an object and its text": ({"a": [1]}, '{"a":[1]}'),
}


@pytest.mark.parametrize("pair", SAME)
def test_cells_that_say_the_same_are_the_same(pair: str) -> None:
    one, other = SAME[pair]
    assert cell(one) == cell(other)


DIFFERENT = {
    "letter case": ("High", "high"),
    "true and one": (True, 1),
    "a number and its text": (1, "1"),
    "zero and a null": (0, None),
    "a second": (pd.Timestamp("2026-11-01T00:00:00Z"), pd.Timestamp("2026-11-01T00:00:01Z")),
    "spans": (timedelta(minutes=1), timedelta(minutes=2)),
    "how often a list holds a value": (["a", "a"], ["a"]),
    "values of an object": ({"a": 1}, {"a": 2}),
    "a bracket that is no JSON": ("[x", "[y"),
}


@pytest.mark.parametrize("pair", DIFFERENT)
def test_cells_that_say_something_else_are_different(pair: str) -> None:
    one, other = DIFFERENT[pair]
    assert cell(one) != cell(other)
