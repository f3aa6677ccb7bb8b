"""Functions that go through series value by value (learn.microsoft.com, "series_add()" and its neighbours), and those
that give one number."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

from pivotlab.kql.rewrite.functions import series_maths as maths
from pivotlab.kql.rewrite.functions.series_calls import finite, in_json, on_series
from pivotlab.kql.rewrite.registry import define, python
from pivotlab.kql.terms import Value


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
            return _computed(operation, a, b) if numbers else None

        return json.dumps(finite([at(index) for index in range(length)]))

    python(name, "VARCHAR", "VARCHAR")(call)
    define(f"{name}(one:any, other:any) -> dynamic", lambda a, b: in_json(name, a, b), meaning)


def _computed(operation: Callable[..., Any], *values: float) -> Any:
    """An operation's answer, infinite where it is too large and null where there is none."""
    try:
        return operation(*values)
    except OverflowError:
        return math.inf
    except ValueError:
        return None


def _power(a: float, b: float) -> float | None:
    """In floating point, whose time is bounded; whole numbers stay whole as far as a real is exact."""
    if a == 0 and b < 0:
        return math.inf
    power = math.pow(a, b)
    whole = isinstance(a, int) and isinstance(b, int) and abs(power) < 2**53
    return int(power) if whole and power.is_integer() else power


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
_pairs("series_pow", "One series' values raised to another's.", _power)


def _each(name: str, meaning: str, operation: Callable[[float], Any]) -> None:
    """A function of every value of a series."""

    @on_series(f"{name}(series:dynamic)", meaning)
    def _one(values: list[Any]) -> list[Any]:
        return [None if value is None else _computed(operation, value) for value in values]


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
        found = _computed(lambda: operation(*arrays))
        return None if found is None else _computed(float, found)

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
_number("series_product", "The product of the values.", lambda a: math.prod(map(float, a)))
_number("series_magnitude", "The root of the sum of squares.", lambda a: math.sqrt(sum(v * v for v in a)))
_number(
    "series_dot_product",
    "The sum of the products of two series' values.",
    lambda a, b: sum(u * v for u, v in zip(a, b, strict=False)),
    second=True,
)
_number("series_pearson_correlation", "How two series go together, from -1 to 1.", _pearson, second=True)
