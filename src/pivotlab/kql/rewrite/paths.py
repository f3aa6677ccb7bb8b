"""Steps into a dynamic value: `d.name`, `d["name"]`, `d[0]`, `d[-1]` (learn.microsoft.com, "The dynamic data type").

A missing property or an index out of range is null, never an error.
"""

from __future__ import annotations

from pivotlab.kql.rewrite import convert
from pivotlab.kql.rewrite.constants import constant
from pivotlab.kql.terms import UNKNOWN, Value, text_literal


def property_of(value: Value, name: str) -> Value:
    """`d.name`."""
    if value.is_constant:
        found = value.const.get(name) if isinstance(value.const, dict) else None
        return constant(found, "dynamic").named(name)
    if name == "":
        return Value(f"json_extract({_whole(value)}, '{_EMPTY}')", "dynamic")
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return _step(value, f'."{escaped}"').named(name)


def element_of(value: Value, index: Value) -> Value:
    """`d[index]`, by position or by name."""
    if index.is_constant and isinstance(index.const, str):
        return property_of(value, index.const)
    if index.is_constant and isinstance(index.const, int):
        if value.is_constant:
            listed = value.const if isinstance(value.const, list) else []
            inside = -len(listed) <= index.const < len(listed)
            return constant(listed[index.const] if inside else None, "dynamic")
        return _step(value, f"[{index.const}]" if index.const >= 0 else f"[#{index.const}]")
    whole = _whole(value)
    if index.kind == "string":
        return Value(at_key(whole, index.sql), "dynamic")
    number = convert.whole(index).sql
    path = f"'$[' || CASE WHEN {number} < 0 THEN '#' ELSE '' END || {number} || ']'"
    if index.kind in ("dynamic", UNKNOWN):
        named = _path_of(f"({index.sql} ->> '$')")
        path = f"CASE WHEN json_type({index.sql}) = 'VARCHAR' THEN {named} ELSE {path} END"
    return Value(f"json_extract({whole}, {path})", "dynamic")


def at_key(sql: str, key: str) -> str:
    """SQL of a bag's property whose name is SQL, too: any text, the empty one and quotes included."""
    return f"json_extract({sql}, {_path_of(key)})"


def _path_of(key: str) -> str:
    escaped = f"replace(replace({key}, '\\', '\\\\'), '\"', '\\\"')"
    return f"CASE {key} WHEN '' THEN '{_EMPTY}' ELSE '$.\"' || {escaped} || '\"' END"


_EMPTY = "/"
"""The JSON pointer to the property without a name, for which DuckDB's paths have no spelling."""


def _whole(value: Value) -> str:
    return value.condition if value.kind in ("dynamic", UNKNOWN) else convert.dynamic(value).sql


def _step(value: Value, fragment: str) -> Value:
    whole, path = value.path or (_whole(value), "$")
    path += fragment
    return Value(f"json_extract({whole}, {text_literal(path)})", "dynamic", path=(whole, path))
