"""Comparison: `==`, `<`, `=~`, `has`, `contains`, `in`, `has_any`, `between` and their relatives.

Nulls as Kusto has them: a null operand makes equality and string matching false and their negations true; ordering
comparisons stay null; a null string is the empty string (learn.microsoft.com, "Null values", "String operators",
"The in operator", "The between operator", "Datatypes string operators").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from duckdb_kql.translate.functions import term_match_sql

from pivotlab.kql.rewrite import convert
from pivotlab.kql.rewrite.constants import constant, null
from pivotlab.kql.terms import NUMERIC, UNKNOWN, Value, text_literal

_LOOSE = ("dynamic", UNKNOWN)


def alike(left: Value, right: Value) -> tuple[Value, Value]:
    """Both sides in one type, as Kusto converts them for a comparison."""
    a, b = left.kind, right.kind
    if a == b and a not in _LOOSE:
        return left, right
    if a in NUMERIC and b in NUMERIC:
        return (left, right) if "real" not in (a, b) else (convert.real(left), convert.real(right))
    if a in _LOOSE and b in _LOOSE:
        return convert.text(left), convert.text(right)
    if a in _LOOSE or (b not in _LOOSE and _converts_left(left, right)):
        return convert.CONVERSIONS[b](left), right
    return left, convert.CONVERSIONS[a](right)


def _converts_left(left: Value, right: Value) -> bool:
    """Whether the left side takes the right one's type: a literal text follows the column, text follows nothing else."""
    if left.kind == "string":
        return left.is_constant or right.kind not in NUMERIC
    if right.kind == "string":
        return not right.is_constant and left.kind in NUMERIC
    return left.kind in (*NUMERIC, "bool") and right.kind in ("datetime", "timespan", "real", "long")


def filled(value: Value) -> str:
    """SQL that reads a null string as the empty one."""
    return f"coalesce({value.sql}, '')" if value.kind == "string" and value.nullable else value.sql


def equal(left: Value, right: Value, negated: bool = False) -> Value:
    """`==` and `!=`."""
    left, right = alike(left, right)
    if left.is_constant and right.is_constant and left.const is not None and right.const is not None:
        return constant((left.const == right.const) != negated, "bool")
    if left.kind == "guid":
        left, right = (Value(f"lower({side.sql})", "guid", nullable=side.nullable) for side in (left, right))
    if left.kind == "string":
        return _equal_text(left, right, negated)
    if not left.nullable and not right.nullable:
        return Value(f"({left.sql} {'<>' if negated else '='} {right.sql})", "bool", nullable=False)
    exact = f"({left.sql} IS DISTINCT FROM {right.sql})" if negated else f"coalesce({left.sql} = {right.sql}, FALSE)"
    if left.nullable and right.nullable:
        exact = f"CASE WHEN {left.sql} IS NOT NULL OR {right.sql} IS NOT NULL THEN {exact} END"
        return Value(exact, "bool", test="" if negated else f"({left.sql} = {right.sql})")
    return Value(exact, "bool", nullable=False, test="" if negated else f"({left.sql} = {right.sql})")


def _equal_text(left: Value, right: Value, negated: bool) -> Value:
    """Texts. Null is read as empty; against a literal that is not empty, plain SQL does in a filter."""
    if left.is_constant:
        left, right = right, left
    if not left.nullable or not right.is_constant or right.const == "":
        return Value(f"({filled(left)} {'<>' if negated else '='} {filled(right)})", "bool", nullable=False)
    if negated:
        return Value(f"({left.sql} IS DISTINCT FROM {right.sql})", "bool", nullable=False)
    test = f"({left.sql} = {right.sql})"
    return Value(f"coalesce({test}, FALSE)", "bool", nullable=False, test=test)


def equal_ignoring_case(left: Value, right: Value, negated: bool = False) -> Value:
    """`=~` and `!~`."""
    a, b = (_lower(convert.text(side)) for side in (left, right))
    return Value(f"({a} {'<>' if negated else '='} {b})", "bool", nullable=False)


def _lower(value: Value) -> str:
    return text_literal(str(value.const).lower()) if value.is_constant else f"lower({value.sql})"


def ordered(operator: str, left: Value, right: Value) -> Value:
    """`<`, `>`, `<=`, `>=`: null when a side is null."""
    left, right = alike(left, right)
    if left.kind == "string" and (left.is_constant or right.is_constant):
        number = convert.real(right if right.is_constant else left)
        if number.const is not None:
            left, right = convert.real(left), convert.real(right)
    return Value(f"({left.sql} {operator} {right.sql})", "bool", nullable=left.nullable or right.nullable)


_LIKE_SPECIAL = re.compile(r"([\\%_])")


def _ilike(haystack: str, before: str, needle: str, after: str) -> str:
    """Without an escape character DuckDB matches three times as fast, so there is one only where it is needed."""
    if "%" not in needle and "_" not in needle:
        return f"({haystack} ILIKE {text_literal(before + needle + after)})"
    escaped = _LIKE_SPECIAL.sub(r"\\\1", needle)
    return f"({haystack} ILIKE {text_literal(before + escaped + after)} ESCAPE '\\')"


