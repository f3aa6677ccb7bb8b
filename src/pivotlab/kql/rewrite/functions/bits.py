"""Bitwise functions on whole numbers."""

from __future__ import annotations

from pivotlab.kql.rewrite.registry import define, python

define("binary_and(one:long, other:long) -> long", "({one} & {other})", "Bitwise and.")
define("binary_or(one:long, other:long) -> long", "({one} | {other})", "Bitwise or.")
define("binary_xor(one:long, other:long) -> long", "xor({one}, {other})", "Bitwise exclusive or.")
define("binary_not(value:long) -> long", "(~{value})", "Bitwise not.")
define(
    "binary_shift_left(value:long, bits:long) -> long",
    "CAST(kql_shift({value}, {bits}) AS BIGINT)",
    "The value shifted left; the shift counts modulo 64.",
)
define(
    "binary_shift_right(value:long, bits:long) -> long",
    "({value} >> ({bits} % 64)::INTEGER)",
    "The value shifted right; the shift counts modulo 64.",
)
define("bitset_count_ones(value:long) -> long", "CAST(bit_count({value}) AS BIGINT)", "How many bits are set.")


@python("shift", "BIGINT BIGINT", "BIGINT")
def _py_shift(value: int | None, bits: int | None) -> int | None:
    if value is None or bits is None:
        return None
    shifted = (value << (bits % 64)) & (2**64 - 1)
    return shifted - 2**64 if shifted >= 2**63 else shifted
