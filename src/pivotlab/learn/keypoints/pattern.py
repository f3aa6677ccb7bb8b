"""The little language of data/questions/keypoints.yaml: which words, said together, state a key point.

    one|single & $queue          both groups in the same sentence, in any order
    XDR > create > incident      in this order in one clause, at most 12 words apart (5 after a negator)
    edit & !new comment          the second must be absent
    3 of (title, severity, tag)  at least three of them
    turn off                     a phrase; up to two words may stand in between
    vulnerab*                    any word that begins so
    =optional                    this very word, not others of its stem ("option")
    #                            any number;  `#!150 alert` any number but 150
    $queue                       the alternatives listed under `concepts`

Words match by their stem, so `merge` finds "merged" and "merging".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from pivotlab.learn.keypoints.answer import Token
from pivotlab.learn.keypoints.words import NEGATORS, SCOPE_ENDS, normal, stem

Span = tuple[int, int]
"""First token and the one after the last, as positions in a window."""

_LONGEST_STEP = 12
_LONGEST_STEP_FROM_A_NEGATOR = 5
_WORDS_IN_BETWEEN = 2
_AT_LEAST = re.compile(r"^(\d+) of \((.*)\)$", re.DOTALL)


class PatternError(ValueError):
    """A pattern that cannot be read; the message quotes it and says why."""


@dataclass(frozen=True)
class Word:
    """One word of a phrase, and how it compares with a token."""

    written: str
    stem: str = field(init=False)
    exact: str = field(init=False)
    prefix: str | None = field(init=False)
    other_than: str | None = field(init=False)

    def __post_init__(self) -> None:
        exact = self.written.removeprefix("=") if self.written[:1] == "=" and self.written[1:].isalpha() else ""
        number = self.written.startswith("#")
        object.__setattr__(self, "stem", stem(self.written) if self.written.isalpha() else self.written)
        object.__setattr__(self, "exact", exact)
        object.__setattr__(self, "prefix", self.written[:-1] if self.written.endswith("*") else None)
        object.__setattr__(self, "other_than", self.written[1:].removeprefix("!") if number else None)

    def matches(self, token: Token) -> bool:
        """Whether the word stands at this token."""
        if self.stem in token.stems or token.text in (self.written, self.exact):
            return True
        if self.prefix is not None:
            return token.text.startswith(self.prefix) or normal(token.text).startswith(self.prefix)
        if self.other_than is None or token.text == "one":  # "one of them" counts nothing
            return False
        return token.stem.isdigit() and token.stem != self.other_than


Phrase = tuple[Word, ...]


@dataclass(frozen=True)
class Group:
    """Alternatives of which one must be found (`least` counts nested groups instead, when there are any)."""

    phrases: tuple[Phrase, ...] = ()
    nested: tuple[Group, ...] = ()
    least: int = 1
    absent: bool = False
    after_previous: bool = False

    def spans(self, tokens: Sequence[Token], usable: Callable[[Span], bool]) -> list[Span]:
        """Where the group is found, spans that `usable` refuses left out."""
        if self.nested:
            found = [group.spans(tokens, usable) for group in self.nested]
            hits = [spans[0] for spans in found if spans]
            return sorted(hits) if len(hits) >= self.least else []
        spans = {span for phrase in self.phrases for span in _phrase_spans(phrase, tokens)}
        return sorted(span for span in spans if usable(span))


@dataclass(frozen=True)
class Pattern:
    """Groups that must all be found in one window of tokens."""

    text: str
    groups: tuple[Group, ...]

    def find(
        self, tokens: Sequence[Token], usable: Callable[[Span], bool] = lambda span: True
    ) -> tuple[Span, ...] | None:
        """One span per required group, or None when the pattern does not hold in `tokens`."""
        chosen: list[Span] = []
        chain: list[Span] = []
        for group in self.groups:
            spans = group.spans(tokens, usable)
            if group.absent:
                if group.spans(tokens, lambda span: True):
                    return None
                continue
            if group.after_previous:
                spans = [span for span in spans if any(_follows(span, before, tokens) for before in chain)]
            if not spans:
                return None
            chain = spans
            chosen.extend(spans if group.nested else spans[:1])
        return tuple(chosen)

    def words(self) -> set[str]:
        """The words that the pattern looks for, as written, whole words only. Typed words are corrected towards them."""
        found: set[str] = set()
        stack = list(self.groups)
        while stack:
            group = stack.pop()
            stack.extend(group.nested)
            found |= {word.written for phrase in group.phrases for word in phrase if word.written.isalpha()}
        return found


def parse(text: str, concepts: Mapping[str, str]) -> Pattern:
    """Read a pattern. Raises `PatternError` for an unknown concept, an empty group or a bad count."""
    groups: list[Group] = []
    after = False
    for piece in re.split(r"([&>])(?![^(]*\))", text):
        if piece in {"&", ">"}:
            after = piece == ">"
            continue
        groups.append(_group(piece.strip(), concepts, text, after_previous=after))
    return Pattern(" ".join(text.split()), tuple(groups))


def _group(piece: str, concepts: Mapping[str, str], whole: str, *, after_previous: bool = False) -> Group:
    absent = piece.startswith("!")
    piece = piece.removeprefix("!").strip()
    if counted := _AT_LEAST.match(piece):
        nested = tuple(_group(part.strip(), concepts, whole) for part in counted.group(2).split(","))
        least = int(counted.group(1))
        if not 1 <= least <= len(nested):
            raise PatternError(f"'{whole}': {least} of {len(nested)} groups can never hold. Correct the count.")
        return Group(nested=nested, least=least, absent=absent, after_previous=after_previous)
    phrases = tuple(phrase for part in piece.split("|") for phrase in _phrases(part.strip(), concepts, whole))
    return Group(phrases=phrases, absent=absent, after_previous=after_previous)


def _phrases(part: str, concepts: Mapping[str, str], whole: str) -> list[Phrase]:
    if not part:
        raise PatternError(f"'{whole}' has an empty alternative. Remove the extra '|', '&' or '>'.")
    phrases: list[Phrase] = [()]
    for written in part.lower().replace("-", " ").split():
        if not written.startswith("$"):
            phrases = [(*phrase, Word(written)) for phrase in phrases]
            continue
        name = written.removeprefix("$")
        if name not in concepts:
            raise PatternError(f"'{whole}' names the concept ${name}, which is not listed under 'concepts'.")
        expanded = [inner for one in concepts[name].split("|") for inner in _phrases(one.strip(), concepts, whole)]
        phrases = [(*phrase, *inner) for phrase in phrases for inner in expanded]
    return phrases


def _follows(span: Span, before: Span, tokens: Sequence[Token]) -> bool:
    negates = before[1] - before[0] == 1 and tokens[before[0]].text in NEGATORS
    near = 0 <= span[0] - before[1] <= (_LONGEST_STEP_FROM_A_NEGATOR if negates else _LONGEST_STEP)
    out_of_reach = negates and any(token.text in SCOPE_ENDS for token in tokens[before[1] : span[0]])
    return near and not out_of_reach and tokens[span[0]].clause == tokens[before[1] - 1].clause


def _phrase_spans(phrase: Phrase, tokens: Sequence[Token]) -> list[Span]:
    spans = []
    for start, token in enumerate(tokens):
        if not phrase[0].matches(token):
            continue
        at = start
        for word in phrase[1:]:
            at = _next(word, tokens, at)
            if at < 0:
                break
        if at >= 0:
            spans.append((start, at + 1))
    return spans


def _next(word: Word, tokens: Sequence[Token], at: int) -> int:
    """Where the next word of a phrase stands, or -1. A negator in between breaks the phrase, and so does a new clause."""
    for i in range(at + 1, min(at + 2 + _WORDS_IN_BETWEEN, len(tokens))):
        if tokens[i].clause != tokens[at].clause:
            return -1
        if word.matches(tokens[i]):
            return i
        if tokens[i].text in NEGATORS:
            return -1
    return -1
