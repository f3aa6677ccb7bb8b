"""`prepare`, `check`, `hint` and `solution`: what a learner calls on a task. None of them raises for a wrong answer."""

from __future__ import annotations

import html
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pivotlab.learn.bank.reader import ContentError, UnknownEntryError, questions
from pivotlab.learn.grading.difference import Rung
from pivotlab.learn.grading.readying import ready
from pivotlab.learn.grading.task import Task, task
from pivotlab.learn.outcome import Outcome
from pivotlab.learn.record.log import Event, remember

if TYPE_CHECKING:
    from pivotlab.learn.grading.grade import Grade

_given: Counter[str] = Counter()
"""Hints given so far, per task. A new kernel begins again, so that a notebook run twice reads the same."""


@dataclass(frozen=True)
class CheckResult:
    """The result of a check, as a value: text, HTML, and true in a condition when the answer is right."""

    task_id: str
    outcome: Outcome
    headline: str
    rungs: tuple[Rung, ...] = ()
    advice: str = ""
    notice: str = ""

    def __bool__(self) -> bool:
        return self.outcome is Outcome.RIGHT

    def expect(self, outcome: str) -> CheckResult:
        """Return the result when its outcome is `outcome`; raise `AssertionError` otherwise. For tests of a course."""
        if self.outcome != outcome:
            raise AssertionError(f"{self.task_id} is {self.outcome}, not {outcome}.\n{self!r}")
        return self

    def __repr__(self) -> str:
        parts = [f"{self.task_id}: {self.headline}"]
        for rung in self.rungs:
            parts.append(f"- {rung.sentence.replace(chr(10), chr(10) + '  ')}")
            if rung.rows is not None:
                table = rung.rows.to_string(index=False, max_colwidth=40)
                parts += [f"    {line.rstrip()}" for line in table.splitlines()]
        return "\n".join([*parts, *(extra for extra in (self.advice, self.notice) if extra)])

    def _repr_html_(self) -> str:
        findings = "".join(f"<li>{_with_its_lines(rung.sentence)}{_table(rung)}</li>" for rung in self.rungs)
        parts = [f"<p><strong>{html.escape(f'{self.task_id}: {self.headline}')}</strong></p>"]
        parts += [f"<ul>{findings}</ul>"] if findings else []
        parts += [f"<p>{html.escape(extra)}</p>" for extra in (self.advice, self.notice) if extra]
        return "".join(parts)


@dataclass(frozen=True)
class Note:
    """A hint or a solution: a title, text, and code where there is some."""

    title: str
    text: str
    code: str = ""

    def __repr__(self) -> str:
        code = "\n\n" + "\n".join(f"    {line}" for line in self.code.splitlines()) if self.code else ""
        return f"{self.title}: {self.text}{code}"

    def _repr_html_(self) -> str:
        code = f"<pre><code>{html.escape(self.code)}</code></pre>" if self.code else ""
        return f"<p><strong>{html.escape(self.title)}.</strong> {html.escape(self.text)}</p>{code}"


def prepare(task_id: str, tenant: Any) -> Note:
    """Bring a tenant to where a task on its state begins, and say what is asked.

    Call it again to begin anew: everything since the first `prepare` on this tenant is undone, the clock too.
    """
    from pivotlab.learn.grading.state import begin

    try:
        asked = task(task_id)
    except (UnknownEntryError, ContentError) as error:
        return Note("No task", _no_task(task_id, error))
    begin(asked, tenant)
    return Note(asked.section, asked.prompt)


