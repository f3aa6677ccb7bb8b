"""The Anki export, read back from the file as Anki stores it."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pivotlab.learn.bank.questions import FreeText
from pivotlab.learn.bank.reader import interview_questions, questions
from pivotlab.learn.reviews.anki import DECK_ID, MODEL_ID, export

NOW = datetime(2026, 11, 3, 8, tzinfo=UTC)


def collection(target: Path, folder: Path) -> sqlite3.Connection:
    with zipfile.ZipFile(target) as package:
        package.extract("collection.anki2", folder)
    return sqlite3.connect(folder / "collection.anki2")


@pytest.fixture
def exported(tmp_path: Path) -> sqlite3.Connection:
    export(tmp_path / "deck.apkg", NOW)
    return collection(tmp_path / "deck.apkg", tmp_path)


def test_every_closed_question_and_every_interview_question_is_a_note(exported: sqlite3.Connection) -> None:
    ids = {fields.split("\x1f")[2] for (fields,) in exported.execute("select flds from notes")}

    assert ids == {q.id for q in questions().values() if not isinstance(q, FreeText)} | set(interview_questions())


def test_importing_twice_makes_no_duplicates_because_ids_are_stable(tmp_path: Path) -> None:
    seen = []
    for name, when in (("one", NOW), ("two", datetime(2027, 1, 1, tzinfo=UTC))):
        export(tmp_path / f"{name}.apkg", when)
        (tmp_path / name).mkdir()
        rows = collection(tmp_path / f"{name}.apkg", tmp_path / name).execute(
            "select guid, mid from notes order by guid"
        )
        seen.append(rows.fetchall())

    assert seen[0] == seen[1]
    assert len({guid for guid, _ in seen[0]}) == len(seen[0])


def test_the_deck_and_the_note_type_keep_their_numbers(exported: sqlite3.Connection) -> None:
    models, decks = exported.execute("select models, decks from col").fetchone()

    assert str(MODEL_ID) in json.loads(models)
    assert str(DECK_ID) in json.loads(decks)
    assert (MODEL_ID, DECK_ID) == (1_711_062_027, 1_711_062_028)


def test_a_later_export_carries_a_later_stamp_so_that_anki_updates(tmp_path: Path) -> None:
    stamps = []
    for number, year in enumerate((2026, 2027)):
        export(tmp_path / f"{number}.apkg", datetime(year, 1, 1, tzinfo=UTC))
        (tmp_path / str(number)).mkdir()
        stamps.append(
            collection(tmp_path / f"{number}.apkg", tmp_path / str(number))
            .execute("select max(mod) from notes")
            .fetchone()[0]
        )

    assert stamps[0] < stamps[1]


def test_the_answer_is_on_the_back_and_only_there(exported: sqlite3.Connection) -> None:
    rows = [row[0].split("\x1f") for row in exported.execute("select flds from notes")]
    front, back = next((front, back) for front, back, item in rows if item == "IS-01")

    assert interview_questions()["IS-01"].key_points[3] in back
    assert interview_questions()["IS-01"].key_points[3] not in front


def test_markup_in_a_question_is_shown_not_run(exported: sqlite3.Connection) -> None:
    texts = [row[0] for row in exported.execute("select flds from notes")]

    assert any("&gt;" in text or "&lt;" in text or "&amp;" in text or "&#x27;" in text for text in texts)
    assert not any("<script" in text for text in texts)
