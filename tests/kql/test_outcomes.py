"""No query can make one outcome look like another one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pivotlab.kql import Engine, KqlError, KqlUnsupported, marks
from pivotlab.kql.marks import marked, outcome_in
from pivotlab.store.store import Store

KQL = Path(marks.__file__).parent


@pytest.mark.parametrize(
    "text", ["the rate limit: 5 was hit", "ValueError: custom", "two\nlines", "KqlLimit:x:", "·limit·", "{0} %s"]
)
@pytest.mark.parametrize(
    "where", ["print x = assert(1 == 2, {text})", "range x from 1 to 2 step 1 | where assert(x == 1, {text})"]
)
def test_the_text_of_an_assertion_is_only_a_text(engine: Engine, text: str, where: str) -> None:
    with pytest.raises(KqlError) as raised:
        engine.run(where.replace("{text}", "'" + text.replace("\n", "\\n") + "'"))
    assert text in str(raised.value)


def test_an_outcome_is_found_in_what_duckdb_wraps_around_it() -> None:
    found = outcome_in(f"Invalid Input Error: {marked(KqlUnsupported, 'not run.')}\n\nAt: line 1")
    assert isinstance(found, KqlUnsupported) and str(found) == "not run."
    assert outcome_in("Invalid Input Error: limit: x") is None


def test_a_function_that_refuses_a_value_says_so(engine: Engine) -> None:
    with pytest.raises(KqlUnsupported, match=r"^array_iff\(\) takes conditions"):
        engine.run("datatable(d:dynamic)[dynamic(['x'])] | project array_iff(d, 1, 2)")


def test_a_query_asks_for_the_time_once() -> None:
    moments = iter(datetime(2026, 11, 3, 8, tzinfo=UTC) + timedelta(hours=n) for n in range(9))
    store = Store.for_schema({})
    assert str(Engine(store, now=lambda: next(moments)).run("print now()")["print_0"][0]) == "2026-11-03 08:00:00+00:00"
    assert next(moments).hour == 9


def test_the_arrows_between_the_rooms_of_the_engine_run_one_way() -> None:
    """lint, rewrite, stage, run: an earlier one imports nothing of a later one, not even while it works."""
    rooms = ("syntax", "lint", "rewrite", "stage", "run")
    back = []
    for place, room in enumerate(rooms):
        for file in (KQL / room).rglob("*.py"):
            text = file.read_text(encoding="utf-8")
            later = [each for each in rooms[place + 1 :] if f"pivotlab.kql.{each}" in text]
            back += [f"{file.relative_to(KQL)} imports {each}" for each in later]
    assert back == []
