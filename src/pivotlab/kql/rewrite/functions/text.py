"""Functions on text."""

from __future__ import annotations

import json
import re
import warnings

from pivotlab.kql.errors import KqlLimit
from pivotlab.kql.marks import marked
from pivotlab.kql.rewrite import convert
from pivotlab.kql.rewrite.constants import constant
from pivotlab.kql.rewrite.registry import Builder, Mistake, Refusal, define, python
from pivotlab.kql.terms import Value, text_literal

define(
    "strlen(text:string) -> long",
    "length({text})",
    "How many characters a text has.",
    named=lambda name: f"strlen_{name}",
)
define("string_size(text:string) -> long", "strlen({text})", "How many bytes a text takes in UTF-8.")
define("toupper(text:text) -> string", "upper({text})", "The text in upper case.")
define("tolower(text:text) -> string", "lower({text})", "The text in lower case.")
define("strcat(first:any, rest:any*) -> string", lambda *v: _strcat(v), "The values' texts, one after the other.")
define(
    "strcat_delim(delimiter:text, first:any, second:any, rest:any*) -> string",
    lambda d, *v: Value(f"concat_ws({d.sql}, {', '.join(convert.text(x).sql for x in v)})", "string", nullable=False),
    "The values' texts with a delimiter between them.",
)
define(
    "strrep(value:any, times:long, delimiter:text?) -> string",
    lambda v, n, d=None: _strrep(v, n, d),
    "The value's text, repeated.",
)
define("reverse(text:text) -> string", "reverse({text})", "The text from its end to its start.")
define(
    "strcmp(one:text, other:text) -> long",
    "CASE WHEN {one} < {other} THEN -1 WHEN {one} > {other} THEN 1 ELSE 0 END",
    "-1, 0 or 1: how two texts are ordered.",
)
define(
    "replace_string(text:string, old:string, fresh:string) -> string",
    "replace({text}, {old}, {fresh})",
    "The text with every occurrence of another one replaced.",
)
define(
    "isascii(text:text) -> bool", "NOT regexp_matches({text}, '[^\\x00-\\x7F]')", "Whether all characters are ASCII."
)
define(
    "isutf8(text:text) -> bool",
    "({text} IS NOT NULL)",
    "Whether the text is valid UTF-8, which text in the lab always is.",
)


_MOST_TIMES = 1_048_576


def _strrep(value: Value, times: Value, delimiter: Value | None) -> Value:
    if delimiter is not None and not delimiter.is_constant:
        raise Refusal("strrep() needs its delimiter as a literal")
    message = text_literal(marked(KqlLimit, f"strrep() repeats a text at most {_MOST_TIMES:,} times in the lab."))
    bounded = f"CASE WHEN {times.sql} > {_MOST_TIMES} THEN error({message}) ELSE {times.sql} END"
    repeated = f"list_transform(range({bounded}), lambda x: {convert.text(value).sql})"
    joined = f"array_to_string({repeated}, {delimiter.sql if delimiter else text_literal('')})"
    return Value(joined, "string", nullable=False)


def _strcat(values: tuple[Value, ...]) -> Value:
    if all(value.is_constant for value in values):
        return constant("".join(str(convert.text(value).const) for value in values), "string")
    return Value(f"concat({', '.join(convert.text(value).sql for value in values)})", "string", nullable=False)


def _substring(text: Value, start: Value, length: Value | None = None) -> Value:
    """A negative start counts from the end."""
    if (
        isinstance(start.const, int)
        and start.const < 0
        and length is not None
        and isinstance(length.const, int)
        and length.const > -start.const
    ):
        raise Refusal(
            "substring() with a negative start and a length beyond the end: the documentation does not say what it gives"
        )
    offset = f"(CASE WHEN {start.sql} < 0 THEN greatest(length({text.sql}) + {start.sql}, 0) ELSE {start.sql} END)"
    if start.is_constant and isinstance(start.const, int) and start.const >= 0:
        offset = str(start.const)
    taken = f", greatest({length.sql}, 0)" if length is not None else ""
    return Value(f"substring({text.sql}, {offset} + 1{taken})", "string", nullable=False)


define(
    "substring(text:text, start:long, length:long?) -> string",
    _substring,
    "A part of the text; positions start at 0.",
)


def _indexof(
    text: Value, needle: Value, start: Value | None = None, length: Value | None = None, nth: Value | None = None
) -> Value:
    if start is None:
        return Value(f"(position({needle.sql} IN {text.sql}) - 1)", "long")
    rest = ", ".join(value.sql if value else d for value, d in ((start, "0"), (length, "-1"), (nth, "1")))
    return Value(f"kql_indexof({text.sql}, {needle.sql}, {rest})", "long")


