from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from pivotlab.kql import Engine
from pivotlab.learn.bank import reader as bank
from pivotlab.learn.bank.questions import FreeText, Predict

from ..asked import entry


def write(folder: Path, name: str, *found: object) -> Path:
    path = folder / name
    path.write_text(yaml.safe_dump({"questions": list(found)}, sort_keys=False), encoding="utf-8")
    return folder


def test_the_bundled_bank_is_valid() -> None:
    assert {"00-who-groups", "05-article-hunting"} <= set(bank.questions())


def test_questions_keep_the_order_of_their_files(tmp_path: Path) -> None:
    write(tmp_path, "lesson-04.yaml", entry("single"), entry("multiple"))
    assert list(bank.questions(tmp_path)) == ["04-single", "04-multiple"]


def test_a_lab_has_a_file_of_its_own_after_the_lessons(tmp_path: Path) -> None:
    write(tmp_path, "lab-L4.yaml", entry("multiple", id="L4-faults", lesson="L4"))
    write(tmp_path, "lesson-04.yaml", entry("single"))
    assert list(bank.questions(tmp_path)) == ["04-single", "L4-faults"]


def test_a_mistake_names_its_file_entry_line_and_place(tmp_path: Path) -> None:
    text = yaml.safe_dump({"questions": [entry("single"), entry("complete", code="no blank")]}, sort_keys=False)
    write(tmp_path, "lesson-04.yaml", entry("single"), entry("complete", code="no blank"))
    line = text.splitlines().index("- id: 04-complete") + 1
    with pytest.raises(
        bank.ContentError, match=rf"lesson-04\.yaml, line {line}, entry 04-complete: .*exactly one blank"
    ):
        bank.questions(tmp_path)


def test_a_file_that_is_not_yaml_is_named(tmp_path: Path) -> None:
    (tmp_path / "lesson-04.yaml").write_text("questions: [", encoding="utf-8")
    with pytest.raises(bank.ContentError, match=r"lesson-04\.yaml is not valid YAML"):
        bank.questions(tmp_path)


def test_a_file_without_the_list_is_named(tmp_path: Path) -> None:
    (tmp_path / "lesson-04.yaml").write_text("items: []", encoding="utf-8")
    with pytest.raises(bank.ContentError, match="must hold a list under 'questions:'"):
        bank.questions(tmp_path)


def test_an_id_that_is_taken_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "lesson-04.yaml", entry("single"))
    write(tmp_path, "lesson-05.yaml", entry("multiple", id="04-single"))
    with pytest.raises(bank.ContentError, match=r"lesson-05\.yaml, entry 04-single: .* lesson-04\.yaml"):
        bank.questions(tmp_path)


def test_an_unknown_question_is_answered_with_the_nearest_ones() -> None:
    with pytest.raises(bank.UnknownEntryError, match="Did you mean '05-direction'"):
        bank.question("05-directions")


ARTICLE = (
    "Explain the benefits of integrating Microsoft Defender XDR with Microsoft Sentinel.",
    "Describe the data flow between Defender XDR and Microsoft Sentinel.",
    "How do you set up the integration in both the Microsoft Defender portal and the Azure portal?",
    "What are the key considerations for incident synchronization between the two platforms?",
    "How can you leverage advanced hunting in both platforms for threat investigations?",
    "How does this integration impact Microsoft Sentinel incident creation rules?",
    "What are the best practices for optimizing this integration for threat detection and response?",
)


def test_the_sixty_interview_questions_hold_the_seven_of_the_article_word_for_word() -> None:
    found = bank.interview_questions()
    assert len(found) == 60
    assert {question.question for question in found.values() if question.article} == set(ARTICLE)


def test_an_open_question_takes_its_key_points_from_the_interview() -> None:
    asked = bank.question("05-article-hunting")
    assert asked.stem in ARTICLE
    assert isinstance(asked, FreeText)
    assert asked.key_points == bank.interview_questions()["HQ-02"].key_points


@pytest.mark.parametrize("question_id", ["05-has-predict", "05-equals-case"])
def test_the_right_prediction_is_what_the_engine_returns(question_id: str) -> None:
    asked = bank.question(question_id)
    assert isinstance(asked, Predict)
    rows = Engine.for_schema({}).run(asked.code.removesuffix("| count"))
    right = next(option.text for option in asked.options if option.right)
    assert right.split(",")[0] == str(len(rows))
