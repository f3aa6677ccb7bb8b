"""`search`, `find` and `union` over a whole catalogue: the same rows and columns, however much of it is left out."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import pytest

from pivotlab.kql import Engine, KqlError
from pivotlab.store.store import Store

NOW = datetime(2026, 11, 3, 8, 0, tzinfo=UTC)
WIDE = 12


@pytest.fixture(scope="module")
def many() -> Engine:
    """Twenty tables of twelve columns each; two of them have rows."""
    shared = {"TimeGenerated": "datetime", "Account": "string"}
    tables = {
        f"T{n:02d}": {**shared, **{f"C{n:02d}_{m}": "string" for m in range(WIDE)}, "Mixed": ("string", "long")[n % 2]}
        for n in range(20)
    }
    store = Store.for_schema(tables)
    at = pd.to_datetime(["2026-11-03T07:00"])
    store.append("workspace", "T03", pd.DataFrame({"TimeGenerated": at, "Account": "ana", "C03_0": "red fox"}), NOW)
    store.append(
        "workspace", "T04", pd.DataFrame({"TimeGenerated": at, "Account": "fox", "C04_1": "red", "C04_2": "tail"}), NOW
    )
    return Engine(store, now=lambda: NOW)


def test_search_names_the_tables_that_hold_the_term(many: Engine) -> None:
    found = many.run('search "fox" | summarize n=count() by $table | sort by $table asc')
    assert found.to_numpy().tolist() == [["T03", 1], ["T04", 1]]


def test_a_term_does_not_reach_from_one_column_into_the_next(many: Engine) -> None:
    assert many.run('search "red tail" | count')["Count"][0] == 0
    assert many.run('search "red fox" | count')["Count"][0] == 1
    assert many.run('search "re" | count')["Count"][0] == 0
    assert many.run('search "re*" | count')["Count"][0] == 2


def test_search_keeps_the_columns_of_all_tables(many: Engine) -> None:
    found = many.run('search "fox" | sort by Account asc')
    assert len(found.columns) == 1 + 2 + 20 * WIDE + 2
    assert list(found["Account"]) == ["ana", "fox"]
    assert list(found["C04_1"]) == ["", "red"]


def test_a_union_of_everything_reads_the_columns_that_the_query_names(many: Engine) -> None:
    found = many.run("union withsource=Table * | where Account == 'fox' | project Table, C04_2, Mixed_long, C19_1")
    assert found.drop(columns="Mixed_long").to_numpy().tolist() == [["T04", "tail", ""]]
    assert found["Mixed_long"].isna().all()
    assert (
        many.run("union T* | where isnotempty(C03_0) | summarize take_any(*) | project C03_0")["C03_0"][0] == "red fox"
    )
    assert many.run("union T* | summarize n=countif(Account contains 'o')")["n"][0] == 1


def test_a_wrong_name_behind_such_a_union_is_explained_with_all_its_columns(many: Engine) -> None:
    with pytest.raises(KqlError, match="Did you mean C03_11"):
        many.run("union * | where c03_11 == 'x' | count")


def test_find_says_where_a_row_is_from(many: Engine) -> None:
    found = many.run("find where Account == 'fox' project Account, C04_2")
    assert found.to_numpy().tolist() == [["T04", "fox", "tail"]]
