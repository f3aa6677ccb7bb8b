"""Durations as both products write them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pivotlab.tenant import Invalid
from pivotlab.tenant.durations import duration


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("PT5M", timedelta(minutes=5)),
        ("P2W", timedelta(days=14)),
        ("P1DT12H30M", timedelta(hours=36, minutes=30)),
        ("PT3600.0S", timedelta(hours=1)),
        ("PT0S", timedelta()),
    ],
)
def test_a_duration_is_a_length_of_time(text: str, length: timedelta) -> None:
    assert duration(text) == length


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "5M", "P1M", "P1Y", "PT1D", "pt5m", "P-1D", "P999999999999D", "P99999D"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        duration(text)


def test_a_number_of_any_length_is_refused() -> None:
    with pytest.raises(Invalid, match="hundred years"):
        duration(f"P{'9' * 5000}D")
