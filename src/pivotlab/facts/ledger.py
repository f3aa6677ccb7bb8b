"""The fact ledger, `data/facts.yaml`: every product claim of the course, with its source and the date it was checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pivotlab.places import DATA, ROOT
from pivotlab.yaml_files import read_yaml

LEDGER = DATA / "facts.yaml"
FACT_ID = re.compile(r"\b[a-z]+(?:-[a-z]+)?-\d{2}\b")
CITED_IN = ("course", "data", "src", "docs")


class FactError(Exception):
    """The ledger is damaged, or somebody asked for a fact that it does not hold."""


class Source(BaseModel):
    """Where a fact was read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    page: str = Field(description="repository and path of the page, or its site and path")
    date: str = Field(description="the date printed on the page: a day, a month or a year")
    note: str = Field("", description="what a reader should know about that version")

    @property
    def address(self) -> str:
        """Where a browser finds the page: a file on GitHub in its newest version, or a site. Empty where it names neither."""
        place, _, path = self.page.partition(" ")
        if "." in place.split("/")[0]:
            return f"https://{place}/{path}"
        if place.count("/") != 1:
            return ""
        return f"https://github.com/{place}" + (f"/blob/HEAD/{path}" if path and " " not in path else "")


class Fact(BaseModel):
    """One thing that the course says about the products."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z]+(-[a-z]+)?-\d{2}$")
    topic: str
    statement: str = Field(description="in our own words")
    source: Source | None = Field(description="null when no page was found; the text then says so")
    checked: date
    volatile: bool
    article: Literal["agrees", "incomplete", "outdated", "no source"] | None = None
    disputed: bool = False
    tip: str = Field(description="a word for whoever has to answer a question on it")


@cache
def read_facts(path: Path = LEDGER) -> Mapping[str, Fact]:
    """All facts by id. Raises `FactError` naming the entry that is wrong."""
    facts: dict[str, Fact] = {}
    for number, entry in enumerate(read_yaml(path)["facts"], start=1):
        try:
            fact = Fact.model_validate(entry)
        except ValidationError as error:
            problem = error.errors()[0]
            where = ".".join(str(part) for part in problem["loc"])
            name = entry.get("id", f"entry {number}") if isinstance(entry, dict) else f"entry {number}"
            raise FactError(f"{path.name}, {name}: {where}: {problem['msg']}") from None
        if fact.id in facts:
            raise FactError(f"{path.name}: {fact.id} stands there twice. Give the second one a number of its own.")
        facts[fact.id] = fact
    return MappingProxyType(facts)


def fact(fact_id: str) -> Fact:
    """One fact. Raises `FactError` when the ledger has none of that id."""
    try:
        return read_facts()[fact_id]
    except KeyError:
        near = get_close_matches(fact_id, read_facts(), n=3)
        meant = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
        raise FactError(f"No fact {fact_id!r} in {LEDGER.name}.{meant} List them: pivotlab facts") from None


def citations() -> dict[str, list[str]]:
    """Fact id -> the files that cite it, relative to the repository, for every fact that is cited at all."""
    known = read_facts()
    cited: dict[str, list[str]] = {}
    for folder in CITED_IN:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".yaml", ".md"} and path != LEDGER:
                for fact_id in sorted(set(FACT_ID.findall(path.read_text(encoding="utf-8"))) & known.keys()):
                    cited.setdefault(fact_id, []).append(path.relative_to(ROOT).as_posix())
    return cited
