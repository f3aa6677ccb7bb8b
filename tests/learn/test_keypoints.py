"""The key-point finder on labelled answers.

`answers/tuned` and `answers/held_out` hold six answers to each question: strong, paraphrased, shallow, wrong with the right
words, a keyword list, and off topic. Labels were given by reading, before any pattern was written for the held-out ones.
`answers/voices` holds further answers in other styles: interview prose, notes, and wrong answers without a single "not".
`answers/loose` holds answers that keep away from the words of the key points: transcribed speech, idiom, formal prose, short
wrong claims. Labels were given before the finder had seen them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from pivotlab.facts import read_facts
from pivotlab.learn.bank.reader import UnknownEntryError, interview_questions
from pivotlab.learn.keypoints import Findings, find
from pivotlab.learn.keypoints.bank import key_points
from pivotlab.learn.keypoints.kin import kin
from pivotlab.learn.keypoints.words import FUNCTION_WORDS, stem

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
ANSWERS = Path(__file__).parent / "answers"
KINDS = {"strong", "paraphrased", "shallow", "wrong", "keywords", "off_topic"}


@dataclass(frozen=True)
class Labelled:
    """One answer with its label: the points that a reader found stated, and those found contradicted."""

    question: str
    kind: str
    text: str
    covers: frozenset[int]
    contradicts: frozenset[int]


@cache
def found_in(question: str, text: str) -> Findings:
    """What `find` returns, once per answer: three tests look at the same ones."""
    return find(question, text)


@cache
def labelled(split: str) -> list[Labelled]:
    answers = []
    for path in sorted((ANSWERS / split).glob("*.yaml")):
        entry = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
        for answer in entry["answers"]:
            points = (frozenset(answer["covers"]), frozenset(answer.get("contradicts", ())))
            answers.append(Labelled(entry["question"], answer["kind"], answer["text"], *points))
    return answers


@dataclass
class Score:
    """Points found rightly, found wrongly and missed, over all answers; points credited in answers that deserve none."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    undeserved: int = 0
    undeserving: int = 0

    def __init__(self, answers: list[Labelled]) -> None:
        for answer in answers:
            covered = found_in(answer.question, answer.text)["covered"]
            self.right += len(covered & answer.covers)
            self.wrong += len(covered - answer.covers)
            self.missed += len(answer.covers - covered)
            if answer.kind in {"wrong", "keywords"}:
                self.undeserved += len(covered)
                self.undeserving += len(key_points(answer.question))


@pytest.mark.parametrize("split", ["tuned", "held_out", "voices", "loose"])
def test_precision_recall_and_undeserved_credit_reach_the_bars(split: str) -> None:
    score = Score(labelled(split))

    assert score.right / (score.right + score.wrong) >= 0.85
    assert score.right / (score.right + score.missed) >= 0.75
    assert score.undeserved / score.undeserving <= 0.10


def test_every_question_has_one_answer_of_each_kind_and_twelve_questions_are_held_out() -> None:
    answers = labelled("tuned") + labelled("held_out")

    assert {(answer.question, answer.kind) for answer in answers} == {
        (q, kind) for q in interview_questions() for kind in KINDS
    }
    assert len({answer.question for answer in labelled("held_out")}) == 12
    assert not {a.question for a in labelled("held_out")} & {a.question for a in labelled("tuned")}


@pytest.mark.parametrize("split", ["held_out", "loose"])
def test_contradictions_are_found_and_right_answers_are_rarely_accused(split: str) -> None:
    answers = labelled(split)
    found = [(found_in(answer.question, answer.text)["contradicted"], answer.contradicts) for answer in answers]

    assert sum(len(got & want) for got, want in found) >= 0.75 * sum(len(want) for _, want in found)
    assert sum(len(got) for (got, want) in found if not want) <= 0.05 * sum(len(answer.covers) for answer in answers)


class TestEvidence:
    def test_every_finding_shows_a_sentence_of_the_answer_and_the_words_that_matched(self) -> None:
        answer = "The sync is two-way. Only new comments are copied, so an edited one stays where it is."

        found = find("IS-01", answer)

        assert found["covered"] == {0, 1}
        assert found["evidence"][1].sentence == "Only new comments are copied, so an edited one stays where it is."
        assert "comments" in " ".join(found["evidence"][1].matched)

    def test_among_several_matching_sentences_the_most_telling_one_is_quoted(self) -> None:
        aside = "Automation closes incidents by their tags."
        telling = "The severity filter that my creation rules had I do with alert tuning now."
        for answer in (f"{aside} {telling}", f"{telling} {aside}"):
            assert found_in("AU-01", answer)["evidence"][2].sentence == telling

    def test_automation_that_filters_nothing_does_not_say_where_the_filter_moved(self) -> None:
        assert (
            2 not in found_in("AU-01", "So automation that matches titles breaks and I match tags instead.")["covered"]
        )

    def test_indexes_of_findings_and_evidence_agree(self) -> None:
        for answer in labelled("held_out"):
            found = found_in(answer.question, answer.text)
            assert found["covered"] | found["contradicted"] == found["evidence"].keys()
            assert not found["covered"] & found["contradicted"]
            assert all(found["evidence"][index].point == index for index in found["evidence"])


