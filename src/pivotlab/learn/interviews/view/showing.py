"""What the browser is told about an interview: plain dictionaries, and nothing that it may not show yet."""

from __future__ import annotations

from typing import Any

from pivotlab.learn.interviews.engine import Interview, Stage, Turn
from pivotlab.learn.interviews.report import DOUBTS, Report, in_words
from pivotlab.learn.interviews.rubric import rubric
from pivotlab.learn.interviews.second_look import LOOK_AGAIN
from pivotlab.learn.keypoints.bank import key_points


def shown(interview: Interview) -> dict[str, Any]:
    """The interview at its stage. Key points and red flags come after the learner has rated, the follow-up after the last rating."""
    turn = interview.turn
    question = turn.question
    seen: dict[str, Any] = {
        "stage": interview.stage.value,
        "number": interview.number,
        "total": len(interview.questions),
        "topic": question.topic.title,
        "level": question.level.value,
        "question": question.question,
        "secondsEach": interview.seconds_each,
        "elapsed": interview.elapsed if interview.stage is Stage.ANSWER else turn.seconds,
        "answer": turn.answer,
        "saved": interview.notice,
    }
    if interview.criteria:
        seen["criteria"] = [criterion.model_dump(exclude={"beside_points"}) for criterion in interview.criteria]
    if interview.stage in (Stage.COMPARING, Stage.REPLY, Stage.NEXT):
        seen |= {
            "notice": rubric().notice,
            "points": points(turn),
            "doubts": DOUBTS,
            "redFlags": list(question.red_flags),
            "redFlagCap": rubric().red_flag_cap,
            "ratings": dict(turn.ratings),
            "followUp": turn.follow_up,
            "reply": turn.reply,
            "comment": turn.comment,
        }
    return seen


def points(turn: Turn) -> list[dict[str, Any]]:
    """The key points of a turn, each with what the program found and the learner's sentence."""
    found = turn.findings
    told = []
    for index, point in enumerate(key_points(turn.question.id)):
        evidence = found["evidence"].get(index)
        told.append(
            {
                "text": point.text,
                "finding": evidence.finding if evidence else "missing",
                "sentence": evidence.sentence if evidence else "",
                "matched": list(evidence.matched) if evidence else [],
                "facts": in_words(point.facts),
            }
        )
    return told


def shown_report(result: Report) -> dict[str, Any]:
    """The gap report and the transcript."""
    return {
        "stage": "done",
        "headline": result.headline,
        "gaps": [
            {
                "topic": gap.topic.title,
                "below": [f"{name} {mean:.1f}, the band asks for {asked}" for name, (mean, asked) in gap.below.items()],
                "redo": gap.redo,
            }
            for gap in result.gaps
        ],
        "lookAgainTitle": LOOK_AGAIN,
        "lookAgain": [{"question": answer.question_id, "sentence": answer.sentence} for answer in result.look_again],
        "claims": [
            {
                "question": claim.question_id,
                "sentence": claim.sentence,
                "right": claim.right,
                "facts": in_words(claim.facts),
            }
            for claim in result.claims
        ],
        "markdown": result.markdown(),
    }
