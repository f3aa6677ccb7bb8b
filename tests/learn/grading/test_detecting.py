"""A detection is graded by precision and recall against an incident, on every ground."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from pydantic import ValidationError

from pivotlab.learn.grading.detecting import Attack, Score, keys, score
from pivotlab.learn.grading.grade import grade
from pivotlab.learn.grading.targets import Target, incident, things, true_rows
from pivotlab.learn.outcome import Outcome

from .test_grade import task

TARGET = Target(incident="spray", things="address", key=["IPAddress"], precision=0.75, recall=0.5)


def addresses(*values: str) -> pd.DataFrame:
    return pd.DataFrame({"IPAddress": list(values), "Tries": range(len(values))})


def attack(wanted: pd.DataFrame, allowed: pd.DataFrame | None = None) -> Attack:
    some = frozenset(keys(wanted, TARGET))
    return Attack(some, some if allowed is None else frozenset(keys(allowed, TARGET)))


class Seed:
    """A ground with made-up rows for each query, and an attack."""

    def __init__(self, wanted: pd.DataFrame, **answers: pd.DataFrame) -> None:
        self.wanted, self.answers = wanted, answers

    def run(self, kql: str, *products: str) -> pd.DataFrame:
        return self.answers[kql]

    reference = run

    def attack(self, target: Target, *products: str) -> Attack:
        return attack(self.wanted)


FIRST = Seed(
    addresses("a1", "a2"),
    good=addresses("a1", "a2"),
    typed=addresses("a1", "a2"),
    noisy=addresses("a1", "a2", "office", "office", "hotel", "airport", "station"),
    same_noise=addresses("station", "airport", "hotel", "office", "a2", "a1"),
    blind=addresses("office"),
    counted=pd.DataFrame({"Tries": [3]}),
    tempting0=addresses("a1", "a2", "office", "hotel", "airport", "station"),
)
SECOND = Seed(
    addresses("b1"),
    good=addresses("b1"),
    typed=addresses("a1"),
    noisy=addresses("b1", "secret"),
    same_noise=addresses("b1"),
    blind=addresses(),
    counted=pd.DataFrame({"Tries": [1]}),
)
DETECTION = task(kind="detection", expected={"target": TARGET.model_dump()})


def graded(answer: Any) -> Any:
    return grade(DETECTION, answer, [FIRST, SECOND])  # type: ignore[list-item]


def test_keys_count_once_and_rows_of_the_attack_that_nobody_asked_for_count_for_nothing() -> None:
    found = score(
        addresses("a1", "a1", "later", "office"), TARGET, attack(addresses("a1", "a2"), addresses("a1", "a2", "later"))
    )
    assert (found.hits, found.false, found.wanted) == (1, 1, 2)
    assert (found.precision, found.recall) == (0.5, 0.5)


def test_nothing_found_has_no_precision_to_be_proud_of() -> None:
    assert Score(hits=0, false=0, wanted=3).precision == 0


@pytest.mark.parametrize(("hits", "false", "wanted", "kept"), [(3, 1, 6, True), (2, 1, 4, False), (3, 1, 7, False)])
def test_both_figures_must_reach_what_is_asked_for(hits: int, false: int, wanted: int, kept: bool) -> None:
    assert Score(hits, false, wanted).keeps(TARGET) is kept


def test_a_good_detection_is_right_and_shows_both_figures_on_both_seeds() -> None:
    found = graded("good")
    assert found.outcome is Outcome.RIGHT
    assert [rung.sentence.split(".")[0] for rung in found.rungs] == [
        "On this data: precision 1",
        "On the second seed: precision 1",
    ]


def test_a_noisy_one_is_shown_false_positives_of_this_data_alone_and_the_hint() -> None:
    found = graded("noisy")
    assert (found.outcome, found.headline) == (Outcome.WRONG, "It finds the attack, with too much noise.")
    assert found.hint == "Hint for 0."
    assert "precision 0.33, 2 of 6 belong to the attack; recall 1.00, 2 of 2 were found" in found.rungs[0].sentence
    assert list(found.rungs[-1].rows["IPAddress"]) == ["office", "hotel", "airport"]
    assert "secret" not in repr(found)


def test_the_hint_goes_by_what_is_found_and_not_by_the_order_or_the_other_columns() -> None:
    assert graded("same_noise").hint == "Hint for 0."


def test_a_hard_coded_one_fails_on_the_second_seed() -> None:
    assert (
        graded("typed").headline
        == "It holds on this data, but not on the same incident with other people, hosts and times."
    )


def test_a_blind_one_is_told_so() -> None:
    assert graded("blind").headline == "It does not find the attack."


def test_a_result_without_the_key_is_told_which_column_it_lacks() -> None:
    assert graded("counted").rungs[0].sentence.startswith("Without IPAddress")


def test_an_answer_that_is_no_text_is_wrong_and_no_answer_is_not_attempted() -> None:
    assert graded(5).outcome is Outcome.WRONG
    assert graded(...).outcome is Outcome.NOT_ATTEMPTED


@pytest.mark.parametrize(
    "changes",
    [{"table": "defender/EmailEvents"}, {"things": None}, {"only": "x"}, {"key": ["IPAddress", "User"]}, {"recall": 0}],
)
def test_a_target_is_rows_or_things_and_asks_for_something(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Target.model_validate({**TARGET.model_dump(), **changes})


def test_the_ground_truth_of_a_bundle_names_rows_and_things(tmp_path: Path) -> None:
    told = {
        "entities": {"user": ["ann"]},
        "indicators": {"address": ["a1", "a2"]},
        "true_rows": {"workspace/SigninLogs": {"key": ["Id"], "rows": [["x1"]]}},
    }
    (tmp_path / "incidents").mkdir()
    (tmp_path / "incidents" / "07-spray.yaml").write_text(yaml.safe_dump(told), encoding="utf-8")
    assert things(tmp_path, TARGET) == ["a1", "a2"]
    rows = TARGET.model_copy(update={"things": None, "table": "workspace/SigninLogs"})
    assert true_rows(tmp_path, rows) == (["Id"], [["x1"]])
    with pytest.raises(FileNotFoundError, match="has no incident 'storm'"):
        incident(tmp_path, "storm")
