"""A running interview as plain text: what it waits for, and what to call next."""

from __future__ import annotations

import textwrap

from pivotlab.learn.interviews.engine import Interview, Stage
from pivotlab.learn.interviews.report import point_lines, report
from pivotlab.learn.interviews.rubric import HIGHEST, rubric
from pivotlab.look import TEXT_WIDTH

_HOW = {
    Stage.ANSWER: 'Answer with .answer("...")',
    Stage.REPLY: 'Reply with .reply("..."), or leave it with .go_on()',
    Stage.NEXT: "Go on with .go_on()",
}


class InterviewTwin(Interview):
    """An interview that shows itself as text, for where there are no widgets."""

    def __repr__(self) -> str:
        return text_of(self)


def text_of(running: Interview) -> str:
    """The question, what has been said, and what to call next; the report once it is over."""
    if running.stage is Stage.DONE:
        return report(running.level, running.minutes, running.turns).markdown()
    turn = running.turn
    lines = [f"Question {running.number} of {len(running.questions)}: {turn.question.question}"]
    if running.stage is not Stage.ANSWER:
        lines += ["", f"Your answer: {turn.answer or '(none)'}"]
    if running.stage in (Stage.COMPARING, Stage.REPLY, Stage.NEXT):
        lines += ["", rubric().notice, *point_lines(turn)]
    if running.criteria:
        lines += ["", *_criteria(running), "", _how_to_rate(running)]
    else:
        if turn.follow_up:
            lines += ["", f"Follow-up: {turn.follow_up}"]
        lines += ["", _HOW[running.stage]]
    notice = [running.notice, ""] if running.notice else []
    return "\n".join(part for line in (*notice, *lines) for part in (textwrap.wrap(line, TEXT_WIDTH) or [""]))


def _criteria(running: Interview) -> list[str]:
    lines = []
    for criterion in running.criteria:
        lines.append(f"{criterion.name}: {criterion.asks}")
        lines += [f"  {value}  {meaning}" for value, meaning in enumerate(criterion.anchors)]
    return lines


def _how_to_rate(running: Interview) -> str:
    names = ", ".join(f'"{criterion.name}": 2' for criterion in running.criteria)
    return f"Rate with .rate({{{names}}}), {'each ' if len(running.criteria) > 1 else ''}from 0 to {HIGHEST}"
