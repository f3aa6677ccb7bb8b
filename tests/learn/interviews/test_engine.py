"""The mock interview, driven without a browser, a clock of its own, or the network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import pytest

from pivotlab.learn.bank.questions import Level, Topic
from pivotlab.learn.bank.reader import interview_questions
from pivotlab.learn.interviews.engine import Interview, InterviewError, Stage, Turn, follow_up
from pivotlab.learn.interviews.panel import LengthError, panel
from pivotlab.learn.interviews.report import report
from pivotlab.learn.interviews.rubric import rubric
from pivotlab.learn.interviews.second_look import look_again
from pivotlab.learn.interviews.twin import InterviewTwin
from pivotlab.learn.record.log import log

ALL_TWOS = {"accuracy": 2, "completeness": 2, "reasoning": 2, "communication": 2}
WITHOUT_POINTS = {"accuracy": 2, "reasoning": 2, "communication": 2}
EVERYTHING_ABOUT_SYNC = (
    "The sync is two-way, and status is translated. Only new comments are copied; an edit stays on one side. A new incident takes "
    "five minutes, later changes show at once. There is a limit of 150 alerts, with a link. When incidents merge, one is closed and "
    "tagged redirected."
)


def ticking(step: float = 30.0) -> Callable[[], float]:
    moments: Iterator[float] = (number * step for number in count())
    return lambda: next(moments)


def begun(level: Level = Level.JUNIOR, minutes: int = 10, seed: int = 0) -> Interview:
    return Interview(level, minutes, seed=seed, clock=ticking())


def about(question_id: str) -> Interview:
    running = begun()
    running.questions = [interview_questions()[question_id]]
    running._turn = Turn(running.questions[0])
    return running


class TestPanel:
    @pytest.mark.parametrize(("minutes", "expected"), [(10, 3), (30, 8), (45, 12)])
    def test_length_decides_how_many_questions(self, minutes: int, expected: int) -> None:
        assert len(panel(Level.MID, minutes)) == expected

    @pytest.mark.parametrize("level", list(Level))
    def test_no_question_above_the_level_and_the_first_is_the_easiest(self, level: Level) -> None:
        order = list(Level)
        levels = [order.index(question.level) for question in panel(level, 45)]

        assert max(levels) == order.index(level)
        assert levels == sorted(levels)

    @pytest.mark.parametrize("level", list(Level))
    def test_no_question_twice_and_many_topics(self, level: Level) -> None:
        for seed in range(5):
            asked = panel(level, 30, seed)
            assert len({question.id for question in asked}) == 8
            assert len({question.topic for question in asked}) >= 6

    def test_the_same_seed_asks_the_same_and_another_asks_others(self) -> None:
        assert panel(Level.SENIOR, 30, 4) == panel(Level.SENIOR, 30, 4)
        assert len({tuple(q.id for q in panel(Level.SENIOR, 30, seed)) for seed in range(6)}) > 3

    def test_another_length_is_refused_with_the_lengths_there_are(self) -> None:
        with pytest.raises(LengthError, match="10, 30, 45"):
            panel(Level.JUNIOR, 20)


class TestOneQuestion:
    def test_the_order_is_answer_rate_reply_next(self) -> None:
        running = begun()
        running.answer("There are some benefits.")
        assert running.stage is Stage.RATING
        running.rate(ALL_TWOS)
        assert running.stage is Stage.REPLY
        running.reply("One thing more.")
        assert running.stage is Stage.NEXT
        running.go_on()
        assert (running.stage, running.number) == (Stage.ANSWER, 2)

    def test_completeness_is_rated_once_the_key_points_are_there(self) -> None:
        running = begun()
        running.answer("There are some benefits.")
        assert [criterion.name for criterion in running.criteria] == ["accuracy", "reasoning", "communication"]
        running.rate(WITHOUT_POINTS)
        assert running.stage is Stage.COMPARING
        assert [criterion.name for criterion in running.criteria] == ["completeness"]
        turn = running.rate({"completeness": 1})
        assert running.stage is Stage.REPLY
        assert list(turn.ratings) == list(ALL_TWOS)

    @pytest.mark.parametrize("ratings", [{}, {"completeness": 5}, {"completeness": 1, "accuracy": 4}])
    def test_beside_the_key_points_only_completeness_is_rated(self, ratings: dict[str, int]) -> None:
        running = begun()
        running.answer("x")
        running.rate(WITHOUT_POINTS)
        with pytest.raises(InterviewError):
            running.rate(ratings)
        assert running.stage is Stage.COMPARING

    def test_a_step_out_of_order_is_refused_and_says_what_is_waited_for(self) -> None:
        running = begun()
        with pytest.raises(InterviewError, match="waits for your answer"):
            running.rate(ALL_TWOS)
        running.answer("x")
        with pytest.raises(InterviewError, match="rating"):
            running.go_on()

    @pytest.mark.parametrize("ratings", [{}, {"accuracy": 2}, ALL_TWOS | {"reasoning": 5}, ALL_TWOS | {"charm": 3}])
    def test_a_rating_must_be_complete_and_between_0_and_4(self, ratings: dict[str, int]) -> None:
        running = begun()
        running.answer("x")
        with pytest.raises(InterviewError):
            running.rate(ratings)
        assert running.stage is Stage.RATING

    def test_time_is_noted_and_never_cuts_off(self) -> None:
        running = Interview(Level.JUNIOR, 10, clock=ticking(4000.0))

        turn = running.answer("An answer that took more than an hour.")

        assert turn.seconds == 4000.0
        assert turn.seconds > running.seconds_each == 200.0
        assert turn.answer == "An answer that took more than an hour."

    def test_an_empty_answer_is_an_answer(self) -> None:
        running = begun()
        running.answer("  ")
        turn = running.rate(dict.fromkeys(ALL_TWOS, 0))

        assert turn.missing == list(range(len(turn.question.key_points)))


class TestFollowUp:
    def test_it_asks_about_the_first_point_that_was_not_found(self) -> None:
        running = about("IS-01")
        running.answer("The sync is two-way. There is a limit of 150 alerts.")

        assert running.rate(ALL_TWOS).follow_up == "What happens to an old comment that you edit?"

    def test_a_contradicted_point_goes_first(self) -> None:
        turn = Turn(
            interview_questions()["IS-01"],
            "The sync is two-way. The limit is 500 alerts. When incidents merge, both stay open.",
        )

        assert turn.findings["contradicted"] == {3, 4}
        assert follow_up(turn) == "And an incident with four hundred alerts?"

    def test_nothing_is_asked_when_every_point_was_found(self) -> None:
        running = about("IS-01")
        running.answer(EVERYTHING_ABOUT_SYNC)

        assert running.rate(ALL_TWOS).follow_up == ""
        assert running.stage is Stage.NEXT

    def test_the_reply_counts_together_with_the_answer(self) -> None:
        running = about("IS-01")
        running.answer("The sync is two-way.")
        before = running.rate(ALL_TWOS).missing
        after = running.reply("Only new comments are copied, an edited one is not.").missing

        assert set(before) - set(after) == {1}

    def test_every_key_point_has_a_question_of_its_own(self) -> None:
        from pivotlab.learn.keypoints.bank import key_points

        for question_id in interview_questions():
            asks = [point.ask for point in key_points(question_id)]
            assert all(ask.endswith(("?", ".")) for ask in asks)
            assert len(set(asks)) == len(asks), question_id


class TestReport:
    def held(self, ratings: dict[str, int], level: Level = Level.JUNIOR) -> Interview:
        running = begun(level)
        while running.stage is not Stage.DONE:
            running.answer("The limit is 500 alerts.\n# Not a heading")
            running.rate(ratings)
            running.go_on()
        return running

    def test_topics_below_the_band_come_with_lessons_and_labs_to_redo(self) -> None:
        running = self.held(ALL_TWOS | {"accuracy": 1})
        result = report(running.level, running.minutes, running.turns)

        assert {gap.topic for gap in result.gaps} == {turn.question.topic for turn in running.turns}
        assert all(gap.below == {"accuracy": (1.0, 2)} and gap.lessons and gap.labs for gap in result.gaps)

    def test_ratings_that_reach_the_band_leave_no_gap(self) -> None:
        running = self.held(ALL_TWOS)

        assert report(running.level, running.minutes, running.turns).gaps == ()

    def test_well_rated_answers_without_key_points_are_to_look_at_again(self) -> None:
        running = begun()
        for _ in range(3):
            running.answer("I do not know.")
            running.rate(ALL_TWOS)
            running.go_on()
        result = report(running.level, running.minutes, running.turns)
        first, question = result.look_again[0], running.turns[0].question

        assert result.gaps == () and len(result.look_again) == 3
        assert (first.found, first.points) == (0, len(question.key_points))
        assert first.sentence.startswith(f"0 of {len(question.key_points)} key points found, rated accuracy 2")
        assert f"lesson {question.lesson}" in first.sentence and question.key_points[0] in first.sentence
        assert "Look again" in result.markdown()

    def test_a_full_answer_and_an_honest_low_rating_need_no_second_look(self) -> None:
        full, low = about("IS-01"), about("IS-01")
        full.answer(EVERYTHING_ABOUT_SYNC)
        full.rate(ALL_TWOS)
        low.answer("I do not know.")
        low.rate(dict.fromkeys(ALL_TWOS, 1) | {"communication": 4})

        assert look_again([full.turn]) == look_again([low.turn]) == ()

    def test_half_of_the_key_points_are_not_few(self) -> None:
        running = about("IS-01")
        running.answer("The sync is two-way. There is a limit of 150 alerts. Only new comments are copied.")
        turn = running.rate(ALL_TWOS)

        assert len(turn.findings["covered"]) * 2 >= len(turn.question.key_points)
        assert look_again([turn]) == ()

    def test_the_headline_says_how_many_key_points_were_found(self) -> None:
        running = self.held(ALL_TWOS)
        headline = report(running.level, running.minutes, running.turns).headline

        assert headline.startswith("By your own ratings, every topic reaches the junior band. The program found ")

    def test_the_band_of_a_senior_asks_for_more(self) -> None:
        running = self.held(dict.fromkeys(ALL_TWOS, 3), Level.SENIOR)
        gaps = report(running.level, running.minutes, running.turns).gaps

        assert all(gap.below == {"reasoning": (3.0, 4)} for gap in gaps)
        assert gaps

    def test_claims_against_a_fact_come_with_the_sentence_and_the_fact(self) -> None:
        running = about("IS-01")
        running.answer("The sync is two-way. The limit is 500 alerts.")
        running.rate(ALL_TWOS)
        running.go_on()
        (claim,) = report(running.level, running.minutes, running.turns).claims

        assert (claim.question_id, claim.sentence, claim.facts) == ("IS-01", "The limit is 500 alerts.", ("sync-12",))

    def test_the_transcript_says_that_it_is_a_prompt_and_no_grade(self) -> None:
        running = self.held(ALL_TWOS)
        text = report(running.level, running.minutes, running.turns).markdown()

        assert "This is a prompt, not a grade." in text
        assert all(turn.question.question in text for turn in running.turns)

    def test_what_was_typed_cannot_become_markup_of_the_transcript(self) -> None:
        running = self.held(ALL_TWOS)

        assert "\n# Not a heading" not in report(running.level, running.minutes, running.turns).markdown()

    def test_the_same_interview_gives_the_same_report(self) -> None:
        one, two = (self.held(ALL_TWOS) for _ in range(2))

        assert report(one.level, 10, one.turns).markdown() == report(two.level, 10, two.turns).markdown()


def test_each_finished_question_is_kept_as_an_interview_event() -> None:
    from pivotlab.learn.interviews.interviewing import prepared

    running = prepared(Level.JUNIOR, 10, clock=ticking())
    running.answer("The sync is two-way.")
    running.rate(ALL_TWOS)
    assert log().events() == []
    running.go_on()
    (event,) = log().events()

    assert (event.what, event.item, event.score) == ("interview", running.questions[0].id, 0.5)
    assert event.detail["ratings"] == ALL_TWOS


def test_the_rubric_anchors_every_rating_and_has_a_band_for_every_level() -> None:
    assert [criterion.name for criterion in rubric().criteria] == [
        "accuracy",
        "completeness",
        "reasoning",
        "communication",
    ]
    assert rubric().bands[Level.JUNIOR] == {"accuracy": 2}
    assert rubric().bands[Level.MID] == {"accuracy": 3, "reasoning": 3}
    assert rubric().bands[Level.SENIOR] == {"accuracy": 3, "completeness": 3, "reasoning": 4, "communication": 3}
    assert rubric().red_flag_cap == 1


def test_interview_topics_are_topics_of_the_course() -> None:
    assert {question.topic for question in interview_questions().values()} <= set(Topic)


class TestAsText:
    def test_it_says_at_every_stage_what_it_waits_for(self) -> None:
        running = InterviewTwin(Level.JUNIOR, 10, clock=ticking())
        assert "Answer with .answer(" in repr(running)
        running.answer("All data is deleted.")
        assert "Your answer: All data is deleted." in repr(running)
        assert 'Rate with .rate({"accuracy": 2,' in repr(running)
        point = running.turn.question.key_points[0]
        assert point not in " ".join(repr(running).split())
        running.rate(WITHOUT_POINTS)
        assert point in " ".join(repr(running).split()) and 'Rate with .rate({"completeness": 2})' in repr(running)
        running.rate({"completeness": 2})
        assert point in " ".join(repr(running).split()) and ".go_on()" in repr(running)
