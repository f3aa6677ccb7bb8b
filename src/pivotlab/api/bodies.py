"""Request bodies: JSON, or the Python literal that msticpy sends in its place."""

from __future__ import annotations

import ast
import json
import math
from typing import Any

from pivotlab.api.errors import ApiError

LARGEST = 4 * 1024 * 1024
"""Bytes of a body that we read: Azure Resource Manager's own limit."""


def read_object(raw: bytes) -> dict[str, Any]:
    """The object in a request body; an empty body is an empty object.

    msticpy sends `str(dict)` (single quotes, `None`, `True`, and `np.int64(0)` for a number out of a frame) labelled as
    JSON. JSON is tried first. Raises `ApiError` 400 for anything that is not one object, and 413 beyond `LARGEST` bytes.
    """
    value = read_value(raw)
    if not isinstance(value, dict):
        raise _malformed("it is not an object")
    return value


def read_value(raw: bytes) -> Any:
    """Whatever a request body holds, read as `read_object` does."""
    if len(raw) > LARGEST:
        raise ApiError(413, "RequestEntityTooLarge", f"The body has {len(raw)} bytes; {LARGEST} are allowed.")
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise _malformed("it is not UTF-8") from None
    if not text.strip():
        return {}
    try:
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return _literal(text)


def _literal(text: str) -> Any:
    try:
        value = ast.literal_eval(_PlainNumbers().visit(ast.parse(text.strip(), mode="eval")))
        json.dumps(value, allow_nan=False)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        raise _malformed("it is neither JSON nor a Python literal") from None
    return value


class _PlainNumbers(ast.NodeTransformer):
    """Replaces `np.int64(0)`, which is how NumPy 2 prints a number, by the number."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="np")), args=[ast.Constant() as number], keywords=[]):
                return number
        return node


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _malformed(why: str) -> ApiError:
    return ApiError(
        400,
        "InvalidRequestContent",
        f'The request body cannot be read: {why}. Send one JSON object, such as {{"properties": {{}}}}.',
    )


def text(properties: dict[str, Any], name: str, *, longest: int | None = None) -> str | None:
    """A text field, or None when it is absent. Raises `ApiError` 400 when it is not text or too long."""
    value = properties.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise ApiError(400, "BadRequest", f"'{name}' must be text, not {type(value).__name__}.")
    if longest is not None and len(value) > longest:
        raise ApiError(400, "BadRequest", f"'{name}' has {len(value)} characters; {longest} are allowed.")
    return value


def whole_number(value: str | None, name: str, *, default: int, most: int) -> int:
    """A query parameter such as `$top`: 1 to `most`. Raises `ApiError` 400 for anything else."""
    if value is None or value == "":
        return default
    number = int(value) if value.isascii() and value.isdigit() and len(value) <= 9 else math.nan
    if not 1 <= number <= most:
        raise ApiError(400, "BadRequest", f"'{name}' must be a whole number from 1 to {most}, not '{value}'.")
    return int(number)
