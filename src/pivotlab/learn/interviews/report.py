"""What a mock interview leaves behind: gaps by topic, what to redo, and a transcript in Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pivotlab.facts import fact
from pivotlab.learn.bank.questions import Level, Topic, place_of
from pivotlab.learn.interviews.engine import Turn
from pivotlab.learn.interviews.rubric import HIGHEST, rubric
from pivotlab.learn.interviews.second_look import LOOK_AGAIN, LookAgain, found_in_all, look_again
from pivotlab.learn.keypoints.bank import key_points

DOUBTS = "For comparison, what would make an interviewer doubt (the program does not look for it in your answer)"
"""The title of a question's red flags."""


@dataclass(frozen=True)
class Gap:
    """A topic in which the learner's own ratings stay below the band of the level."""

    topic: Topic
    below: Mapping[str, tuple[float, int]]
    """Criterion -> mean rating, and what the band asks for."""
    lessons: tuple[str, ...]
    labs: tuple[str, ...]

    @property
    def redo(self) -> list[str]:
        """Where the topic is taught and practised, in words."""
        return [place_of(place) for place in (*self.lessons, *self.labs)]


@dataclass(frozen=True)
class Claim:
    """A sentence of the learner that contradicts a key point, and the facts behind that point."""

    question_id: str
    sentence: str
    right: str
    facts: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """The outcome of an interview as a value. It is built from the learner's ratings; the program adds pointers only."""

    level: Level
    minutes: int
    turns: tuple[Turn, ...]
    gaps: tuple[Gap, ...]
    claims: tuple[Claim, ...]
    look_again: tuple[LookAgain, ...] = ()
    """Answers that the learner rated well and in which the program found little; a prompt, not a grade."""

    @property
    def headline(self) -> str:
        """The whole in two sentences: what the ratings say, and what the program found."""
        if not self.turns:
            return "No question was answered."
        topics = [gap.topic.title for gap in self.gaps]
        rated = f"below the {self.level.value} band: {', '.join(topics)}"
        if not topics:
            rated = f"every topic reaches the {self.level.value} band"
        return f"By your own ratings, {rated}. {found_in_all(self.turns)}"

    def markdown(self) -> str:
        """The gap report and the transcript, as one Markdown text."""
        return (
            "\n".join([*self._gap_lines(), *_transcript(self.turns, self.minutes * 60 / max(1, len(self.turns)))])
            + "\n"
        )

    __str__ = markdown

    def _gap_lines(self) -> list[str]:
        lines = [
            f"# Mock interview: {self.level.value}, {self.minutes} minutes",
            "",
            rubric().notice,
            "",
            "## Gap report",
            "",
        ]
        lines += [self.headline, ""]
        for gap in self.gaps:
            short = "; ".join(f"{name} {mean:.1f} of {asked} asked for" for name, (mean, asked) in gap.below.items())
            lines.append(f"- **{gap.topic.title}**: {short}. Redo {', '.join(gap.redo)}.")
        lines += [""] if self.gaps else []
        if self.look_again:
            lines += [LOOK_AGAIN, "", *(f"- {answer.question_id}: {answer.sentence}" for answer in self.look_again), ""]
        for claim in self.claims:
            facts = "".join(f" Fact {told}" for told in in_words(claim.facts))
            lines.append(f'- {claim.question_id}: you wrote "{claim.sentence}" Compare: {claim.right}.{facts}')
        return [*lines, ""] if self.claims else lines


def report(level: Level, minutes: int, turns: Sequence[Turn]) -> Report:
    """The report on finished turns."""
    return Report(level, minutes, tuple(turns), tuple(_gaps(level, turns)), tuple(_claims(turns)), look_again(turns))


def _gaps(level: Level, turns: Sequence[Turn]) -> list[Gap]:
    """Topics below the band, in the order of the course."""
    band = rubric().bands[level]
    gaps = []
    for topic in Topic:
        of_topic = [turn for turn in turns if turn.question.topic is topic]
        if not of_topic:
            continue
        means = {name: sum(turn.ratings.get(name, 0) for turn in of_topic) / len(of_topic) for name in band}
        below = {name: (mean, band[name]) for name, mean in means.items() if mean < band[name]}
        if below:
            lessons = tuple(sorted({turn.question.lesson for turn in of_topic}))
            labs = tuple(sorted({lab for turn in of_topic for lab in turn.question.labs}))
            gaps.append(Gap(topic, below, lessons, labs))
    return gaps


def _claims(turns: Sequence[Turn]) -> list[Claim]:
    claims = []
    for turn in turns:
        found, points = turn.findings, key_points(turn.question.id)
        for index in sorted(found["contradicted"]):
            sentence = found["evidence"][index].sentence
            claims.append(Claim(turn.question.id, sentence, points[index].text, points[index].facts))
    return claims


def _transcript(turns: Sequence[Turn], seconds_each: float) -> list[str]:
    lines = ["## Transcript", ""]
    for number, turn in enumerate(turns, 1):
        over = ", over the time for one question" if turn.seconds > seconds_each else ""
        lines += [f"### {number}. {turn.question.question}", ""]
        lines += [
            f"{turn.question.id}, {turn.question.topic.title}, {turn.question.level.value}; {_clock(turn.seconds)}{over}.",
            "",
        ]
        lines += [*_quoted(turn.answer or "(no answer)"), ""]
        ratings = ", ".join(f"{name} {value} of {HIGHEST}" for name, value in turn.ratings.items())
        lines += [f"Your rating: {ratings}.", ""]
        lines += [*point_lines(turn), ""]
        if turn.follow_up:
            lines += [f"Follow-up: {turn.follow_up}", "", *_quoted(turn.reply or "(no reply)"), ""]
        if turn.comment:
            lines += ["Comment of the judge you connected (not a score):", "", *_quoted(turn.comment), ""]
    return lines


def point_lines(turn: Turn) -> list[str]:
    """Every key point of a turn as a Markdown list: found, not found, or contradicted, with the learner's sentence."""
    found = turn.findings
    lines = []
    for index, text in enumerate(turn.question.key_points):
        if index in found["contradicted"]:
            lines.append(f"- Contradicted: {text}. Your sentence: {found['evidence'][index]}")
        elif index in found["covered"]:
            lines.append(f"- Found: {text}. Your sentence: {found['evidence'][index]}")
        else:
            lines.append(f"- Not found: {text}.")
    return lines


def in_words(facts: Sequence[str]) -> list[str]:
    """Facts of the ledger as "id: statement"."""
    return [f"{name}: {fact(name).statement}" for name in facts]


def _quoted(text: str) -> list[str]:
    return [f"> {line}".rstrip() for line in text.splitlines()]


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d} minutes"
