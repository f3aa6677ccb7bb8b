"""A review in a terminal."""

from __future__ import annotations

from pivotlab.learn.cards.sitting import AnswerError
from pivotlab.learn.reviews.plan import Review
from pivotlab.learn.terminal import Terminal


def run_review(asked: Review, terminal: Terminal) -> int:
    """Ask the due questions one after another and return how many were right at once. The end of input ends the review."""
    terminal.say(asked.headline, "")
    right = 0
    try:
        for number, sitting in enumerate(asked.sittings, 1):
            terminal.write(
                f"{number} of {len(asked.sittings)}. {repr(sitting).rpartition(chr(10) + 'Answer with')[0]}\n\n"
            )
            while True:
                typed = terminal.ask("Your answer (letters, or the missing part; ? shows it): ")
                if typed == "?":
                    feedback = sitting.reveal()
                    break
                try:
                    parts = typed.replace(",", " ").split() if sitting.view["options"] else [typed]
                    feedback = sitting.choose(*parts).submit()
                except AnswerError as error:
                    terminal.say(str(error))
                    continue
                if sitting.attempts:
                    break
                terminal.say(*feedback.lines)
            right += bool(feedback)
            terminal.say("", feedback.headline, *feedback.lines, *([feedback.notice] if feedback.notice else []), "")
    except EOFError:
        terminal.say("", "Ended early. What you answered is kept.")
    return right
