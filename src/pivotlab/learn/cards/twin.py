"""A question as plain text: what a terminal, a screen reader or a stored notebook shows."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from pivotlab.learn.outcome import Feedback
from pivotlab.look import TEXT_WIDTH

_TASK = {
    "single": "choose one",
    "multiple": "choose all that hold",
    "predict": "say what it returns",
    "ordering": "put in order",
    "matching": "find the partners",
    "complete": "fill the blank",
    "free_text": "answer in your own words",
}
_HOW = {
    "single": '.choose("A").submit()',
    "multiple": '.choose("A", "C").submit()',
    "predict": '.choose("A").submit()',
    "ordering": '.choose("C", "A", "B", ...).submit()',
    "matching": '.choose("A", "B", ...).submit(), one letter per item from the top',
    "complete": '.choose("the missing part").submit()',
    "free_text": '.choose("your answer").submit(), then .rate(0 to 4)',
}


def text_of(view: Mapping[str, Any], answer: Sequence[str], feedback: Feedback | None) -> str:
    """The whole question, the answer so far, and the feedback. The same question always gives the same text."""
    parts = [f"{view['topic']}, {view['level']}: {_TASK[view['kind']]}", "", _wrapped(view["stem"])]
    if view["code"]:
        parts += ["", textwrap.indent(view["code"], "    ")]
    if view["lefts"]:
        parts += ["", *(_wrapped(left, f"  {number}. ") for number, left in enumerate(view["lefts"], 1))]
    if view["options"]:
        parts += ["", *(_wrapped(option["text"], f"  {option['key']}. ") for option in view["options"])]
    parts.append("")
    if feedback is None:
        parts.append(f"Answer with {_HOW[view['kind']]}")
    else:
        if any(answer):
            parts += [f"Your answer: {', '.join(answer)}", ""]
        parts += [_wrapped(line, "  " if line.startswith("- ") else "") for line in str(feedback).splitlines()]
    return "\n".join(parts)


def _wrapped(text: str, lead: str = "") -> str:
    """`text` in lines of at most `TEXT_WIDTH` characters, hanging under its lead; its own line breaks stay."""
    hang = " " * len(lead)
    lines = [
        textwrap.fill(line, TEXT_WIDTH, initial_indent=lead if first else hang, subsequent_indent=hang)
        if len(line) + len(lead) > TEXT_WIDTH
        else (lead if first else hang) + line
        for first, line in zip([True] + [False] * text.count("\n"), text.split("\n"), strict=True)
    ]
    return "\n".join(line.rstrip() for line in lines)
