"""Functions on dynamic arrays."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from typing import Any

from pivotlab.kql.errors import KqlLimit
from pivotlab.kql.rewrite import convert
from pivotlab.kql.rewrite.registry import Refusal, define, python
from pivotlab.kql.terms import Value

define(
    "array_length(array:dynamic) -> long",
    lambda a: Value(
        f"CASE WHEN json_type({a.sql}) = 'ARRAY' THEN CAST(json_array_length({a.sql}) AS BIGINT) END", "long"
    ),
    "How many elements an array has; null for what is none.",
    also=("arraylength",),
)
define(
    "strcat_array(array:dynamic, delimiter:text) -> string",
    lambda array, delimiter: _strcat_array(array, delimiter),
    "The elements' texts with a delimiter between them.",
    also=("array_strcat",),
)
define(
    "array_concat(first:dynamic, rest:dynamic*) -> dynamic",
    lambda *v: Value(
        f"to_json(list_concat({', '.join(convert.array(x) for x in v)}))" if len(v) > 1 else v[0].sql, "dynamic"
    ),
    "One array of several.",
)


def _strcat_array(array: Value, delimiter: Value) -> Value:
    if not delimiter.is_constant:
        raise Refusal("strcat_array() needs its delimiter as a literal")
    texts = f"list_transform({convert.array(array)}, lambda x: coalesce(x ->> '$', ''))"
    joined = f"array_to_string({texts}, {delimiter.sql})"
    return Value(f"coalesce({joined}, {convert.text(array).sql})", "string", nullable=False)


def _json(name: str, *values: Value) -> Value:
    """A Python function over the arguments as one JSON array, which gives JSON text."""
    listed = ", ".join(convert.dynamic(value).sql for value in values)
    return Value(f"CAST(kql_{name}(CAST(to_json([{listed}]) AS VARCHAR)) AS JSON)", "dynamic")


for _signature, _meaning in (
    ("array_iff(conditions:dynamic, then:any, otherwise:any)", "Element by element, one of two values by a condition."),
    ("array_index_of(array:dynamic, value:any, start:long?, length:long?, occurrence:long?)", "The position of a value in an array; -1 when it is not there."),
    ("array_reverse(array:dynamic)", "The array from its end to its start."),
    ("array_rotate_left(array:dynamic, count:long)", "The array with its elements rotated to the left."),
    ("array_rotate_right(array:dynamic, count:long)", "The array with its elements rotated to the right."),
    ("array_shift_left(array:dynamic, count:long, fill:any?)", "The array with its elements shifted to the left."),
    ("array_shift_right(array:dynamic, count:long, fill:any?)", "The array with its elements shifted to the right."),
    ("array_slice(array:dynamic, start:long, stop:long)", "A part of the array; both ends count, negative ones from the end."),
    ("array_split(array:dynamic, places:any)", "The array cut at one place or at several."),
    ("array_sum(array:dynamic)", "The sum of the elements."),
    ("set_union(first:dynamic, second:dynamic, rest:dynamic*)", "What is in any of the arrays, once each."),
    ("set_intersect(first:dynamic, second:dynamic, rest:dynamic*)", "What is in all of the arrays, once each."),
    ("set_difference(first:dynamic, second:dynamic, rest:dynamic*)", "What is in the first array and in none of the others."),
    ("set_has_element(set:dynamic, value:any)", "Whether an array has an element."),
    ("jaccard_index(one:dynamic, other:dynamic)", "How similar two sets are, from 0 to 1."),
    ("zip(first:dynamic, second:dynamic, rest:dynamic*)", "An array of the arrays' first elements, their second ones, and so on."),
    ("repeat(value:any, times:long)", "An array of one value, repeated."),
):  # fmt: skip
    _name = _signature.partition("(")[0]
    _type = {"array_index_of": "long", "array_sum": "real", "set_has_element": "bool", "jaccard_index": "real"}.get(
        _name, "dynamic"
    )

    def _builder(*values: Value, name: str = _name, kind: str = _type) -> Value:
        result = _json(name, *values)
        return result if kind == "dynamic" else convert.CONVERSIONS[kind](result)

    define(f"{_signature} -> {_type}", _builder, _meaning, also=("array_iif",) if _name == "array_iff" else ())


def _on_arrays(text: str) -> list[Any] | None:
    values = json.loads(text)
    return values if values and isinstance(values[0], list) else None


@python("array_iff", "VARCHAR", "VARCHAR")
def _py_array_iff(text: str) -> str | None:
    values = _on_arrays(text)
    if values is None:
        return None
    conditions, then, otherwise = values

    def pick(source: Any, index: int) -> Any:
        if not isinstance(source, list):
            return source
        return source[index] if index < len(source) else None

    def choose(index: int, condition: Any) -> Any:
        if condition is not None and not isinstance(condition, bool | int | float):
            raise Refusal("array_iff() takes conditions that are true, false or numbers")
        if condition is None:
            return None
        return pick(then if condition else otherwise, index)

    return json.dumps([choose(index, condition) for index, condition in enumerate(conditions)])


@python("array_index_of", "VARCHAR", "VARCHAR")
def _py_array_index_of(text: str) -> str | None:
    values = _on_arrays(text)
    if values is None:
        return None
    array, value = values[0], values[1]
    start = int(values[2] or 0) if len(values) > 2 else 0
    length = int(values[3]) if len(values) > 3 and values[3] is not None else -1
    nth = int(values[4] or 1) if len(values) > 4 else 1
    start = max(len(array) + start, 0) if start < 0 else start
    stop = len(array) if length < 0 else start + length
    for index in range(start, min(stop, len(array))):
        if array[index] == value and type(array[index]) is type(value):
            nth -= 1
            if nth == 0:
                return str(index)
    return "-1"


@python("array_reverse", "VARCHAR", "VARCHAR")
def _py_array_reverse(text: str) -> str | None:
    values = _on_arrays(text)
    return None if values is None else json.dumps(values[0][::-1])


def _rotate(text: str, sign: int) -> str | None:
    values = _on_arrays(text)
    if values is None or values[1] is None:
        return None
    array, count = values
    if not array:
        return "[]"
    count = int(count) * sign % len(array)
    return json.dumps(array[count:] + array[:count])


@python("array_rotate_left", "VARCHAR", "VARCHAR")
def _py_array_rotate_left(text: str) -> str | None:
    return _rotate(text, 1)


@python("array_rotate_right", "VARCHAR", "VARCHAR")
def _py_array_rotate_right(text: str) -> str | None:
    return _rotate(text, -1)


def _shift(text: str, sign: int) -> str | None:
    values = _on_arrays(text)
    if values is None or values[1] is None:
        return None
    array, count = values[0], int(values[1]) * sign
    fill = [values[2] if len(values) > 2 else None] * min(abs(count), len(array))
    return json.dumps(array[count:] + fill if count >= 0 else fill + array[:count])


@python("array_shift_left", "VARCHAR", "VARCHAR")
def _py_array_shift_left(text: str) -> str | None:
    return _shift(text, 1)


@python("array_shift_right", "VARCHAR", "VARCHAR")
def _py_array_shift_right(text: str) -> str | None:
    return _shift(text, -1)


@python("array_slice", "VARCHAR", "VARCHAR")
def _py_array_slice(text: str) -> str | None:
    values = _on_arrays(text)
    if values is None or values[1] is None or values[2] is None:
        return None
    array, start, stop = values[0], int(values[1]), int(values[2])
    start = max(len(array) + start, 0) if start < 0 else start
    stop = max(len(array) + stop, -1) if stop < 0 else stop
    return json.dumps(array[start : stop + 1])


@python("array_split", "VARCHAR", "VARCHAR")
def _py_array_split(text: str) -> str | None:
    values = _on_arrays(text)
    if values is None:
        return None
    array, places = values[0], values[1] if isinstance(values[1], list) else [values[1]]
    if not all(isinstance(place, int) for place in places):
        return None
    cuts = [max(len(array) + p, 0) if p < 0 else min(p, len(array)) for p in places]
    edges = [0, *cuts, len(array)]
    return json.dumps([array[a:b] for a, b in itertools.pairwise(edges)])


@python("array_sum", "VARCHAR", "VARCHAR")
def _py_array_sum(text: str) -> str | None:
    values = _on_arrays(text)
    if values is None or not all(isinstance(value, int | float) for value in values[0]):
        return None
    return json.dumps(float(sum(values[0])))


def _key(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


@python("set_union", "VARCHAR", "VARCHAR")
def _py_set_union(text: str) -> str:
    found = {_key(value): value for array in json.loads(text) if isinstance(array, list) for value in array}
    return json.dumps(list(found.values()))


@python("set_intersect", "VARCHAR", "VARCHAR")
def _py_set_intersect(text: str) -> str:
    first, *others = [array if isinstance(array, list) else [] for array in json.loads(text)]
    keys = [set(map(_key, other)) for other in others]
    kept = {_key(value): value for value in first if all(_key(value) in other for other in keys)}
    return json.dumps(list(kept.values()))


@python("set_difference", "VARCHAR", "VARCHAR")
def _py_set_difference(text: str) -> str:
    first, *others = [array if isinstance(array, list) else [] for array in json.loads(text)]
    gone = {_key(value) for other in others for value in other}
    return json.dumps(list({_key(value): value for value in first if _key(value) not in gone}.values()))


@python("set_has_element", "VARCHAR", "VARCHAR")
def _py_set_has_element(text: str) -> str:
    array, value = json.loads(text)
    return json.dumps(isinstance(array, list) and _key(value) in map(_key, array))


@python("jaccard_index", "VARCHAR", "VARCHAR")
def _py_jaccard_index(text: str) -> str | None:
    one, other = ({_key(value) for value in array} if isinstance(array, list) else set() for array in json.loads(text))
    return json.dumps(len(one & other) / len(one | other)) if one | other else None


@python("zip", "VARCHAR", "VARCHAR")
def _py_zip(text: str) -> str:
    arrays = [array if isinstance(array, list) else [array] for array in json.loads(text)]
    longest = max(map(len, arrays))
    return json.dumps([[array[i] if i < len(array) else None for array in arrays] for i in range(longest)])


_MOST_ELEMENTS = 1_048_576
_LONGEST_TEXT = 16_777_216


@python("repeat", "VARCHAR", "VARCHAR")
def _py_repeat(text: str) -> str | None:
    value, times = json.loads(text)
    if times is None or times < 0:
        return None
    element = json.dumps(value)
    if times > _MOST_ELEMENTS or times * len(element) > _LONGEST_TEXT:
        raise KqlLimit(f"repeat() gives at most {_MOST_ELEMENTS:,} elements and {_LONGEST_TEXT:,} characters.")
    return f"[{', '.join([element] * times)}]"


def sorted_arrays(name: str, *values: Value) -> Value:
    """`array_sort_asc()` and `array_sort_desc()`; several arrays fill several columns."""
    arrays = [value for value in values if value.kind != "bool"]
    result = _json(name, *values)
    if len(arrays) == 1:
        return Value(f"json_extract({result.sql}, '$[0]')", "dynamic")
    names = tuple((f"{value.name or f'array{index}'}_sorted", "dynamic") for index, value in enumerate(arrays))
    return replace(result, parts=names)


for _name in ("array_sort_asc", "array_sort_desc"):
    _order = "ascending" if _name.endswith("asc") else "descending"
    define(
        f"{_name}(array:any, rest:any*) -> dynamic",
        lambda *v, name=_name: sorted_arrays(name, *v),
        f"The array in {_order} order, others in the same; nulls last, or first with `false`.",
        named=lambda first: f"{first or 'array0'}_sorted",
    )


def _rank(value: Any) -> tuple[int, Any]:
    if isinstance(value, bool):
        return 0, value
    if isinstance(value, int | float):
        return 1, value
    return (2, value) if isinstance(value, str) else (3, _key(value))


def _sort(text: str, descending: bool) -> str | None:
    values = json.loads(text)
    nulls_last = values.pop() if len(values) > 1 and isinstance(values[-1], bool) else True
    lead = values[0]
    if not isinstance(lead, list):
        return json.dumps([None] * len(values))
    known = [index for index, value in enumerate(lead) if value is not None]
    families: dict[int, list[int]] = {}
    for index in known:
        families.setdefault(_rank(lead[index])[0], []).append(index)
    order: list[int] = []
    for family in sorted(families):
        order += sorted(families[family], key=lambda index: _rank(lead[index])[1], reverse=descending)
    nulls = [index for index, value in enumerate(lead) if value is None]
    order = order + nulls if nulls_last else nulls + order
    sorted_all = []
    for array in values:
        fits = isinstance(array, list) and len(array) == len(lead)
        sorted_all.append([array[index] for index in order] if fits else None)
    return json.dumps(sorted_all)


@python("array_sort_asc", "VARCHAR", "VARCHAR")
def _py_array_sort_asc(text: str) -> str | None:
    return _sort(text, descending=False)


@python("array_sort_desc", "VARCHAR", "VARCHAR")
def _py_array_sort_desc(text: str) -> str | None:
    return _sort(text, descending=True)
