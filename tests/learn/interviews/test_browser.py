"""The mock interview and the review in Chromium: by keyboard alone, in light and dark, and read by axe."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from pivotlab.learn.interviews.interviewing import interview
from pivotlab.learn.interviews.view import InterviewCard
from pivotlab.learn.record.log import log

from ..page import MOUNT, PAGE, chromium_path

SYNCED = ("view", "draft", "problem")


class Stage:
    """A page with one interview on it; carries the card's messages to Python, as a notebook does."""

    def __init__(self, page: Any, dark: bool = False) -> None:
        self.page = page
        self.card: InterviewCard = interview("junior", 10)  # type: ignore[assignment]
        page.set_default_timeout(5000)
        page.expose_function("toPython", self._receive)
        page.set_content(
            PAGE.format(
                css=str(InterviewCard._css),
                attributes='data-jp-theme-light="false"' if dark else "",
                background="#111418" if dark else "#ffffff",
                text="#e7ebf2" if dark else "#1c2430",
            )
        )
        page.evaluate(MOUNT, {"script": str(InterviewCard._esm), "number": 0, "state": self._state()})

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def waits_for(self, stage: str) -> None:
        self.page.locator(f'.pivotlab-interview[data-stage="{stage}"]').wait_for()

    def rate_by_keyboard(self) -> None:
        for _ in range(3):
            self.press("Tab", "Space", "ArrowDown", "ArrowDown")
        self.press("Tab", "Enter")

    def compare_by_keyboard(self) -> None:
        self.press("Tab", "Space", "ArrowDown", "ArrowDown", "Tab", "Enter")

    def _receive(self, _: int, message: dict[str, Any]) -> dict[str, Any]:
        self.card._on_press(None, message, None)
        return self._state()

    def _state(self) -> dict[str, Any]:
        state: dict[str, Any] = json.loads(json.dumps({name: getattr(self.card, name) for name in SYNCED}))
        return state


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    path = chromium_path()
    playwright = pytest.importorskip("playwright.sync_api", reason="The browser tests need playwright.")
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(params=[False, True], ids=["light", "dark"])
def stage(browser: Any, request: pytest.FixtureRequest) -> Iterator[Stage]:
    page = browser.new_page(viewport={"width": 900, "height": 1000})
    yield Stage(page, request.param)
    page.close()


def test_an_interview_of_three_questions_is_finished_by_keyboard_and_axe_is_content(stage: Stage) -> None:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="The audit needs axe-playwright-python."
    ).Axe()
    assert serious(axe.run(stage.page)) == []
    stage.press("Tab", "Enter")
    for number in range(3):
        stage.waits_for("answer")
        stage.press("Tab")
        stage.page.keyboard.type("dd The limit is 500 alerts.")
        if number == 0:
            assert serious(axe.run(stage.page)) == []
        stage.press("Tab", "Enter")
        stage.waits_for("rating")
        if number == 0:
            assert serious(axe.run(stage.page)) == []
        stage.rate_by_keyboard()
        stage.waits_for("comparing")
        assert stage.page.get_by_text("This is a prompt, not a grade.").count() == 1
        assert stage.page.locator("fieldset").count() == 1
        if number == 0:
            assert serious(axe.run(stage.page)) == []
        stage.compare_by_keyboard()
        stage.waits_for("reply")
        if number == 0:
            assert serious(axe.run(stage.page)) == []
        stage.press("Tab", "Tab")
        stage.page.keyboard.type("I do not know.")
        stage.press("Tab", "Enter")
        stage.waits_for("next")
        stage.press("Tab", "Tab", "Enter")
    stage.waits_for("done")

    assert stage.page.get_by_role("heading", name="Gap report").count() == 1
    assert serious(axe.run(stage.page)) == []
    assert [turn.ratings["reasoning"] for turn in stage.card.report.turns] == [2, 2, 2]
    assert [turn.ratings["completeness"] for turn in stage.card.report.turns] == [2, 2, 2]
    assert stage.page.get_by_role("heading", name="Look again").count() == 1
    assert len(log().events()) == 3
    assert set(stage.page.evaluate("window.shortcuts")) <= {"Tab"}  # pressed on the page, before the card had the focus


def test_a_contradicted_point_shows_the_sentence_and_what_matched(browser: Any) -> None:
    page = browser.new_page()
    stage = Stage(page)
    stage.card.start().answer("Sentinel is being shut down. All data is deleted.")
    stage.card.rate({"accuracy": 0, "completeness": 0, "reasoning": 0, "communication": 0})
    page.evaluate("state => window.receive[0](state)", stage._state())
    point = page.locator('.pl-point[data-finding="contradicted"]').first

    assert "Contradicted" in point.inner_text()
    assert "Sentinel is being shut down." in point.inner_text()
    assert "Fact dataflow-06: Sentinel keeps storing logs" in point.inner_text()
    page.close()