def check(task_id: str, answer: Any = None, evidence: Any = None) -> CheckResult:
    """Check an answer: the text of a query, a value, a data frame or the tenant itself, as the task says.

    A task on the tenant's state may ask for `evidence` with it: what you found before you changed anything.

    Three outcomes: not attempted, wrong, right. A query is graded by the rows it returns, on the bundled data and on the
    second seed. Never raises; an attempt is kept in the progress file.
    """
    try:
        asked = task(task_id)
        result = _checked(asked, answer, evidence)
    except (UnknownEntryError, ContentError) as error:
        return CheckResult(task_id, Outcome.NOT_ATTEMPTED, _no_task(task_id, error))
    except Exception as error:  # a learner must never read a traceback of ours
        return CheckResult(
            task_id,
            Outcome.NOT_ATTEMPTED,
            f"The check itself failed, which is not your mistake: {error}",
            advice=_REPORT,
        )
    if result.outcome is Outcome.NOT_ATTEMPTED:
        return result
    score = float(result.outcome is Outcome.RIGHT)
    notice = remember(Event("check", asked.id, asked.topic.value, result.outcome.value, score))
    return CheckResult(result.task_id, result.outcome, result.headline, result.rungs, result.advice, notice)


_REPORT = "Please report it, with the task's id and your answer."


def _checked(asked: Task, answer: Any, evidence: Any) -> CheckResult:
    if asked.kind == "state":
        from pivotlab.learn.grading.state import grade_state

        return _told(asked, grade_state(asked, answer, evidence), tenant_is_missing=answer is None)
    known = ready()
    if not known:
        return CheckResult(
            asked.id, Outcome.NOT_ATTEMPTED, "There is no bundled data to check on. Type: python start.py doctor"
        )
    from pivotlab.learn.grading.grade import grade  # DuckDB and pandas load with the first check, not with the lesson

    return _told(asked, grade(asked, answer, known))


def _no_task(task_id: str, error: Exception) -> str:
    """Why there is no such task: it is a quiz card, or nothing has that id."""
    with suppress(ContentError):
        if task_id in questions():
            return (
                f'{task_id} is a quiz card. Run lab.quiz("{task_id}"); its answer is behind the button Show the answer.'
            )
    return str(error)


def _told(asked: Task, found: Grade, tenant_is_missing: bool = False) -> CheckResult:
    advice = found.hint
    if found.outcome is Outcome.RIGHT:
        advice = asked.why
    elif tenant_is_missing:
        advice = f'{asked.prompt} Hand in the tenant: lab.check("{asked.id}", tenant)'
    elif found.outcome is Outcome.NOT_ATTEMPTED and not found.rungs:
        advice = asked.prompt
    elif found.outcome is Outcome.WRONG and not advice:
        advice = f'For a hint: lab.hint("{asked.id}")'
    return CheckResult(asked.id, found.outcome, found.headline, found.rungs, advice)


def hint(task_id: str) -> Note:
    """The next hint, from a nudge to almost the answer; the last one again when there are no more. Its use is recorded."""
    try:
        asked = task(task_id)
    except (UnknownEntryError, ContentError) as error:
        return Note("No hint", _no_task(task_id, error))
    number = min(_given[task_id], len(asked.hints) - 1)
    _given[task_id] += 1
    notice = remember(Event("hint", asked.id, asked.topic.value, f"hint {number + 1}", detail={"number": number + 1}))
    text = " ".join(part for part in (asked.hints[number], notice) if part)
    return Note(f"Hint {number + 1} of {len(asked.hints)}", text)


def solution(task_id: str) -> Note:
    """A solution that runs as it stands, and why it is right. Looking it up is recorded."""
    try:
        asked = task(task_id)
    except (UnknownEntryError, ContentError) as error:
        return Note("No solution", _no_task(task_id, error))
    notice = remember(Event("solution", asked.id, asked.topic.value, Outcome.SHOWN.value))
    return Note("Solution", " ".join(part for part in (asked.why, notice) if part), asked.solution)


def _with_its_lines(text: str) -> str:
    """A sentence; what stands below it, such as a line of a query with a caret, keeps its place under the other."""
    sentence, _, below = text.partition("\n")
    return html.escape(sentence) + (f"<pre>{html.escape(below)}</pre>" if below else "")


def _table(rung: Rung) -> str:
    if rung.rows is None:
        return ""
    return str(rung.rows.to_html(index=False, border=0, max_cols=12))