class TestRightWordsInAWrongClaim:
    def test_active_stays_active_contradicts_the_status_map(self) -> None:
        assert (
            2
            in find(
                "IS-10", "Active in Defender is shown as Active in Sentinel. Status has the same meaning on both sides."
            )["contradicted"]
        )

    def test_edited_comments_that_sync_contradict_new_comments_only(self) -> None:
        found = find(
            "IS-01",
            "Editing an old comment syncs to the other side. Incidents are kept open when they merge, both stay active.",
        )

        assert 1 in found["contradicted"]
        assert 1 not in found["covered"]

    def test_another_limit_than_150_contradicts_the_limit(self) -> None:
        found = find("IS-01", "The limit is 500 alerts per incident. All fields are copied exactly as they are.")

        assert 3 in found["contradicted"]

    def test_the_withdrawn_retirement_date_contradicts_the_date(self) -> None:
        assert (
            0
            in find("UP-01", "Sentinel in the Azure portal will be shut down in July 2026. All data is deleted.")[
                "contradicted"
            ]
        )

    def test_the_withdrawn_date_may_be_told_as_history(self) -> None:
        answer = "It ends on 31 March 2027 in the Azure portal. The first date was July 2026, but it was moved."

        assert find("UP-01", answer)["covered"] >= {0}

    def test_a_negated_statement_earns_nothing(self) -> None:
        assert 1 not in find("CS-02", "You do not need to be Security Administrator.")["covered"]

    def test_a_claim_reported_to_be_rejected_is_not_held_against_the_learner(self) -> None:
        assert not find("IS-01", "It is a myth that editing an old comment syncs.")["contradicted"]

    def test_what_is_called_needless_is_contradicted(self) -> None:
        for answer in (
            "There is no need to compare both sides.",
            "Comparing both sides is a waste of time.",
            "Comparing both sides is dispensable.",
        ):
            assert 1 in find("IS-07", answer)["contradicted"]

    def test_more_denied_than_stated_earns_nothing(self) -> None:
        answer = "XDR creates the incident. An alert is raw telemetry. Alert and incident are the same."

        assert find("IB-04", answer)["covered"] == set()

    def test_can_not_just_is_a_negation_and_is_not_just_is_none(self) -> None:
        assert find("IB-06", "You cannot just stream all tables.")["contradicted"] == set()
        assert 2 in find("IS-10", "It is not just that Active is shown as New.")["covered"]

    def test_a_negator_reaches_no_further_than_until(self) -> None:
        assert find("DF-07", "You do not see the product until you expand the alerts.")["covered"] >= {2}

    def test_no_more_than_is_a_limit_and_no_denial(self) -> None:
        assert 3 in find("IS-01", "It holds no more than a hundred and fifty alerts.")["covered"]


class TestWhatIsNotAClaim:
    @pytest.mark.parametrize(
        "answer",
        [
            "",
            "   \n",
            "Two-way sync, new comments only, 150 alerts, link back, merge, redirected tag, five minutes.",
            "two-way sync new comments only 150 alerts cap redirected merge status translated",
            "- two-way sync\n- new comments\n- 150-alert limit\n- merge, redirected",
        ],
    )
    def test_a_list_of_keywords_states_nothing(self, answer: str) -> None:
        assert find("IS-01", answer) == {"covered": set(), "contradicted": set(), "evidence": {}}

    def test_repeating_the_question_states_nothing(self) -> None:
        for question in interview_questions().values():
            assert not find(question.id, question.question)["covered"], question.id

    def test_hedging_until_nothing_is_left_states_nothing(self) -> None:
        assert not find("IS-01", "Maybe there could be something like a limit of 150 alerts or something, I guess.")[
            "covered"
        ]


