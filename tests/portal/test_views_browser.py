"""The portal views in Chromium, by keyboard alone, in light and dark, and read by axe."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import pivotlab as lab
from pivotlab.tenant import Tenant
from tests.learn.page import chromium_path
from tests.portal.page import Stage


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    path = chromium_path()
    playwright = pytest.importorskip("playwright.sync_api", reason="The browser tests need playwright.")
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def stage(browser: Any, request: pytest.FixtureRequest) -> Iterator[Stage]:
    page = browser.new_page(viewport={"width": 1000, "height": 900})
    yield Stage(page, dark=getattr(request, "param", False))
    page.close()


@pytest.mark.parametrize("stage", [False, True], ids=["light", "dark"], indirect=True)
def test_the_connector_is_connected_by_keyboard_alone(stage: Stage) -> None:
    with Tenant.open(connected=False) as tenant:
        view = stage.mount(lab.connector_page(tenant))
        connect = view.get_by_role("button", name="Connect incidents and alerts")
        stage.use(connect, "Enter")
        view.locator(".pl-outcome", has_text="from Content hub first").wait_for()
        stage.use(view.get_by_role("button", name="Install the solution"), "Enter")
        view.locator(".pl-outcome", has_text="Solution installed").wait_for()
        stage.use(view.get_by_role("checkbox", name="Turn off all Microsoft incident creation rules"), "Tab", "Enter")
        view.get_by_role("button", name="Disconnect").wait_for()
        stage.use(view.get_by_role("checkbox", name="CloudAppEvents"), "Space")
        stage.use(view.get_by_role("button", name="Apply changes"), "Enter")
        view.get_by_text("1 of 21 tables").wait_for()
        assert tenant.connector.connected and tenant.connector.streamed == ("CloudAppEvents",)


def test_an_incident_closed_on_one_side_is_seen_closed_on_the_other(stage: Stage) -> None:
    with Tenant.open() as tenant:
        view = stage.mount(lab.queues(tenant))
        stage.use(view.get_by_role("button", name="1094"), "Enter")
        heading = view.get_by_role("heading", name="Suspicious inbox forwarding")
        heading.wait_for()
        assert heading.evaluate("node => node === document.activeElement")
        left = view.locator("form[data-form=defender]")
        stage.use(left.get_by_label("Status"))
        stage.page.keyboard.type("resolved")
        stage.use(left.get_by_label("Classification"))
        stage.page.keyboard.type("truePositive")
        stage.use(left.get_by_label("New comment"))
        stage.page.keyboard.type("dd Rule removed.")
        stage.press("Tab", "Enter")
        row = view.locator("tr.pl-current")
        row.get_by_text("Closed").wait_for()
        assert row.get_by_text("changed").count() == 2
        assert left.get_by_label("New comment").input_value() == ""
        stage.use(view.get_by_role("button", name="+ 5 minutes"), "Enter")
        view.get_by_text("3 Nov 08:05 UTC").wait_for()
        right = view.locator("form[data-form=sentinel]")
        assert right.get_by_label("Status").input_value() == "Closed"
        assert right.get_by_label("Classification").input_value() == "TruePositive - SuspiciousActivity"
        assert set(stage.page.evaluate("window.shortcuts")) <= {"Tab"}
        button = stage.page.evaluate("document.activeElement.textContent")
        assert button == "+ 5 minutes", "the focus stays on the button while the page is drawn anew"


def test_what_was_typed_survives_the_clock_and_is_never_markup(stage: Stage) -> None:
    with Tenant.open() as tenant:
        view = stage.mount(lab.queues(tenant))
        stage.use(view.get_by_role("button", name="1094"), "Enter")
        box = view.locator("form[data-form=sentinel]").get_by_label("New comment")
        box.fill("<img src=x onerror=window.hacked=1>")
        stage.use(view.get_by_role("button", name="+ 1 minute"), "Enter")
        view.get_by_text("3 Nov 08:01 UTC").wait_for()
        assert box.input_value().startswith("<img")
        stage.use(view.get_by_role("button", name="Apply in Sentinel"), "Enter")
        view.locator("td", has_text="<img").first.wait_for()
        assert stage.page.evaluate("window.hacked") is None


def test_a_kernel_that_does_not_answer_is_said_to_be_silent(stage: Stage) -> None:
    with Tenant.open() as tenant:
        view = stage.mount(lab.timeline(tenant))
        stage.page.clock.install(time=0)
        stage.page.clock.pause_at(60_000)
        stage.page.evaluate("() => { window.toPython = () => new Promise(() => {}); }")
        stage.use(view.get_by_role("button", name="Show"), "Enter")
        assert view.locator(".pl-silent").inner_text() == ""
        stage.page.clock.fast_forward(3100)
        view.get_by_text("No answer from the kernel yet").wait_for()


LISTS_OF_JUPYTERLAB = """
.jp-OutputArea-output dl { width: 100%; overflow: hidden; padding: 0; margin: 0; }
.jp-OutputArea-output dt { font-weight: bold; float: left; width: 20%; padding: 0; margin: 0; }
.jp-OutputArea-output dd { float: left; width: 80%; padding: 0; margin: 0; }
"""


def test_a_label_stands_on_one_line_in_jupyterlab_too(stage: Stage) -> None:
    with Tenant.open() as tenant:
        view = stage.mount(lab.incident_page(tenant, "1093"))
        stage.page.add_style_tag(content=LISTS_OF_JUPYTERLAB)
        stage.page.evaluate("document.querySelector('#cards').className = 'jp-OutputArea-output'")
        labels = view.locator("dl").first.evaluate(
            """dl => [...dl.querySelectorAll("dt")].map((dt) => ({
                 height: dt.getBoundingClientRect().height, weight: getComputedStyle(dt).fontWeight,
                 right: dt.getBoundingClientRect().right, next: dt.nextElementSibling.getBoundingClientRect().left }))"""
        )
        assert len(labels) > 8
        assert all(label["height"] < 30 and label["weight"] == "400" for label in labels)
        assert min(label["next"] for label in labels) - max(label["right"] for label in labels) < 20


@pytest.mark.parametrize(("width", "told"), [(560, True), (1100, False)])
def test_a_table_wider_than_its_page_says_so(stage: Stage, width: int, told: bool) -> None:
    stage.page.set_viewport_size({"width": width, "height": 900})
    with Tenant.open() as tenant:
        view = stage.mount(lab.queues(tenant))
        queue = view.locator(".pl-scroll", has_text="Incidents 1 to 8")
        assert queue.evaluate("box => box.scrollWidth > box.clientWidth") is told
        hint = queue.evaluate("box => getComputedStyle(box, '::before').content")
        assert ("Scroll sideways" in hint) is told


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_serious_on_any_view(browser: Any, dark: bool) -> None:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="The audit needs axe-playwright-python."
    ).Axe()
    page = browser.new_page(viewport={"width": 1000, "height": 900})
    stage = Stage(page, dark=dark)
    with Tenant.open() as tenant, Tenant.open(connected=False) as bare:
        queue, connector = lab.queues(tenant), lab.connector_page(bare)
        queue.press("advance", "clock", minutes=29)
        queue.press("open", incident="1094")
        queue.press("sentinel", "sentinel", status="Active", comment="Looking at it.")
        connector.press("connect", "incidents", turn_off=True)
        shown = (connector, lab.connector_page(tenant), queue, lab.timeline(tenant, hours=2), lab.costs(tenant))
        for view in (*shown, lab.incident_page(tenant, "1093")):
            folds = stage.mount(view)
        folds.evaluate("view => { for (const fold of view.querySelectorAll('details')) fold.open = true; }")
        assert serious(axe.run(page)) == []
    page.close()


def serious(results: Any) -> list[str]:
    found = results.response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found if v["impact"] in ("serious", "critical")]
