"""docs/facts.md: the ledger as a page, by topic, with the files that cite each fact."""

from __future__ import annotations

from itertools import groupby

from pivotlab.facts.ledger import Fact, citations, read_facts
from pivotlab.handbook.tables import cell, table

_INTRODUCTION = """# Facts

Every claim about the products rests on one of these. Each names the page on which it was read, the date printed on that
page, and the day it was checked. *Article* says how the article that the course follows stands to it. The tip is a word
for whoever has to answer a question on it: what is often missed, or what it is good for.

A fact marked *volatile* ages: `pivotlab facts --older-than 180d` lists what is due for another look. A fact marked
*disputed* is one on which Microsoft's own pages disagree; the course teaches the disagreement.
"""


def facts_page() -> str:
    """The page's text."""
    cited = citations()
    parts = [_INTRODUCTION]
    for topic, facts in groupby(read_facts().values(), key=lambda fact: fact.topic):
        rows = [
            (f"`{fact.id}`", fact.statement, fact.tip, _read_on(fact), _marks(fact), _places(cited.get(fact.id, [])))
            for fact in facts
        ]
        parts.append(f"## {topic.replace('-', ' ').replace('_', ' ').capitalize()}\n")
        parts.append(table(("Fact", "Statement", "Tip", "Page", "Marks", "Used in"), rows))
    return "\n".join(parts)


def _read_on(fact: Fact) -> str:
    if fact.source is None:
        return f"no page found, checked {fact.checked}"
    note = f" ({fact.source.note})" if fact.source.note else ""
    return f"{fact.source.page}, {fact.source.date}{note}, checked {fact.checked}"


def _marks(fact: Fact) -> str:
    marks = [f"article: {fact.article}"] if fact.article else []
    marks += ["volatile"] if fact.volatile else []
    marks += ["disputed"] if fact.disputed else []
    return ", ".join(marks)


def _places(files: list[str]) -> str:
    """Lessons, labs and questions by their short names; code and data by a count, because nobody reads a long list."""
    lessons = sorted({file.removeprefix("course/")[:2] for file in files if file.startswith("course/")})
    asked = sorted({_number(file) for file in files if file.startswith(("data/questions/", "data/tasks/"))} - {""})
    rules = sum(file.startswith("src/") for file in files)
    parts = [f"course {', '.join(lessons)}"] if lessons else []
    parts += [f"questions {', '.join(asked)}"] if asked else []
    parts += [f"{rules} {'rule' if rules == 1 else 'rules'} of the tenant"] if rules else []
    return cell("; ".join(parts))


def _number(file: str) -> str:
    """`data/questions/lesson-05.yaml` is 05, `data/tasks/lab-L2.yaml` is L2; the interview's files have none."""
    name = file.rsplit("/", 1)[-1].removesuffix(".yaml")
    return name.rsplit("-", 1)[-1] if name.startswith(("lesson-", "lab-")) else ""