define(
    "indexof(text:text, needle:text, start:long?, length:long?, occurrence:long?) -> long",
    _indexof,
    "The position of the first occurrence, from 0; -1 when there is none.",
)


@python("indexof", "VARCHAR VARCHAR BIGINT BIGINT BIGINT", "BIGINT")
def _py_indexof(
    text: str | None, needle: str | None, start: int | None, length: int | None, nth: int | None
) -> int | None:
    """As the page's examples have it, the search for a further occurrence may go the full length again."""
    if text is None or needle is None or start is None or length is None or nth is None:
        return None
    place = (max(len(text) + start, 0) if start < 0 else start) - 1
    for _ in range(max(nth, 1)):
        stop = len(text) if length < 0 else min(place + 1 + length, len(text))
        place = text.find(needle, place + 1, stop)
        if place < 0:
            return -1
    return place


def _split(text: Value, delimiter: Value, index: Value | None = None) -> Value:
    """With an index: an array with that one element. An empty delimiter does not split."""
    parts = f"CASE WHEN {delimiter.sql} = '' THEN [{text.sql}] ELSE str_split({text.sql}, {delimiter.sql}) END"
    if delimiter.is_constant and delimiter.const:
        parts = f"str_split({text.sql}, {delimiter.sql})"
    if index is not None:
        parts = f"list_slice({parts}, {index.sql} + 1, {index.sql} + 1)"
    return Value(f"to_json({parts})", "dynamic")


define(
    "split(text:text, delimiter:string, index:long?) -> dynamic",
    _split,
    "The pieces between delimiters, as an array.",
)


def _trimming(start: bool, end: bool) -> Builder:
    def build(pattern: Value, text: Value) -> Value:
        sql = text.sql
        if start:
            sql = f"regexp_replace({sql}, '^(' || {pattern.sql} || ')+', '')"
        if end:
            sql = f"regexp_replace({sql}, '(' || {pattern.sql} || ')+$', '')"
        return Value(sql, "string", nullable=False)

    return build


for _name, _start, _end, _where in (
    ("trim", True, True, "both ends"),
    ("trim_start", True, False, "the start"),
    ("trim_end", False, True, "the end"),
):
    define(
        f"{_name}(pattern:string, text:string) -> string",
        _trimming(_start, _end),
        f"The text without what matches a regular expression at {_where}.",
    )


def _replace_regex(text: Value, pattern: Value, rewrite: Value) -> Value:
    return Value(f"regexp_replace({text.sql}, {pattern.sql}, {rewrite.sql}, 'g')", "string", nullable=False)


define(
    "replace_regex(text:string, pattern:string, rewrite:string) -> string",
    _replace_regex,
    "The text with every match of a regular expression rewritten; `\\1` is a captured group.",
)
define(
    "replace(pattern:string, rewrite:string, text:string) -> string",
    lambda p, r, t: _replace_regex(t, p, r),
    "The older name of `replace_regex()`, with its text last.",
)
define(
    "translate(search:string, fresh:string, text:string) -> string",
    "kql_translate({search}, {fresh}, {text})",
    "The text with each character of one list replaced by its fellow in another; the last one stands for those without.",
)


@python("translate", "VARCHAR VARCHAR VARCHAR", "VARCHAR")
def _py_translate(search: str | None, fresh: str | None, text: str | None) -> str | None:
    if not text or not search:
        return text
    if not fresh:
        return "".join(c for c in text if c not in search)
    table = {ord(c): fresh[min(i, len(fresh) - 1)] for i, c in reversed(list(enumerate(search)))}
    return text.translate(table)


def _extract(pattern: Value, group: Value, text: Value, kind: Value | None = None) -> Value:
    number = group.const
    if not isinstance(number, int) or not 0 <= number <= _LAST_GROUP:
        raise Refusal(f"extract() needs its group as a literal number from 0 to {_LAST_GROUP}")
    wanted = kind.const if kind is not None else "string"
    if wanted not in convert.CONVERSIONS:
        raise Mistake("extract() converts to a type", "Write typeof(long), for example.")
    groups = capture_groups(str(pattern.const)) if pattern.is_constant else None
    found = constant("", "string")
    if groups is None or number <= groups:
        sql = f"coalesce(regexp_extract({text.sql}, {pattern.sql}, {number}), '')"
        found = Value(sql, "string", nullable=False)
    return convert.CONVERSIONS[wanted](found)


_LAST_GROUP = 9
"""DuckDB counts no further."""


