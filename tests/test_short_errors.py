"""What a learner reads in a notebook when something is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from IPython.core.interactiveshell import InteractiveShell

Run = Callable[[str], list[str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a cell and return the lines that are shown under it."""
    shell = InteractiveShell(colors="nocolor")
    shell.run_cell("import pivotlab as lab; from pivotlab.tenant import Tenant; tenant = Tenant.open()")
    capsys.readouterr()

    def cell(text: str) -> list[str]:
        shell.run_cell(text)
        shown = capsys.readouterr()
        return (shown.out + shown.err).splitlines()

    return cell


def test_a_refusal_of_the_tenant_shows_its_sentence_and_the_line(run: Run) -> None:
    assert run("number = '1094'\ntenant.defender.update(number, classification='expected')\nprint('never')") == [
        "Line 2: tenant.defender.update(number, classification='expected')",
        "Invalid: 'expected' is no classification. Use one of: unknown, falsePositive, truePositive, "
        "informationalExpectedActivity.",
    ]


def test_a_span_of_time_without_a_unit_is_asked_for_one(run: Run) -> None:
    assert run("tenant.advance(5)")[-1] == "Invalid: 5 of what? Name the unit: tenant.advance(minutes=5)."


def test_an_interview_that_there_is_not_is_answered_with_those_that_there_are(run: Run) -> None:
    assert run("lab.interview(level='expert')") == [
        "Line 1: lab.interview(level='expert')",
        "LevelError: There is no interview at the level 'expert'. Choose junior, mid, senior.",
    ]
    assert len(run("lab.interview(minutes=20)")) == 2


@pytest.mark.parametrize("text", ["lab.quiz('00-start')", "lab.quiz('01-xdr-or-siem').choose('Z')"])
def test_a_mistyped_question_or_answer_is_answered_in_two_lines(run: Run, text: str) -> None:
    assert len(run(text)) == 2


def test_a_failure_of_the_program_keeps_its_whole_traceback(run: Run) -> None:
    assert len(run("tenant.defender.update()")) > 5
