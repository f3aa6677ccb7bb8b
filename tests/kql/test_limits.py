"""Time, rows and memory are bounded, and a query can be cancelled."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime

import pytest

from pivotlab.kql import Engine, KqlLimit
from pivotlab.kql.run.bounds import Limits
from pivotlab.store.store import Store

_LONG = "range a from 1 to 60000 step 1 | extend k=1 | join kind=inner (range b from 1 to 60000 step 1 | extend k=1) on k | summarize sum(a*b)"


def _engine(limits: Limits) -> Engine:
    return Engine(Store.for_schema({}), now=lambda: datetime(2026, 11, 3, tzinfo=UTC), limits=limits)


def test_a_query_that_takes_too_long_is_stopped() -> None:
    start = time.monotonic()
    with pytest.raises(KqlLimit, match=r"longer than 0.2 seconds"):
        _engine(Limits(seconds=0.2)).run(_LONG)
    assert time.monotonic() - start < 10


def test_too_many_rows_are_refused_with_advice() -> None:
    with pytest.raises(KqlLimit, match="more than 10 rows"):
        _engine(Limits(rows=10)).run("range x from 1 to 11 step 1")
    assert len(_engine(Limits(rows=10)).run("range x from 1 to 10 step 1")) == 10


def test_range_gives_no_more_than_a_million_rows() -> None:
    with pytest.raises(KqlLimit, match="1,048,576"):
        _engine(Limits()).run("range x from 1 to 100000000 step 1 | count")


def test_another_thread_can_cancel() -> None:
    engine = _engine(Limits(seconds=30))
    raised: list[BaseException] = []

    def work() -> None:
        try:
            engine.run(_LONG)
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    time.sleep(0.5)
    engine.cancel()
    thread.join(15)
    assert not thread.is_alive()
    assert isinstance(raised[0], KqlLimit) and "cancelled" in str(raised[0])


def test_threads_do_not_disturb_each_other() -> None:
    engine = _engine(Limits())
    answers: list[int] = []

    def work(number: int) -> None:
        answers.append(int(engine.run(f"range x from 1 to {number} step 1 | count")["Count"][0]))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == list(range(1, 9))
