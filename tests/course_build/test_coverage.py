"""docs/coverage.md tells the truth about the lessons: every section taught, every correction made with its fact."""

from __future__ import annotations

import re

import pytest

from pivotlab.course_build.source import COURSE
from pivotlab.facts import read_facts
from pivotlab.learn.bank.questions import FreeText
from pivotlab.learn.bank.reader import questions
from pivotlab.places import ROOT

TABLES = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8").split("## What it says")
LESSONS = {path.stem[:2]: path.read_text(encoding="utf-8") for path in COURSE.glob("[0-9]*.py")}
SECTIONS = re.findall(r"^\| (.+?) \| ([\d, ]+) \|$", TABLES[0], re.MULTILINE)
CORRECTIONS = re.findall(r"^\| (\d+) \| .+? \| ([\d, ]+) \| (.+?) \|$", TABLES[1], re.MULTILINE)


def test_every_lesson_takes_up_a_section() -> None:
    named = {lesson for _, lessons in SECTIONS for lesson in lessons.split(", ")}
    assert len(SECTIONS) == 16
    assert named == set(LESSONS) == {f"{number:02}" for number in range(11)}


def test_every_one_of_the_26_corrections_is_there() -> None:
    assert [int(number) for number, _, _ in CORRECTIONS] == list(range(1, 27))


@pytest.mark.parametrize(("number", "lessons", "facts"), CORRECTIONS, ids=[number for number, _, _ in CORRECTIONS])
def test_a_correction_is_made_where_it_says_with_facts_that_exist(number: str, lessons: str, facts: str) -> None:
    cited = re.findall(r"`([a-z]+(?:-[a-z]+)?-\d{2})`", facts)
    text = "".join(LESSONS[lesson] for lesson in lessons.split(", "))
    assert cited and set(cited) <= read_facts().keys()
    assert [fact for fact in cited if f"`{fact}`" not in text] == []


def test_lesson_10_asks_the_seven_questions_in_the_order_of_the_article() -> None:
    cards = [questions()[name] for name in re.findall(r'lab\.quiz\("(\d\d-article-[a-z-]+)"\)', LESSONS["10"])]
    assert [card.interview for card in cards if isinstance(card, FreeText)] == [
        "IB-01", "DF-01", "CS-01", "IS-01", "HQ-02", "AU-01", "OP-03",
    ]  # fmt: skip


OTHERS = [path.stem for path in sorted(COURSE.glob("*.py")) if not path.stem.startswith("00")]


@pytest.mark.parametrize("name", OTHERS)
def test_lesson_00_links_to_every_other_lesson_and_to_every_lab(name: str) -> None:
    folder = "../labs/" if name.startswith("L") else ""
    assert f"({folder}{name}.ipynb)" in LESSONS["00"]
