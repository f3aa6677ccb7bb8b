"""Operators that are valid KQL and not run, each with the reason."""

from __future__ import annotations

from dataclasses import replace

from pivotlab.kql.rewrite.row import Row
from pivotlab.kql.stage.pipeline import operator
from pivotlab.kql.syntax.tree import Tree
from pivotlab.kql.terms import Relation

REASONS = {
    "ReduceByOperator": "reduce finds patterns by an algorithm that is not documented.",
    "FacetByOperator": "facet gives several tables, and the practice engine gives one.",
    "ForkOperator": "fork gives several tables, and the practice engine gives one.",
    "PartitionByOperator": "__partitionby is internal to the service.",
    "MacroExpandOperator": "macro-expand needs entity groups, which the practice tenant does not have.",
    "AssertSchemaOperator": "assert-schema is not part of the taught subset.",
}


@operator(*REASONS)
def refused(row: Row, tree: Tree) -> Relation:
    """A valid operator that is not run, with the reason."""
    row.translation.refuse(REASONS[type(tree).__name__.removesuffix("Context")])
    return (
        replace(row.relation, open=True)
        if row.relation is not None
        else Relation("(SELECT NULL LIMIT 0)", (), open=True)
    )
