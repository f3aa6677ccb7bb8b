"""Where a class stands, read from the progress files that learners chose to hand in. It counts, and names nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pivotlab.learn.bank.questions import Topic
from pivotlab.learn.dashboard import is_try
from pivotlab.learn.outcome import counts_as_right
from pivotlab.learn.record.log import Event, read_events, unreadable
from pivotlab.look.columns import aligned

SHOWN = 10
"""Beliefs, and questions, that a report names. More would be a list to file, not one to talk about."""


class CohortError(Exception):
    """There is nothing to read; the message says what to hand over."""


@dataclass(frozen=True)
class Standing:
    """One topic, question or task: how many of the class answered, and how many were right at their first try."""

    name: str
    answered: int
    at_once: int

    @property
    def share(self) -> float:
        """Of those who answered, the part that was right at once; 0 to 1."""
        return self.at_once / self.answered if self.answered else 0.0


@dataclass(frozen=True)
class Belief:
    """A misconception that answers of the class gave away, and how many learners hold it."""

    belief: str
    item: str
    learners: int


@dataclass(frozen=True)
class Cohort:
    """A class as a value. The same files give the same text, in whatever order they are named."""

    learners: int
    topics: tuple[Standing, ...]
    """Tries over all questions and tasks of a topic: a learner counts once for each."""
    hardest: tuple[Standing, ...]
    """Questions and tasks, the one that fewest had right at once first."""
    beliefs: tuple[Belief, ...]
    """The most common one first."""
    notices: tuple[str, ...] = ()

    def __repr__(self) -> str:
        parts = [
            f"{self.learners} {'learner' if self.learners == 1 else 'learners'}. A file is a learner; nobody is named."
        ]
        parts.append(_table(("Topic", "Answered", "Right at once"), [_row(topic) for topic in self.topics]))
        parts.append(
            _table(("Hardest at the first try", "Answered", "Right at once"), [_row(one) for one in self.hardest])
        )
        held = [(one.belief, f"{one.learners} of {self.learners}", one.item) for one in self.beliefs]
        parts.append(_table(("What the class believes", "Learners", "Question"), held))
        return "\n\n".join([part for part in parts if part] + list(self.notices))


def cohort(paths: Iterable[Path]) -> Cohort:
    """The class behind progress files, or folders of them. The files are read and left as they are.

    Raises `CohortError` when no file is there or none holds an answer.
    """
    files = _files(paths)
    classes: list[list[Event]] = []
    notices = []
    for path in files:
        events, damaged, newer = read_events(path)
        if damaged or newer:
            notices.append(f"{path.name} holds {unreadable(damaged, newer)}; the rest is counted.")
        if answers := [event for event in events if is_try(event)]:
            classes.append(sorted(answers, key=lambda event: event.at))
        else:
            notices.append(f"{path.name} holds no answers yet and is not counted.")
    if not classes:
        raise CohortError("No file holds an answer. Ask learners for progress.jsonl, which is in their folder my-work.")
    return _counted(classes, tuple(notices))


def _files(paths: Iterable[Path]) -> list[Path]:
    found: set[Path] = set()
    for path in paths:
        if not path.exists():
            raise CohortError(f"There is no {path}. Name progress files, or a folder that holds them.")
        found.update(path.rglob("*.jsonl") if path.is_dir() else [path])
    if not found:
        raise CohortError("There is no .jsonl file in there. Ask learners for progress.jsonl, which is in my-work.")
    return sorted(found)


def _counted(classes: Sequence[Sequence[Event]], notices: tuple[str, ...]) -> Cohort:
    topics: dict[str, list[bool]] = {topic.value: [] for topic in Topic}
    items: dict[str, list[bool]] = {}
    held: Counter[tuple[str, str]] = Counter()
    for answers in classes:
        first = {event.item: event for event in reversed(answers)}
        for item, event in first.items():
            right = counts_as_right(event.outcome, event.score)
            items.setdefault(item, []).append(right)
            topics.setdefault(event.topic, []).append(right)
        held.update({(belief, event.item) for event in answers for belief in event.detail.get("beliefs", ())})
    titled = {topic.value: topic.title for topic in Topic}
    hardest = sorted(_standings(items), key=lambda one: (one.share, -one.answered, one.name))
    beliefs = sorted(held.items(), key=lambda pair: (-pair[1], pair[0]))
    return Cohort(
        learners=len(classes),
        topics=tuple(_standings({titled.get(name, name): tries for name, tries in topics.items() if tries})),
        hardest=tuple(one for one in hardest if one.share < 1)[:SHOWN],
        beliefs=tuple(Belief(belief, item, count) for (belief, item), count in beliefs[:SHOWN]),
        notices=notices,
    )


def _standings(tries: Mapping[str, Sequence[bool]]) -> list[Standing]:
    return [Standing(name, len(found), sum(found)) for name, found in tries.items()]


def _row(one: Standing) -> tuple[str, str, str]:
    return one.name, str(one.answered), f"{one.at_once} ({one.share:.0%})"


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    return "\n".join(aligned([head, *rows])) if rows else ""
