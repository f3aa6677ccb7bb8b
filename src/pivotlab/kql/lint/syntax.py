"""What does not parse, said in the language of KQL instead of the grammar's."""

from __future__ import annotations

from typing import Any

from pivotlab.kql.catalogue import Catalogue
from pivotlab.kql.errors import Diagnostic
from pivotlab.kql.lint.habits import habit_after_bar, habit_at
from pivotlab.kql.lint.nearest import nearest
from pivotlab.kql.syntax.tree import Parsed, SyntaxFinding

OPERATORS = (
    "as", "consume", "count", "distinct", "evaluate", "extend", "facet", "find", "fork", "getschema", "invoke", "join",
    "limit", "lookup", "make-graph", "make-series", "mv-apply", "mv-expand", "order", "parse", "parse-kv", "parse-where",
    "partition", "print", "project", "project-away", "project-keep", "project-rename", "project-reorder", "range", "reduce",
    "render", "sample", "sample-distinct", "scan", "search", "serialize", "sort", "summarize", "take", "top", "top-hitters",
    "top-nested", "union", "where",
)  # fmt: skip
_PAIRS = {"(": ")", "[": "]", "{": "}"}


def syntax_diagnostics(parsed: Parsed, catalogue: Catalogue) -> list[Diagnostic]:
    """The first syntax error; what the parser says after it is mostly about the same thing."""
    if not parsed.findings:
        return []
    first = min(parsed.findings, key=lambda finding: (finding.line, finding.column))
    return [_explained(parsed, _deeper(parsed, first))]


def _deeper(parsed: Parsed, finding: SyntaxFinding) -> SyntaxFinding:
    """Where the parser gives up at a `|` though it had come beyond the operator's own line, or into a bracket that is not
    closed: that place instead."""
    furthest = parsed.furthest
    if finding.token != "|" or furthest is None or furthest.start <= finding.start:
        return finding
    between = [token for token in parsed.tokens if finding.start < token.start < furthest.start]
    if not between or (between[-1].line <= between[0].line and _open_bracket(parsed.tokens) is None):
        return finding
    return furthest


def _explained(parsed: Parsed, finding: SyntaxFinding) -> Diagnostic:
    if finding.message.startswith("token recognition error"):
        return _unreadable(parsed, finding)
    before = [token for token in parsed.tokens if token.start < finding.start] if finding.token else list(parsed.tokens)
    previous = before[-1] if before else None
    if previous is not None and previous.text == "|":
        return _after_bar(finding, previous)
    if finding.token == "|" and not (previous is not None and _goes_on(previous)):
        bar, *behind = (token for token in parsed.tokens if token.start >= finding.start)
        if not behind:
            return Diagnostic(bar.line, bar.column + 1, "syntax", "An operator is missing after this |.")
        is_operator = bool(behind) and behind[0].text.lower() in OPERATORS
        if is_operator and _open_bracket(parsed.tokens) is None:
            return _incomplete(behind)
        if behind and not is_operator:
            follower = behind[0]
            place = SyntaxFinding(follower.line, follower.column + 1, follower.start, follower.text, "")
            return _after_bar(place, bar)
    joined = _join_without_on(before, finding)
    if joined is not None:
        return joined
    habit = habit_at(finding.token, previous)
    if habit is not None:
        return Diagnostic(finding.line, finding.column, "sql", *habit)
    line, column = (
        _end_of(previous) if previous is not None and previous.line < finding.line else (finding.line, finding.column)
    )
    if finding.token.lower() in OPERATORS and previous is not None:
        message = f"A | is missing in front of {finding.token}."
        return Diagnostic(line, column, "missing_pipe", message, f"Write | {finding.token} ...")
    if finding.token in _PAIRS:
        unclosed = _unclosed(parsed, finding)
        if unclosed is not None:
            return unclosed
    opened = _open_bracket(before)
    if opened is not None and (finding.token in ("|", ";", "") or finding.token in _PAIRS.values()):
        wanted = _PAIRS[opened.text]
        if previous is not None:
            line, column = _end_of(_last_of_call(before, opened) or previous)
        message = f"The {opened.text} of line {opened.line}, column {opened.column + 1} is not closed."
        return Diagnostic(line, column, "unclosed", message, f"Add {wanted} here.")
    what = f"{finding.token} was not expected here." if finding.token else "The query ends too early."
    after = f" It follows {previous.text}." if previous is not None and finding.token else ""
    return Diagnostic(line, column, "syntax", what + after, "Check the commas, brackets and quotes in front of it.")


