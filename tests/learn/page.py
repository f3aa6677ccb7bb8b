"""A notebook's part in a card's life, on an empty page: mounts the card's script and carries its messages to Python."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from pivotlab.learn.bank.reader import question
from pivotlab.learn.cards.card import QuizCard
from pivotlab.learn.cards.sitting import Sitting

SYNCED = ("view", "answer", "feedback", "attempts", "turn")
PAGE = """<!doctype html><html lang="en"><head><title>A question</title><meta charset="utf-8"><style>{css}
body {{ margin: 0; padding: 24px; background: {background}; }} h1 {{ font: 600 20px system-ui; color: {text}; }}</style></head>
<body {attributes}><main><h1>A question</h1><div id="cards"></div></main>
<script>window.shortcuts = []; document.addEventListener("keydown", (e) => window.shortcuts.push(e.key));</script></body></html>"""
MOUNT = """async ({script, number, state}) => {
  const url = URL.createObjectURL(new Blob([script], {type: "text/javascript"}));
  const widget = (await import(url)).default;
  const listeners = {};
  const model = {
    get: (name) => state[name],
    on: (event, call) => (listeners[event] ??= new Set()).add(call),
    off: (event, call) => listeners[event]?.delete(call),
    send: async (message) => receive(await window.toPython(number, message)),
  };
  const receive = (next) => {
      const changed = Object.keys(next).filter((name) => JSON.stringify(next[name]) !== JSON.stringify(state[name]));
      Object.assign(state, next);
      changed.forEach((name) => listeners["change:" + name]?.forEach((call) => call()));
  };
  (window.receive ??= {})[number] = receive;
  const el = document.createElement("div");
  document.getElementById("cards").append(el);
  widget.render({model, el});
}"""


def chromium_path() -> str:
    """Chromium on this machine; skips the test with a sentence where there is none."""
    path = os.environ.get("PIVOTLAB_CHROMIUM", "/usr/bin/chromium")
    if not Path(path).exists():
        pytest.skip("No Chromium here: install it, or set PIVOTLAB_CHROMIUM to its path, to run the browser tests.")
    return path


class Stage:
    """A page with cards on it."""

    def __init__(self, page: Any, dark: bool = False) -> None:
        self.page = page
        self.cards: list[QuizCard] = []
        page.set_default_timeout(5000)
        page.expose_function("toPython", self._receive)
        page.set_content(
            PAGE.format(
                css=str(QuizCard._css),
                attributes='data-jp-theme-light="false"' if dark else "",
                background="#111418" if dark else "#ffffff",
                text="#e7ebf2" if dark else "#1c2430",
            )
        )

    def mount(self, question_id: str) -> QuizCard:
        """Show a question of the bank, and return the card as Python sees it."""
        card = QuizCard(Sitting(question(question_id)))
        self.cards.append(card)
        mounted = {"script": str(QuizCard._esm), "number": len(self.cards) - 1, "state": self._state(card)}
        self.page.evaluate(MOUNT, mounted)
        return card

    def refresh(self, card: QuizCard) -> None:
        """Bring the browser what Python changed on its own."""
        self.page.evaluate("([n, state]) => window.receive[n](state)", [self.cards.index(card), self._state(card)])

    def _receive(self, number: int, message: dict[str, Any]) -> dict[str, Any]:
        self.cards[number]._on_press(None, message, None)
        return self._state(self.cards[number])

    def _state(self, card: QuizCard) -> dict[str, Any]:
        state: dict[str, Any] = json.loads(json.dumps({name: getattr(card, name) for name in SYNCED}))
        return state
