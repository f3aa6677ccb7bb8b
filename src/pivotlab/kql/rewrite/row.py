"""Where an expression stands, and the one door to its value: small handlers register themselves, one per grammar rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from pivotlab.kql.rewrite import convert
from pivotlab.kql.rewrite.registry import Mistake, Refusal
from pivotlab.kql.scope import Function, Scope
from pivotlab.kql.syntax.names import name_of
from pivotlab.kql.syntax.tree import Tree, bare, core, kind_of
from pivotlab.kql.terms import UNKNOWN, Relation, Value, quote
from pivotlab.kql.translation import Translation

Handler = Callable[["Row", Tree], Value]
Aggregate = Callable[["Row", Tree, str, list[Tree]], Value | None]


@dataclass(frozen=True)
class Row:
    """Where an expression stands: the query, the names in force, and the row that it reads.

    `aggregate` translates an aggregate call where one is allowed. `tabular` translates a nested query, and `called` a call
    of a `let` function.
    `sides` are relations that go by a name only here: `$left` and `$right` of a join, the steps of a scan. `grouping`: a
    column must stand inside an aggregate.
    """

    translation: Translation
    scope: Scope
    relation: Relation | None
    tabular: Callable[[Translation, Scope, Tree], Relation | None]
    called: Callable[[Row, Tree, Function, list[Tree]], Relation | Value | None]
    aggregate: Aggregate | None = None
    sides: Mapping[str, Relation] = field(default_factory=dict)
    hoisted: list[tuple[str, str]] = field(default_factory=list)
    grouping: bool = False

    def hoist(self, value: Value) -> Value:
        """The value as a column that is computed one step earlier."""
        name = self.translation.fresh("h")
        self.hoisted.append((name, value.sql))
        return replace(value, sql=quote(name), test="", path=None, nested=False)

    def flat(self, value: Value) -> Value:
        """The value without a sub-query in its SQL, which DuckDB takes in no lambda."""
        return self.hoist(value) if value.nested and self.relation is not None else value

    def source(self) -> str:
        """What the stage reads from: the relation, with what was hoisted out of its expressions."""
        source = self.relation.source if self.relation is not None else "(SELECT 1)"
        for name, sql in self.hoisted:
            source = f"(SELECT *, {sql} AS {quote(name)} FROM {source})"
        return source

    def over(self, relation: Relation | None) -> Row:
        """The same place over other rows."""
        return replace(self, relation=relation)

    def apart(self) -> Row:
        """The same names in force where no row is read."""
        return Row(self.translation, self.scope, None, self.tabular, self.called)

    def answer(self, tree: Tree) -> Relation | Value:
        """What an expression gives: rows, or one value."""
        inner = bare(tree)
        if kind_of(inner) == "NamedFunctionCallExpression":
            found = self.scope.find(name_of(inner.Name))
            if isinstance(found, Function):
                return self.called(self, inner, found, list(inner.Arguments)) or Value("NULL::JSON", UNKNOWN)
        relation = self.tabular(self.translation, self.scope, tree)
        return self.value(inner) if relation is None else relation

    def value(self, tree: Tree) -> Value:
        """The value of an expression."""
        tree = core(tree)
        handler = _HANDLERS.get(kind_of(tree))
        if handler is None:
            return self.translation.refuse(f"{kind_of(tree)} is not run in the practice engine.")
        nested = self.translation.nested
        try:
            value = handler(self, tree)
        except Refusal as reason:
            return self.translation.refuse(f"{reason}.")
        except Mistake as mistake:
            return self.translation.report(tree, "arguments", f"{mistake}.", mistake.advice)
        return value if self.translation.nested == nested or value.nested else replace(value, nested=True)

    def condition(self, tree: Tree) -> Value:
        """The value of an expression in a place for a condition."""
        value = self.value(tree)
        return value if value.kind == "bool" else convert.boolean(value)


_HANDLERS: dict[str, Handler] = {}


def handles(*rules: str) -> Callable[[Handler], Handler]:
    """Register a handler for grammar rules."""

    def keep(handler: Handler) -> Handler:
        for rule in rules:
            _HANDLERS[rule] = handler
        return handler

    return keep