class TestForgiving:
    @pytest.mark.parametrize(
        ("question", "point", "answer"),
        [
            ("CS-02", 1, "I must be Secuirty Adminstrator in that tenant."),
            ("CS-03", 0, "I look whether there is an inciden in the Defendr queue at all."),
            ("IB-02", 2, "Sentinel lives on a Log Analitycs workspace."),
            ("AU-04", 2, "The playbook must be idempotnet, as the trigger runs again."),
        ],
    )
    def test_typing_errors_are_read_as_what_was_meant(self, question: str, point: int, answer: str) -> None:
        assert point in find(question, answer)["covered"]

    @pytest.mark.parametrize(
        ("question", "point", "answer"),
        [
            (
                "CS-07",
                0,
                "A person has to look at each pull request. There is a rollback plan. An alert tells us when data stops.",
            ),
            ("IS-06", 1, "XDR merged it with another incident. The surviving case holds them."),
        ],
    )
    def test_a_paraphrase_that_no_pattern_foresaw_finds_the_point_that_shares_most_words(
        self, question: str, point: int, answer: str
    ) -> None:
        assert find(question, answer)["evidence"][point].pattern == "nearest by its words"

    def test_the_nearest_point_is_not_looked_for_when_nothing_was_stated_plainly(self) -> None:
        assert find("CS-07", "A person has to look at each pull request.")["covered"] == set()

    def test_the_nearest_point_is_not_looked_for_in_an_answer_that_contradicts_another(self) -> None:
        answer = "XDR merged it with another incident. The surviving case holds them."

        assert find("IS-06", answer)["covered"] == {0, 1}
        assert find("IS-06", f"{answer} In the metrics it counts as resolved.")["covered"] == {0}

    def test_without_that_turns_nothing_round(self) -> None:
        assert 2 in find("DF-02", "Counting rows without that would count the same incident several times.")["covered"]

    def test_a_case_is_an_incident(self) -> None:
        answer = "Each touch of a case writes another line in the case table, so I keep the latest row of each case."
        assert 0 in find("DF-02", answer)["covered"]

    def test_british_and_american_spelling_count_the_same(self) -> None:
        for word in ("synchronised", "synchronized"):
            assert 0 in find("IS-01", f"Changes are {word} in both directions.")["covered"]

    def test_a_sentence_may_point_back_to_the_one_before(self) -> None:
        answer = "Defender for Cloud is a special case. Its alerts need a connector of its own."

        assert 2 in find("IB-03", answer)["covered"]

    def test_an_answered_question_is_read_together_with_its_answer(self) -> None:
        assert (
            1 in find("HQ-04", "Did somebody log on with his account after that? The sign-in tables tell.")["covered"]
        )

    def test_words_of_one_kin_stand_for_one_another(self) -> None:
        assert 0 in find("IS-06", "The engine glued it to another case.")["covered"]

    def test_only_four_function_words_have_kin(self) -> None:
        """The past of "only" would be "on", and every "on" would count as "only"."""
        assert {word for word in FUNCTION_WORDS if kin(stem(word))} == {"then", "before", "until", "only"}

    def test_a_list_beside_a_claim_may_claim(self) -> None:
        answer = "MDE, MDI, MDO and MDA for sure. Alerts of Purview DLP and Entra ID Protection arrive too."
        assert 0 in find("IB-03", answer)["covered"]

    def test_there_is_points_back_to_nothing(self) -> None:
        answer = "After onboarding SecurityIncident still has the description. There is no need to test the playbook."
        assert find("IS-07", answer)["covered"] == set()


def test_an_unknown_question_is_refused_with_the_nearest_ids() -> None:
    with pytest.raises(UnknownEntryError, match="IS-01"):
        find("IS-1", "Anything.")


def test_no_answer_makes_it_fail() -> None:
    for answer in ("?!?", "==", "🙂", "a" * 20_000, "no " * 2_000, "\x00\x1b[31m", "Ünïcödé 日本語", "1,2,3 - 4;5"):
        for question in ("IS-01", "HQ-03", "UP-01"):
            assert find(question, answer).keys() == {"covered", "contradicted", "evidence"}


class TestTheCuratedFile:
    def test_every_key_point_of_every_question_has_patterns_and_a_follow_up(self) -> None:
        for question in interview_questions().values():
            points = key_points(question.id)
            assert [point.text for point in points] == list(question.key_points)
            assert all(point.says and point.ask for point in points)

    def test_every_fact_that_a_point_or_a_question_names_is_in_the_ledger(self) -> None:
        known = read_facts().keys()
        for question in interview_questions().values():
            named = {fact for point in key_points(question.id) for fact in point.facts} | set(question.facts)
            assert named <= known, question.id

    def test_nearly_every_point_knows_what_contradicts_it(self) -> None:
        points = [point for question_id in interview_questions() for point in key_points(question_id)]

        assert sum(bool(point.wrong) for point in points) >= 0.95 * len(points)
