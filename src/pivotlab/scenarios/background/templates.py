"""Lists of weighted entries (`data/company/*.yaml`) as tables, and weighted draws from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pivotlab.scenarios.window import DAY, Window, office_hours, round_the_clock
from pivotlab.scenarios.world import World

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def weighted(
    rng: np.random.Generator, entries: Sequence[dict[str, Any]], count: int, seen: Flags | None = None
) -> Numbers:
    """`count` indexes into `entries`, by their `weight`, each at least once where `seen` is true."""
    weight = np.array([entry["weight"] for entry in entries], dtype=float)
    kinds = np.arange(len(entries))
    return none_missing(rng.choice(kinds, count, p=weight / weight.sum()), kinds, seen)


def none_missing(draws: Numbers, kinds: Numbers, seen: Flags | None = None) -> Numbers:
    """`draws` with every kind among those that are `seen`: an attack must not be the only one of its kind."""
    places = np.arange(len(draws)) if seen is None else np.flatnonzero(seen)
    missing = np.setdiff1d(kinds, draws[places])
    if len(missing) and len(places):
        commonest = places[draws[places] == np.bincount(draws[places]).argmax()][: len(missing)]
        draws[commonest] = missing[: len(commonest)]
    return draws


def as_table(entries: Sequence[dict[str, Any]], name: str) -> pd.DataFrame:
    """Entries as a frame with their index as column `name`."""
    return pd.DataFrame(entries).drop(columns="weight").rename_axis(name).reset_index()


def working_times(world: World, rng: np.random.Generator, people: Numbers, weekend: float = 0.06) -> Numbers:
    """A moment for each person: office hours at their own site, on working days, sometimes at weekends."""
    window: Window = world.window
    count = len(people)
    chance = np.array([1.0 if window.is_working(day) else weekend for day in range(window.days)])
    day = rng.choice(window.days, count, p=chance / chance.sum())
    site = np.array([world.company.sites.index(person.site) for person in world.company.accounts])[people]
    offsets = np.array([[window.offset(s, d) for d in range(window.days)] for s in world.company.sites])
    moments: Numbers = np.clip(day * DAY + office_hours(rng, count) + offsets[site, day], 0, window.days * DAY - 1000)
    return moments


def any_times(world: World, rng: np.random.Generator, count: int) -> Numbers:
    """Moments at any hour of any day."""
    return rng.integers(0, world.window.days, count) * DAY + round_the_clock(rng, count)


def filled(template: str, noise: str, sam: str = "''", partner: str = "''") -> str:
    """SQL: a template with {n}, {doc}, {sam} and {partner} filled in."""
    text = f"replace({template}, '{{n}}', ({noise} % 9973 + 1)::VARCHAR)"
    text = f"replace({text}, '{{doc}}', getvariable('documents')[1 + {noise} % len(getvariable('documents'))])"
    return f"replace(replace({text}, '{{sam}}', {sam}), '{{partner}}', {partner})"
