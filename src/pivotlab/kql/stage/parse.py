"""`parse`, `parse-where` and `parse-kv` (learn.microsoft.com, "parse operator", "parse-where operator",
"parse-kv operator"). The patterns of `parse` are the engine's own work, which was measured against Kusto."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from duckdb_kql import ir
from duckdb_kql.errors import KqlUnsupportedError
from duckdb_kql.translate import render_parse

from pivotlab.kql.rewrite import convert
from pivotlab.kql.rewrite.constants import constant
from pivotlab.kql.rewrite.paths import property_of
from pivotlab.kql.rewrite.registry import python
from pivotlab.kql.rewrite.row import Row
from pivotlab.kql.stage.columns import with_columns
from pivotlab.kql.stage.pipeline import operator
from pivotlab.kql.stage.sources import schema_of
from pivotlab.kql.syntax.literals import string_value
from pivotlab.kql.syntax.names import name_of
from pivotlab.kql.syntax.tree import Tree
from pivotlab.kql.syntax.types import type_of
from pivotlab.kql.terms import Relation, Value, quote

_START = "\x01"
"""Put in front of a text whose pattern begins with a column, so that the column has a text in front of it."""


@operator("ParseOperator")
def parse(row: Row, tree: Tree) -> Relation:
    """Columns out of text by a pattern; rows that do not match keep empty ones."""
    return _parsed(row, tree, drop=False)


@operator("ParseWhereOperator")
def parse_where(row: Row, tree: Tree) -> Relation:
    """The same, and rows that do not match are dropped."""
    return _parsed(row, tree, drop=True)


def _segments(pattern: Tree) -> list[tuple[str, bool, str, str]]:
    """(text, a star in front, column, type) per literal of a pattern."""
    parts = []
    for segment in pattern.Segments:
        column = segment.Column
        kind = type_of(column.Type) if column is not None and column.Type is not None else "string"
        skip = segment.getChild(0).getText() == "*"
        parts.append((string_value(segment.Text), skip, name_of(column.Name) if column is not None else "", kind))
    return parts


def _parsed(row: Row, tree: Tree, drop: bool) -> Relation:
    assert row.relation is not None
    value = convert.text(row.value(tree.Expression))
    clause, pattern = tree.KindClause, tree.Pattern
    kind = clause.Kind.text if clause is not None else "simple"
    flags = clause.FlagsClause.Flags.text if clause is not None and clause.FlagsClause is not None else None
    parts = _segments(pattern)
    if not parts and pattern.LeadingColumn is None:
        row.translation.report(tree, "syntax", "parse needs a pattern.", 'Write | parse A with "text" B "text".')
    if pattern.LeadingColumn is not None:
        leading = pattern.LeadingColumn
        kind_of_leading = type_of(leading.Type) if leading.Type is not None else "string"
        parts.insert(0, (_START, False, name_of(leading.Name), kind_of_leading))
        value = replace(value, sql=f"chr({ord(_START)}) || {value.sql}", test="", path=None)
    segments = tuple(
        ir.ParseSegment(text, skip, f"kqlp{i}" if name else None, kind_ if name else None)
        for i, (text, skip, name, kind_) in enumerate(parts)
    )
    text_column = row.translation.fresh("text")
    held = row.translation.stage(f"SELECT *, {value.sql} AS {quote(text_column)} FROM {row.source()}")
    operation = ir.Parse(ir.ColumnRef(text_column), segments, kind, flags, drop, pattern.TrailingStar is not None)
    columns = [*(c.inside for c in row.relation.columns), *row.relation.hidden]
    try:
        sql = render_parse(operation, held, columns)
    except KqlUnsupportedError as error:
        row.translation.refuse(f"This parse pattern is not run in the practice engine: {error}.")
        sql = f"SELECT *, {', '.join(f'NULL AS {quote(s.name)}' for s in segments if s.name) or '1'} FROM {held}"
    source = row.translation.stage(sql)
    over = replace(row.over(replace(row.relation, source=source)), hoisted=[])
    added: dict[str, Value] = {}
    for index, (_, _, name, kind_) in enumerate(parts):
        if name:
            added[name] = _read(quote(f"kqlp{index}"), kind_)
    return with_columns(over, added)


def _read(sql: str, kind: str) -> Value:
    if kind == "timespan":
        return Value(f"epoch_us({sql})", "timespan")
    if kind == "string":
        return Value(f"coalesce({sql}, '')", "string", nullable=False)
    if kind == "guid":
        return Value(f"CAST({sql} AS VARCHAR)", "guid")
    return Value(sql, "real" if kind == "decimal" else kind)


@operator("ParseKvOperator")
def parse_kv(row: Row, tree: Tree) -> Relation:
    """Declared keys out of `key=value` text."""
    value = convert.text(row.value(tree.Expressions))
    options = {str(p.Name.text): p for p in tree.WithClause.Properties} if tree.WithClause is not None else {}

    def option(name: str, default: str) -> str:
        found = options.get(name)
        if found is None:
            return default
        literal = found.LiteralValue
        return str(row.value(literal).const) if literal is not None else str(found.NameValue.getText())

    if "regex" in options:
        row.translation.refuse("parse-kv with a regular expression is not run in the practice engine.")
    settings = [
        option("pair_delimiter", ""), option("kv_delimiter", ""), option("quote", ""), option("escape", ""),
        option("greedy", "false").lower(),
    ]  # fmt: skip
    columns = schema_of(tree.Keys)
    wanted = constant([name for name, _ in columns], "dynamic")
    listed = ", ".join(constant(each, "string").sql for each in settings)
    bag = f"CAST(kql_parse_kv({value.sql}, CAST({wanted.sql} AS VARCHAR), {listed}) AS JSON)"
    held = row.translation.fresh("kv")
    source = row.translation.stage(f"SELECT *, {bag} AS {quote(held)} FROM {row.source()}")
    assert row.relation is not None
    over = replace(row.over(replace(row.relation, source=source)), hoisted=[])
    added = {
        name: convert.CONVERSIONS[kind](property_of(Value(quote(held), "dynamic"), name)) for name, kind in columns
    }
    return with_columns(over, added)


@python("parse_kv", "VARCHAR VARCHAR VARCHAR VARCHAR VARCHAR VARCHAR VARCHAR", "VARCHAR")
def _py_parse_kv(text: str | None, keys: str, pair: str, kv: str, quotes: str, escape: str, greedy: str) -> str:
    wanted = json.loads(keys)
    found: dict[str, str] = {}
    if greedy == "true":
        names = "|".join(re.escape(name) for name in sorted(wanted, key=len, reverse=True))
        between, equals = re.escape(pair or " "), re.escape(kv or "=")
        pattern = f"(?:^|(?<={between}))({names}){equals}(.*?)(?={between}(?:{names}){equals}|$)"
        for match in re.finditer(pattern, text or "", re.DOTALL):
            found.setdefault(match.group(1), match.group(2))
    else:
        for key, value in _pieces(text or "", pair, kv, quotes, escape):
            found.setdefault(key, value)
    return json.dumps({key: value for key, value in found.items() if key in wanted})


def _pieces(text: str, pair: str, kv: str, quotes: str, escape: str) -> list[tuple[str, str]]:
    """Key and value of every pair; delimiters between quotes do not count."""
    openings = {quotes[0]: quotes[-1]} if quotes else {}
    pieces, current, closing, index = [], "", "", 0
    separators = [pair] if pair else [" ", ",", ";", "\t", "\n"]
    while index < len(text):
        sign = text[index]
        if escape and closing and sign == escape and index + 1 < len(text):
            current += text[index + 1]
            index += 2
            continue
        if closing:
            closing = "" if sign == closing else closing
            current += "" if not closing else sign
        elif sign in openings:
            closing = openings[sign]
        else:
            cut = next((s for s in separators if text.startswith(s, index)), "")
            if cut:
                pieces.append(current)
                current = ""
                index += len(cut)
                continue
            current += sign
        index += 1
    pieces.append(current)
    split = kv or None
    result = []
    for piece in pieces:
        parts = piece.split(split, 1) if split else re.split(r"[=:]", piece, maxsplit=1)
        if len(parts) == 2:
            result.append((parts[0].strip(), parts[1].strip()))
    return result
