"""An answer as the finder reads it: sentences, the clauses in them, and tokens with their stems."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from pivotlab.learn.keypoints.kin import kin
from pivotlab.learn.keypoints.numerals import in_digits
from pivotlab.learn.keypoints.words import DETERMINERS, PREDICATES, REMINDERS, VERB_FORMS, VERB_STEMS, stem

_ABBREVIATIONS = re.compile(r"\b(e\.g|i\.e|vs|approx|etc|incl|no|cf)\.", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"')\]]*\s+|\n\s*\n|\n\s*(?=[-*•]|\d+[.)]\s)")
_BULLET = re.compile(r"^\s*(?:[-*•]+|\d+[.)])\s+")
_ENUMERATOR = re.compile(
    r"^(?:(?:the )?(?:one|two|three|four|five|first|second|third|fourth|fifth)|first of all|finally|lastly|next|also)\s?[,:]\s+",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"==|=~|!=|!~|@|[a-z_]+\d\w*|\d+(?:[.,]\d{3})*[a-z]*|[a-z][a-z_]*(?:'[a-z]+)?")
_CONTRACTIONS = {"can't": "can not", "won't": "will not", "cannot": "can not", "shan't": "shall not"}
_SHORT_FORMS = (
    (re.compile(r"n't\b"), " not"),
    (re.compile(r"'d\b"), " would"),
    (re.compile(r"'ll\b"), " will"),
    (re.compile(r"'ve\b"), " have"),
    (re.compile(r"'re\b"), " are"),
    (re.compile(r"\bi'm\b"), "i am"),
    (re.compile(r"\b(it|that|there|what|he|she|who|here)'s\b"), r"\1 is"),
)
_CLAUSE_WORDS = frozenset("but while whereas although though because unless so yet except however otherwise".split())
_CLAUSE_WORDS_AFTER_A_COMMA = frozenset(
    "and or since if when who which where then not it they you we i this that these those there as even nor until before after".split()
)


@dataclass(frozen=True)
class Token:
    """One word: as typed (lower case), its stem, the number of its clause and of its part between commas, and all stems it answers to."""

    text: str
    stem: str
    clause: int
    part: int = 0
    stems: frozenset[str] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "stems", kin(self.stem) | {self.stem})


@dataclass(frozen=True)
class Sentence:
    """One sentence of the answer: its text as typed, its tokens, and the commas and semicolons in it."""

    text: str
    tokens: tuple[Token, ...]
    separators: int = 0
    words: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", tuple(token.text for token in self.tokens))

    def says(self, phrase: str) -> bool:
        """Whether the words of `phrase` stand next to each other in the sentence."""
        wanted = tuple(phrase.split())
        return any(self.words[at : at + len(wanted)] == wanted for at in range(len(self.words) - len(wanted) + 1))


def sentences(answer: str) -> tuple[Sentence, ...]:
    """Split an answer into sentences. Bullets and numbered lines are sentences of their own."""
    text = _ABBREVIATIONS.sub(lambda match: match.group(1).replace(".", ""), answer.replace("’", "'").strip())
    parts = (_ENUMERATOR.sub("", _BULLET.sub("", part)).strip() for part in _SENTENCE_END.split(text))
    return tuple(_sentence(" ".join(part.split())) for part in parts if part)


def _sentence(text: str) -> Sentence:
    lowered = in_digits(text.lower())
    for short, long in _CONTRACTIONS.items():
        lowered = lowered.replace(short, long)
    for shape, words in _SHORT_FORMS:
        lowered = shape.sub(words, lowered)
    lowered = re.sub(r"(\w)%", r"\1 percent", lowered)
    tokens: list[Token] = []
    clause, part, after = 0, 0, 0
    for found in _TOKEN.finditer(lowered):
        word, between = found.group().replace(",", "").removesuffix("'s"), lowered[after : found.start()]
        opens = bool(re.search(r"[;:()—–]|\s-\s", between)) or word in _CLAUSE_WORDS
        opens = opens or ("," in between and word in _CLAUSE_WORDS_AFTER_A_COMMA)
        if "," in between and word in DETERMINERS and _has_a_verb(lowered[found.start() :].split(",")[0]):
            opens = True
        clause += opens and bool(tokens)
        part += "," in between
        tokens.append(Token(word, stem(word), clause, part))
        after = found.end()
    reminders = {at for at, pair in enumerate(pairwise(token.text for token in tokens)) if pair in REMINDERS}
    read = tuple(token for at, token in enumerate(tokens) if at not in reminders)
    return Sentence(text, read, sum(text.count(mark) for mark in ",;|/") + text.count(" - "))


def _has_a_verb(text: str) -> bool:
    words = [found.group() for found in _TOKEN.finditer(text)]
    return any(word in PREDICATES or word in VERB_FORMS or stem(word) in VERB_STEMS for word in words)
