"""`$filter` and `$orderby`, as Graph and Azure Resource Manager spell them, over plain dictionaries.

Supported: `and`, `or`, `not`, parentheses, `eq ne gt ge lt le`, `in (...)`, `contains`, `startswith`, `endswith`, and
`any` over a collection. A path is written with slashes (`properties/status`). Anything else is refused with a sentence,
never ignored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from pivotlab.api.errors import ApiError

Predicate = Callable[[Mapping[str, Any]], bool]
_Value = Callable[[Mapping[str, Any]], Any]

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')"
    r"|(?P<time>\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?)"
    r"|(?P<number>-?\d+(?:\.\d+)?)(?![\w-])"
    r"|(?P<word>[A-Za-z_@][\w@.]*(?:/[A-Za-z_@][\w@.]*)*)"
    r"|(?P<sign>[(),:]))"
)
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda left, right: bool(left == right),
    "ne": lambda left, right: bool(left != right),
    "gt": lambda left, right: bool(left > right),
    "ge": lambda left, right: bool(left >= right),
    "lt": lambda left, right: bool(left < right),
    "le": lambda left, right: bool(left <= right),
}
_TEXT_FUNCTIONS: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda text, part: part in text,
    "startswith": lambda text, part: text.startswith(part),
    "endswith": lambda text, part: text.endswith(part),
}
_DEEPEST = 50


def parse_filter(expression: str) -> Predicate:
    """A predicate for a `$filter`. Raises `ApiError` 400 that quotes the place where it stops making sense.

    Text compares without regard to case, as both services do with their enum values.
    """
    return _Parser(expression).parse()


def order_by(items: Iterable[Mapping[str, Any]], expression: str) -> list[Mapping[str, Any]]:
    """`items` sorted by an `$orderby` such as `properties/createdTimeUtc desc`; a missing value sorts first."""
    ordered = list(items)
    for part in reversed(expression.split(",")):
        path, *direction = part.split()[:2] or [""]
        if not re.fullmatch(r"[A-Za-z_]\w*(/[A-Za-z_]\w*)*", path) or direction not in ([], ["asc"], ["desc"]):
            raise ApiError(
                400, "BadRequest", f"$orderby cannot be read: '{part.strip()}'. Write 'path' or 'path desc'."
            )
        keyed = [(_sortable(_lookup(item, path.split("/"))), item) for item in ordered]
        keyed.sort(key=lambda pair: pair[0], reverse=direction == ["desc"])
        ordered = [item for _, item in keyed]
    return ordered


def chosen(items: Iterable[Mapping[str, Any]], query: Mapping[str, str]) -> Iterable[Mapping[str, Any]]:
    """The items that `$filter` asks for, in the order of `$orderby`; unordered ones are only looked at when needed."""
    if condition := query.get("$filter"):
        matches = parse_filter(condition)
        items = (item for item in items if matches(item))
    if ordering := query.get("$orderby"):
        items = order_by(items, ordering)
    return items


class _Parser:
    """Recursive descent over the tokens of one expression."""

    def __init__(self, expression: str) -> None:
        self._expression = expression
        self._tokens: list[tuple[str, str]] = []
        self._at = 0
        self._depth = 0
        at, end = 0, len(expression.rstrip())
        while at < end:
            match = _TOKEN.match(expression, at)
            if match is None:
                raise self._unreadable(expression[at:].strip())
            kind = str(match.lastgroup)
            self._tokens.append((kind, match.group(kind)))
            at = match.end()

    def parse(self) -> Predicate:
        predicate = self._either()
        if self._at < len(self._tokens):
            raise self._unreadable(self._tokens[self._at][1])
        return predicate

    def _either(self) -> Predicate:
        parts = [self._both()]
        while self._take("word", "or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else lambda item: any(part(item) for part in parts)

    def _both(self) -> Predicate:
        parts = [self._single()]
        while self._take("word", "and"):
            parts.append(self._single())
        return parts[0] if len(parts) == 1 else lambda item: all(part(item) for part in parts)

    def _single(self) -> Predicate:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ApiError(400, "BadRequest", f"$filter nests deeper than {_DEEPEST} levels.")
        try:
            if self._take("word", "not"):
                inner = self._single()
                return lambda item: not inner(item)
            if self._take("sign", "("):
                inner = self._either()
                self._expect(")")
                return inner
            return self._condition()
        finally:
            self._depth -= 1

    def _condition(self) -> Predicate:
        word = self._next("word")
        if word in _TEXT_FUNCTIONS and self._peek() == ("sign", "("):
            return self._text_function(word)
        if word.endswith("/any"):
            return self._any(word.removesuffix("/any").split("/"))
        left = _path(word)
        operator = self._next("word")
        if operator == "in":
            self._expect("(")
            options = [self._literal()]
            while self._take("sign", ","):
                options.append(self._literal())
            self._expect(")")
            return lambda item: any(_compare("eq", left(item), option) for option in options)
        if operator not in _COMPARE:
            raise self._unreadable(operator)
        right = self._literal()
        return lambda item: _compare(operator, left(item), right)

    def _text_function(self, name: str) -> Predicate:
        self._expect("(")
        path = _path(self._next("word"))
        self._expect(",")
        part = self._literal()
        self._expect(")")
        return lambda item: _TEXT_FUNCTIONS[name](str(path(item) or "").casefold(), str(part).casefold())

    def _any(self, path: list[str]) -> Predicate:
        """`labels/any(l: l/labelName eq 'x')`: the variable stands for each element in turn."""
        self._expect("(")
        variable = self._next("word")
        self._expect(":")
        inner = self._either()
        self._expect(")")

        def holds(item: Mapping[str, Any]) -> bool:
            elements = _lookup(item, path)
            return isinstance(elements, list) and any(inner({**item, variable: element}) for element in elements)

        return holds

    def _literal(self) -> Any:
        kind, token = self._peek()
        self._at += 1
        if kind == "text":
            return token[1:-1].replace("''", "'")
        if kind == "number":
            return float(token)
        if kind == "time":
            moment = _moment(token)
            if moment is None:
                raise self._unreadable(token)
            return moment
        if kind == "word" and token in ("true", "false", "null"):
            return {"true": True, "false": False, "null": None}[token]
        raise self._unreadable(token or "the end")

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")

    def _take(self, kind: str, token: str) -> bool:
        taken = self._peek() == (kind, token)
        self._at += taken
        return taken

    def _next(self, kind: str) -> str:
        found, token = self._peek()
        if found != kind:
            raise self._unreadable(token or "the end")
        self._at += 1
        return token

    def _expect(self, sign: str) -> None:
        if not self._take("sign", sign):
            raise self._unreadable(self._peek()[1] or "the end")

    def _unreadable(self, at: str) -> ApiError:
        return ApiError(
            400,
            "BadRequest",
            f"$filter cannot be read at '{at[:40]}'. An example that works: status eq 'active' and severity eq 'high'.",
        )


def _path(word: str) -> _Value:
    steps = word.split("/")
    return lambda item: _lookup(item, steps)


def _lookup(item: Any, steps: list[str]) -> Any:
    for step in steps:
        if not isinstance(item, Mapping):
            return None
        item = item.get(step)
    return item


def _compare(operator: str, left: Any, right: Any) -> bool:
    """Compare as the literal's type asks; values of different kinds are unequal and have no order."""
    if isinstance(right, datetime):
        left = _moment(left) if isinstance(left, str) else None
    elif isinstance(right, str):
        left, right = left.casefold() if isinstance(left, str) else left, right.casefold()
    elif isinstance(right, float) and isinstance(left, str):
        left = float(left) if re.fullmatch(r"-?\d{1,300}(\.\d+)?", left) else None
    if operator in ("eq", "ne"):
        return _COMPARE[operator](left, right)
    try:
        return _COMPARE[operator](left, right)
    except TypeError:
        return False


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _sortable(value: Any) -> tuple[int, float, str]:
    if value is None:
        return (0, 0.0, "")
    if isinstance(value, bool | int | float):
        return (1, float(value), "")
    return (2, 0.0, str(value))
