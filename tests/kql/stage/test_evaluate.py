"""Plugins of `evaluate`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pivotlab.kql import KqlLimit

Rows = Callable[[str], list[tuple[Any, ...]]]


@pytest.mark.parametrize(
    "plugin", ["evaluate pivot(k)", "extend d = bag_pack(k, x) | project d | evaluate bag_unpack(d)"]
)
def test_more_columns_than_can_be_shown_are_a_limit(rows: Rows, plugin: str) -> None:
    table = "range x from 1 to {} step 1 | extend k = strcat('k', x) | "
    with pytest.raises(KqlLimit, match="more than 500 columns"):
        rows(table.format(501) + plugin)
    assert len(rows(table.format(500) + plugin)[0]) >= 500
