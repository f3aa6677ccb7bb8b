"""A notebook's part in the life of a portal view, on an empty page: mounts its script and carries its messages to Python."""

from __future__ import annotations

import json
from typing import Any

from pivotlab.portal.view import PortalView
from tests.learn.page import MOUNT, PAGE

SYNCED = ("page", "spoken", "sent", "heading_for", "turn")


class Stage:
    """A page with portal views on it, used by keyboard."""

    def __init__(self, page: Any, *, dark: bool = False) -> None:
        self.page = page
        self.views: list[PortalView] = []
        page.set_default_timeout(10_000)
        page.expose_function("toPython", self._receive)
        page.set_content(
            PAGE.format(
                css=str(PortalView._css),
                attributes='data-jp-theme-light="false"' if dark else 'data-jp-theme-light="true"',
                background="#111418" if dark else "#ffffff",
                text="#e7ebf2" if dark else "#1c2430",
            )
        )

    def mount(self, view: PortalView) -> Any:
        """Show a view, and return its element in the page."""
        self.views.append(view)
        number = len(self.views) - 1
        self.page.evaluate(MOUNT, {"script": str(PortalView._esm), "number": number, "state": self._state(view)})
        return self.page.locator(".pivotlab-portal").nth(number)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def use(self, element: Any, *keys: str) -> None:
        """Go to a control that the Tab key reaches, and press keys there."""
        element.focus()
        assert element.evaluate("node => node === document.activeElement && node.tabIndex === 0")
        self.press(*keys)

    def _receive(self, number: int, message: dict[str, Any]) -> dict[str, Any]:
        self.views[number]._on_press(None, message, None)
        return self._state(self.views[number])

    def _state(self, view: PortalView) -> dict[str, Any]:
        state: dict[str, Any] = json.loads(json.dumps({name: getattr(view, name) for name in SYNCED}))
        return state
