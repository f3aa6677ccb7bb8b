"""`pivotlab review` and `pivotlab anki`, as typed in a terminal."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pivotlab.cli import main
from pivotlab.learn.bank.reader import question
from pivotlab.learn.cards.sitting import Sitting
from pivotlab.learn.record.log import Event, log


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


class TestReview:
    ITEM = "00-active-new"

    @pytest.fixture(autouse=True)
    def answered_last_month(self) -> None:
        then = (datetime.now(UTC) - timedelta(days=30)).isoformat(timespec="milliseconds")
        log().append(Event("answer", self.ITEM, question(self.ITEM).topic.value, "wrong", 0.0, at=then))

    def letter_of_the_right_option(self) -> str:
        from pivotlab.learn.reviews.plan import plan

        sitting: Sitting = plan().sittings[0]
        right = next(option.text for option in sitting.question.options if option.right)  # type: ignore[union-attr]
        return next(option["key"] for option in sitting.view["options"] if option["text"] == right)

    def test_a_due_question_is_asked_and_the_answer_kept(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        typed(monkeypatch, f"\nZ\n{self.letter_of_the_right_option()}\n")

        assert main(["review"]) == 0
        assert "Right." in capsys.readouterr().out
        assert [(event.what, event.score) for event in log().events()] == [("answer", 0.0), ("review", 1.0)]

    def test_a_question_mark_shows_the_answer(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        typed(monkeypatch, "?\n")

        assert main(["review"]) == 0
        assert "The answer." in capsys.readouterr().out

    def test_what_was_wrong_just_now_is_asked_when_asked_for(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        typed(monkeypatch, "?\n")
        assert main(["review"]) == 0
        assert main(["review"]) == 0
        assert "review --early" in " ".join(capsys.readouterr().out.split())
        typed(monkeypatch, "?\n")
        assert main(["review", "--early"]) == 0
        assert "The answer." in capsys.readouterr().out

    def test_a_count_below_one_is_refused(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["review", "--count", "0"]) == 2
        assert "--count" in capsys.readouterr().err


class TestAnki:
    def test_it_writes_the_deck_and_says_how_many_notes(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        target = tmp_path / "deck.apkg"

        assert main(["anki", str(target)]) == 0
        assert target.stat().st_size > 10_000
        assert "notes in" in capsys.readouterr().out

    def test_another_ending_is_refused(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["anki", str(tmp_path / "deck.zip")]) == 2
        assert "deck.apkg" in capsys.readouterr().err

    def test_a_folder_that_is_not_there_is_named(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["anki", str(tmp_path / "missing" / "deck.apkg")]) == 2
        assert "cannot be written" in capsys.readouterr().err
