"""Every function, special form, aggregate and plugin, with any number of arguments of any kind: one of the four outcomes,
and in the learner's words.

A run tries some calls of each. `PIVOTLAB_KQL_CALLS=200 python -m pytest tests/kql/test_every_call.py` tries 200 of each.
"""

from __future__ import annotations

import os
import random
import re

import pytest

from pivotlab.kql import Engine, KqlError, KqlLimit, KqlUnsupported
from pivotlab.kql.rewrite.registry import FUNCTIONS
from pivotlab.kql.rewrite.special import SPECIAL
from pivotlab.kql.stage.aggregates import AGGREGATES
from pivotlab.kql.stage.evaluate import PLUGINS

HOW_MANY = int(os.environ.get("PIVOTLAB_KQL_CALLS", "4"))
COUNTS = (0, 1, 2, 5)
VALUES = {
    "string": ("'a'", "''", "'\u00b2'", "'a\\rb'", "'::/200'", "'bogus'", "typeof(long)", "s"),
    "long": ("0", "-1", "2", "9223372036854775807", "long(null)", "l"),
    "int": ("int(1)", "int(null)", "i"),
    "real": ("1.5", "1e300", "real(nan)", "real(+inf)", "real(null)", "r"),
    "bool": ("true", "bool(null)", "b"),
    "datetime": ("datetime(2026-01-01)", "datetime(9999-12-31)", "datetime(0001-01-01)", "datetime(null)", "t"),
    "timespan": ("1d", "-1d", "200000d", "timespan(null)", "p"),
    "guid": ("guid(00000000-0000-0000-0000-000000000001)", "guid(null)"),
    "dynamic": (
        "dynamic([1, 2, 3])",
        "dynamic([])",
        "dynamic(['x', null, 1.5, {'a': 1}])",
        "dynamic({})",
        "dynamic({'a\"b': [1], '': 2})",
        "dynamic(1)",
        "dynamic(null)",
        "d",
    ),
}
ANY = tuple(value for values in VALUES.values() for value in values)
TABLE = (
    "datatable(s:string, l:long, i:int, r:real, b:bool, t:datetime, p:timespan, d:dynamic)["
    "'a', 1, int(1), 1.5, true, datetime(2026-01-01), 1d, dynamic([1, 'x', null, {'a': 1}]), "
    "'', long(null), int(null), real(null), bool(null), datetime(null), timespan(null), dynamic(null), "
    "'\u00b2', -5, int(-5), real(nan), false, datetime(9999-12-31), time(-200000.00:00:00), dynamic({'a\"b': [1], '': 2})] | serialize"
)
INSIDES = re.compile(r"UDF|Binder|Catalog|Parser|INTERNAL|Traceback|Exception|not run on such a value")
"""Words of DuckDB and Python, which no learner can do anything with."""
NAMES = sorted({*FUNCTIONS, *SPECIAL, *AGGREGATES, *PLUGINS, "arg_max", "arg_min"})


def calls(name: str) -> list[str]:
    """Some calls of a function: half of them with arguments of the kinds that it asks for."""
    chance = random.Random(name)
    function = FUNCTIONS.get(name)
    made = [f"{name}()"]
    for number in range(HOW_MANY):
        count = COUNTS[number % len(COUNTS)] or chance.choice((1, 3))
        arguments = [chance.choice(ANY) for _ in range(count)]
        if function is not None and function.arguments and number % 2:
            count = min(max(count, function.fewest), 5 if function.most is None else function.most)
            kinds = [function.argument(index).kind for index in range(count)]
            arguments = [chance.choice(VALUES.get(kind, ANY)) for kind in kinds]
        made.append(f"{name}({', '.join(arguments)})")
    return made


def queries(name: str) -> list[str]:
    """The same as whole queries."""
    if name in PLUGINS:
        return [f"{TABLE} | evaluate {call}" for call in calls(name)]
    operator = "summarize" if name in AGGREGATES or name.startswith("arg_") else "extend"
    return [f"{TABLE} | {operator} x = {call}" for call in calls(name)]


def test_the_table_itself_is_right(engine: Engine) -> None:
    assert len(engine.run(TABLE)) == 3


@pytest.mark.parametrize("name", NAMES)
def test_a_call_gives_one_of_the_four_outcomes(engine: Engine, name: str) -> None:
    for query in queries(name):
        try:
            engine.run(query)
        except (KqlError, KqlUnsupported, KqlLimit) as outcome:
            assert not INSIDES.search(str(outcome)), f"{query.removeprefix(TABLE)}\n{outcome}"


@pytest.mark.parametrize("call", ["series_stats(d)", "percentiles(l, 5, 95)", "l", "pack_array(l)"])
@pytest.mark.parametrize(
    "operator",
    [
        "top-nested 2 of {} by count()",
        "top-nested 2 of s by {}",
        "top-hitters 2 of {}",
        "top-hitters 2 of s by {}",
        "sample-distinct 2 of {}",
        "make-series {} on l from 1 to 3 step 1",
        "make-series count() on {} from 1 to 3 step 1",
        "make-series count() on l from 1 to 3 step 1 by {}",
        "summarize count() by {}",
        "sort by {}",
        "top 1 by {}",
        "where {}",
        "mv-expand {}",
        "mv-apply x = {} on (count)",
        "partition by s ({})",
        "distinct {}",
        "project-rename x = {}",
        "parse {} with * 'a' x",
    ],
)
def test_what_fills_several_columns_does_so_anywhere_or_not_at_all(engine: Engine, operator: str, call: str) -> None:
    try:
        engine.run(f"{TABLE} | {operator.replace('{}', call)}")
    except (KqlError, KqlUnsupported, KqlLimit) as outcome:
        assert not INSIDES.search(str(outcome)), f"{operator.replace('{}', call)}\n{outcome}"
