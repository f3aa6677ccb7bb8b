"""Which key points does a free-text answer state, and which does it contradict? With the sentence that made it think so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise, product
from typing import Literal, TypedDict

from rapidfuzz import process
from rapidfuzz.distance import OSA

from pivotlab.learn.bank.reader import interview_questions
from pivotlab.learn.keypoints.answer import Sentence, Token, sentences
from pivotlab.learn.keypoints.bank import KeyPoint, interview_question, key_points
from pivotlab.learn.keypoints.nearest import nearest_point, weight
from pivotlab.learn.keypoints.pattern import Pattern, Span
from pivotlab.learn.keypoints.polarity import claims, is_claim, is_echo, needless, negators, rejects, scope
from pivotlab.learn.keypoints.words import FUNCTION_WORDS, OPENING_VERB_STEMS, stem

_SHORTEST_TYPO = 5
_LONGEST_SCRAP = 6
_POINTS_BACK = frozenset(
    "it they this that these those them there then so both one instead otherwise which such here".split()
)
_IS = frozenset("is are was were be has have".split())


@dataclass(frozen=True)
class Evidence:
    """Why a key point counts as covered or contradicted: the learner's own sentence, and the words in it that matched."""

    point: int
    finding: Literal["covered", "contradicted"]
    sentence: str
    matched: tuple[str, ...]
    pattern: str

    def __str__(self) -> str:
        return f'"{self.sentence}" (because of: {", ".join(self.matched)})'


class Findings(TypedDict):
    """What `find` returns. Indexes count key points from 0; `evidence` has one entry per covered or contradicted point."""

    covered: set[int]
    contradicted: set[int]
    evidence: dict[int, Evidence]


@dataclass(frozen=True)
class _Window:
    """One sentence, or two of which the second points back to the first."""

    text: str
    tokens: tuple[Token, ...]

    def clauses(self) -> list[_Window]:
        """Its clauses, each as a window of its own."""
        numbers = sorted({token.clause for token in self.tokens})
        return [_Window(self.text, tuple(t for t in self.tokens if t.clause == number)) for number in numbers]


def find(question_id: str, answer: str) -> Findings:
    """Point at the key points of a question that an answer states, and at those that it contradicts.

    A prompt for the learner, not a grade: it compares words with curated patterns and has no understanding.
    A single contradiction beside another sentence that states the point is more often a misreading than a mistake, so
    the statement stands. From a second wrong sentence on, contradictions stand, and what those sentences say earns nothing.
    An answer that contradicts more points than it states earns nothing, and so does one that does both alike in two wrong
    sentences or more: its right words prove little.

    >>> find("IS-01", "Only new comments are copied; if you edit an old one, that stays on one side.")["covered"]
    {1}

    Raises `UnknownEntryError` with the nearest ids.
    """
    points = key_points(question_id)
    echo = _question_stems(question_id)
    spoken = [_correct(sentence, question_id) for sentence in sentences(answer)]
    said = [claim for claim in claims(spoken) if not is_echo(claim, echo) and not rejects(claim)]
    clauses = [clause for claim in said for clause in _Window(claim.text, claim.tokens).clauses()]
    denials = list(_found("contradicted", [point.wrong for point in points], clauses))
    denied = {found.point: found for found in _needless(points, clauses)} | {found.point: found for found in denials}
    wrong = {found.sentence for found in denials}
    certain = len(wrong) > 1
    sound = [claim for claim in said if not (certain and claim.text in wrong)]
    windows = [_Window(claim.text, claim.tokens) for claim in sound]
    windows += [_joined(one, two) for one, two in pairwise(sound) if _belongs_to(two, one)]
    statements = list(_found("covered", [point.says for point in points], windows))
    stated = {found.point: found for found in statements}
    standing = {index: found for index, found in stated.items() if not certain and not _rests_on(found, wrong)}
    evidence = stated | denied | standing
    rest = stated.keys() - denied.keys()
    if len(denied) > len(rest) or (certain and len(denied) == len(rest)):
        evidence = denied
    elif stated and not denied:
        evidence |= _nearest(question_id, sound, stated)
    quotable = [found for found in statements if not _rests_on(found, wrong)]
    evidence = {index: _best_quote(question_id, found, quotable) for index, found in evidence.items()}
    return Findings(
        covered={index for index, found in evidence.items() if found.finding == "covered"},
        contradicted={index for index, found in evidence.items() if found.finding == "contradicted"},
        evidence=evidence,
    )


def _best_quote(question_id: str, found: Evidence, statements: Sequence[Evidence]) -> Evidence:
    """The statement of the same point whose matched words say most about it; what was found stays found either way."""
    if found not in statements:
        return found
    same = [one for one in reversed(statements) if one.point == found.point]
    return max(same, key=lambda one: (round(weight(question_id, one.point, one.matched), 6), -len(one.sentence)))


def _rests_on(found: Evidence, wrong: Set[str]) -> bool:
    """Whether a finding was read from one of these sentences, alone or joined with its neighbour."""
    return any(sentence in found.sentence for sentence in wrong)


def _found(
    finding: Literal["covered", "contradicted"], patterns: Sequence[Sequence[Pattern]], windows: Sequence[_Window]
) -> Iterator[Evidence]:
    """Per point, the windows that claim one of its patterns; the last first, so that the first stays in a dict."""
    for (index, of_point), window in product(enumerate(patterns), reversed(windows)):
        for pattern in of_point:
            if spans := _claimed(pattern, window.tokens):
                yield _evidence(index, finding, window, spans, pattern)
                break


