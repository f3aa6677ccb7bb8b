"""One fact as somebody reads it: the statement, the page with its whole address, the dates, and what to know about it."""

from __future__ import annotations

import html
import textwrap
from dataclasses import dataclass

from pivotlab.facts import ledger
from pivotlab.facts.ledger import Fact
from pivotlab.look import TEXT_WIDTH


@dataclass(frozen=True)
class ShownFact:
    """A fact that prints as a block, and shows in a notebook with a link to its page."""

    fact: Fact

    def __repr__(self) -> str:
        statement = textwrap.fill(self.fact.statement, TEXT_WIDTH)
        source = self.fact.source
        page = [f"Page: {source.page}", *([source.address] if source.address else [])] if source else []
        told = [textwrap.fill(line, TEXT_WIDTH) for line in self._told()]
        return "\n".join([f"Fact {self.fact.id}", statement, "", *page, *told])

    def _repr_html_(self) -> str:
        source = self.fact.source
        page = html.escape(source.page) if source else ""
        if source and source.address:
            page = f'<a href="{html.escape(source.address)}" target="_blank" rel="noopener">{page}</a>'
        lines = [f"Page: {page}"] if page else []
        lines += [html.escape(line) for line in self._told()]
        return f"<p><strong>Fact {self.fact.id}.</strong> {html.escape(self.fact.statement)}</p><p>{'<br>'.join(lines)}</p>"

    def _told(self) -> list[str]:
        """The dates, and whatever a reader should be warned of."""
        fact, source = self.fact, self.fact.source
        dated = f"Dated {source.date}, checked" if source else "No page was found; checked"
        lines = [f"{dated} {fact.checked.isoformat()}."]
        lines += [f"Note: {source.note}."] if source and source.note else []
        lines += ["It changes often: look it up again before you rely on it."] if fact.volatile else []
        lines += ["Microsoft's own pages disagree on it."] if fact.disputed else []
        return [*lines, f"Tip: {fact.tip}"]


def fact(fact_id: str) -> ShownFact:
    """A fact of the course by its id, with a link to the page it rests on. Raises `FactError`."""
    return ShownFact(ledger.fact(fact_id))
