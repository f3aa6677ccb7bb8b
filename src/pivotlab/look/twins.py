"""Every widget is also a text: for a terminal, a screen reader, or a notebook that is read and not run."""

from __future__ import annotations

from typing import Any


class ReadsAsText:
    """Goes in front of the widget's class. Its `repr` is the whole text."""

    model_id: str

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        """The widget where one can be shown, and the text elsewhere (anywidget would cut it short)."""
        widget = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        return {"text/plain": repr(self), "application/vnd.jupyter.widget-view+json": widget}
