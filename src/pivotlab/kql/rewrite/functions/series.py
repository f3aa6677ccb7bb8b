"""Functions on time series, which are dynamic arrays of numbers (learn.microsoft.com, "series_fill_linear()" and its
neighbours, "series_decompose_anomalies()")."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

from pivotlab.kql.rewrite import convert
from pivotlab.kql.rewrite.functions import series_maths as maths
from pivotlab.kql.rewrite.registry import define, python
from pivotlab.kql.terms import Value


def _json(name: str, *values: Value) -> Value:
    listed = ", ".join(convert.dynamic(value).sql for value in values)
    return Value(f"CAST(kql_{name}(CAST(to_json([{listed}]) AS VARCHAR)) AS JSON)", "dynamic")


def _series(
    signature: str, meaning: str, parts: tuple[tuple[str, str], ...] = ()
) -> Callable[[Callable[..., Any]], Any]:
    """Define a function whose Python takes the arguments and gives a JSON-able answer. `parts`: it fills columns."""
    name = signature.partition("(")[0]

    def build(*values: Value) -> Value:
        result = _json(name, *values)
        named = tuple((f"{name}_{values[0].name}_{suffix}" if suffix else name, kind) for suffix, kind in parts)
        return Value(result.sql, "dynamic", parts=named)

    def keep(function: Callable[..., Any]) -> Any:
        def call(text: str) -> str | None:
            arguments = json.loads(text)
            if not isinstance(arguments[0], list) or len(arguments[0]) > 100_000:
                return None
            if any(value is not None and not isinstance(value, int | float) for value in arguments[0]):
                arguments[0] = [value if isinstance(value, int | float) else None for value in arguments[0]]
            return json.dumps(_finite(function(*arguments)))

        define(f"{signature} -> dynamic", build, meaning)
        return python(name, "VARCHAR", "VARCHAR")(call)

    return keep


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return [_finite(each) for each in value] if isinstance(value, list) else value


def _missing(value: Any, placeholder: Any) -> bool:
    return value is None or value == placeholder


@_series("series_fill_forward(series:dynamic, missing:any?)", "Missing values take the one before them.")
def _fill_forward(series: list[Any], missing: Any = None) -> list[Any]:
    filled: list[Any] = []
    last = None
    for value in series:
        last = last if _missing(value, missing) and last is not None else value
        filled.append(last)
    return filled


@_series("series_fill_backward(series:dynamic, missing:any?)", "Missing values take the one after them.")
def _fill_backward(series: list[Any], missing: Any = None) -> Any:
    return _forward(series[::-1], missing)[::-1]


def _forward(series: list[Any], missing: Any) -> list[Any]:
    last = None
    filled = []
    for value in series:
        last = last if _missing(value, missing) and last is not None else value
        filled.append(last)
    return filled


@_series("series_fill_const(series:dynamic, constant:any, missing:any?)", "Missing values take a constant.")
def _fill_const(series: list[Any], constant: Any, missing: Any = None) -> list[Any]:
    return [constant if _missing(value, missing) else value for value in series]


@_series(
    "series_fill_linear(series:dynamic, missing:any?, edges:bool?, constant:any?)",
    "Missing values lie on the line between their neighbours; edges take the nearest one.",
)
def _fill_linear(series: list[Any], missing: Any = None, edges: bool | None = True, constant: Any = 0) -> list[Any]:
    there = [index for index, value in enumerate(series) if not _missing(value, missing)]
    if not there:
        return [constant] * len(series)
    filled = list(series)
    for index in range(len(series)):
        if index in there:
            continue
        before = max((place for place in there if place < index), default=None)
        after = min((place for place in there if place > index), default=None)
        if before is not None and after is not None:
            share = (index - before) / (after - before)
            filled[index] = series[before] + (series[after] - series[before]) * share
        elif edges is not False:
            filled[index] = series[after if before is None else before]  # type: ignore[index]
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


@_series(
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
    lambda *v: _json("series_stats_dynamic", *v),
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


@_series(
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
    lambda v: _json("series_fit_line_dynamic", v),
    "The same as `series_fit_line()`, as a bag.",
)


@_series(
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
    scores = dict(zip(values, maths.tukey_scores(values, a, b), strict=True))
    return [None if value is None else scores.get(value, 0.0) for value in series]


@_series(
    "series_fir(series:dynamic, filter:dynamic, normalize:bool?, center:bool?)",
    "A finite impulse response filter, such as a moving average.",
)
def _fir(series: list[Any], taps: list[float], normalize: bool | None = True, center: bool | None = False) -> list[Any]:
    values = [0.0 if value is None else value for value in series]
    total = sum(taps)
    weights = [tap / total for tap in taps] if normalize is not False and total else list(taps)
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
    points = int(points or 0)
    season = -1 if season is None else int(season)
    length = maths.period(values[: len(values) - points] or values, float(threshold or 0.6)) if season == -1 else season
    baseline, seasonal, line = maths.decompose(values, length, str(trend or "avg"), points)
    return values, baseline, seasonal, line


_PARTS = (("baseline", "dynamic"), ("seasonal", "dynamic"), ("trend", "dynamic"), ("residual", "dynamic"))


@_series(
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


@_series(
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


def _pairs(name: str, meaning: str, operation: Callable[[float, float], Any]) -> None:
    """A function that goes element by element through two series, or a series and a number."""

    def call(text: str) -> str | None:
        one, other = json.loads(text)
        if not isinstance(one, list) and not isinstance(other, list):
            return None
        length = max(len(side) for side in (one, other) if isinstance(side, list))
        left, right = (side if isinstance(side, list) else [side] * length for side in (one, other))

        def at(index: int) -> Any:
            if index >= len(left) or index >= len(right):
                return None
            a, b = left[index], right[index]
            numbers = isinstance(a, int | float) and isinstance(b, int | float)
            return operation(a, b) if numbers else None

        return json.dumps(_finite([at(index) for index in range(length)]))

    python(name, "VARCHAR", "VARCHAR")(call)
    define(f"{name}(one:any, other:any) -> dynamic", lambda a, b: _json(name, a, b), meaning)


def _quotient(a: float, b: float) -> float | None:
    return a / b if b else None


_pairs("series_add", "The sums of two series' values.", lambda a, b: a + b)
_pairs("series_subtract", "The differences of two series' values.", lambda a, b: a - b)
_pairs("series_multiply", "The products of two series' values.", lambda a, b: a * b)
_pairs("series_divide", "The quotients of two series' values.", _quotient)
_pairs("series_equals", "Whether two series' values are equal.", lambda a, b: a == b)
_pairs("series_not_equals", "Whether two series' values differ.", lambda a, b: a != b)
_pairs("series_greater", "Whether values are greater than another series'.", lambda a, b: a > b)
_pairs("series_greater_equals", "Whether values are at least another series'.", lambda a, b: a >= b)
_pairs("series_less", "Whether values are less than another series'.", lambda a, b: a < b)
_pairs("series_less_equals", "Whether values are at most another series'.", lambda a, b: a <= b)
_pairs(
    "series_pow",
    "One series' values raised to another's.",
    lambda a, b: a**b if a > 0 or float(b).is_integer() else None,
)


def _each(name: str, meaning: str, operation: Callable[[float], Any]) -> None:
    """A function of every value of a series."""

    @_series(f"{name}(series:dynamic)", meaning)
    def _one(series: list[Any]) -> list[Any]:
        return [None if value is None else operation(value) for value in series]


_each("series_abs", "The values without their signs.", abs)
_each("series_sign", "The values' signs.", lambda x: (x > 0) - (x < 0))
_each("series_floor", "The values rounded down.", math.floor)
_each("series_ceiling", "The values rounded up.", math.ceil)
_each("series_exp", "e raised to the values.", math.exp)
_each("series_log", "The values' natural logarithms.", lambda x: math.log(x) if x > 0 else None)
_each("series_sin", "The values' sines.", math.sin)
_each("series_cos", "The values' cosines.", math.cos)
_each("series_tan", "The values' tangents.", math.tan)
_each("series_asin", "The values' arc sines.", lambda x: math.asin(x) if -1 <= x <= 1 else None)
_each("series_acos", "The values' arc cosines.", lambda x: math.acos(x) if -1 <= x <= 1 else None)
_each("series_atan", "The values' arc tangents.", math.atan)


def _number(name: str, meaning: str, operation: Callable[..., Any], second: bool = False) -> None:
    """A number out of one series or two."""

    def call(text: str) -> float | None:
        arrays = json.loads(text)
        if not all(isinstance(array, list) and all(isinstance(v, int | float) for v in array) for array in arrays):
            return None
        found = operation(*arrays)
        return None if found is None else float(found)

    python(name, "VARCHAR", "DOUBLE")(call)
    extra = ", other:dynamic" if second else ""
    define(
        f"{name}(series:dynamic{extra}) -> real",
        lambda *v: Value(f"kql_{name}(CAST(to_json([{', '.join(x.sql for x in v)}]) AS VARCHAR))", "real"),
        meaning,
    )


def _pearson(a: list[float], b: list[float]) -> float | None:
    if len(a) != len(b) or len(a) < 2:
        return None
    x, y = maths.mean(a), maths.mean(b)
    spread = math.sqrt(sum((v - x) ** 2 for v in a) * sum((v - y) ** 2 for v in b))
    return sum((u - x) * (v - y) for u, v in zip(a, b, strict=True)) / spread if spread else None


_number("series_sum", "The sum of the values.", sum)
_number("series_product", "The product of the values.", math.prod)
_number("series_magnitude", "The root of the sum of squares.", lambda a: math.sqrt(sum(v * v for v in a)))
_number(
    "series_dot_product",
    "The sum of the products of two series' values.",
    lambda a, b: sum(u * v for u, v in zip(a, b, strict=False)),
    second=True,
)
_number("series_pearson_correlation", "How two series go together, from -1 to 1.", _pearson, second=True)
