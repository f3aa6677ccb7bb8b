"""Where a learner stands, by topic: as text, as a table in the notebook, and as a picture.

A question or task counts as right once it was right. Whoever solves it and then tries a wrong variant on purpose has not
unlearnt it; whether it is still remembered is what the review asks, and it goes by every try.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pivotlab.learn.bank.questions import Topic
from pivotlab.learn.bank.reader import questions
from pivotlab.learn.grading.task import tasks
from pivotlab.learn.onward import Onward, onward
from pivotlab.learn.outcome import counts_as_right
from pivotlab.learn.record.log import Event, log
from pivotlab.look.columns import aligned

if TYPE_CHECKING:
    from pivotlab.look.figure import Figure

_BAR = 20


@dataclass(frozen=True)
class TopicProgress:
    """One topic: how many questions and tasks it has, and what became of them."""

    topic: Topic
    total: int
    answered: int
    right: int
    """Right at any try: solved once is solved."""
    at_once: int
    """Right at the first try."""
    hints: int

    @property
    def share(self) -> float:
        """Of everything in the topic, the part that was right once; 0 to 1."""
        return self.right / self.total if self.total else 0.0


@dataclass(frozen=True)
class Progress:
    """Progress as a value. The same events give the same text."""

    topics: tuple[TopicProgress, ...]
    next_item: str
    """A question or task to go on with, from the weakest topic that was answered. Empty when all are solved."""
    notices: tuple[str, ...] = ()
    onward: Onward | None = None
    """Where the next item stands, if the bank has it."""

    @property
    def headline(self) -> str:
        """The whole in one sentence."""
        total, answered, right = (sum(getattr(t, name) for t in self.topics) for name in ("total", "answered", "right"))
        if not answered:
            return f"Nothing answered yet: {total} questions and tasks are waiting."
        return f"{answered} of {total} questions and tasks answered, {right} of them right."

    def __repr__(self) -> str:
        rows = [("Topic", "Answered", "Right", "First try", "Hints", "")]
        rows += [(*_cells(topic), _bar(topic.share)) for topic in self.topics]
        return "\n".join([self.headline, "", *aligned(rows), "", *self._closing()])

    def _repr_html_(self) -> str:
        head = "".join(
            f'<th scope="col">{name}</th>' for name in ("Topic", "Answered", "Right", "First try", "Hints", "Done")
        )
        body = "".join(
            f'<tr><th scope="row">{html.escape(name)}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}'
            f'<td><progress aria-label="{html.escape(name)}: {topic.right} of {topic.total} right" '
            f'max="{topic.total}" value="{topic.right}"></progress></td></tr>'
            for topic in self.topics
            for name, *cells in [_cells(topic)]
        )
        going_on = self.onward.html if self.onward is not None else f"<p>{html.escape(self._going_on())}</p>"
        closing = "".join(f"<p>{html.escape(line)}</p>" for line in self.notices) + going_on
        return (
            f"<table><caption>{html.escape(self.headline)}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{closing}"
        )

    def chart(self) -> Figure:
        """A bar per topic: right, answered, and all there is."""
        from matplotlib.figure import Figure as Drawing

        from pivotlab.look.figure import figure

        drawing = Drawing(figsize=(8, 0.42 * len(self.topics) + 1.2))
        axes = drawing.subplots()
        names = [topic.topic.title for topic in self.topics]
        axes.barh(names, [topic.total for topic in self.topics], color="#e3e7ee", label="In the course")
        axes.barh(names, [topic.answered for topic in self.topics], color="#9db8dd", label="Answered")
        axes.barh(names, [topic.right for topic in self.topics], height=0.4, color="#1757a6", label="Right")
        for place, topic in enumerate(self.topics):
            axes.text(topic.total + 0.2, place, f"{topic.right} right of {topic.total}", va="center", fontsize=9)
        axes.invert_yaxis()
        axes.set_xlabel("Questions and tasks")
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.tick_params(left=False)
        axes.margins(x=0.18)
        axes.legend(loc="lower center", bbox_to_anchor=(0.4, 1.0), ncols=3, frameon=False)
        told = "; ".join(f"{topic.topic.title} {topic.right} right of {topic.total}" for topic in self.topics)
        return figure(drawing, alt=f"Bars of what was answered, and of what was right, by topic: {told}.")

    def _closing(self) -> list[str]:
        return [*self.notices, self._going_on()]

    def _going_on(self) -> str:
        if self.onward is not None:
            return self.onward.sentence
        return f"Go on with {self.next_item}." if self.next_item else "Everything has been solved."


def progress() -> Progress:
    """The learner's progress, read from their file. Reading never fails; what was kept aside is said in the text."""
    kept = log()
    told = summarise(kept.events(), _items(), tuple(kept.notices))
    return replace(told, onward=onward(told.next_item))


def is_try(event: Event) -> bool:
    """Whether an event is a scored answer to a question, or a check of a task."""
    return event.what in ("answer", "check") and event.score is not None


def summarise(events: Iterable[Event], items: Sequence[tuple[str, Topic]], notices: tuple[str, ...] = ()) -> Progress:
    """Progress over `items`, pairs of id and topic in the order of the course, from what was answered and checked."""
    tries: dict[str, list[bool]] = {}
    hints: dict[str, int] = {}
    for event in events:
        if event.what == "hint":
            hints[event.item] = hints.get(event.item, 0) + 1
        elif is_try(event):
            tries.setdefault(event.item, []).append(counts_as_right(event.outcome, event.score))
    topics = tuple(_topic(topic, [item for item, of in items if of is topic], tries, hints) for topic in Topic)
    topics = tuple(topic for topic in topics if topic.total)
    return Progress(topics, _next(topics, items, tries), notices)


def _next(topics: Sequence[TopicProgress], items: Sequence[tuple[str, Topic]], tries: dict[str, list[bool]]) -> str:
    """The item to go on with. A topic with a wrong answer is a gap, and the weakest gap comes first: in it an unanswered
    item, or else a wrong one. Without a gap it is the first unanswered item of the course: a topic without an answer is
    none yet.
    """
    gaps = sorted((topic for topic in topics if topic.right < topic.answered), key=lambda t: t.right / t.answered)
    for gap in gaps:
        of_gap = [item for item, of in items if of is gap.topic]
        fresh = [item for item in of_gap if item not in tries]
        return (fresh or [item for item in of_gap if not any(tries[item])])[0]
    return next((item for item, _ in items if item not in tries), "")


def _topic(topic: Topic, items: list[str], tries: dict[str, list[bool]], hints: dict[str, int]) -> TopicProgress:
    answered = [tries[item] for item in items if item in tries]
    return TopicProgress(
        topic,
        total=len(items),
        answered=len(answered),
        right=sum(map(any, answered)),
        at_once=sum(one[0] for one in answered),
        hints=sum(hints.get(item, 0) for item in items),
    )


def _items() -> list[tuple[str, Topic]]:
    found = sorted((*questions().values(), *tasks().values()), key=lambda one: one.lesson)
    return [(one.id, one.topic) for one in found]


def _cells(topic: TopicProgress) -> tuple[str, str, str, str, str]:
    answered = f"{topic.answered} of {topic.total}"
    return topic.topic.title, answered, str(topic.right), str(topic.at_once), str(topic.hints)


def _bar(share: float) -> str:
    full = round(share * _BAR)
    return "#" * full + "." * (_BAR - full)
