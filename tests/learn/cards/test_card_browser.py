"""The card in Chromium, by keyboard alone, in light and dark, and read by axe."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ..page import Stage, chromium_path

SHOWN = (
    "05-direction",
    "00-what-is-free",
    "05-latest-row",
    "05-pivot-order",
    "05-alert-tables",
    "05-arg-max",
    "05-article-hunting",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    path = chromium_path()
    playwright = pytest.importorskip("playwright.sync_api", reason="The browser tests need playwright.")
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def stage(browser: Any) -> Iterator[Stage]:
    page = browser.new_page(viewport={"width": 900, "height": 900})
    yield Stage(page)
    page.close()


def says(stage: Stage, text: str) -> None:
    stage.page.locator(".pl-feedback", has_text=text).first.wait_for()


def press(stage: Stage, *keys: str) -> None:
    for key in keys:
        stage.page.keyboard.press(key)


def test_a_single_choice_is_answered_by_keyboard(stage: Stage) -> None:
    card = stage.mount("05-latest-row")
    press(stage, "Tab", "Tab", "Space", "Enter")
    says(stage, "Not yet.")
    press(stage, "ArrowDown", "ArrowDown", "Enter")
    says(stage, "Right.")
    assert card.result and card.attempts == 2


def test_a_multiple_choice_is_answered_by_keyboard(stage: Stage) -> None:
    card = stage.mount("00-what-is-free")
    free = {"SecurityIncident", "SecurityAlert", "Hunting"}
    for option in card.view["options"]:
        press(stage, "Tab")
        if any(word in option["text"] for word in free):
            press(stage, "Space")
    press(stage, "Tab", "Enter")
    says(stage, "Right.")
    assert card.result


def test_steps_are_moved_by_keyboard_and_the_focus_moves_with_them(stage: Stage) -> None:
    card = stage.mount("05-pivot-order")
    wanted = ["AlertEvidence", "EmailEvents", "UrlClickEvents", "EntraIdSignInEvents", "CloudAppEvents"]
    for place, word in enumerate(wanted):
        button = stage.page.locator(".pl-step", has_text=word).get_by_role("button", name="Move up")
        for _ in range(len(wanted)):
            if stage.page.locator(".pl-step").nth(place).inner_text().startswith(word):
                break
            button.focus()
            press(stage, "Enter")
            assert stage.page.evaluate("document.activeElement.getAttribute('aria-label')").endswith(
                stage.page.locator(".pl-step", has_text=word).locator(".pl-text").inner_text()
            )
    stage.page.locator(".pl-check").focus()
    press(stage, "Enter")
    says(stage, "Right.")
    assert card.result


def test_partners_are_found_by_keyboard(stage: Stage) -> None:
    card = stage.mount("05-alert-tables")
    partner = {pair.left: pair.right for pair in card.question.pairs}  # type: ignore[union-attr]
    for left in card.view["lefts"]:
        press(stage, "Tab")
        letter = next(option["key"] for option in card.view["options"] if option["text"] == partner[left])
        stage.page.keyboard.type(letter)
    press(stage, "Tab", "Enter")
    says(stage, "Right.")
    assert card.result


def test_a_query_is_completed_by_keyboard(stage: Stage) -> None:
    card = stage.mount("05-arg-max")
    press(stage, "Tab")
    stage.page.keyboard.type("max(LastModifiedTime)")
    press(stage, "Enter")
    says(stage, "max returns one value")
    press(stage, "ControlOrMeta+a")
    stage.page.keyboard.type("arg_max(LastModifiedTime, *)")
    press(stage, "Enter")
    says(stage, "Right.")
    assert card.result


def test_an_open_answer_is_written_compared_and_rated_by_keyboard(stage: Stage) -> None:
    card = stage.mount("05-article-hunting")
    press(stage, "Tab")
    stage.page.keyboard.type("I begin in advanced hunting.")
    press(stage, "Tab", "Enter")
    says(stage, "rate your answer yourself")
    stage.page.get_by_label("a key limit is missing").focus()
    press(stage, "Space")
    says(stage, "You rated this 2 of 4.")
    assert card.result is not None and card.result.score == 0.5


def test_the_options_that_are_right_are_marked_when_the_answer_is_shown(stage: Stage) -> None:
    card = stage.mount("00-what-is-free")
    right = {option.text for option in card.question.options if option.right}  # type: ignore[union-attr]
    wrong = next(option["key"] for option in card.view["options"] if option["text"] not in right)
    stage.page.locator(f'input[value="{wrong}"]').check()
    stage.page.locator(".pl-check").click()
    says(stage, "Not yet.")
    assert stage.page.locator(".pl-mark:visible").count() == 0
    stage.page.get_by_role("button", name="Show the answer").click()
    says(stage, "The answer.")
    marked = stage.page.locator('.pl-option[data-outcome="shown"]')
    assert marked.locator("input").evaluate_all("all => all.map((one) => one.value)") == [
        option["key"] for option in card.view["options"] if option["text"] in right
    ]
    assert stage.page.locator(".pl-mark:visible").count() == len(right)
    stage.page.locator("input").first.click()
    assert stage.page.locator(".pl-mark:visible").count() == 0


def test_a_blank_shows_the_whole_of_what_is_typed(stage: Stage) -> None:
    card = stage.mount("05-arg-max")
    blank = stage.page.locator(".pl-blank")
    clipped = "box => box.scrollWidth > box.clientWidth"
    blank.fill('ProviderName == "Microsoft XDR"')
    assert not blank.evaluate(clipped)
    card.choose("arg_max(LastModifiedTime, *) by IncidentNumber")
    stage.refresh(card)
    assert not blank.evaluate(clipped)


def test_steps_that_were_not_moved_say_why_they_cannot_be_checked(stage: Stage) -> None:
    stage.mount("05-pivot-order")
    check = stage.page.locator(".pl-check")
    assert stage.page.get_by_text("Move a step first.").is_visible()
    assert stage.page.locator(f"#{check.get_attribute('aria-describedby')}").inner_text() == "Move a step first."
    stage.page.get_by_role("button", name="Move down").first.click()
    assert not stage.page.get_by_text("Move a step first.").is_visible()
    assert check.get_attribute("aria-describedby") is None


def test_keys_typed_in_a_card_never_reach_the_notebook(stage: Stage) -> None:
    stage.mount("05-direction")
    stage.mount("05-arg-max")
    stage.page.locator("input[type=radio]").first.focus()
    press(stage, "d", "d", "x", "Escape", "Enter", "ArrowDown")
    stage.page.locator(".pl-blank").focus()
    press(stage, "d", "d", "Enter")
    assert stage.page.evaluate("window.shortcuts") == []


def test_a_kernel_that_does_not_answer_is_said_to_be_silent(stage: Stage) -> None:
    stage.mount("05-direction")
    stage.page.clock.install(time=0)
    stage.page.clock.pause_at(60_000)  # from here on, time passes only when told to
    stage.page.evaluate("() => { window.toPython = () => new Promise(() => {}); }")
    press(stage, "Tab", "Space", "Enter")
    stage.page.clock.fast_forward(2900)
    assert stage.page.locator(".pl-feedback").inner_text() == ""
    stage.page.clock.fast_forward(200)
    says(stage, "No answer from the kernel yet")


def test_an_answer_that_comes_ends_the_wait(stage: Stage) -> None:
    stage.mount("05-direction")
    stage.page.clock.install()
    press(stage, "Tab", "Space", "Enter")
    says(stage, "Not yet.")
    press(stage, "Enter")
    stage.page.locator(".pl-tries", has_text="2 attempts").wait_for()
    stage.page.clock.fast_forward(5000)
    says(stage, "Not yet.")


def test_an_answer_given_in_python_shows_in_the_browser(stage: Stage) -> None:
    card = stage.mount("05-direction")
    card.choose("C")
    stage.refresh(card)
    assert stage.page.locator("input:checked").get_attribute("value") == "C"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_serious_before_or_after_answering(browser: Any, dark: bool) -> None:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="The audit needs axe-playwright-python."
    ).Axe()
    page = browser.new_page(viewport={"width": 900, "height": 900})
    stage = Stage(page, dark)
    cards = [stage.mount(question_id) for question_id in SHOWN]
    assert serious(axe.run(page)) == []
    for number, card in enumerate(cards):
        form = page.locator(".pivotlab-card").nth(number)
        answer_somehow(form, card.question.kind)
        form.locator(".pl-check").click()
        form.locator(".pl-headline").wait_for()
        assert form.locator(".pl-feedback").get_attribute("data-outcome") != "not attempted"
    assert serious(axe.run(page)) == []
    page.close()


def answer_somehow(form: Any, kind: str) -> None:
    match kind:
        case "single" | "predict" | "multiple":
            form.locator("input").first.check()
        case "ordering":
            form.get_by_role("button", name="Move down").first.click()
        case "matching":
            for menu in form.locator("select").all():
                menu.select_option(index=1)
        case "complete":
            form.locator(".pl-blank").fill("max(LastModifiedTime)")
        case "free_text":
            form.locator("textarea").fill("I begin in advanced hunting.")


def serious(results: Any) -> list[str]:
    found = results.response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found if v["impact"] in ("serious", "critical")]
