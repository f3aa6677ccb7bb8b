"""`pivotlab interview`, as typed in a terminal."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from pivotlab.cli import main
from pivotlab.learn.bank.questions import Level
from pivotlab.learn.interviews.interviewing import prepared
from pivotlab.learn.record.log import log

RATED = "2\n2\n1\n3\n"


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


class TestInterview:
    def test_three_questions_are_asked_rated_and_reported(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        typed(monkeypatch, f"I do not\nknow much.\n.\n{RATED}.\n" * 3)
        target = tmp_path / "out.md"

        assert main(["interview", "--minutes", "10", "--save", str(target)]) == 0
        printed, saved = capsys.readouterr().out, target.read_text(encoding="utf-8")

        assert "Question 3 of 3" in printed
        assert "Not found:" in printed
        assert "This is a prompt, not a grade." in " ".join(printed.split())
        assert saved.count("> I do not\n> know much.") == 3
        assert [event.what for event in log().events()] == ["interview"] * 3

    def test_the_key_points_are_shown_only_after_the_rating(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        typed(monkeypatch, "An answer.\n.\n2\n2\n")

        assert main(["interview"]) == 0
        assert "Not found:" not in capsys.readouterr().out

    def test_completeness_is_asked_beside_the_key_points_and_the_answer(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        typed(monkeypatch, "Only I know what I said.\n.\n2\n2\n2\n1\n")

        assert main(["interview"]) == 0
        printed = capsys.readouterr().out
        places = [printed.index(text) for text in ("Reasoning:", "Only I know", "Not found:", "Completeness:")]
        assert places == sorted(places)

    def test_the_list_of_doubts_does_not_read_as_a_finding(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        typed(monkeypatch, f"Scheduled rules stay on.\n.\n{RATED}.\n")

        assert main(["interview"]) == 0
        printed = " ".join(capsys.readouterr().out.split())
        assert "For comparison, what would make an interviewer doubt (the program does not look for it in" in printed

    def test_the_report_names_answers_to_look_at_again(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        typed(monkeypatch, f"I do not know.\n.\n{RATED}.\n" * 3)

        assert main(["interview"]) == 0
        printed = " ".join(capsys.readouterr().out.split())
        assert "Look again: you rated these 2 or better" in printed
        assert printed.count("Redo lesson") == 3

    def test_an_answer_typed_where_yes_or_no_is_asked_is_not_taken_for_yes(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        prepared(Level.JUNIOR, 10).answer("Said before the window was closed.")
        typed(monkeypatch, "It is my whole answer.\nno\n")

        assert main(["interview"]) == 0
        printed = capsys.readouterr().out
        assert "Type y or n." in printed
        assert "Said before the window was closed." not in printed

    def test_an_interrupted_interview_is_offered_and_goes_on(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        prepared(Level.JUNIOR, 10).answer("Said before the window was closed.")
        typed(monkeypatch, f"y\n{RATED}.\n")

        assert main(["interview"]) == 0
        printed = capsys.readouterr().out
        assert "interrupted at question 1 of 3" in printed and "Said before the window was closed." in printed
        assert len(log().events()) == 1

    def test_a_bad_rating_is_asked_again(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        typed(monkeypatch, "An answer.\n.\nseven\n9\n2\n2\n2\n2\n.\n")

        assert main(["interview"]) == 0
        assert capsys.readouterr().out.count("Type a whole number from 0 to 4.") == 2

    def test_ending_early_still_leaves_a_report_and_never_overwrites_one(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], own_work: Path
    ) -> None:
        for _ in range(2):
            typed(monkeypatch, f"An answer.\n.\n{RATED}.\n")
            assert main(["interview"]) == 0

        assert "Ended early." in capsys.readouterr().out
        assert sorted(path.name for path in (own_work / "interviews").iterdir()) == ["junior-10-1.md", "junior-10-2.md"]

    def test_a_judge_on_another_computer_is_refused_before_anything_is_asked(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["interview", "--judge", "http://models.example/v1"]) == 2
        assert "another computer" in capsys.readouterr().err
