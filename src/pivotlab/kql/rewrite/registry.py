"""The table of scalar functions. Each is defined once, by its signature, its SQL and one sentence about its meaning.

A signature reads `name(parameter:type, other:type?, rest:type*) -> type`; `?` may be left out, `*` may be repeated.
Types are KQL's, or `any`, `number`, `ordered`, `text` (anything, as its text), `json` (text or a dynamic); `-> =text`
means the type of the argument `text`. The documentation page of `name` is learn.microsoft.com "name()", unless `page`
names another.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pivotlab.kql.rewrite import convert
from pivotlab.kql.rewrite.constants import null
from pivotlab.kql.terms import NUMERIC, UNKNOWN, Value

Udf = Callable[..., Any]
Builder = Callable[..., Value]

_SIGNATURE = re.compile(r"(\w+)\((.*)\) -> (=?\w+)")


@dataclass(frozen=True)
class Argument:
    """One parameter of a function."""

    name: str
    kind: str
    optional: bool = False
    repeated: bool = False


@dataclass(frozen=True)
class ScalarFunction:
    """A scalar function: how it is called, what it means, and what it becomes."""

    name: str
    arguments: tuple[Argument, ...]
    returns: str
    meaning: str
    page: str
    template: str = ""
    builder: Builder | None = None
    udf: str = ""

    @property
    def signature(self) -> str:
        parts = [f"{a.name}{'?' if a.optional else '*' if a.repeated else ''}" for a in self.arguments]
        return f"{self.name}({', '.join(parts)})"

    @property
    def fewest(self) -> int:
        return sum(not argument.optional and not argument.repeated for argument in self.arguments)

    @property
    def most(self) -> int | None:
        """How many arguments it takes at most; `None` for any number."""
        return None if any(argument.repeated for argument in self.arguments) else len(self.arguments)

    def argument(self, index: int) -> Argument:
        """The parameter that the argument at `index` goes to."""
        return self.arguments[min(index, len(self.arguments) - 1)]


class Refusal(Exception):  # noqa: N818 - the call is valid; it is not run
    """A builder's way to say that this call is not run offline. The message says why."""


FUNCTIONS: dict[str, ScalarFunction] = {}
UDFS: dict[str, tuple[Udf, tuple[str, ...], str]] = {}
"""Name in DuckDB -> Python function, parameter types and return type, as DuckDB types."""


def define(
    signature: str, become: str | Builder, meaning: str, *, page: str = "", udf: str = "", also: tuple[str, ...] = ()
) -> None:
    """Add a function. `become` is SQL with `{parameter}` in it, or builds a `Value` from the arguments' values.

    `udf` names a Python function (see `python`) that the SQL calls. `also` are older or alternative names.
    """
    found = _SIGNATURE.fullmatch(signature)
    assert found is not None, signature
    name, parameters, returns = found.groups()
    arguments = tuple(_argument(part.strip()) for part in parameters.split(",")) if parameters else ()
    for each in (name, *also):
        FUNCTIONS[each] = ScalarFunction(
            each,
            arguments,
            returns,
            meaning if each == name else f"An older name of `{name}()`.",
            page or f"{name}()",
            template=become if isinstance(become, str) else "",
            builder=None if isinstance(become, str) else become,
            udf=udf,
        )


def _argument(text: str) -> Argument:
    name, _, kind = text.partition(":")
    return Argument(name, kind.rstrip("?*"), optional=kind.endswith("?"), repeated=kind.endswith("*"))


def python(name: str, parameters: str, returns: str) -> Callable[[Udf], Udf]:
    """Make a Python function callable from SQL as `kql_<name>`. `parameters` are DuckDB types, separated by spaces."""

    def keep(function: Udf) -> Udf:
        UDFS[f"kql_{name}"] = (function, tuple(parameters.split()), returns)
        return function

    return keep


_UDF = re.compile(r"\bkql_\w+(?=\()")


def udfs_in(sql: str) -> set[str]:
    """The Python functions that a statement calls."""
    return {name for name in _UDF.findall(sql) if name in UDFS}


def fits(value: Value, kind: str) -> bool:
    """Whether Kusto takes a value where a parameter is of `kind`, by itself or by implicit conversion.

    `text` is converted from anything; a `string` may come out of a dynamic, and so may a number; datetimes, timespans,
    bools and dynamics must be what they are.
    """
    if kind in ("any", "text", value.kind) or value.kind == UNKNOWN:
        return True
    if value.is_constant and value.const is None and value.kind == "dynamic":
        return True
    if kind in ("string", "json"):
        return value.kind in ("string", "dynamic")
    if kind in ("real", "number", "decimal", "long", "int"):
        return value.kind in (*NUMERIC, "dynamic")
    if kind == "ordered":
        return value.kind in (*NUMERIC, "datetime", "timespan", "bool", "string")
    return False


def coerced(value: Value, kind: str) -> Value:
    """The value as a parameter of `kind` reads it."""
    if kind in ("any", "ordered", "json"):
        return value
    if kind == "text":
        return convert.text(value)
    if kind == "number":
        return value if value.kind in NUMERIC else convert.real(value)
    if kind == value.kind and kind != "string":
        return value
    return convert.CONVERSIONS[kind](value)


def build(function: ScalarFunction, values: list[Value]) -> Value:
    """The call of a function on values that fit."""
    ready = [coerced(value, function.argument(index).kind) for index, value in enumerate(values)]
    if function.builder is not None:
        result = function.builder(*ready)
    else:
        named: dict[str, str] = {}
        for argument, value in zip(function.arguments, ready, strict=False):
            named[argument.name] = value.sql
        for argument in function.arguments[len(ready) :]:
            named[argument.name] = null(
                "string"
                if argument.kind == "text"
                else argument.kind
                if argument.kind in convert.CONVERSIONS
                else "dynamic"
            ).sql
        named["rest"] = ", ".join(value.sql for value in ready)
        kind = _returned(function, ready)
        result = Value(function.template.format(**named), kind, nullable=kind != "string")
        if kind == "string":
            result = Value(f"coalesce({result.sql}, '')", "string", nullable=False)
    return result


def _returned(function: ScalarFunction, values: list[Value]) -> str:
    if not function.returns.startswith("="):
        return function.returns
    wanted = function.returns[1:]
    for argument, value in zip(function.arguments, values, strict=False):
        if argument.name == wanted:
            return value.kind
    return UNKNOWN
