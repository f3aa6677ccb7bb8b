"""`let` functions that give one value, and those that give rows; `toscalar()` of both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pivotlab.kql import KqlError

Rows = Callable[[str], list[tuple[Any, ...]]]


@pytest.mark.parametrize(
    ("kql", "expected"),
    [
        ("let f=(){5}; print toscalar(f())", [(5,)]),
        ("let f=(){5}; datatable(a:long)[1,9] | where a > toscalar(f())", [(9,)]),
        ("let f=(n:long){n * 2}; let y = f(4); print y", [(8,)]),
        ("let f=(){let a = 3; a}; print toscalar(f()), f()", [(3, 3)]),
        ("let f=(){let t = range x from 1 to 2 step 1; t}; print toscalar(f())", [(1,)]),
        ("let f=(){let t = range x from 1 to 2 step 1; t}; f() | count", [(2,)]),
        ("let f=(){strcat('a', 'b')}; let g=(){f()}; let y = g(); print toscalar(g()), y", [("ab", "ab")]),
        ("let f=(T:(x:long)){T | summarize sum(x)}; let r = range x from 1 to 3 step 1; print toscalar(f(r))", [(6,)]),
        ("let f=(){dynamic({'a':7}).a}; let y = f(); print toint(y)", [(7,)]),
        ("let y = toscalar(range x from 4 to 6 step 1); print abs(y - 6)", [(2,)]),
        (
            "let y = toscalar(range x from 4 to 6 step 1); range x from 4 to 5 step 1 | extend z = abs(y - x)",
            [(4, 0), (5, 1)],
        ),
    ],
)
def test_a_function_gives_what_its_body_gives(rows: Rows, kql: str, expected: list[tuple[Any, ...]]) -> None:
    assert rows(kql) == expected


def test_rows_for_a_value_are_said(rows: Rows) -> None:
    with pytest.raises(KqlError, match="gives a table"):
        rows("let f=(){range x from 1 to 2 step 1}; print x = f()")


def test_functions_that_call_each_other_are_translated_once(rows: Rows) -> None:
    """Each level doubling the work of the one below would take hours for forty of them."""
    levels = "".join(f"let f{n} = () {{ let a = f{n - 1}(); a }};\n" for n in range(1, 41))
    assert rows(f"let f0 = () {{ 1 }};\n{levels}let y = f40(); print y, toscalar(f40())") == [(1, 1)]
