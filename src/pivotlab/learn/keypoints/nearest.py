"""For a paraphrase that no pattern foresaw: the key point whose vocabulary a sentence shares most.

Used only on answers that contradict nothing, and only for sentences that state no other point.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from functools import cache

from pivotlab.learn.bank.reader import interview_questions
from pivotlab.learn.keypoints.answer import Sentence, Token, sentences
from pivotlab.learn.keypoints.bank import KeyPoint, key_points
from pivotlab.learn.keypoints.polarity import negators, scope
from pivotlab.learn.keypoints.words import FUNCTION_WORDS, stem

_ENOUGH = 4.0
"""Least sum of weights: one rare word, or two that few other key points use. Chosen on answers outside the held-out set."""

_MARGIN = 1.5
"""How much nearer than the second nearest point it has to be."""

_EMPTY_STEMS = frozenset(stem(word) for word in FUNCTION_WORDS)


def nearest_point(question_id: str, sentence: Sentence) -> tuple[int, tuple[str, ...]] | None:
    """The index of the point that a sentence is clearly nearest to and the shared words, or None."""
    negated = {at for negator in negators(sentence.tokens) for at in scope(negator, sentence.tokens)}
    said = [token for at, token in enumerate(sentence.tokens) if at not in negated]
    shared = [_shared(said, vocabulary) for vocabulary in _vocabularies(question_id)]
    scores = [sum(words.values()) for words in shared]
    best = max(range(len(scores)), key=scores.__getitem__)
    second = max((score for index, score in enumerate(scores) if index != best), default=0.0)
    if scores[best] < _ENOUGH or scores[best] - second < _MARGIN:
        return None
    return best, tuple(sorted(shared[best], key=lambda word: -shared[best][word]))


def weight(question_id: str, point: int, words: Sequence[str]) -> float:
    """How much words say about one point: the weights of those that its vocabulary has, each counted once."""
    said = [token for part in sentences(" ".join(words)) for token in part.tokens]
    return sum(
        {
            token.stem: _shared([token], _vocabularies(question_id)[point]).get(token.text, 0.0) for token in said
        }.values()
    )


def _shared(said: Sequence[Token], vocabulary: Collection[str]) -> Mapping[str, float]:
    """The words said that stand in a vocabulary, themselves or by one of their kin, each with its weight."""
    weights = _weights()
    found = ((token.text, max((weights[s] for s in token.stems if s in vocabulary), default=0.0)) for token in said)
    return {word: weight for word, weight in found if weight}


@cache
def _vocabularies(question_id: str) -> tuple[frozenset[str], ...]:
    return tuple(_vocabulary(point) for point in key_points(question_id))


def _vocabulary(point: KeyPoint) -> frozenset[str]:
    words = {stem(word) for pattern in point.says for word in pattern.words()}
    words |= {token.stem for part in sentences(point.text) for token in part.tokens}
    return frozenset(words - _EMPTY_STEMS)


@cache
def _weights() -> Mapping[str, float]:
    """How much a word tells points apart: the logarithm of all points over those that use it."""
    used = [words for question_id in interview_questions() for words in _vocabularies(question_id)]
    counts = Counter(word for words in used for word in words)
    return {word: math.log(len(used) / count) for word, count in counts.items()}
