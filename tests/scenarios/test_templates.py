"""Weighted draws: every kind of ordinary row is there, and seen, however few rows there are."""

from __future__ import annotations

import numpy as np

from pivotlab.scenarios.background.templates import none_missing, weighted


def test_a_kind_that_was_not_drawn_takes_the_place_of_the_commonest() -> None:
    draws = none_missing(np.array([0, 0, 0, 1, 0]), np.arange(3))
    assert draws.tolist() == [2, 0, 0, 1, 0]


def test_draws_that_hold_every_kind_stay_as_they_are() -> None:
    assert none_missing(np.array([2, 1, 0, 0]), np.arange(3)).tolist() == [2, 1, 0, 0]


def test_a_kind_that_only_lies_too_far_back_is_drawn_again_where_it_is_seen() -> None:
    seen = np.array([False, False, True, True, True])
    draws = none_missing(np.array([2, 1, 0, 0, 1]), np.arange(3), seen)
    assert draws.tolist() == [2, 1, 2, 0, 1]


def test_the_rarest_of_many_entries_is_among_few_draws() -> None:
    entries = [{"weight": 1000}, {"weight": 1000}, {"weight": 1}]
    for seed in range(20):
        assert set(weighted(np.random.default_rng(seed), entries, 12)) == {0, 1, 2}
