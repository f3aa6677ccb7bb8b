"""What is different between a learner's rows and the expected ones, on a ladder whose rungs never change places.

Missing columns, extra columns, row count, rows only in yours, rows only in the expected answer, values that differ,
order. The first three end the climb where nothing further can be compared.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

SHOWN = 3
"""Rows shown of each kind."""

Row = tuple[Hashable, ...]


@dataclass(frozen=True)
class Rung:
    """One finding: which rung, one sentence, and some of the rows that it is about."""

    name: str
    sentence: str
    rows: pd.DataFrame | None = None


def differences(yours: pd.DataFrame, expected: pd.DataFrame, *, order: bool = False) -> list[Rung]:
    """Every rung on which the two differ; empty when they say the same.

    Column order does not matter, nor does row order unless `order`. A null and an empty text are the same, as are
    1 and 1.0; a list inside a cell is compared without its order, because make_set and make_list promise none.
    """
    mine, theirs = [str(column) for column in yours.columns], [str(column) for column in expected.columns]
    missing = [column for column in theirs if column not in mine]
    extra = [column for column in mine if column not in theirs]
    found = _columns(missing, extra, mine)
    if missing:
        return found
    left = rows(yours, theirs)
    right = rows(expected, theirs)
    if len(left) != len(right):
        found.append(Rung("row count", f"Your answer has {_rows(len(left))}; {len(right)} are expected."))
    only_left, only_right = Counter(left) - Counter(right), Counter(right) - Counter(left)
    if not only_left and not only_right:
        return found + (_order(left, right) if order else [])
    if differing := _differing_columns(only_left, only_right, theirs):
        return [*found, _values(differing, only_left, only_right, yours, left, expected, right)]
    if only_left:
        some = _some(yours, left, only_left)
        found.append(Rung("rows only in yours", f"{_rows(only_left.total())} should not be in your answer.", some))
    if only_right:
        some = _some(expected, right, only_right)
        found.append(
            Rung(
                "rows only in the expected answer",
                f"{_rows(only_right.total())} {_is(only_right.total())} missing from your answer.",
                some,
            )
        )
    return found


def rows(frame: pd.DataFrame, columns: list[str]) -> list[Row]:
    """Rows in the order of `columns`, each cell in a form in which equal things are equal."""
    named = frame.set_axis([str(column) for column in frame.columns], axis=1)
    named = named.loc[:, ~named.columns.duplicated()]
    return (
        list(zip(*([cell(value) for value in named[column].tolist()] for column in columns), strict=True))
        if columns
        else []
    )


def cell(value: Any) -> Hashable:
    """A cell in a form in which equal things are equal, whatever produced them."""
    if hasattr(value, "item") and getattr(value, "ndim", 1) == 0:
        value = value.item()
    if isinstance(value, dict):
        return ("object", tuple(sorted((str(key), cell(part)) for key, part in value.items())))
    if isinstance(value, list | tuple | set) or hasattr(value, "tolist"):
        return ("list", tuple(sorted((cell(part) for part in value), key=repr)))
    if value is None or value is pd.NaT or value is pd.NA or value == "":
        return None
    if isinstance(value, bool):
        return ("bool", value)
    if isinstance(value, float):
        return None if math.isnan(value) else _number(value)
    if isinstance(value, str):
        return _parsed(value)
    try:
        moment = pd.Timestamp(value) if not isinstance(value, int) else None
    except (TypeError, ValueError):
        moment = None
    if moment is not None:
        return ("moment", (moment.tz_localize("UTC") if moment.tzinfo is None else moment.tz_convert("UTC")).value)
    return value if isinstance(value, Hashable) else str(value)


def _number(value: float) -> float | int:
    """Nine digits are compared: more would report the engine's rounding as a mistake."""
    if math.isinf(value):
        return value
    rounded = float(f"{value:.9g}")
    return int(rounded) if rounded.is_integer() else rounded


def _parsed(text: str) -> Hashable:
    """A text that holds a JSON object or list is compared as one: spaces in it say nothing."""
    if text[:1] in "{[":
        try:
            return cell(json.loads(text))
        except ValueError:
            return text
    return text


def _columns(missing: list[str], extra: list[str], mine: list[str]) -> list[Rung]:
    found = []
    if missing:
        sentence = f"{_listed('column', missing)} missing."
        by_small = {column.lower(): column for column in mine}
        if near := [f"{by_small[c.lower()]} is not {c}" for c in missing if c.lower() in by_small]:
            sentence += f" Letter case matters: {', '.join(near)}."
        found.append(Rung("missing columns", sentence))
    if extra:
        found.append(Rung("extra columns", f"{_listed('column', extra)} not asked for."))
    return found


def _differing_columns(only_left: Counter[Row], only_right: Counter[Row], columns: list[str]) -> list[str]:
    """The columns in which otherwise equal rows differ; empty when the rows differ in more than half of the columns."""
    if only_left.total() != only_right.total():
        return []
    place = range(len(columns))
    differing = [
        i
        for i in place
        if Counter(row[i] for row in only_left.elements()) != Counter(row[i] for row in only_right.elements())
    ]
    rest = [i for i in place if i not in differing]
    if not differing or len(rest) < len(columns) / 2:
        return []

    def without(found: Counter[Row]) -> Counter[Row]:
        return Counter(tuple(row[i] for i in rest) for row in found.elements())

    return [columns[i] for i in differing] if without(only_left) == without(only_right) else []


def _values(
    differing: list[str],
    only_left: Counter[Row],
    only_right: Counter[Row],
    yours: pd.DataFrame,
    left: list[Row],
    expected: pd.DataFrame,
    right: list[Row],
) -> Rung:
    count = only_left.total()
    sentence = f"The values of {_names(differing)} differ in {_rows(count)}; the other columns agree."
    columns = [str(column) for column in expected.columns]
    mine = _some(yours, left, only_left)[columns].assign(answer="yours")
    theirs = _some(expected, right, only_right).assign(answer="expected")
    agreeing = [column for column in columns if column not in differing]
    both = pd.concat([mine, theirs]).sort_values(agreeing, kind="stable", key=lambda c: c.astype(str))
    return Rung("values that differ", sentence, both[["answer", *columns]].reset_index(drop=True))


def _order(left: list[Row], right: list[Row]) -> list[Rung]:
    if left == right:
        return []
    first = next(i for i, (a, b) in enumerate(zip(left, right, strict=True), 1) if a != b)
    return [
        Rung("order", f"The rows are right, but not in the order asked for; row {first} is the first out of place.")
    ]


def _some(frame: pd.DataFrame, found: list[Row], wanted: Counter[Row]) -> pd.DataFrame:
    left = Counter(wanted)
    places: list[int] = []
    for place, row in enumerate(found):
        if left[row] > 0 and len(places) < SHOWN:
            left[row] -= 1
            places.append(place)
    some = frame.iloc[places].reset_index(drop=True)
    return some.set_axis([str(column) for column in some.columns], axis=1)


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


def _rows(count: int) -> str:
    return f"{count} row" if count == 1 else f"{count} rows"


def _listed(noun: str, names: list[str]) -> str:
    return f"The {noun} {names[0]} is" if len(names) == 1 else f"The {noun}s {_names(names)} are"


def _names(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
