"""How well a detection finds an attack: precision and recall against the ground truth of an incident."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import pandas as pd

from pivotlab.learn.grading.difference import SHOWN, Rung, rows
from pivotlab.learn.grading.targets import Target

Key = tuple[Hashable, ...]


@dataclass(frozen=True)
class Attack:
    """What there is to find on one ground: the keys that a detection must return, and all that it may return."""

    wanted: frozenset[Key]
    allowed: frozenset[Key]


@dataclass(frozen=True)
class Score:
    """What a detection returned on one ground, counted by key. Rows of the attack that are not wanted count for nothing."""

    hits: int
    false: int
    wanted: int

    @property
    def precision(self) -> float:
        """Hits among hits and false positives; 0 where nothing was returned."""
        return self.hits / (self.hits + self.false) if self.hits else 0.0

    @property
    def recall(self) -> float:
        """Hits among everything that was to be found."""
        return self.hits / self.wanted

    def keeps(self, target: Target) -> bool:
        """Whether both figures are what the task asks for."""
        return self.precision >= target.precision and self.recall >= target.recall


def keys(frame: pd.DataFrame, target: Target) -> list[Key]:
    """The key of every row, in the frame's order. Raises `KeyError` where a key column is missing."""
    return rows(frame[target.key], target.key)


def score(frame: pd.DataFrame, target: Target, attack: Attack) -> Score:
    """Precision and recall of what a query returned. Rows of one key count once."""
    found = set(keys(frame, target))
    return Score(len(found & attack.wanted), len(found - attack.allowed), len(attack.wanted))


def told(scores: Sequence[Score], target: Target, frame: pd.DataFrame, attack: Attack) -> tuple[Rung, ...]:
    """Both figures on every ground, and some false positives of the first one: never of the hidden one."""
    places = ("On this data", "On the second seed")
    rungs = [
        Rung(
            "precision and recall",
            f"{place}: precision {found.precision:.2f}, {found.hits} of {found.hits + found.false} belong to the attack; "
            f"recall {found.recall:.2f}, {found.hits} of {found.wanted} were found. "
            f"At least {target.precision:.2f} and {target.recall:.2f} are asked for.",
        )
        for place, found in zip(places, scores, strict=False)
    ]
    if scores[0].false:
        noise = [key not in attack.allowed for key in keys(frame, target)]
        some = frame[noise].drop_duplicates(target.key).head(SHOWN).reset_index(drop=True)
        rungs.append(Rung("false positives", f"{scores[0].false} false positives on this data, such as:", some))
    return tuple(rungs)


def headline(scores: Sequence[Score], target: Target) -> str:
    """What is wrong with a detection that does not keep the figures, in one sentence."""
    first = scores[0]
    if first.keeps(target):
        return "It holds on this data, but not on the same incident with other people, hosts and times."
    if not first.hits:
        return "It does not find the attack."
    if first.recall < target.recall:
        return "It misses part of the attack."
    return "It finds the attack, with too much noise."
