"""Functions on time series, which are dynamic arrays of numbers (learn.microsoft.com, "series_fill_linear()" and its
neighbours, "series_decompose_anomalies()")."""

from __future__ import annotations

import json
import math
from itertools import pairwise
from typing import Any

from pivotlab.kql.errors import KqlLimit
from pivotlab.kql.rewrite.functions import series_maths as maths
from pivotlab.kql.rewrite.functions.series_calls import in_json, on_series
from pivotlab.kql.rewrite.registry import Refusal, define, python

_MOST_STEPS = 10_000_000


def _missing(value: Any, placeholder: Any) -> bool:
    return value is None or value == placeholder


def _carried(values: list[Any], missing: Any) -> list[Any]:
    last = None
    filled = []
    for value in values:
        last = last if _missing(value, missing) and last is not None else value
        filled.append(last)
    return filled


@on_series("series_fill_forward(series:dynamic, missing:any?)", "Missing values take the one before them.")
def _fill_forward(values: list[Any], missing: Any = None) -> list[Any]:
    return _carried(values, missing)


@on_series("series_fill_backward(series:dynamic, missing:any?)", "Missing values take the one after them.")
def _fill_backward(values: list[Any], missing: Any = None) -> list[Any]:
    return _carried(values[::-1], missing)[::-1]


@on_series("series_fill_const(series:dynamic, constant:any, missing:any?)", "Missing values take a constant.")
def _fill_const(values: list[Any], constant: Any, missing: Any = None) -> list[Any]:
    return [constant if _missing(value, missing) else value for value in values]


@on_series(
    "series_fill_linear(series:dynamic, missing:any?, edges:bool?, constant:any?)",
    "Missing values lie on the line between their neighbours; edges take the nearest one.",
)
def _fill_linear(values: list[Any], missing: Any = None, edges: bool | None = True, constant: Any = 0) -> list[Any]:
    there = [index for index, value in enumerate(values) if not _missing(value, missing)]
    if not there:
        return [constant] * len(values)
    filled = list(values)
    for before, after in pairwise(there):
        for index in range(before + 1, after):
            share = (index - before) / (after - before)
            filled[index] = values[before] + (values[after] - values[before]) * share
    if edges is not False:
        first, last = there[0], there[-1]
        filled[:first] = [values[first]] * first
        filled[last + 1 :] = [values[last]] * (len(values) - last - 1)
    return filled


_STATS = (
    ("min", "real"),
    ("min_idx", "long"),
    ("max", "real"),
    ("max_idx", "long"),
    ("avg", "real"),
    ("stdev", "real"),
    ("variance", "real"),
)


@on_series(
    "series_stats(series:dynamic, ignore_nonfinite:bool?)",
    "Minimum, maximum and where they are, average, standard deviation and variance, in seven columns.",
    _STATS,
)
def _stats(series: list[Any], ignore_nonfinite: bool = False) -> list[Any]:
    values = maths.known(series)
    if not values or (len(values) < len(series) and not ignore_nonfinite):
        return [None] * 7
    low, high, spread = min(values), max(values), maths.variance(values)
    return [low, series.index(low), high, series.index(high), maths.mean(values), math.sqrt(spread), spread]


@python("series_stats_dynamic", "VARCHAR", "VARCHAR")
def _py_stats_dynamic(text: str) -> str | None:
    series, *rest = json.loads(text)
    if not isinstance(series, list):
        return None
    values = maths.known(series)
    if not values or (len(values) < len(series) and not (rest and rest[0])):
        return "{}"
    low, high, spread = min(values), max(values), maths.variance(values)
    return json.dumps(
        {
            "min": low,
            "min_idx": series.index(low),
            "max": high,
            "max_idx": series.index(high),
            "avg": maths.mean(values),
            "stdev": math.sqrt(spread),
            "variance": spread,
            "sum": sum(values),
            "len": len(series),
        }
    )


define(
    "series_stats_dynamic(series:dynamic, ignore_nonfinite:bool?) -> dynamic",
    lambda *v: in_json("series_stats_dynamic", *v),
    "The same as `series_stats()`, as a bag, with sum and length.",
)

_LINE = (
    ("rsquare", "real"),
    ("slope", "real"),
    ("variance", "real"),
    ("rvariance", "real"),
    ("interception", "real"),
    ("line_fit", "dynamic"),
)


def _fit(series: list[Any]) -> list[Any]:
    values = maths.known(series)
    if len(values) < 2 or len(values) < len(series):
        return [None] * 6
    slope, start = maths.fit_line(values)
    line = [start + slope * i for i in range(len(values))]
    spread = maths.variance(values)
    rest = sum((a - b) ** 2 for a, b in zip(values, line, strict=True)) / (len(values) - 1)
    return [1 - rest / spread if spread else 1.0, slope, spread, rest, start, line]


@on_series(
    "series_fit_line(series:dynamic)",
    "The least-squares line: r-square, slope, variance, residual variance, interception and the line, in six columns.",
    _LINE,
)
def _fit_line(series: list[Any]) -> list[Any]:
    return _fit(series)


