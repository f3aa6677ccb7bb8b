"""`scan`: the examples of its documentation page, and the matches of short sequences worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pivotlab.kql import Engine, KqlUnsupported

Rows = Callable[[str], list[tuple[Any, ...]]]
LETTERS = "datatable(m:long, e:string)[0,'A', 1,'Start', 2,'B', 3,'D', 4,'Stop', 6,'C', 8,'Start', 11,'E', 12,'Stop'] | sort by m asc | "
VISITS = "datatable(u:string, m:long)['a',0, 'a',10, 'b',5, 'a',50, 'b',20, 'b',90] | "


def test_a_running_total_looks_back_at_its_own_step(rows: Rows) -> None:
    total = "range x from 1 to 5 step 1 | scan declare (s:long=0) with (step one: true => s = x + one.s;)"
    assert rows(total) == [(1, 1), (2, 3), (3, 6), (4, 10), (5, 15)]


def test_a_total_can_start_again(rows: Rows) -> None:
    found = rows(
        "range x from 1 to 5 step 1 | scan declare (s:long=0) with (step one: true => s = iff(one.s >= 10, x, x + one.s);)"
    )
    assert [s for _, s in found] == [1, 3, 6, 10, 5]


def test_an_empty_text_takes_the_last_one(rows: Rows) -> None:
    found = rows(
        "datatable(n:long, e:string)[0,'A', 1,'', 2,'B', 3,'', 4,'C'] | sort by n asc "
        "| scan declare (f:string='') with (step s1: true => f = iff(isempty(e), s1.f, e);)"
    )
    assert [f for *_, f in found] == ["A", "A", "B", "B", "C"]


def test_a_session_ends_thirty_minutes_after_it_began(rows: Rows) -> None:
    found = rows(
        "datatable(t:timespan)[0m, 1m, 2m, 3m, 32m, 36m, 38m, 41m, 75m] | sort by t asc "
        "| scan with_match_id=id declare (begin:timespan) with (step inside: true => begin = iff(isnull(inside.begin), t, inside.begin); "
        "step over output=none: t - inside.begin > 30m;) | project id, toint(begin / 1m)"
    )
    assert found == [(0, 0)] * 4 + [(1, 32)] * 4 + [(2, 75)]


def test_a_sequence_from_start_to_stop_carries_its_number(rows: Rows) -> None:
    found = rows(
        LETTERS + "scan with_match_id=id with (step s1: e == 'Start'; "
        "step s2: e != 'Start' and e != 'Stop' and m - s1.m <= 5; step s3: e == 'Stop' and m - s1.m <= 5;)"
    )
    assert found == [
        (1, "Start", 0),
        (2, "B", 0),
        (3, "D", 0),
        (4, "Stop", 0),
        (8, "Start", 1),
        (11, "E", 1),
        (12, "Stop", 1),
    ]


def test_the_last_of_repeated_matches_stands_for_them(rows: Rows) -> None:
    found = rows(
        LETTERS
        + "scan with (step s1 output=none: e == 'Start'; step s2 output=last: e != 'Start' and e != 'Stop'; step s3: e == 'Stop';)"
    )
    assert found == [(3, "D"), (4, "Stop"), (11, "E"), (12, "Stop")]


def test_each_partition_is_walked_on_its_own(rows: Rows) -> None:
    found = rows(
        VISITS
        + "partition hint.strategy=native by u (sort by m asc | scan with_match_id=id declare (gap:long=-1) with "
        "(step s: true => gap = iff(isnull(s.m), 0, m - s.m);)) | project u, m, gap, id | sort by u asc, m asc"
    )
    assert found == [
        ("a", 0, 0, 0),
        ("a", 10, 10, 0),
        ("a", 50, 40, 0),
        ("b", 5, 0, 0),
        ("b", 20, 15, 0),
        ("b", 90, 70, 0),
    ]


def test_the_answer_goes_on_as_a_table(rows: Rows) -> None:
    assert rows(LETTERS + "scan with (step s1: e == 'Start';) | summarize n=count() by e") == [("Start", 2)]
    assert rows(LETTERS + "scan declare (x:long) with (step s1 output=none: true;) | count") == [(0,)]


def test_mistakes_are_found(engine: Engine) -> None:
    unordered = "datatable(m:long)[1] | scan with (step a: true;)"
    assert [found.code for found in engine.check(unordered)] == ["not_serialized"]
    assert [f.code for f in engine.check(LETTERS + "scan with (step a: nope == 1;)")] == ["unknown_column"]
    assert [f.code for f in engine.check(LETTERS + "scan declare (x:long) with (step a: true => y = 1;)")] == [
        "unknown_column"
    ]
    assert [f.code for f in engine.check(LETTERS + "scan with (step a: true; step b: a.nope == 1;)")] == [
        "unknown_column"
    ]
    with pytest.raises(KqlUnsupported, match="not documented"):
        engine.run(LETTERS + "scan partition by e with (step a: true;)")
