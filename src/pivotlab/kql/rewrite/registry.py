"""The table of scalar functions. Each is defined once, by its signature, its SQL and one sentence about its meaning.

A signature reads as in `signatures`, with ` -> type` behind it. Types are KQL's, or `any`, `number`, `ordered`, `text`
(anything, as its text), `json` (text or a dynamic); `-> =text` means the type of the argument `text`. The documentation
page of `name` is learn.microsoft.com "name()".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from pivotlab.kql.errors import KqlLimit, KqlUnsupported
from pivotlab.kql.marks import marked
from pivotlab.kql.rewrite import convert
from pivotlab.kql.rewrite.constants import null
from pivotlab.kql.signatures import Signed, read
from pivotlab.kql.syntax.tree import Tree
from pivotlab.kql.terms import NUMERIC, UNKNOWN, Value
from pivotlab.kql.translation import Translation

Udf = Callable[..., Any]
Builder = Callable[..., Value]
Check = Callable[[Translation, Tree, str, list[Value]], None]


@dataclass(frozen=True)
class ScalarFunction(Signed):
    """A scalar function: what it means, and what it becomes; see `define`."""

    returns: str
    template: str = ""
    builder: Builder | None = None
    named: Callable[[str], str] | None = None
    check: Check | None = None

    @property
    def reads_twice(self) -> bool:
        """Whether its SQL holds an argument more than once."""
        return any(self.template.count(f"{{{argument.name}}}") > 1 for argument in self.arguments)


class Refusal(Exception):  # noqa: N818 - the call is valid; it is not run
    """A builder's or a Python function's way to say that this call is not run offline. The message says why."""


class Mistake(Exception):  # noqa: N818 - the call is wrong
    """A builder's way to say that the values of this call do not go together. `advice` says what to type."""

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.advice = advice


FUNCTIONS: dict[str, ScalarFunction] = {}
UDFS: dict[str, tuple[Udf, tuple[str, ...], str]] = {}
"""Name in DuckDB -> Python function, parameter types and return type, as DuckDB types."""


def define(
    signature: str,
    become: str | Builder,
    meaning: str,
    *,
    also: tuple[str, ...] = (),
    named: Callable[[str], str] | None = None,
    check: Check | None = None,
) -> None:
    """Add a function. `become` is SQL with `{parameter}` in it, or builds a `Value` from the arguments' values.

    `also` are older or alternative names. `named` calls an unnamed column, given the name of the first argument. `check`
    reports arguments that do not go together.
    """
    called, _, returns = signature.partition(" -> ")
    name, arguments = read(called)
    for each in (name, *also):
        FUNCTIONS[each] = ScalarFunction(
            each,
            arguments,
            meaning if each == name else f"An older name of `{name}()`.",
            returns,
            template=become if isinstance(become, str) else "",
            builder=None if isinstance(become, str) else become,
            named=named,
            check=check,
        )


def python(name: str, parameters: str, returns: str) -> Callable[[Udf], Udf]:
    """Make a Python function callable from SQL as `kql_<name>`. `parameters` are DuckDB types, separated by spaces."""

    def keep(function: Udf) -> Udf:
        UDFS[f"kql_{name}"] = (_guarded(name, function), tuple(parameters.split()), returns)
        return function

    return keep


def _guarded(name: str, function: Udf) -> Udf:
    """The function with its exceptions as outcomes of the query, of which DuckDB passes on the text alone."""

    @wraps(function)
    def call(*arguments: Any) -> Any:
        try:
            return function(*arguments)
        except Refusal as reason:
            raise RuntimeError(marked(KqlUnsupported, f"{reason}.")) from None
        except (KqlLimit, MemoryError) as reason:
            message = str(reason) or f"{name}() needs more memory than there is."
            raise RuntimeError(marked(KqlLimit, message)) from None
        except Exception:
            message = f"{name}() is not run on such a value in the practice engine."
            raise RuntimeError(marked(KqlUnsupported, message)) from None

    return call


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
