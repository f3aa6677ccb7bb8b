"""Functions that look for several texts at once, or for a pattern from a given place on."""

from __future__ import annotations

import json

from pivotlab.kql.rewrite import compare, convert
from pivotlab.kql.rewrite.registry import Refusal, define, python
from pivotlab.kql.terms import Value


def _replace_strings(text: Value, lookups: Value, rewrites: Value) -> Value:
    pairs = f"CAST(to_json([{lookups.sql}, {rewrites.sql}]) AS VARCHAR)"
    return Value(f"kql_replace_strings({text.sql}, {pairs})", "string", nullable=False)


define(
    "replace_strings(text:string, lookups:dynamic, rewrites:dynamic) -> string",
    _replace_strings,
    "The text with several texts replaced; the earlier in the list goes first, and what it gives stays.",
)


@python("replace_strings", "VARCHAR VARCHAR", "VARCHAR")
def _py_replace_strings(text: str | None, pairs: str) -> str:
    lookups, rewrites = json.loads(pairs)
    if not text or not isinstance(lookups, list) or not isinstance(rewrites, list):
        return text or ""
    pieces = [(text, False)]
    for old, new in zip(lookups, rewrites, strict=False):
        if isinstance(old, str) and old:
            fresh = new if isinstance(new, str) else old
            pieces = [part for piece in pieces for part in _rewritten(piece, old, fresh)]
    return "".join(piece for piece, _ in pieces)


def _rewritten(piece: tuple[str, bool], old: str, fresh: str) -> list[tuple[str, bool]]:
    """A piece of text cut at every match, each of which is done with; matches do not overlap."""
    text, done = piece
    if done:
        return [piece]
    first, *rest = text.split(old)
    parts = [(first, False)]
    for each in rest:
        parts += [(fresh, True), (each, False)]
    return parts


def _has_any_index(text: Value, values: Value) -> Value:
    """Terms, as `has` finds them."""
    needles = f"list_transform({convert.array(values)}, lambda x: x ->> '$')"
    found = compare.term("t", Value("x", "string"))
    places = f"list_transform([{text.sql}], lambda t: list_transform({needles}, lambda x: {found}))[1]"
    return Value(f"(coalesce(list_position({places}, TRUE), 0) - 1)", "long")


define(
    "has_any_index(text:string, values:dynamic) -> long",
    _has_any_index,
    "The position of the first value whose term the text has; -1 when it has none.",
)


def _indexof_regex(
    text: Value, pattern: Value, start: Value | None = None, length: Value | None = None, nth: Value | None = None
) -> Value:
    """Matches do not overlap. A negative start is null, as the page's example has it."""
    plain = (
        f"CASE WHEN regexp_matches({text.sql}, {pattern.sql}) THEN "
        f"length(regexp_extract({text.sql}, '(?s)^(.*?)(?:' || {pattern.sql} || ')', 1)) ELSE -1 END"
    )
    if start is None:
        return Value(plain, "long")
    if not pattern.is_constant or not all(isinstance(v.const, int) for v in (start, length, nth) if v is not None):
        raise Refusal("indexof_regex() with a start needs its pattern and numbers as literals")
    first, count, which = start.const, -1 if length is None else length.const, 1 if nth is None else nth.const
    if first < 0 or count < -1 or which < 1:
        return Value("CAST(NULL AS BIGINT)", "long")
    part = f"substring({text.sql}, {first} + 1{f', {count}' if count >= 0 else ''})"
    before = f"list_sum(list_transform(x[:{which - 1}], lambda m: length(m[1]) + length(m[2])))"
    pieces = f"regexp_extract_all({{0}}, '(?s)(.*?)(' || {pattern.sql} || ')', {{1}})"
    pairs = f"list_transform(list_zip({pieces.format(part, 1)}, {pieces.format(part, 2)}), lambda z: [z[1], z[2]])"
    at = f"CASE WHEN len(x) >= {which} THEN {first} + coalesce({before}, 0) + length(x[{which}][1]) ELSE -1 END"
    return Value(f"CAST(list_transform([{pairs}], lambda x: {at})[1] AS BIGINT)", "long")


define(
    "indexof_regex(text:text, pattern:text, start:long?, length:long?, occurrence:long?) -> long",
    _indexof_regex,
    "The position of a match of a regular expression; -1 when there is none.",
)
