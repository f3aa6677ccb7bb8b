"""The mock interview in a terminal."""

from __future__ import annotations

from pivotlab.learn.interviews.engine import Interview, Stage
from pivotlab.learn.interviews.report import DOUBTS, point_lines, report
from pivotlab.learn.interviews.rubric import HIGHEST, rubric
from pivotlab.learn.interviews.second_look import LOOK_AGAIN
from pivotlab.learn.terminal import END, Terminal

_YES_OR_NO = {"y": True, "yes": True, "n": False, "no": False}


def run_interview(running: Interview, terminal: Terminal) -> str:
    """Hold an interview and return its report in Markdown. Ends early, with a report on what is there, at the end of input."""
    terminal.say(
        f"Mock interview, {running.level.value}, {running.minutes} minutes, {len(running.questions)} questions.", ""
    )
    terminal.say(rubric().notice, "")
    terminal.say(f"End every answer with a line that holds only a full stop ({END}). Nothing cuts you off.", "")
    if running.stage is not Stage.ANSWER:
        terminal.say(f"Question {running.number}: {running.turn.question.question}", "", running.turn.answer, "")
    if running.stage in (Stage.COMPARING, Stage.REPLY):
        terminal.say(*point_lines(running.turn), "")
    try:
        while running.stage is not Stage.DONE:
            _one_step(running, terminal)
    except EOFError:
        running.end()
        terminal.say("", "Ended early.")
    result = report(running.level, running.minutes, running.turns)
    terminal.say("", result.headline)
    for gap in result.gaps:
        terminal.say(f"- {gap.topic.title}: redo lesson {', '.join(gap.lessons)} and lab {', '.join(gap.labs)}.")
    if result.look_again:
        terminal.say("", LOOK_AGAIN, *(f"- {answer.question_id}: {answer.sentence}" for answer in result.look_again))
    return result.markdown()


def wants_to_go_on(interrupted: str, terminal: Terminal) -> bool:
    """Ask whether to go on with the interview that was interrupted. The end of input means yes: nothing is lost."""
    terminal.say(interrupted)
    try:
        while (typed := terminal.ask("Go on with it? [y]es, or [n]o to begin anew: ").casefold()) not in _YES_OR_NO:
            terminal.say("Type y or n. Nothing is lost: your answer is asked for next.")
    except EOFError:
        return True
    return _YES_OR_NO[typed]


def _one_step(running: Interview, terminal: Terminal) -> None:
    match running.stage:
        case Stage.ANSWER:
            _answer(running, terminal)
        case Stage.RATING:
            _rate(running, terminal)
        case Stage.COMPARING:
            _compare(running, terminal)
        case Stage.REPLY:
            _reply(running, terminal)
        case Stage.NEXT:
            running.go_on()
            terminal.say(*([running.notice] if running.notice else []), "")


def _answer(running: Interview, terminal: Terminal) -> None:
    question = running.turn.question
    terminal.say(
        f"Question {running.number} of {len(running.questions)}, {question.topic.title}, {question.level.value}"
    )
    terminal.say(question.question, "")
    turn = running.answer(terminal.ask_text())
    minutes, seconds = divmod(int(turn.seconds), 60)
    terminal.say("", f"{minutes}:{seconds:02d} minutes, of about {running.seconds_each / 60:.1f} for a question.", "")


def _rate(running: Interview, terminal: Terminal) -> None:
    terminal.say("Rate your answer before you see the key points.")
    turn = running.rate(_ratings(running, terminal))
    terminal.say("", "You said:", *(turn.answer or "(no answer)").splitlines(), "")
    terminal.say("The key points:", *point_lines(turn), "")
    if turn.comment:
        terminal.say(f"Comment of the judge you connected, not a score: {turn.comment}", "")
    if running.stage is not Stage.COMPARING:
        _doubts(running, terminal)


def _compare(running: Interview, terminal: Terminal) -> None:
    terminal.say("Now rate the rest beside the key points.")
    running.rate(_ratings(running, terminal))
    terminal.say("")
    _doubts(running, terminal)


def _doubts(running: Interview, terminal: Terminal) -> None:
    """What an interviewer would doubt, whatever was answered: the program does not look for it, and says so."""
    doubts = [f"- {flag}." for flag in running.turn.question.red_flags]
    terminal.say(f"{DOUBTS}:", *doubts, "")


def _reply(running: Interview, terminal: Terminal) -> None:
    turn = running.turn
    before = turn.findings["covered"]
    terminal.say(f"Follow-up: {turn.follow_up}", f"(A line with only {END} skips it.)")
    if not (reply := terminal.ask_text()):
        running.go_on()
        terminal.say(*([running.notice] if running.notice else []), "")
        return
    turn = running.reply(reply)
    gained = [turn.question.key_points[index] for index in sorted(turn.findings["covered"] - before)]
    terminal.say("", *(f"- Found now: {text}." for text in gained))


def _ratings(running: Interview, terminal: Terminal) -> dict[str, int]:
    ratings = {}
    for criterion in running.criteria:
        terminal.say("", f"{criterion.name.capitalize()}: {criterion.asks}")
        terminal.say(*(f"  {value}  {meaning}" for value, meaning in enumerate(criterion.anchors)))
        while (typed := terminal.ask(f"0 to {HIGHEST}: ")) not in map(str, range(HIGHEST + 1)):
            terminal.say(f"Type a whole number from 0 to {HIGHEST}.")
        ratings[criterion.name] = int(typed)
    return ratings