def _join_without_on(before: list[Any], finding: SyntaxFinding) -> Diagnostic | None:
    """A join's table that something else than `on` follows (learn.microsoft.com, "join operator")."""
    if not before or before[-1].text != ")" or finding.token in ("|", ";", ")"):
        return None
    depth = 0
    for place in range(len(before) - 1, -1, -1):
        depth += (before[place].text == ")") - (before[place].text == "(")
        if depth == 0:
            words = [token for token in before[max(place - 6, 0) : place] if token.text in ("join", "lookup", "|")]
            if words and words[-1].text != "|":
                name = words[-1]
                message = f"{name.text} is missing its on."
                return Diagnostic(name.line, name.column + 1, "join_on", message, "Add on Column behind the table.")
            return None
    return None


def _goes_on(token: Any) -> bool:
    """Whether something must follow a token, so that a | behind it comes too early."""
    return token.text.lower() in ("and", "or", "by", "with", "to", "on", "in", "of") or (
        token.text not in (")", "]", "}", "*", "") and not (token.text[-1].isalnum() or token.text[-1] in "_'\"`~")
    )


def _incomplete(stage: list[Any]) -> Diagnostic:
    """An operator that lacks something; the parser says so only at the | in front of it."""
    name, depth, last = stage[0], 0, stage[0]
    for token in stage[1:]:
        if depth <= 0 and token.text in ("|", ";"):
            break
        depth += (token.text in _PAIRS) - (token.text in _PAIRS.values())
        last = token
    message = f"{name.text} is not complete, or something in it does not belong there."
    advice = f"See how {name.text} is written." if last is not name else f"Say after {name.text} what it works on."
    line, column = _end_of(last) if last is name else (name.line, name.column + 1)
    return Diagnostic(line, column, "syntax", message, advice)


def _last_of_call(tokens: list[Any], opened: Any) -> Any:
    """Where a call, or a bracket within an expression, was likely to end: with its line, when more stands behind it there.
    `None` for the bracket around a sub-query or a list of lines."""
    place = next(index for index, token in enumerate(tokens) if token is opened)
    called = place > 0 and tokens[place - 1].line == opened.line and tokens[place - 1].text not in _OPENERS
    inside = [token for token in tokens[place + 1 :] if token.line == opened.line]
    if opened.text != "(" or not called or not inside or inside[-1].text in ("(", ","):
        return None
    return inside[-1]


_OPENERS = ("join", "lookup", "union", "in", "in~", "!in", "on", "=", "has_any", "has_all", "(", ",", "{")


def _end_of(token: Any) -> tuple[int, int]:
    """The place right behind a token."""
    text = token.text
    extra = text.count("\n")
    column = len(text) - text.rfind("\n") if extra else token.column + len(text) + 1
    return token.line + extra, column


def _unreadable(parsed: Parsed, finding: SyntaxFinding) -> Diagnostic:
    sign = parsed.text[finding.start : finding.start + 2]
    if sign[:1] in "\"'" or sign[:2] in ('@"', "@'", 'h"', "h'"):
        message = "The text that starts here is not closed on its line."
        return Diagnostic(
            finding.line, finding.column, "unclosed_quote", message, f"Close it with {sign.strip('@h')[:1]}."
        )
    return Diagnostic(finding.line, finding.column, "syntax", f"{sign[:1]} has no meaning in KQL here.")


def _after_bar(finding: SyntaxFinding, bar: Any) -> Diagnostic:
    """An operator's name that is none."""
    if finding.token in ("", "|", ";"):
        return Diagnostic(bar.line, bar.column + 1, "syntax", "An operator is missing after this |.")
    habit = habit_after_bar(finding.token)
    if habit is not None:
        return Diagnostic(finding.line, finding.column, "sql", *habit)
    close = nearest(finding.token, OPERATORS)
    advice = f"Did you mean {close}?" if close else "After | stands an operator such as where, project or summarize."
    return Diagnostic(
        finding.line, finding.column, "unknown_operator", f"There is no operator {finding.token}.", advice
    )


def _unclosed(parsed: Parsed, finding: SyntaxFinding) -> Diagnostic | None:
    """A bracket that the next `|` or the end of the query finds open."""
    depth, last = 0, None
    for token in parsed.tokens:
        if token.start < finding.start:
            continue
        if token.text in ("|", ";"):
            break
        depth += (token.text in _PAIRS) - (token.text in _PAIRS.values())
        if depth == 0:
            return None
        last = token
    line, column = _end_of(last)
    message = f"The {finding.token} of line {finding.line}, column {finding.column} is not closed."
    return Diagnostic(line, column, "unclosed", message, f"Add {_PAIRS[finding.token]} here.")


def _open_bracket(tokens: list[Any]) -> Any:
    """The innermost bracket that is still open."""
    opened = []
    for token in tokens:
        if token.text in _PAIRS:
            opened.append(token)
        elif opened and token.text == _PAIRS[opened[-1].text]:
            opened.pop()
    return opened[-1] if opened else None