def _needless(points: Sequence[KeyPoint], clauses: Sequence[_Window]) -> Iterator[Evidence]:
    """Points that a clause states only to call them needless ("There is no need to compare both sides")."""
    for clause in clauses:
        for dismissed, (index, point) in product(needless(clause.tokens), enumerate(points)):
            for pattern in point.says:
                spans = _inside(dismissed, pattern, clause.tokens)
                if spans:
                    yield _evidence(index, "contradicted", clause, spans, pattern)
                    break


def _inside(part: range, pattern: Pattern, tokens: Sequence[Token]) -> tuple[Span, ...]:
    return pattern.find(tokens, lambda span: span[0] >= part.start and span[1] <= part.stop) or ()


def _nearest(question_id: str, said: Sequence[Sentence], stated: Mapping[int, Evidence]) -> dict[int, Evidence]:
    """Points that no pattern found, by sentences that no pattern used."""
    evidence: dict[int, Evidence] = {}
    used = {found.sentence for found in stated.values()}
    for claim in said:
        near = nearest_point(question_id, claim) if claim.text not in used else None
        if near and near[0] not in stated and near[0] not in evidence:
            evidence[near[0]] = Evidence(near[0], "covered", claim.text, near[1], "nearest by its words")
    return evidence


def _claimed(pattern: Pattern, tokens: Sequence[Token]) -> tuple[Span, ...] | None:
    """Where a window claims the pattern: found, and not turned round by a negator that the pattern does not ask for."""
    free = pattern.find(tokens)
    if free is None:
        return None
    asked = {at for group in pattern.groups for span in group.spans(tokens, lambda _: True) for at in range(*span)}
    negated = {at for negator in negators(tokens) if not asked & set(range(*negator)) for at in scope(negator, tokens)}
    return pattern.find(tokens, lambda span: not negated & set(range(*span))) if negated else free


def _evidence(
    index: int, finding: Literal["covered", "contradicted"], window: _Window, spans: Sequence[Span], pattern: Pattern
) -> Evidence:
    matched = tuple(
        dict.fromkeys(" ".join(token.text for token in window.tokens[slice(*span)]) for span in sorted(spans))
    )
    return Evidence(index, finding, window.text, matched, pattern.text)


def _belongs_to(two: Sentence, one: Sentence) -> bool:
    """Whether a sentence is read together with the one before: it points back, answers its question, or is a scrap of it."""
    scrap = len(two.tokens) <= _LONGEST_SCRAP and not is_claim(two)
    return scrap or one.text.endswith("?") or _points_back(two)


def _points_back(sentence: Sentence) -> bool:
    """Whether its beginning stands for something said before. The "there" of "there is" stands for nothing."""
    words = sentence.words[:5]
    return any(word in _POINTS_BACK and (word != "there" or after not in _IS) for word, after in pairwise((*words, "")))


def _joined(one: Sentence, two: Sentence) -> _Window:
    shift = one.tokens[-1].clause + 1
    tokens = one.tokens + tuple(replace(token, clause=token.clause + shift) for token in two.tokens)
    return _Window(f"{one.text} {two.text}", tokens)


@cache
def _question_stems(question_id: str) -> frozenset[str]:
    return frozenset(
        token.stem for part in sentences(interview_question(question_id).question) for token in part.tokens
    )


@cache
def _known_stems() -> frozenset[str]:
    """Stems that are no typos: the bank's own words."""
    texts = (text for q in interview_questions().values() for text in (q.question, *q.key_points, *q.red_flags))
    words = {token.stem for text in texts for part in sentences(text) for token in part.tokens}
    return frozenset(words | {stem(word) for word in FUNCTION_WORDS} | OPENING_VERB_STEMS)


@cache
def _wanted_words(question_id: str) -> Mapping[str, str]:
    """The words that the patterns of a question look for, as written and as stems, each with its stem."""
    words = {w for p in key_points(question_id) for pattern in (*p.says, *p.wrong) for w in pattern.words()}
    wanted = {word: stem(word) for word in words} | {stem(word): stem(word) for word in words}
    return {word: its_stem for word, its_stem in wanted.items() if len(word) >= _SHORTEST_TYPO - 1}


def _correct(sentence: Sentence, question_id: str) -> Sentence:
    """The sentence with the stems of mistyped words replaced by those that the patterns look for."""
    tokens = tuple(_corrected(token, question_id) for token in sentence.tokens)
    return sentence if tokens == sentence.tokens else replace(sentence, tokens=tokens)


def _corrected(token: Token, question_id: str) -> Token:
    wanted = _wanted_words(question_id)
    if (
        len(token.text) < _SHORTEST_TYPO
        or not token.text.isalpha()
        or token.stem in _known_stems()
        or token.stem in wanted
    ):
        return token
    for typed in (token.text, token.stem):
        slips = 1 if len(typed) < 8 else 2
        near = process.extractOne(typed, wanted.keys(), scorer=OSA.distance, score_cutoff=slips)
        if near and near[0][0] == token.text[0]:
            return replace(token, stem=wanted[near[0]])
    return token
