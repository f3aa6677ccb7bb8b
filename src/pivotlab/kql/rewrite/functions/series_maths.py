"""The arithmetic behind the `series_*()` functions, on lists of numbers in which `None` is missing."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

Series = list[float | None]


def known(series: Sequence[float | None]) -> list[float]:
    """The values that are there."""
    return [float(value) for value in series if isinstance(value, int | float)]


def mean(values: Sequence[float]) -> float:
    """The average of at least one value."""
    return sum(values) / len(values)


def variance(values: Sequence[float]) -> float:
    """Of a sample; 0 for a single value."""
    middle = mean(values)
    return sum((value - middle) ** 2 for value in values) / (len(values) - 1) if len(values) > 1 else 0.0


def fit_line(values: Sequence[float]) -> tuple[float, float]:
    """Slope and interception of the least-squares line over 0, 1, 2, ..."""
    count = len(values)
    x, y = (count - 1) / 2, mean(values)
    spread = sum((i - x) ** 2 for i in range(count))
    slope = sum((i - x) * (value - y) for i, value in enumerate(values)) / spread if spread else 0.0
    return slope, y - slope * x


def percentile(values: Sequence[float], percent: float) -> float:
    """With linear interpolation between neighbours."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * percent / 100
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def tukey_scores(values: Sequence[float], low: float = 10, high: float = 90) -> list[float]:
    """How far each value lies beyond the percentiles, in units of the distance between them; 0 within."""
    bottom, top = percentile(values, low), percentile(values, high)
    unit = (top - bottom) or 1e-12
    return [
        (value - top) / unit if value > top else (value - bottom) / unit if value < bottom else 0.0 for value in values
    ]


def period(values: Sequence[float], threshold: float) -> int:
    """The lag with the highest autocorrelation above a threshold, or 0: a season must repeat at least twice."""
    count = len(values)
    slope, start = fit_line(values)
    rest = [value - slope * i - start for i, value in enumerate(values)]
    power = sum(value * value for value in rest)
    if power <= 1e-12 * max(1.0, sum(value * value for value in values)):
        return 0
    best, found = threshold, 0
    scores = autocorrelation(rest)
    for lag in range(2, count // 2):
        if scores[lag] > best and scores[lag] >= scores[lag - 1] and scores[lag] >= scores[lag + 1]:
            best, found = scores[lag], lag
    return found


def autocorrelation(values: Sequence[float]) -> list[float]:
    """Of the lags up to half the length, each in proportion to the pairs that it has. By Fourier transform, whose time
    hardly grows faster than the series; rounded, so that equal ones stay equal."""
    count = len(values)
    spectrum = np.fft.rfft(values, 2 * count)
    products = np.fft.irfft(spectrum * np.conj(spectrum), 2 * count)[: count // 2 + 1]
    pairs = count - np.arange(count // 2 + 1)
    return [float(score) for score in np.round(products / products[0] * count / pairs, 9)]


def decompose(
    values: Sequence[float], season: int, trend: str, test_points: int
) -> tuple[list[float], list[float], list[float]]:
    """Baseline, seasonal part and trend, learnt on all but the last `test_points` values."""
    learnt = values[: len(values) - test_points] or values
    if trend == "linefit":
        slope, start = fit_line(learnt)
        line = [start + slope * i for i in range(len(values))]
    elif trend == "none":
        line = [0.0] * len(values)
    else:
        line = [mean(learnt)] * len(values)
    seasonal = [0.0] * len(values)
    if season > 1:
        rest = [value - line[i] for i, value in enumerate(learnt)]
        phases = [rest[phase::season] for phase in range(season)]
        shape = [mean(phase) if phase else 0.0 for phase in phases]
        seasonal = [shape[i % season] for i in range(len(values))]
    return [a + b for a, b in zip(line, seasonal, strict=True)], seasonal, line