def _contains(haystack: str, needle: Value, sensitive: bool) -> str:
    if sensitive:
        return f"contains({haystack}, {needle.sql})"
    if needle.is_constant and str(needle.const).isascii():
        return _ilike(haystack, "%", str(needle.const), "%")
    return f"contains(lower({haystack}), {_lower(needle)})"


def _starts(haystack: str, needle: Value, sensitive: bool) -> str:
    if sensitive:
        return f"starts_with({haystack}, {needle.sql})"
    if needle.is_constant and str(needle.const).isascii():
        return _ilike(haystack, "", str(needle.const), "%")
    return f"starts_with(lower({haystack}), {_lower(needle)})"


def _ends(haystack: str, needle: Value, sensitive: bool) -> str:
    if sensitive:
        return f"ends_with({haystack}, {needle.sql})"
    if needle.is_constant and str(needle.const).isascii():
        return _ilike(haystack, "%", str(needle.const), "")
    return f"ends_with(lower({haystack}), {_lower(needle)})"


def term(haystack: str, needle: Value, sensitive: bool = False, lead: bool = True, trail: bool = True) -> str:
    """Whether a whole term of the text is the needle. A cheap substring test comes first."""
    known = str(needle.const) if needle.is_constant else None
    if len(haystack) > 400:
        return convert.once(haystack, lambda v: term(v, needle, sensitive, lead, trail))
    if known == "":
        return f"({haystack} IS NOT NULL)"
    exact = term_match_sql(
        haystack,
        needle.sql,
        case_sensitive=sensitive,
        lead=lead,
        trail=trail,
        **({"needle_text": known} if known else {}),
    )
    return f"(CASE WHEN {_contains(haystack, needle, sensitive)} THEN {exact} ELSE FALSE END)"


def _regex(haystack: str, needle: Value) -> str:
    return f"regexp_matches({haystack}, {needle.sql})"


def match(operator: str, left: Value, right: Value) -> Value:
    """A string operator by its KQL name, as `!has_cs`."""
    negated = operator.startswith(("!", "not"))
    name = operator.removeprefix("!").removeprefix("not")
    sensitive = name.endswith(("_cs", "cs"))
    name = name.removesuffix("_cs").removesuffix("cs")
    exact, needle = convert.text(left).sql, convert.text(right)
    sql = _matched(name, exact, needle, sensitive)
    if negated or left.kind != "string" or not left.nullable or (needle.is_constant and needle.const == ""):
        return Value(f"(NOT {sql})" if negated else sql, "bool", nullable=False)
    return Value(sql, "bool", nullable=False, test=_matched(name, left.sql, needle, sensitive))


def _matched(name: str, haystack: str, needle: Value, sensitive: bool) -> str:
    """The positive form of a string operator."""
    if name == "contains":
        return _contains(haystack, needle, sensitive)
    if name == "like":
        return _legacy_like(haystack, needle, sensitive)
    if name == "startswith":
        return _starts(haystack, needle, sensitive)
    if name == "endswith":
        return _ends(haystack, needle, sensitive)
    if name in ("has", "hasprefix", "hassuffix"):
        return term(haystack, needle, sensitive, lead=name != "hassuffix", trail=name != "hasprefix")
    return _regex(haystack, needle)


def _legacy_like(haystack: str, needle: Value, sensitive: bool) -> str:
    """The retired `like`: `*` stands for anything."""
    pattern = f"replace({needle.sql}, '*', '%')"
    return f"({haystack} {'LIKE' if sensitive else 'ILIKE'} {pattern})"


def among(value: Value, items: Sequence[Value], ignore_case: bool, negated: bool) -> Value:
    """`in`, `!in`, `in~`, `!in~` over scalars; a dynamic array stands for its elements."""
    members, arrays = _spread(items)
    tests = []
    if members:
        tests.append(_in_list(value, members, ignore_case))
    for array in arrays:
        needle = convert.text(value).sql
        listed = f"list_transform({convert.array(array)}, lambda x: x ->> '$')"
        if ignore_case:
            needle, listed = f"lower({needle})", f"list_transform({listed}, lambda x: lower(x))"
        scalar = f"{'lower' if ignore_case else ''}({convert.text(array).sql})"
        tests.append(f"coalesce(list_contains({listed}, {needle}), {needle} = {scalar})")
    sql = f"({' OR '.join(tests)})" if tests else "FALSE"
    return Value(f"(NOT {sql})" if negated else sql, "bool", nullable=False)


def _spread(items: Sequence[Value]) -> tuple[list[Value], list[Value]]:
    """Scalars and constant arrays' elements; arrays that only the data knows."""
    members: list[Value] = []
    arrays: list[Value] = []
    for item in items:
        if item.kind not in _LOOSE:
            members.append(item)
        elif item.is_constant:
            found = item.const if isinstance(item.const, list) else [item.const]
            members += [_element(element) for element in found]
        else:
            arrays.append(item)
    return members, arrays


