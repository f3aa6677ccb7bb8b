"""Functions on property bags."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from pivotlab.kql.rewrite import convert
from pivotlab.kql.rewrite.constants import constant
from pivotlab.kql.rewrite.registry import Mistake, define, python
from pivotlab.kql.terms import Value, text_literal


def packed(pairs: Sequence[tuple[str, Value]], skip_empty: bool = False) -> Value:
    """A bag of named values."""
    if not pairs:
        return constant({}, "dynamic")
    listed = ", ".join(f"{text_literal(name)}, {convert.dynamic(value).sql}" for name, value in pairs)
    sql = f"json_object({listed})"
    if skip_empty:
        sql = f"CAST(kql_without_empty(CAST({sql} AS VARCHAR)) AS JSON)"
    return Value(sql, "dynamic")


@python("without_empty", "VARCHAR", "VARCHAR")
def _py_without_empty(text: str | None) -> str:
    bag = json.loads(text or "{}")
    return json.dumps({key: value for key, value in bag.items() if value not in (None, "")})


def _bag_pack(*values: Value) -> Value:
    if len(values) % 2:
        raise Mistake("bag_pack() takes keys and values in turn", "Write bag_pack('a', A, 'b', B).")
    if not all(isinstance(value.const, str) for value in values[::2]):
        keys = ", ".join(
            f"{convert.text(value).sql}" if index % 2 == 0 else convert.dynamic(value).sql
            for index, value in enumerate(values)
        )
        return Value(f"json_object({keys})", "dynamic")
    return packed([(str(key.const), value) for key, value in zip(values[::2], values[1::2], strict=True)])


define(
    "bag_pack(key:any, value:any, rest:any*) -> dynamic",
    _bag_pack,
    "A bag from keys and values in turn.",
    also=("pack", "pack_dictionary"),
)
define(
    "bag_pack_columns(first:any, rest:any*) -> dynamic",
    lambda *v: packed([(value.name, value) for value in v]),
    "A bag of columns, each under its own name.",
)
define(
    "dynamic_to_json(value:any) -> string",
    lambda v: (
        Value(f"kql_canonical(CAST({v.sql} AS VARCHAR))", "string", nullable=False)
        if v.kind == "dynamic"
        else convert.text(v)
    ),
    "A dynamic as JSON text whose properties are sorted by name.",
)


@python("canonical", "VARCHAR", "VARCHAR")
def _py_canonical(text: str | None) -> str:
    found = json.loads(text or "null")
    if found is None:
        return ""
    if isinstance(found, str):
        return found
    return json.dumps(found, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


define(
    "pack_array(first:any, rest:any*) -> dynamic",
    lambda *v: Value(f"to_json([{', '.join(convert.dynamic(x).sql for x in v)}])", "dynamic"),
    "An array of the values.",
)
define(
    "bag_keys(bag:dynamic) -> dynamic",
    lambda b: Value(f"CASE WHEN json_type({b.sql}) = 'OBJECT' THEN to_json(json_keys({b.sql})) END", "dynamic"),
    "The names of a bag's properties, as an array.",
)
define(
    "bag_merge(first:dynamic, second:dynamic, rest:dynamic*) -> dynamic",
    lambda *v: _call("bag_merge", *v),
    "One bag of several; the first one that has a property wins.",
)
define(
    "bag_remove_keys(bag:dynamic, keys:dynamic) -> dynamic",
    lambda b, k: _call("bag_remove_keys", b, k),
    "The bag without some properties.",
)
define(
    "bag_has_key(bag:dynamic, key:string) -> bool",
    lambda b, k: Value(f"kql_bag_has_key(CAST({b.sql} AS VARCHAR), {k.sql})", "bool"),
    "Whether a bag has a property, also deep within: '$.a.b'.",
)
define(
    "bag_set_key(bag:dynamic, key:string, value:any) -> dynamic",
    lambda b, k, v: _call("bag_set_key", b, convert.dynamic(k), convert.dynamic(v)),
    "The bag with a property set, also deep within: '$.a.b'.",
)
define(
    "bag_zip(keys:dynamic, values:dynamic) -> dynamic",
    lambda k, v: _call("bag_zip", k, v),
    "A bag from an array of names and one of values.",
)
define("treepath(bag:dynamic) -> dynamic", lambda b: _call("treepath", b), "The paths of all leaves of a dynamic.")


def _call(name: str, *values: Value) -> Value:
    """A Python function over JSON texts that gives JSON text."""
    return Value(
        f"CAST(kql_{name}(CAST(to_json([{', '.join(value.sql for value in values)}]) AS VARCHAR)) AS JSON)", "dynamic"
    )


@python("bag_merge", "VARCHAR", "VARCHAR")
def _py_bag_merge(text: str) -> str | None:
    merged: dict[str, Any] = {}
    bags = [bag for bag in json.loads(text) if isinstance(bag, dict)]
    for bag in bags:
        for key, value in bag.items():
            merged.setdefault(key, value)
    return json.dumps(merged) if bags else None


@python("bag_remove_keys", "VARCHAR", "VARCHAR")
def _py_bag_remove_keys(text: str) -> str | None:
    bag, keys = json.loads(text)
    if not isinstance(bag, dict):
        return None
    for key in keys if isinstance(keys, list) else []:
        if isinstance(key, str) and key.startswith("$."):
            _remove(bag, key[2:].split("."))
        elif isinstance(key, str):
            bag.pop(key, None)
    return json.dumps(bag)


def _remove(bag: Any, path: list[str]) -> None:
    for step in path[:-1]:
        bag = bag.get(step.strip("[]'")) if isinstance(bag, dict) else None
    if isinstance(bag, dict):
        bag.pop(path[-1].strip("[]'"), None)


@python("bag_has_key", "VARCHAR VARCHAR", "BOOLEAN")
def _py_bag_has_key(text: str | None, key: str | None) -> bool:
    found = json.loads(text) if text else None
    if not isinstance(found, dict) or key is None:
        return False
    if not key.startswith("$."):
        return key in found
    for step in key[2:].replace("[", ".[").split("."):
        name = step.strip("[]'\"")
        if isinstance(found, dict) and name in found:
            found = found[name]
        elif isinstance(found, list) and name.isdigit() and int(name) < len(found):
            found = found[int(name)]
        else:
            return False
    return True


@python("bag_set_key", "VARCHAR", "VARCHAR")
def _py_bag_set_key(text: str) -> str | None:
    bag, key, value = json.loads(text)
    if not isinstance(bag, dict):
        return None
    place = bag
    steps = key[2:].split(".") if key.startswith("$.") else [key]
    for step in steps[:-1]:
        place = place.setdefault(step, {})
        if not isinstance(place, dict):
            return None
    place[steps[-1]] = value
    return json.dumps(bag)


@python("bag_zip", "VARCHAR", "VARCHAR")
def _py_bag_zip(text: str) -> str | None:
    keys, values = json.loads(text)
    if not isinstance(keys, list):
        return None
    values = values if isinstance(values, list) else []
    padded = values + [None] * (len(keys) - len(values))
    return json.dumps({key: value for key, value in zip(keys, padded, strict=False) if isinstance(key, str)})


@python("treepath", "VARCHAR", "VARCHAR")
def _py_treepath(text: str) -> str:
    paths: list[str] = []

    def walk(value: Any, path: str) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                paths.append(f"{path}['{key}']")
                walk(inner, paths[-1])
        elif isinstance(value, list):
            for inner in value:
                name = f"{path}[0]"
                if name not in paths:
                    paths.append(name)
                walk(inner, name)

    (value,) = json.loads(text)
    walk(value, "")
    return json.dumps(paths)
