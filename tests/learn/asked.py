"""One small question of each kind, for tests that need to know every word of it."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from pydantic import TypeAdapter

from pivotlab.learn.bank.questions import Question

_COMMON = {
    "lesson": "04",
    "section": "Colours",
    "topic": "incident_sync",
    "level": "mid",
    "facts": ["sync-03"],
    "stem": "Which?",
}
_SLIP = {"misconception": "A belief."}


def _option(text: str, right: bool = False) -> dict[str, Any]:
    return {"text": text, "feedback": f"About {text}.", **({"right": True} if right else _SLIP)}


ENTRIES: dict[str, dict[str, Any]] = {
    "single": {"options": [_option("red", True), _option("green"), _option("blue")]},
    "multiple": {"options": [_option("red", True), _option("green"), _option("blue", True), _option("grey")]},
    "predict": {"code": "print 1", "options": [_option("1", True), _option("2"), _option("3")]},
    "ordering": {
        "feedback": "In order.",
        "steps": [
            {"text": "first"},
            {"text": "second", "too_early": {**_SLIP, "feedback": "Second needs first."}},
            {"text": "third", "too_early": {**_SLIP, "feedback": "Third needs second."}},
        ],
    },
    "matching": {
        "feedback": "Matched.",
        "pairs": [
            {"left": "one", "right": "I", **_SLIP, "feedback": "One is a stroke."},
            {"left": "two", "right": "II", **_SLIP, "feedback": "Two is two strokes."},
            {"left": "three", "right": "III", **_SLIP, "feedback": "Three is three strokes."},
        ],
        "lures": [{"text": "IIII", **_SLIP, "feedback": "No number here is four."}],
    },
    "complete": {
        "code": "T | ____ 5",
        "accepted": ["take", "limit"],
        "feedback": "It takes rows.",
        "otherwise": "Look at operators.",
        "wrong": [
            {"text": "top", **_SLIP, "feedback": "top sorts."},
            {"text": "Take", **_SLIP, "feedback": "Case matters."},
        ],
    },
    "free_text": {
        "key_points": ["Says this", "Says that"],
        "answers": {"junior": "A short one.", "mid": "A longer one.", "senior": "The longest one."},
    },
}


def entry(kind: str, **changes: Any) -> dict[str, Any]:
    """A valid entry of that kind as a content file would hold it, with `changes`."""
    return deepcopy({"id": f"04-{kind.replace('_', '-')}", "kind": kind, **_COMMON, **ENTRIES[kind], **changes})


def asked(kind: str, **changes: Any) -> Any:
    """The same entry, validated."""
    return TypeAdapter(Question).validate_python(entry(kind, **changes))
