"""Encodings and hashes."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import uuid
from urllib.parse import quote, unquote

from pivotlab.kql.rewrite import convert
from pivotlab.kql.rewrite.registry import Builder, define, python
from pivotlab.kql.terms import Value

define(
    "base64_encode_tostring(text:string) -> string",
    "to_base64(encode({text}))",
    "Text in base 64.",
    also=("base64_encodestring",),
)
define(
    "base64_decode_tostring(text:string) -> string",
    "kql_base64_decode({text})",
    "The text behind base 64; empty when it is none.",
    also=("base64_decodestring",),
)
define(
    "base64_decode_toarray(text:string) -> dynamic",
    "CAST(kql_base64_toarray({text}) AS JSON)",
    "The bytes behind base 64, as an array of numbers.",
)
define("base64_encode_fromguid(value:guid) -> string", "kql_base64_fromguid({value})", "A guid in base 64.")
define(
    "base64_encode_fromarray(array:dynamic) -> string",
    "kql_base64_fromarray(CAST({array} AS VARCHAR))",
    "An array of bytes in base 64.",
)
define("url_encode(text:string) -> string", "kql_url_encode({text}, TRUE)", "Text for a URL; a blank becomes +.")
define(
    "url_encode_component(text:string) -> string",
    "kql_url_encode({text}, FALSE)",
    "Text for a part of a URL; a blank becomes %20.",
)
define("url_decode(text:string) -> string", "kql_url_decode({text})", "The text behind a URL's encoding.")


def _hashed(algorithm: str) -> Builder:
    function = {"md5": "md5({0})", "sha256": "sha256({0})", "sha1": "kql_sha1({0})"}[algorithm]
    return lambda value: Value(function.format(convert.text(value).sql), "string", nullable=False)


for _algorithm in ("md5", "sha1", "sha256"):
    define(
        f"hash_{_algorithm}(value:any) -> string",
        _hashed(_algorithm),
        f"The {_algorithm.upper()} of the value's text, in hexadecimal.",
    )


@python("sha1", "VARCHAR", "VARCHAR")
def _py_sha1(text: str | None) -> str:
    return hashlib.sha1((text or "").encode(), usedforsecurity=False).hexdigest()


def _bytes(text: str | None) -> bytes | None:
    try:
        return base64.b64decode(text or "", validate=True)
    except (binascii.Error, ValueError):
        return None


@python("base64_decode", "VARCHAR", "VARCHAR")
def _py_base64_decode(text: str | None) -> str:
    try:
        return (_bytes(text) or b"").decode()
    except UnicodeDecodeError:
        return ""


@python("base64_toarray", "VARCHAR", "VARCHAR")
def _py_base64_toarray(text: str | None) -> str | None:
    found = _bytes(text)
    return None if found is None else json.dumps(list(found))


@python("base64_fromguid", "VARCHAR", "VARCHAR")
def _py_base64_fromguid(text: str | None) -> str:
    return base64.b64encode(uuid.UUID(text).bytes_le).decode() if text else ""


@python("base64_fromarray", "VARCHAR", "VARCHAR")
def _py_base64_fromarray(text: str | None) -> str:
    try:
        return base64.b64encode(bytes(json.loads(text or "[]"))).decode()
    except (TypeError, ValueError):
        return ""


@python("url_encode", "VARCHAR BOOLEAN", "VARCHAR")
def _py_url_encode(text: str | None, form: bool) -> str:
    encoded = quote(text or "", safe="!*()-_.")
    return encoded.replace("%20", "+") if form else encoded


@python("url_decode", "VARCHAR", "VARCHAR")
def _py_url_decode(text: str | None) -> str:
    return unquote((text or "").replace("+", " "))
