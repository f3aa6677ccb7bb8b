"""The question bank as an Anki deck. Ids are stable: importing a later export updates notes and makes no duplicates."""

from __future__ import annotations

import html
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import genanki

from pivotlab.learn.bank.questions import FreeText, InterviewQuestion, Matching, Ordering, Question
from pivotlab.learn.bank.reader import interview_questions, questions
from pivotlab.learn.cards.marking import solution
from pivotlab.learn.cards.sitting import Sitting

MODEL_ID = 1_711_062_027
"""Of the note type. Anki knows it by this number, so it never changes."""

DECK_ID = 1_711_062_028
"""Of the deck. Anki knows it by this number, so it never changes."""

_MODEL = genanki.Model(
    MODEL_ID,
    "pivotlab question",
    fields=[{"name": "Question"}, {"name": "Answer"}, {"name": "Id"}],
    templates=[
        {
            "name": "Question",
            "qfmt": "{{Question}}",
            "afmt": "{{FrontSide}}<hr id=answer>{{Answer}}<p class=id>{{Id}}</p>",
        }
    ],
    css=".card{font:18px/1.5 system-ui;max-width:40em;margin:auto;text-align:left}pre{overflow-x:auto}.id{color:gray;font-size:13px}",
)


def export(target: Path, now: datetime | None = None) -> int:
    """Write the deck to `target`, an .apkg file, and return the number of notes.

    `now` stamps the notes; Anki updates a note that it has when the stamp is later. Raises `OSError` when `target` cannot be written.
    """
    deck = genanki.Deck(DECK_ID, "pivotlab: Defender XDR and Sentinel")
    entries = [*map(_quiz_note, _closed_questions()), *map(_interview_note, interview_questions().values())]
    for note in entries:
        deck.add_note(note)
    genanki.Package(deck).write_to_file(str(target), timestamp=(now or datetime.now(UTC)).timestamp())
    return len(entries)


def _closed_questions() -> Iterable[Question]:
    """Open questions of lessons are interview questions, which come with their key points."""
    return (question for question in questions().values() if not isinstance(question, FreeText))


def _quiz_note(question: Question) -> genanki.Note:
    view = Sitting(question).view
    front = [_paragraph(view["stem"])]
    if view["code"]:
        front.append(f"<pre>{html.escape(view['code'])}</pre>")
    if view["lefts"]:
        front.append(_list("ol", view["lefts"]))
    if view["options"]:
        front.append(_list("ul", [option["text"] for option in view["options"]]))
    answer = solution(question).lines
    kind = "ol" if isinstance(question, Ordering) else "ul"
    shown = [
        line.partition(". ")[2] if isinstance(question, Ordering) and line[0].isdigit() else line for line in answer
    ]
    steps, rest = (shown[:-1], shown[-1:]) if isinstance(question, Ordering | Matching) else (shown, [])
    back = [_list(kind, steps), *(_paragraph(line) for line in rest)]
    return _note(question.id, "".join(front), "".join(back), question.topic.value, question.level.value)


def _interview_note(question: InterviewQuestion) -> genanki.Note:
    front = _paragraph(question.question)
    back = (
        _list("ul", question.key_points)
        + _paragraph("What makes an interviewer doubt:")
        + _list("ul", question.red_flags)
    )
    return _note(question.id, front, back, question.topic.value, question.level.value, "interview")


def _note(question_id: str, front: str, back: str, *tags: str) -> genanki.Note:
    guid = genanki.guid_for("pivotlab", question_id)
    return genanki.Note(
        model=_MODEL, fields=[front, back, question_id], guid=guid, tags=[f"pivotlab::{tag}" for tag in tags]
    )


def _paragraph(text: str) -> str:
    return f"<p>{html.escape(text)}</p>"


def _list(tag: str, texts: Iterable[str]) -> str:
    return f"<{tag}>{''.join(f'<li>{html.escape(text)}</li>' for text in texts)}</{tag}>"
