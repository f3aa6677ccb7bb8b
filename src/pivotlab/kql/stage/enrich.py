"""Functions that the products bring along: `FileProfile`, `DeviceFromIP`, `SeenBy`, `AssignedIPAddresses`,
`_GetWatchlist`, ASIM parsers. What they do is KQL, in `stage.library`; here is how they are called."""

from __future__ import annotations

from dataclasses import replace

from pivotlab.kql.lint import names as lint_names
from pivotlab.kql.rewrite.constants import constant, null
from pivotlab.kql.rewrite.elsewhere import NOT_RUN
from pivotlab.kql.rewrite.registry import FUNCTIONS
from pivotlab.kql.rewrite.row import Row
from pivotlab.kql.rewrite.special import AGGREGATE_NAMES, SPECIAL
from pivotlab.kql.scope import Function, Scope
from pivotlab.kql.stage import library
from pivotlab.kql.stage.build import empty, selected
from pivotlab.kql.stage.columns import with_columns
from pivotlab.kql.stage.functions import bound, define_all
from pivotlab.kql.stage.pipeline import call, tabular
from pivotlab.kql.syntax.names import name_in
from pivotlab.kql.syntax.tree import Tree, core
from pivotlab.kql.terms import Relation, Value
from pivotlab.kql.translation import Translation

_PROFILE = (
    ("SHA1", "string"), ("SHA256", "string"), ("MD5", "string"), ("FileSize", "long"), ("GlobalPrevalence", "long"),
    ("GlobalFirstSeen", "datetime"), ("GlobalLastSeen", "datetime"), ("Signer", "string"), ("Issuer", "string"),
    ("SignerHash", "string"), ("IsCertificateValid", "bool"), ("IsRootSignerMicrosoft", "bool"), ("SignatureState", "string"),
    ("IsExecutable", "bool"), ("ThreatName", "string"), ("Publisher", "string"), ("SoftwareName", "string"),
)  # fmt: skip
"""What `FileProfile()` adds (learn.microsoft.com, "FileProfile()")."""

_WATCHLIST = (("_DTItemId", "string"), ("LastUpdatedTimeUTC", "datetime"), ("SearchKey", "string"))


def stored(translation: Translation, scope: Scope, tree: Tree, name: str, arguments: list[Tree]) -> Relation | None:
    """A tabular function of the product; `None` when `name` is a scalar function."""
    if name in FUNCTIONS or name in SPECIAL or name in AGGREGATE_NAMES or name in NOT_RUN:
        return None
    schema = library.schema_of_call(name)
    if schema is not None or name in library.builtins():
        if translation.external == "empty":
            return empty(translation, _WATCHLIST if name == "_GetWatchlist" else (), open_=True)
        found = library.builtin(translation, name) if schema is None else library.unifying(translation, name, schema)
        if found is None:
            return empty(translation, (), open_=True)
        return call(translation, scope, tree, found, arguments)
    known = [*scope.known(), *translation.catalogue.tables, *FUNCTIONS, *library.builtins()]
    lint_names.unknown_function(translation, tree, name, known)
    return Relation("(SELECT NULL LIMIT 0)", (), open=True)


def invoked(row: Row, tree: Tree, name: str, arguments: list[Tree]) -> Relation:
    """A function of the product that rows are piped into."""
    assert row.relation is not None
    if name not in library.builtins():
        lint_names.unknown_function(row.translation, tree, name, [*row.scope.known(), *library.builtins()])
        return row.relation
    if row.translation.external == "empty":
        columns = (*_PROFILE, ("ProfileAvailability", "string")) if name == "FileProfile" else (("SeenBy", "dynamic"),)
        return with_columns(row, {each: null(kind) for each, kind in columns if row.relation.find(each) is None})
    found = library.builtin(row.translation, name)
    if found is None:
        return replace(row.relation, open=True)
    return _file_profile(row, tree, found, arguments) if name == "FileProfile" else _piped(row, tree, found, arguments)


def _piped(row: Row, tree: Tree, function: Function, arguments: list[Tree]) -> Relation:
    """The rows as the first parameter of a function of the library."""
    assert row.relation is not None
    rest = replace(function, parameters=tuple(p for p in function.parameters if not p.is_table))
    scope = bound(row, tree, rest, arguments)
    if scope is None:
        return row.relation
    scope.names["T"] = row.relation
    define_all(replace(row.apart(), scope=scope), function.body)
    return tabular(row.translation, scope, function.body.Expression) or row.relation


def _file_profile(row: Row, tree: Tree, function: Function, arguments: list[Tree]) -> Relation:
    """`FileProfile(x, y)`: `x` names the column with the hash, as a text or as it is; `y` limits how many are asked for."""
    assert row.relation is not None
    key = _named(row, arguments[0]) if arguments else "SHA1"
    column = row.relation.find(key)
    if column is None:
        lint_names.unknown_column(row.translation, arguments[0] if arguments else tree, key, row.relation, row.scope)
        return row.relation
    most = row.value(arguments[1]) if len(arguments) > 1 else constant(100, "long")
    scope = Scope(function.scope)
    scope.names["T"] = with_columns(row, {"_key": column.value()})
    scope.names["Most"] = most
    scope.names["Key"] = constant(key.removeprefix("InitiatingProcess"), "string")
    define_all(replace(row.apart(), scope=scope), function.body)
    joined = tabular(row.translation, scope, function.body.Expression)
    assert joined is not None
    items: dict[str, Value] = {column.name: column.value() for column in row.relation.columns}
    for added, kind in (*_PROFILE, ("ProfileAvailability", "string")):
        profiled = joined.find(f"_p_{added}")
        items.setdefault(added, profiled.value() if profiled is not None else null(kind))
    return selected(row.over(joined), list(items.items()))


def _named(row: Row, tree: Tree) -> str:
    """A column's name, given as a text or as the column itself."""
    name = name_in(core(tree))
    if name is not None and row.relation is not None and row.relation.find(name) is not None:
        return name
    value = row.value(tree)
    return value.const if isinstance(value.const, str) else value.name