def capture_groups(pattern: str) -> int | None:
    """How many groups a pattern captures; `None` when Python cannot read it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return re.compile(pattern).groups
    except (re.error, OverflowError, RecursionError):
        return None


define(
    "extract(pattern:string, group:long, text:string, kind:string?) -> string",
    _extract,
    "What a regular expression's group matches; 0 is the whole match.",
)


def _numbered(pattern: str, groups: object) -> object:
    """Groups by their number, where some are given by name."""
    if not isinstance(groups, list) or not any(isinstance(group, str) for group in groups):
        return groups
    try:
        names = re.compile(pattern).groupindex
    except re.error:
        return None
    return [names.get(group) if isinstance(group, str) else group for group in groups]


def _extract_all(pattern: Value, second: Value, third: Value | None = None) -> Value:
    """Per group all its matches, side by side. The pattern runs in the database, in time linear to the text."""
    text = convert.text(third if third is not None else second)
    count = capture_groups(str(pattern.const)) if pattern.is_constant else None
    wanted = _numbered(str(pattern.const), second.const) if third is not None else list(range(1, (count or 0) + 1))
    if count is None or not isinstance(wanted, list) or not all(isinstance(g, int) and 0 <= g <= count for g in wanted):
        raise Refusal("extract_all() needs a literal pattern, and its groups as a literal")
    found = [f"regexp_extract_all({text.sql}, {pattern.sql}, {group})" for group in wanted or [0]]
    if len(found) == 1:
        return Value(f"CASE WHEN len({found[0]}) > 0 THEN to_json({found[0]}) END", "dynamic")
    cells = ", ".join(f"x[{index + 1}][i]" for index in range(len(found)))
    rows = f"list_transform(range(1, len(x[1]) + 1), lambda i: [{cells}])"
    listed = f"list_transform([[{', '.join(found)}]], lambda x: CASE WHEN len(x[1]) > 0 THEN to_json({rows}) END)[1]"
    return Value(listed, "dynamic")


define(
    "extract_all(pattern:string, groups_or_text:any, text:string?) -> dynamic",
    _extract_all,
    "All matches of a regular expression; one group gives an array, several an array of arrays.",
    also=("extractall",),
)


def _countof(text: Value, search: Value, kind: Value | None = None) -> Value:
    if kind is not None and kind.const == "regex":
        return Value(f"len(regexp_extract_all({text.sql}, {search.sql}))", "long")
    return Value(f"kql_countof({text.sql}, {search.sql})", "long")


define(
    "countof(text:string, search:string, kind:string?) -> long",
    _countof,
    "How often a text or, with 'regex', a pattern occurs; plain occurrences may overlap.",
)


@python("countof", "VARCHAR VARCHAR", "BIGINT")
def _py_countof(text: str | None, search: str | None) -> int | None:
    if text is None or not search:
        return 0
    return sum(text.startswith(search, place) for place in range(len(text)))


define(
    "make_string(first:any, rest:any*) -> string",
    lambda *v: Value(f"kql_make_string(CAST({_json_list(v)} AS VARCHAR))", "string", nullable=False),
    "The text of Unicode code points, given one by one or as arrays.",
    also=("unicode_codepoints_to_string",),
)


def _json_list(values: tuple[Value, ...]) -> str:
    return f"to_json([{', '.join(convert.dynamic(value).sql for value in values)}])"


@python("make_string", "VARCHAR", "VARCHAR")
def _py_make_string(points: str | None) -> str:
    flat: list[object] = []
    for part in json.loads(points or "[]"):
        flat += part if isinstance(part, list) else [part]
    known = [point for point in flat if isinstance(point, int) and _is_character(point)]
    return "".join(map(chr, known)) if len(known) == len(flat) else ""


def _is_character(point: int) -> bool:
    return 0 <= point <= 0x10FFFF and not 0xD800 <= point <= 0xDFFF


define(
    "to_utf8(text:text) -> dynamic",
    "to_json(list_transform(str_split({text}, ''), lambda x: ascii(x)))",
    "The Unicode code points of a text.",
    also=("unicode_codepoints_from_string",),
)
define(
    "regex_quote(text:text) -> string",
    "kql_regex_quote({text})",
    "The text with every sign of a regular expression escaped.",
)
define("punycode_to_string(text:string) -> string", "kql_punycode_to({text})", "The text behind punycode.")
define("punycode_from_string(text:string) -> string", "kql_punycode_from({text})", "A text as punycode.")


@python("regex_quote", "VARCHAR", "VARCHAR")
def _py_regex_quote(text: str | None) -> str:
    return re.sub(r"([\\.+*?()|\[\]{}^$#\-])", r"\\\1", text or "")


@python("punycode_to", "VARCHAR", "VARCHAR")
def _py_punycode_to(text: str | None) -> str:
    try:
        return (text or "").encode("ascii", "ignore").decode("punycode")
    except UnicodeError:
        return ""


@python("punycode_from", "VARCHAR", "VARCHAR")
def _py_punycode_from(text: str | None) -> str:
    return (text or "").encode("punycode").decode("ascii")
