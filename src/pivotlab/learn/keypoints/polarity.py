"""Does a sentence claim something, and which of its words does it claim the opposite of?"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import pairwise

from pivotlab.learn.keypoints.answer import Sentence, Token
from pivotlab.learn.keypoints.pattern import Span
from pivotlab.learn.keypoints.words import (
    AUXILIARIES_BEFORE_NOT,
    DETERMINERS,
    DISMISSALS,
    DISMISSING_PHRASES,
    FUNCTION_WORDS,
    HARMLESS_NEGATIONS,
    HEDGES,
    NEEDLESS,
    NEGATING_PHRASES,
    NEGATORS,
    OPENING_VERB_STEMS,
    PREDICATES,
    REJECTIONS,
    SCOPE_ENDS,
    VERB_FORMS,
    VERB_STEMS,
)

_GLUE_OF_A_PLAIN_SENTENCE = 0.15
_GLUE_OF_A_SENTENCE = 0.2
_GLUE_WITHOUT_A_VERB = 0.3
_SEPARATORS_IN_A_LIST = 3
_SCOPE = 9
_WORDS_IN_A_FRAGMENT = 1.5
_WORDS_IN_A_PART = 3.5
_JUST = (("just",), ("simply",), ("merely",))
_QUERY = re.compile(r"\|\s*(where|summarize|project|sort|order|extend|join|count|top|distinct|mv-expand|take)\b")
_ECHO = 0.8
_SHORTEST_ECHO = 3
_NOUN_ENDINGS = ("al", "ion", "ions", "ment", "ments", "ance", "ence", "ing", "ings", "ity", "able")


def claims(spoken: Sequence[Sentence]) -> list[Sentence]:
    """The sentences that claim something. Beside plain prose a fragment claims too ("Workspace: write permission")."""
    whole = [sentence for sentence in spoken if is_claim(sentence)]
    if len(whole) * 3 < len(spoken):
        return whole
    prose = len(whole) > 1 and len(whole) * 2 >= len(spoken)
    return [s for s in spoken if s in whole or (_is_fragment(s) and (prose or _glue(s) >= _GLUE_OF_A_PLAIN_SENTENCE))]


def is_claim(sentence: Sentence) -> bool:
    """Whether a sentence says something, rather than listing words, or hedging until nothing is left."""
    if not sentence.tokens or _is_hedged(sentence):
        return False
    if _QUERY.search(sentence.text):
        return True
    words = sentence.words
    glue = _glue(sentence)
    plain = sentence.separators <= 1
    listed = sentence.separators >= _SEPARATORS_IN_A_LIST and len(words) / (sentence.separators + 1) < _WORDS_IN_A_PART
    if listed and glue < _GLUE_WITHOUT_A_VERB:
        return False
    if any(word in PREDICATES for word in words) or any(map(_is_verb, sentence.tokens)) or _instructs(sentence.tokens):
        return glue >= (_GLUE_OF_A_PLAIN_SENTENCE if plain else _GLUE_OF_A_SENTENCE)
    determiners = sum(word in DETERMINERS for word in words)
    return glue >= _GLUE_WITHOUT_A_VERB and determiners >= (1 if plain else 2)


def _glue(sentence: Sentence) -> float:
    """The share of words that hold a sentence together."""
    return sum(word in FUNCTION_WORDS for word in sentence.words) / max(1, len(sentence.words))


def _is_fragment(sentence: Sentence) -> bool:
    """Whether a sentence without a verb is more than single words in a row."""
    return len(sentence.tokens) / (sentence.separators + 1) >= _WORDS_IN_A_FRAGMENT and not _is_hedged(sentence)


def _is_hedged(sentence: Sentence) -> bool:
    return sum(sentence.says(hedge) for hedge in HEDGES) >= 2


def is_echo(sentence: Sentence, question_stems: Collection[str]) -> bool:
    """Whether a sentence only repeats the question. One that negates what the question does not is no repetition."""
    content = [token.stem for token in sentence.tokens if token.text not in FUNCTION_WORDS]
    repeated = sum(stem in question_stems for stem in content)
    turned = {sentence.tokens[start].stem for start, _ in negators(sentence.tokens)} - set(question_stems)
    return len(content) >= _SHORTEST_ECHO and repeated / len(content) >= _ECHO and not turned


def negators(tokens: Sequence[Token]) -> list[Span]:
    """Where a window turns something round."""
    words = tuple(token.text for token in tokens)
    found = [
        (at, at + 1)
        for at, word in enumerate(words)
        if word in DISMISSALS or (word in NEGATORS and not _harmless(words, at))
    ]
    return found + _phrases(words, (*NEGATING_PHRASES, *DISMISSING_PHRASES))


def needless(tokens: Sequence[Token]) -> list[range]:
    """The tokens that a window calls needless, one range per phrase that does so."""
    words = tuple(token.text for token in tokens)
    dismissals = [(at, at + 1) for at, word in enumerate(words) if word in DISMISSALS]
    return [scope(span, tokens) for span in (*dismissals, *_phrases(words, (*DISMISSING_PHRASES, *NEEDLESS)))]


def _phrases(words: tuple[str, ...], phrases: Sequence[tuple[str, ...]]) -> list[Span]:
    return [
        (at, at + len(phrase))
        for phrase in phrases
        for at in range(len(words))
        if words[at : at + len(phrase)] == phrase
    ]


def scope(negator: Span, tokens: Sequence[Token]) -> range:
    """The tokens that a negator turns round: those that follow it in its clause, up to "but", "only", "except".

    A dismissal ("pointless") turns round those that stand before it, back to the last comma.
    """
    clause, part = tokens[negator[0]].clause, tokens[negator[0]].part
    if (
        tokens[negator[0]].text in DISMISSALS
        or tuple(token.text for token in tokens[slice(*negator)]) in DISMISSING_PHRASES
    ):
        first = next(at for at, token in enumerate(tokens) if (token.clause, token.part) == (clause, part))
        return range(first, negator[0])
    end = negator[1]
    while end < min(len(tokens), negator[1] + _SCOPE) and tokens[end].clause == clause:
        if tokens[end].text in SCOPE_ENDS:
            break
        end += 1
    return range(negator[1], end)


def rejects(sentence: Sentence) -> bool:
    """Whether a sentence reports a claim in order to reject it ("It is a myth that ...")."""
    return any(sentence.says(phrase) for phrase in REJECTIONS)


def _is_verb(token: Token) -> bool:
    """Whether a word can only be a verb here: "approve" and "approved", but not "approval" or "approving"."""
    return token.text in VERB_FORMS or (token.stem in VERB_STEMS and not token.text.endswith(_NOUN_ENDINGS))


def _instructs(tokens: Sequence[Token]) -> bool:
    """Whether a clause opens with a verb and goes on like a sentence: "Query the table", but not "Query, table"."""
    return any(
        first.stem in OPENING_VERB_STEMS and second.text in FUNCTION_WORDS and second.clause == first.clause
        for at, (first, second) in enumerate(pairwise(tokens))
        if at == 0 or first.clause != tokens[at - 1].clause
    )


def _harmless(words: tuple[str, ...], at: int) -> bool:
    if words[at + 1 : at + 2] in _JUST and words[max(0, at - 1)] in AUXILIARIES_BEFORE_NOT:
        return False
    return any(
        words[start : start + len(phrase)] == phrase
        for phrase in HARMLESS_NEGATIONS
        for start in range(max(0, at - len(phrase) + 1), at + 1)
    )