def _element(value: Any) -> Value:
    """An element of a constant dynamic array, in the type it shows."""
    if isinstance(value, bool):
        return constant(value, "bool")
    if isinstance(value, int):
        return constant(value, "long")
    if isinstance(value, float):
        return constant(value, "real")
    if value is None:
        return null("dynamic")
    return constant(value, "string") if isinstance(value, str) else constant(value, "dynamic")


def _in_list(value: Value, members: Sequence[Value], ignore_case: bool) -> str:
    if ignore_case:
        listed = ", ".join(_lower(convert.text(member)) for member in members)
        return f"(lower({convert.text(value).sql}) IN ({listed}))"
    groups: dict[str, tuple[Value, list[str]]] = {}
    for member in members:
        if member.const is None and member.is_constant:
            continue
        left, right = alike(value, member)
        if right.is_constant and right.const is None:
            continue
        groups.setdefault(left.kind, (left, []))[1].append(right.sql)
    if not groups:
        return "FALSE"
    tests = []
    for left, found in groups.values():
        if left.kind == "string":
            tests.append(f"({convert.text(left).sql} IN ({', '.join(found)}))")
        else:
            tests.append(f"coalesce({left.sql} IN ({', '.join(found)}), FALSE)")
    return tests[0] if len(tests) == 1 else f"({' OR '.join(tests)})"


def among_rows(value: Value, source: str, column: Value, ignore_case: bool, negated: bool) -> Value:
    """`in (T)`: the rows' first column."""
    if ignore_case:
        sql = f"(lower({convert.text(value).sql}) IN (SELECT lower({convert.text(column).sql}) FROM {source}))"
    elif column.kind in _LOOSE:
        needle = convert.text(value).sql
        elements = (
            f"unnest(CASE WHEN json_type({column.sql}) = 'ARRAY' THEN {convert.array(column)} ELSE [{column.sql}] END)"
        )
        sql = f"({needle} IN (SELECT x ->> '$' FROM (SELECT {elements} AS x FROM {source})))"
    else:
        left, right = alike(value, column)
        sql = f"({filled(left)} IN (SELECT {filled(right)} FROM {source} WHERE {right.sql} IS NOT NULL))"
        if right.kind == "string":
            sql = f"({filled(left)} IN (SELECT {filled(right)} FROM {source}))"
    exact = f"coalesce({sql}, FALSE)"
    return Value(f"(NOT {exact})" if negated else exact, "bool", nullable=False, test="" if negated else sql)


def has_some(value: Value, items: Sequence[Value], every: bool) -> Value:
    """`has_any` and `has_all`: whole terms, whatever their case; a dynamic array stands for its elements."""
    members, arrays = _spread(items)
    outer = convert.text(value).sql
    haystack = outer if len(outer) < 400 else "v"
    tests = [term(haystack, convert.text(member)) for member in members]
    for array in arrays:
        needles = f"list_transform(coalesce({convert.array(array)}, [{array.sql}]), lambda x: x ->> '$')"
        hits = f"list_filter({needles}, lambda x: {term_match_sql(haystack, 'x')})"
        tests.append(f"(len({hits}) = len({needles}))" if every else f"coalesce(len({hits}) > 0, FALSE)")
    joined = (" AND " if every else " OR ").join(tests)
    if joined and haystack != outer:
        joined = f"list_transform([{outer}], lambda v: {joined})[1]"
    return Value(f"({joined})" if joined else ("TRUE" if every else "FALSE"), "bool", nullable=False)


def has_some_rows(value: Value, source: str, column: Value, every: bool) -> Value:
    """`has_any (T)` and `has_all (T)`: the needles are the rows' first column, gathered once."""
    listed = f"(SELECT list(DISTINCT {convert.text(column).sql}) FROM {source})"
    if column.kind in _LOOSE:
        listed = f"(SELECT flatten(list(list_transform({convert.array(column)}, lambda x: x ->> '$'))) FROM {source})"
    haystack = convert.text(value).sql
    hits = (
        f"list_filter(coalesce({listed}, []), lambda x: CASE WHEN contains(lower({haystack}), lower(x)) "
        f"THEN {term_match_sql(haystack, 'x')} ELSE FALSE END)"
    )
    size = f"coalesce(len({listed}), 0)"
    return Value(f"(len({hits}) = {size})" if every else f"(len({hits}) > 0)", "bool", nullable=False)


def between(value: Value, low: Value, high: Value, negated: bool) -> Value:
    """`between (low .. high)`: both ends count; a timespan after a datetime is a distance from it."""
    if low.kind == "datetime" and high.kind == "timespan":
        high = Value(f"({low.sql} + to_microseconds({high.sql}))", "datetime", nullable=high.nullable)
    if value.kind in ("string", *_LOOSE) and low.kind not in ("string", *_LOOSE):
        value = convert.CONVERSIONS[low.kind](value)
    _, low = alike(value, low)
    _, high = alike(value, high)
    if "real" in (low.kind, high.kind) and value.kind in NUMERIC:
        value = convert.real(value)
    sql = f"({value.sql} {'NOT ' if negated else ''}BETWEEN {low.sql} AND {high.sql})"
    return Value(sql, "bool", nullable=value.nullable or low.nullable or high.nullable)