@python("series_fit_line_dynamic", "VARCHAR", "VARCHAR")
def _py_fit_line_dynamic(text: str) -> str | None:
    (series,) = json.loads(text)
    if not isinstance(series, list):
        return None
    names = ("rsquare", "slope", "variance", "rvariance", "interception", "line_fit")
    return json.dumps(dict(zip(names, _fit(series), strict=True)))


define(
    "series_fit_line_dynamic(series:dynamic) -> dynamic",
    lambda v: in_json("series_fit_line_dynamic", v),
    "The same as `series_fit_line()`, as a bag.",
)


@on_series(
    "series_outliers(series:dynamic, kind:string?, ignore:any?, low:real?, high:real?)",
    "How far each value lies beyond the 10th and 90th percentile; 1.5 and more is an outlier.",
)
def _outliers(
    series: list[Any], kind: str | None = "ctukey", ignore: Any = None, low: float | None = 10, high: float | None = 90
) -> list[Any]:
    values = [value for value in maths.known(series) if value != ignore]
    if not values:
        return [None] * len(series)
    a, b = (25.0, 75.0) if kind == "tukey" else (float(low or 10), float(high or 90))
    if not 0 <= a < b <= 100:
        raise Refusal("series_outliers() needs two percentiles between 0 and 100, the lower one first")
    scores = dict(zip(values, maths.tukey_scores(values, a, b), strict=True))
    return [None if value is None else scores.get(value, 0.0) for value in series]


@on_series(
    "series_fir(series:dynamic, filter:dynamic, normalize:bool?, center:bool?)",
    "A finite impulse response filter, such as a moving average.",
)
def _fir(series: list[Any], taps: Any, normalize: bool | None = True, center: bool | None = False) -> list[Any] | None:
    if not isinstance(taps, list) or not taps or not all(isinstance(tap, int | float) for tap in taps):
        return None
    if len(series) * len(taps) > _MOST_STEPS:
        raise KqlLimit(f"series_fir() takes at most {_MOST_STEPS:,} steps: the series' length times the filter's.")
    values = [0.0 if value is None else value for value in series]
    total = sum(taps)
    weights = [tap / total for tap in taps] if normalize is not False and total else taps
    shift = len(weights) // 2 if center else 0
    return [
        sum(weight * values[i + shift - k] for k, weight in enumerate(weights) if 0 <= i + shift - k < len(values))
        for i in range(len(values))
    ]


def _decomposed(
    series: list[Any], season: Any, trend: Any, points: Any, threshold: Any
) -> tuple[list[float], list[float], list[float], list[float]] | None:
    values = maths.known(series)
    if len(values) < 2 or len(values) < len(series):
        return None
    if not all(each is None or isinstance(each, int | float) for each in (season, points, threshold)):
        return None
    points = int(points or 0)
    season = -1 if season is None else int(season)
    length = maths.period(values[: len(values) - points] or values, float(threshold or 0.6)) if season == -1 else season
    baseline, seasonal, line = maths.decompose(values, length, str(trend or "avg"), points)
    return values, baseline, seasonal, line


_PARTS = (("baseline", "dynamic"), ("seasonal", "dynamic"), ("trend", "dynamic"), ("residual", "dynamic"))


@on_series(
    "series_decompose(series:dynamic, season:any?, trend:string?, test_points:long?, threshold:real?)",
    "Baseline, seasonal part, trend and what remains, in four columns. The season is found by autocorrelation: our choice.",
    _PARTS,
)
def _decompose(
    series: list[Any], season: Any = -1, trend: Any = "avg", points: Any = 0, threshold: Any = 0.6
) -> list[Any]:
    found = _decomposed(series, season, trend, points, threshold)
    if found is None:
        return [None] * 4
    values, baseline, seasonal, line = found
    return [baseline, seasonal, line, [a - b for a, b in zip(values, baseline, strict=True)]]


_ANOMALIES = (("ad_flag", "dynamic"), ("ad_score", "dynamic"), ("baseline", "dynamic"))


@on_series(
    "series_decompose_anomalies(series:dynamic, level:real?, season:any?, trend:string?, test_points:long?, method:string?, threshold:real?)",
    "Flags (-1, 0, 1), scores and baseline, in three columns: what remains of `series_decompose()` is scored as by `series_outliers()`.",
    _ANOMALIES,
)
def _anomalies(
    series: list[Any],
    level: Any = 1.5,
    season: Any = -1,
    trend: Any = "avg",
    points: Any = 0,
    method: Any = "ctukey",
    threshold: Any = 0.6,
) -> list[Any]:
    found = _decomposed(series, season, trend, points, threshold)
    if found is None:
        return [None] * 3
    values, baseline, _, _ = found
    rest = [a - b for a, b in zip(values, baseline, strict=True)]
    scores = maths.tukey_scores(rest, *((25, 75) if method == "tukey" else (10, 90)))
    limit = 1.5 if level is None else float(level)
    return [[(score > limit) - (score < -limit) for score in scores], scores, baseline]
