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
        path = f"'$.\"' || replace({index.sql}, '\"', '\\\"') || '\"'"
        return Value(f"json_extract({whole}, {path})", "dynamic")
    if index.kind in ("dynamic", UNKNOWN):
        path = f"CASE json_type({index.sql}) WHEN 'VARCHAR' THEN '$.\"' || ({index.sql} ->> '$') || '\"' ELSE '$[' || ({index.sql} ->> '$') || ']' END"
        return Value(f"json_extract({whole}, {path})", "dynamic")
    number = convert.whole(index).sql
    path = f"'$[' || CASE WHEN {number} < 0 THEN '#' ELSE '' END || {number} || ']'"
    return Value(f"json_extract({whole}, {path})", "dynamic")


def _whole(value: Value) -> str:
    return value.condition if value.kind in ("dynamic", UNKNOWN) else convert.dynamic(value).sql


def _step(value: Value, fragment: str) -> Value:
    whole, path = value.path or (_whole(value), "$")
    path += fragment
    return Value(f"json_extract({whole}, {text_literal(path)})", "dynamic", path=(whole, path))
