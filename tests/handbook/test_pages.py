"""The generated pages of docs/ say what the code and data say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pivotlab.facts.ledger import read_facts
from pivotlab.handbook import pages
from pivotlab.handbook.tables import cell, table
from pivotlab.learn.bank.reader import questions
from pivotlab.learn.grading.task import tasks


def test_every_generated_page_is_up_to_date() -> None:
    assert [path.name for path in pages.stale()] == [], "Type: pivotlab handbook pages"


def test_a_page_that_says_something_else_is_stale_until_it_is_written_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "PAGES", {"one.md": lambda: "# One\n"})
    (tmp_path / "one.md").write_text("# Won\n", "utf-8")
    assert pages.write(tmp_path) == [tmp_path / "one.md"]
    assert list(pages.stale(tmp_path)) == []


def test_the_ledgers_page_has_every_fact_once() -> None:
    listed = re.findall(r"^\| `([a-z-]+-\d\d)` \|", pages.PAGES["facts.md"](), re.MULTILINE)
    assert sorted(listed) == sorted(read_facts())


def test_the_ledgers_page_shows_the_tip_of_every_fact() -> None:
    page = pages.PAGES["facts.md"]()
    assert [fact.id for fact in read_facts().values() if f"| {cell(fact.tip)} |" not in page] == []


def test_the_questions_page_has_every_question_and_task_once_and_no_answer() -> None:
    page = pages.PAGES["questions.md"]()
    listed = re.findall(r"^\| `([\w-]+)` \|", page, re.MULTILINE)
    assert sorted(listed) == sorted([*questions(), *tasks()])
    assert not any(task.solution in page for task in tasks().values())


def test_a_bar_in_a_cell_does_not_end_it() -> None:
    assert table(("KQL",), [("T | count\nby x",)]).splitlines()[-1] == "| T \\| count by x |"
