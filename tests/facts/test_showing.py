"""A fact as somebody reads it, in a terminal and in a notebook."""

from __future__ import annotations

import pytest

import pivotlab
from pivotlab.cli import main
from pivotlab.facts import FactError, Source, read_facts


def test_a_fact_is_printed_as_a_block_with_the_whole_address(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["facts", "sync-03"]) == 0
    lines = capsys.readouterr().out.splitlines()
    fact = read_facts()["sync-03"]
    assert fact.source is not None
    assert lines[0] == "Fact sync-03"
    assert fact.source.address in lines and fact.source.address.startswith("https://")
    assert fact.statement in " ".join(lines)
    assert f"Dated {fact.source.date}, checked {fact.checked}." in lines


def test_several_facts_are_blocks_and_a_topic_is_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["facts", "sync-03", "sync-12"]) == 0
    assert capsys.readouterr().out.count("https://") == 2
    assert main(["facts", "sync"]) == 0
    assert "statement" in capsys.readouterr().out.splitlines()[1]


def test_the_files_that_cite_a_fact_come_only_when_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    main(["facts", "sync-03"])
    assert "Used in" not in capsys.readouterr().out
    main(["facts", "sync-03", "--used"])
    assert "data/" in capsys.readouterr().out.split("Used in:")[1]


def test_a_notebook_shows_a_fact_with_a_link() -> None:
    shown = pivotlab.fact("sync-03")
    source = read_facts()["sync-03"].source
    assert source is not None
    assert f'<a href="{source.address}"' in shown._repr_html_()
    assert source.address in repr(shown)


def test_a_fact_without_a_page_says_so() -> None:
    shown = pivotlab.fact("sync-30")
    assert "No page was found" in repr(shown) and "<a " not in shown._repr_html_()


def test_an_unknown_fact_comes_with_the_nearest_ids() -> None:
    with pytest.raises(FactError, match="Did you mean 'sync-"):
        pivotlab.fact("synk-03")


@pytest.mark.parametrize(
    ("page", "address"),
    [
        ("Owner/docs a/b.md", "https://github.com/Owner/docs/blob/HEAD/a/b.md"),
        ("learn.microsoft.com defender-xdr/api", "https://learn.microsoft.com/defender-xdr/api"),
        ("Owner/specs some version File.json", "https://github.com/Owner/specs"),
        ("a page", ""),
    ],
)
def test_a_page_has_an_address_a_browser_opens(page: str, address: str) -> None:
    assert Source(page=page, date="2026").address == address


def test_every_page_of_the_ledger_has_an_address() -> None:
    sources = [fact.source for fact in read_facts().values() if fact.source is not None]
    assert [source.page for source in sources if not source.address] == []
