"""`hash()`: xxHash with 64 bits, as its page says (learn.microsoft.com, "hash()", "hash_xxhash64()").

The pages show the hash of a text, of its UTF-8 bytes, and of a datetime, of its ticks. Other types are not shown, so
they are not run.
"""

from __future__ import annotations

import struct

from pivotlab.kql.rewrite import convert
from pivotlab.kql.rewrite.registry import Refusal, define, python
from pivotlab.kql.terms import Value

_MASK = 2**64 - 1
_P1, _P2, _P3 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9
_P4, _P5 = 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5


def _left(value: int, bits: int) -> int:
    return ((value << bits) | (value >> (64 - bits))) & _MASK


def _round(value: int, lane: int) -> int:
    return _left((value + lane * _P2) & _MASK, 31) * _P1 & _MASK


def xxhash64(data: bytes) -> int:
    """XXH64 with seed 0, as its specification has it."""
    size, place = len(data), 0
    value = _P5
    if size >= 32:
        lanes = [(_P1 + _P2) & _MASK, _P2, 0, -_P1 & _MASK]
        while place + 32 <= size:
            words = struct.unpack_from("<4Q", data, place)
            lanes = [_round(lane, word) for lane, word in zip(lanes, words, strict=True)]
            place += 32
        value = sum(_left(lane, bits) for lane, bits in zip(lanes, (1, 7, 12, 18), strict=True)) & _MASK
        for lane in lanes:
            value = ((value ^ _round(0, lane)) * _P1 + _P4) & _MASK
    value = (value + size) & _MASK
    while place + 8 <= size:
        (word,) = struct.unpack_from("<Q", data, place)
        value = (_left(value ^ _round(0, word), 27) * _P1 + _P4) & _MASK
        place += 8
    if place + 4 <= size:
        (half,) = struct.unpack_from("<I", data, place)
        value = (_left(value ^ (half * _P1 & _MASK), 23) * _P2 + _P3) & _MASK
        place += 4
    for byte in data[place:]:
        value = _left(value ^ (byte * _P5 & _MASK), 11) * _P1 & _MASK
    value = (value ^ (value >> 33)) * _P2 & _MASK
    value = (value ^ (value >> 29)) * _P3 & _MASK
    return value ^ (value >> 32)


def _signed(value: int) -> int:
    return value - 2**64 if value >= 2**63 else value


@python("hash_text", "VARCHAR", "BIGINT")
def _py_hash_text(text: str | None) -> int:
    return _signed(xxhash64((text or "").encode()))


@python("hash_ticks", "BIGINT", "BIGINT")
def _py_hash_ticks(ticks: int | None) -> int | None:
    return None if ticks is None else _signed(xxhash64(struct.pack("<q", ticks)))


@python("hash_modulo", "BIGINT BIGINT", "BIGINT")
def _py_hash_modulo(value: int | None, modulo: int | None) -> int | None:
    if value is None or not modulo:
        return None
    if value < 0:
        raise Refusal("hash() with a modulo: the documentation does not say what it is of a negative hash")
    return value % modulo


def _hash(value: Value, modulo: Value | None = None) -> Value:
    if value.kind == "string":
        sql = f"kql_hash_text({value.sql})"
    elif value.kind == "datetime":
        sql = f"kql_hash_ticks({convert.whole(value).sql})"
    else:
        raise Refusal(f"hash() of a {value.kind}: the documentation shows it for texts and datetimes only")
    return Value(sql if modulo is None else f"kql_hash_modulo({sql}, {modulo.sql})", "long")


define(
    "hash(value:any, modulo:long?) -> long",
    _hash,
    "The xxHash64 of a text or a datetime, or what remains of it after a division.",
)
define("hash_xxhash64(value:any, modulo:long?) -> long", _hash, "The same as `hash()`.")
