"""`$filter` and `$orderby`."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pivotlab.api.errors import ApiError
from pivotlab.api.odata import order_by, parse_filter

ITEM: dict[str, Any] = {
    "status": "active",
    "title": "Sign-in from Zoë's phone",
    "count": 7,
    "open": True,
    "assignedTo": None,
    "createdDateTime": "2026-11-03T08:00:00Z",
    "properties": {"severity": "High", "labels": [{"labelName": "vip"}, {"labelName": "mail"}]},
}


@pytest.mark.parametrize(
    "expression",
    [
        "status eq 'active'",
        "status eq 'ACTIVE'",
        "status ne 'resolved'",
        "properties/severity eq 'High'",
        "count gt 6 and count lt 8",
        "count ge 7 and count le 7.0",
        "open eq true",
        "assignedTo eq null",
        "missing eq null",
        "createdDateTime ge 2026-11-03T08:00:00Z",
        "createdDateTime ge 2026-11-03T10:00:00+02:00",
        "createdDateTime lt 2026-11-04",
        "status in ('new', 'active')",
        "contains(title, 'zoë')",
        "contains(title, 'Zoë''s')",
        "startswith(title, 'Sign') and endswith(title, 'phone')",
        "not (status eq 'resolved')",
        "not contains(title, 'mail')",
        "status eq 'resolved' or (count eq 7 and open eq true)",
        "properties/labels/any(l: l/labelName eq 'vip')",
    ],
)
def test_a_filter_that_holds(expression: str) -> None:
    assert parse_filter(expression)(ITEM)


@pytest.mark.parametrize(
    "expression",
    [
        "status eq 'resolved'",
        "status ne 'Active'",
        "count gt 7",
        "count lt 'seven'",
        "missing gt 3",
        "createdDateTime gt 2026-11-03T08:00:00Z",
        "title gt 2026-11-03",
        "status in ('new', 'resolved')",
        "contains(missing, 'x')",
        "properties/labels/any(l: l/labelName eq 'none')",
        "status/any(l: l eq 'active')",
        "status eq 'active' and status eq 'resolved' or count eq 8",
    ],
)
def test_a_filter_that_does_not_hold(expression: str) -> None:
    assert not parse_filter(expression)(ITEM)


@pytest.mark.parametrize(
    ("expression", "place"),
    [
        ("status = 'active'", "= 'active'"),
        ("status eq", "the end"),
        ("status eq active", "active"),
        ("status eq 'active", "'active"),
        ("(status eq 'a'", "the end"),
        ("status eq 'a' extra", "extra"),
        ("status like 'a'", "like"),
        ("day(createdDateTime) eq 3", "("),
        ("", "the end"),
        ("created ge 2026-13-45", "2026-13-45"),
    ],
)
def test_a_filter_that_cannot_be_read_says_where(expression: str, place: str) -> None:
    with pytest.raises(ApiError) as refused:
        parse_filter(expression)
    assert f"at '{place}'" in refused.value.message


def test_nesting_is_bounded() -> None:
    with pytest.raises(ApiError, match="deeper"):
        parse_filter("(" * 500 + "status eq 'a'" + ")" * 500)


@given(st.text(max_size=60) | st.text(alphabet="()'/ aeqndort,:_0123456789-", max_size=80))
def test_no_text_makes_it_fail_in_another_way(expression: str) -> None:
    try:
        parse_filter(expression)(ITEM)
    except ApiError as refused:
        assert refused.status == 400


def test_ordering_by_a_nested_path_up_and_down() -> None:
    items = [{"p": {"n": number}} for number in (2, 3, 1)]
    assert [item["p"]["n"] for item in order_by(items, "p/n")] == [1, 2, 3]
    assert [item["p"]["n"] for item in order_by(items, "p/n desc")] == [3, 2, 1]


def test_ordering_by_two_paths_and_with_values_missing() -> None:
    items = [{"a": "x", "b": 1}, {"a": "w"}, {"a": "x", "b": None}, {"a": "x", "b": 0}]
    assert order_by(items, "a desc, b") == [items[2], items[3], items[0], items[1]]


@pytest.mark.parametrize("expression", ["", "a sideways", "a/", "1", "a desc,"])
def test_an_ordering_that_cannot_be_read_is_refused(expression: str) -> None:
    with pytest.raises(ApiError, match="orderby"):
        order_by([], expression)
