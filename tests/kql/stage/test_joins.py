"""`join` (learn.microsoft.com, "join operator")."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def test_a_key_may_have_any_name(rows: Callable[[str], list[tuple[Any, ...]]]) -> None:
    """The default kind, innerunique, takes one of the left rows per key."""
    left = "datatable(['Total.Bytes']:long, ['l.x']:long)[1, 2, 1, 2]"
    assert rows(f"{left} | join ({left} | take 1) on ['Total.Bytes'], ['l.x']") == [(1, 2, 1, 2)]
