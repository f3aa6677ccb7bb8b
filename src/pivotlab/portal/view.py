"""A portal view as a widget. The tenant holds the state; a view reads it, and its buttons call the tenant."""

from __future__ import annotations

import weakref
from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import anywidget
import traitlets

from pivotlab.look import script, style
from pivotlab.look.twins import ReadsAsText
from pivotlab.portal.blocks import Block, Page, Said, moment
from pivotlab.portal.call import Call
from pivotlab.portal.twin import text_of
from pivotlab.tenant.errors import TenantError

if TYPE_CHECKING:
    from pivotlab.tenant import Tenant

_HERE = Path(__file__).parent
NOTICE = "A practice view, not the portal."
TOLD = 6
"""Entries of the timeline that a press reads out."""

ANALYST = "alex.analyst@contoso.example"
"""Who works on incidents in the views unless another name is given."""


class PortalView(ReadsAsText, anywidget.AnyWidget):
    """A view of a tenant. Printed, or stored in a notebook that is not running, it reads as text.

    A subclass says what is on the page (`blocks`), which calls a press means (`calls`) and what else it changes in the
    view itself (`turn_page`).
    """

    _esm = script(_HERE / "drawings.js", _HERE / "view.js")
    _css = style(_HERE / "view.css")

    title: ClassVar[str]
    follows: ClassVar[bool] = True
    """Whether the view is brought up to date after every cell that moved the tenant."""

    page = traitlets.Dict().tag(sync=True)
    spoken = traitlets.Unicode().tag(sync=True)
    sent = traitlets.Unicode().tag(sync=True)  # the form whose content has arrived, so that it can be emptied
    heading_for = traitlets.Unicode().tag(sync=True)  # the section to go to, by its key
    turn = traitlets.Int(0).tag(sync=True)  # one more for every press that was dealt with, whatever came of it

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self._said: dict[str, Said] = {}
        self._shown = self._built()
        self._seen = _stamp(tenant)
        super().__init__(page=self._shown.plain())
        self.on_msg(self._on_press)
        _follow(self)

    def blocks(self) -> Sequence[Block]:
        """What is on the page now."""
        raise NotImplementedError

    def calls(self, name: str, values: Mapping[str, Any]) -> list[Call]:
        """The calls of the tenant that a press means; none when it only turns a page of the view."""
        return []

    def turn_page(self, name: str, values: Mapping[str, Any]) -> str:
        """Change what the view itself shows; returns the part to go to, or nothing."""
        return ""

    def press(self, name: str, form: str = "", **values: Any) -> Said:
        """Press a button of the view from Python. Returns what came of it; the tenant's refusals are said, not raised."""
        made: list[str] = []
        before = len(self.tenant.timeline())
        going = self.turn_page(name, values)
        try:
            for call in self.calls(name, values):
                made.append(str(call))
                call.run(self.tenant)
            said = Said(self._happened(before) if made else "", "right", "\n".join(made))
        except (TenantError, ValueError) as refused:
            said = Said(str(refused), "wrong", "\n".join(made))
        self._said = {form or name: said}
        self._show(said, sent=form if said.tone == "right" else "", going=going)
        return said

    def refresh(self) -> None:
        """Read the tenant again."""
        self._said = {}
        self._show(Said("", "plain"))

    def said(self, form: str) -> Said | None:
        """What came of the last press in a form, for the form to show."""
        found = self._said.get(form)
        return found if found and (found.text or found.code) else None

    def __repr__(self) -> str:
        return text_of(self._built())

    def _happened(self, before: int) -> str:
        """What the timeline has been told since it had `before` entries."""
        entries = self.tenant.timeline().iloc[before:].to_dict("records")
        if not entries:
            return "Done. The timeline has no entry for it."
        told = [f"{entry['Where']}: {entry['What']}, {_about(entry)}." for entry in entries[:TOLD]]
        more = [f"And {len(entries) - TOLD} more, see lab.timeline(tenant)."] if len(entries) > TOLD else []
        return "\n".join([*told, *more])

    def _built(self) -> Page:
        return Page(self.title, f"{moment(self.tenant.now)} UTC", NOTICE, self.blocks())

    def _show(self, said: Said, *, sent: str = "", going: str = "") -> None:
        self._shown = self._built()
        self._seen = _stamp(self.tenant)
        with self.hold_sync():
            self.sent, self.heading_for, self.spoken = sent, going, said.text
            self.page = self._shown.plain()
            self.turn += 1

    def _on_press(self, _: object, message: Any, __: object) -> None:
        """A button was pressed. The message carries everything, so that nothing depends on its arrival order."""
        match message:
            case {"press": str(name), "form": str(form), "values": dict(values)}:
                self.press(name, form, **{str(key): value for key, value in values.items() if key not in _OWN})
                _catch_up()


def _about(entry: Mapping[Hashable, Any]) -> str:
    """What an entry is about: an alert by its title, everything else by its number or name."""
    return str(entry["Detail"] if str(entry["What"]).startswith("Alert") else entry["Subject"])


_OWN = frozenset({"self", "name", "form"})
_views: weakref.WeakSet[PortalView] = weakref.WeakSet()


def _follow(view: PortalView) -> None:
    """Keep a view up to date: after each cell of the notebook, those whose tenant has moved are drawn again."""
    if not _views:
        from IPython import get_ipython

        if shell := get_ipython():
            shell.events.register("post_run_cell", _catch_up)
    _views.add(view)


def _catch_up(_: object = None) -> None:
    stamps: dict[int, tuple[Any, ...]] = {}
    for view in list(_views):
        if view.follows:
            if id(view.tenant) not in stamps:
                stamps[id(view.tenant)] = _stamp(view.tenant)
            if view._seen != stamps[id(view.tenant)]:
                view.refresh()


def _stamp(tenant: Tenant) -> tuple[Any, ...]:
    """Changes whenever something happened in the tenant that its timeline knows."""
    return tenant.now, len(tenant.timeline())