def test_an_incomplete_rating_is_asked_for_again(browser: Any) -> None:
    page = browser.new_page()
    stage = Stage(page)
    stage.card.start().answer("An answer.")
    page.evaluate("state => window.receive[0](state)", stage._state())
    page.get_by_role("button", name="Show the key points").click()
    page.get_by_text("Rate accuracy and reasoning and communication too").wait_for()

    assert stage.card.view["stage"] == "rating"
    page.close()


def test_the_answer_stands_above_the_key_points_it_is_compared_with(browser: Any) -> None:
    page = browser.new_page()
    stage = Stage(page)
    stage.card.start().answer("Only I know what I said.")
    stage.card.rate({"accuracy": 0, "reasoning": 0, "communication": 0})
    for more in ({}, {"completeness": 0}):
        if more:
            stage.card.rate(more)
        page.evaluate("state => window.receive[0](state)", stage._state())
        body = page.locator(".pl-body").inner_text()
        assert 0 < body.find("Only I know what I said.") < body.find("Not found:"), stage.card.view["stage"]
    page.close()


def test_a_kernel_that_does_not_answer_is_said_to_be_silent(browser: Any) -> None:
    page = browser.new_page()
    stage = Stage(page)
    page.evaluate("() => { window.toPython = () => new Promise(() => {}); }")
    page.get_by_role("button", name="Start").click()
    page.get_by_text("No answer from the kernel yet.").wait_for()

    assert stage.card.view["stage"] == "start"
    page.close()


def test_what_was_typed_is_text_and_never_markup(browser: Any) -> None:
    page = browser.new_page()
    stage = Stage(page)
    stage.card.start().answer("<img src=x onerror=window.hacked=1> The limit is 500 alerts.")
    page.evaluate("state => window.receive[0](state)", stage._state())

    assert "<img" in page.locator(".pl-quote").inner_text()
    assert page.evaluate("window.hacked") is None
    page.close()


def test_an_interrupted_interview_is_resumed_by_keyboard(browser: Any) -> None:
    interview("junior", 10).start().answer("Said before the kernel died.")  # type: ignore[union-attr]
    page = browser.new_page()
    stage = Stage(page)
    stage.press("Tab", "Enter")
    stage.waits_for("rating")

    assert page.locator(".pl-quote").inner_text() == "Said before the kernel died."
    page.close()


def test_a_draft_survives_a_second_look(browser: Any) -> None:
    page = browser.new_page()
    stage = Stage(page)
    stage.card.start()
    page.evaluate("state => window.receive[0](state)", stage._state())
    page.locator("textarea").fill("Half an answer")
    page.wait_for_timeout(1000)

    assert stage.card.draft == "Half an answer"
    page.close()


class TestWithoutABrowser:
    def test_the_card_reads_as_text_at_every_stage(self) -> None:
        card: InterviewCard = interview("mid", 10, seed=2)  # type: ignore[assignment]
        assert repr(card) == "Mock interview, mid, 10 minutes, 3 questions. Start it with .start()"
        assert repr(card.start()).startswith("Question 1 of 3: ")

    def test_the_same_mistake_twice_is_told_twice(self) -> None:
        card: InterviewCard = interview("junior", 10)  # type: ignore[assignment]
        told: list[str] = []
        card.observe(lambda change: told.append(change["new"]), "problem")
        card.start().answer("x")
        for _ in range(2):
            card._on_press(None, {"press": "rate", "ratings": {}}, None)

        assert [bool(text) for text in told] == [True, False, True]

    def test_nothing_that_gives_the_points_away_is_sent_before_the_rating(self) -> None:
        card: InterviewCard = interview("junior", 10)  # type: ignore[assignment]
        card.start()
        point = card.interview.turn.question.key_points[0]

        assert point not in json.dumps(card.view)
        assert point not in json.dumps(card.answer("x").view)
        card.rate({"accuracy": 2, "reasoning": 2, "communication": 2})
        assert point in json.dumps(card.view)
        assert [criterion["name"] for criterion in card.view["criteria"]] == ["completeness"]

    def test_the_list_of_doubts_says_that_the_program_does_not_look_for_them(self) -> None:
        card: InterviewCard = interview("junior", 10)  # type: ignore[assignment]
        card.start().answer("x").rate({"accuracy": 2, "completeness": 2, "reasoning": 2, "communication": 2})
        assert "the program does not look for it" in card.view["doubts"]


def serious(results: Any) -> list[str]:
    found = results.response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found if v["impact"] in ("serious", "critical")]
