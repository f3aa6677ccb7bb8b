"""A learner opens a lesson in the browser, runs it, and answers a question without a mouse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pivotlab.lab.workbench import Workbench
from pivotlab.places import ROOT

LESSONS = [
    name for name in Workbench(ROOT, ROOT).lessons() if name.endswith(".ipynb") and name.startswith("notebooks/")
]
WITH_A_CHART = [name for name in LESSONS if "mp_plot." in (ROOT / name).read_text(encoding="utf-8")]
"""Lessons that draw one of msticpy's interactive charts."""
QUEUES = "import pivotlab as lab\nfrom pivotlab.tenant import Tenant\nlab.queues(Tenant.open())"
QUESTION = "from pivotlab.learn import quiz\nquiz('05-latest-row')"


def notebook(*sources: str) -> str:
    cells = [
        {"cell_type": "code", "id": f"c{n}", "metadata": {}, "source": source, "execution_count": None, "outputs": []}
        for n, source in enumerate(sources)
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})


def press(lab_page: Any, *keys: str) -> None:
    for key in keys:
        lab_page.page.keyboard.press(key)


def test_no_prompt_about_news_or_updates_greets_the_learner(lab_page: Any) -> None:
    (lab_page.work / "empty.ipynb").write_text(notebook("1 + 1"), "utf-8")
    lab_page.open("empty.ipynb", dark=False)
    lab_page.page.wait_for_timeout(2000)

    assert lab_page.page.locator(".jp-Dialog").count() == 0
    assert lab_page.page.locator(".jp-toast-message, .Toastify__toast").count() == 0
    assert lab_page.beyond_loopback() == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_question_is_answered_by_keyboard_alone(lab_page: Any, theme: str) -> None:
    (lab_page.work / "question.ipynb").write_text(notebook("1 + 1", QUESTION), "utf-8")
    lab_page.open("question.ipynb", dark=theme == "dark")
    assert lab_page.page.evaluate("document.body.dataset.jpThemeLight") == str(theme == "light").lower()
    lab_page.run_all()
    assert lab_page.errors() == []

    card = lab_page.page.locator("form.pivotlab-card")
    card.wait_for()
    card.get_by_role("radio").first.focus()
    press(lab_page, "Space", "ArrowDown", "d", "d", "Enter")
    card.locator(".pl-feedback .pl-headline").wait_for()

    assert card.locator(".pl-tries").inner_text() == "1 attempt"
    assert lab_page.page.locator(".jp-Notebook .jp-CodeCell").count() == 2, "typing dd on the card deleted a cell"
    assert "05-latest-row" in (lab_page.work / "progress.jsonl").read_text("utf-8")
    assert lab_page.beyond_loopback() == []
    lab_page.photograph(f"question-{theme}")


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_lesson_runs_from_its_first_cell_to_its_last(lab_page: Any, lesson: str) -> None:
    """Every cell without an error; pictures, cards and charts in both themes; and nothing asked of the network."""
    lab_page.open(lesson, dark=False)
    lab_page.run_all()
    assert lab_page.errors() == []

    for theme in ("light", "dark"):
        lab_page.wear(dark=theme == "dark")
        lab_page.page.locator("form.pivotlab-card").first.wait_for(state="attached")
        pictures = lab_page.page.locator(".jp-OutputArea-output img")
        assert all(picture.get_attribute("alt") for picture in pictures.all()), "a picture without words for it"
        assert all(picture.evaluate("image => image.naturalWidth") for picture in pictures.all()), (
            "a picture is missing"
        )
        if lesson in WITH_A_CHART:
            chart = lab_page.page.locator(".jp-OutputArea-output .bk-Canvas").first
            chart.wait_for()
            assert chart.bounding_box()["height"] > 50
        lab_page.photograph(f"{Path(lesson).stem}-{theme}")
    assert lab_page.beyond_loopback() == []
