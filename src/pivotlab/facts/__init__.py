"""What the course claims about the products, and on which page each claim rests."""

from pivotlab.facts.ledger import Fact, FactError, Source, citations, fact, read_facts

__all__ = ["Fact", "FactError", "Source", "citations", "fact", "read_facts"]
