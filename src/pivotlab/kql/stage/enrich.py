"""Functions that the products bring along: `FileProfile`, `DeviceFromIP`, `SeenBy`, `AssignedIPAddresses`,
`_GetWatchlist`, ASIM parsers."""

from __future__ import annotations

from pivotlab.kql.lint import names as lint_names
from pivotlab.kql.rewrite.constants import constant, null
from pivotlab.kql.rewrite.elsewhere import NOT_RUN
from pivotlab.kql.rewrite.expressions import Row
from pivotlab.kql.rewrite.registry import FUNCTIONS
from pivotlab.kql.rewrite.special import AGGREGATE_NAMES, SPECIAL
from pivotlab.kql.scope import Scope
from pivotlab.kql.stage.build import empty
from pivotlab.kql.stage.columns import with_columns
from pivotlab.kql.syntax.tree import Tree
from pivotlab.kql.terms import Relation, Value
from pivotlab.kql.translation import Translation

_PROFILE = (
    ("SHA1", "string"), ("SHA256", "string"), ("MD5", "string"), ("FileSize", "long"), ("GlobalPrevalence", "long"),
    ("GlobalFirstSeen", "datetime"), ("GlobalLastSeen", "datetime"), ("Signer", "string"), ("Issuer", "string"),
    ("SignerHash", "string"), ("IsCertificateValid", "bool"), ("IsRootSignerMicrosoft", "bool"), ("SignatureState", "string"),
    ("IsExecutable", "bool"), ("ThreatName", "string"), ("Publisher", "string"), ("SoftwareName", "string"),
)  # fmt: skip
"""What `FileProfile()` adds (learn.microsoft.com, "FileProfile()"). The lab knows no file's reputation: our choice."""

_WATCHLIST = (
    ("_DTItemId", "string"),
    ("LastUpdatedTimeUTC", "datetime"),
    ("SearchKey", "string"),
    ("WatchlistItem", "dynamic"),
)
_DEVICES = {
    "DeviceFromIP": (("IP", "string"), ("DeviceId", "string")),
    "SeenBy": (("DeviceId", "string"), ("SeenBy", "string")),
    "AssignedIPAddresses": (("Timestamp", "datetime"), ("IPAddress", "string"), ("IPType", "string"), ("NetworkAdapterType", "string"), ("ConnectedNetworks", "dynamic")),
}  # fmt: skip


def stored(translation: Translation, scope: Scope, tree: Tree, name: str, arguments: list[Tree]) -> Relation | None:
    """A tabular function of the product; `None` when `name` is a scalar function."""
    if name in FUNCTIONS or name in SPECIAL or name in AGGREGATE_NAMES or name in NOT_RUN:
        return None
    lowered = name.lower()
    if name == "_GetWatchlist" or (lowered.startswith(("_im_", "_asim_", "im", "asim")) and name[0] in "_iA"):
        columns = _WATCHLIST if name == "_GetWatchlist" else ()
        what = (
            "the practice workspace has no watchlist"
            if name == "_GetWatchlist"
            else "the practice workspace has no ASIM parsers"
        )
        if translation.external != "empty":
            translation.refuse(f"{name}() is not run in the practice engine: {what}.")
        return empty(translation, columns, open_=True)
    if name in _DEVICES:
        translation.refuse(f"{name}() is not run in the practice engine: it reads the service's own device inventory.")
        return empty(translation, _DEVICES[name])
    known = [*scope.known(), *translation.catalogue.tables, *FUNCTIONS, *_DEVICES]
    lint_names.unknown_function(translation, tree, name, known)
    return Relation("(SELECT NULL LIMIT 0)", (), open=True)


def invoked(row: Row, tree: Tree, name: str, arguments: list[Tree]) -> Relation:
    """A function of the product that rows are piped into."""
    assert row.relation is not None
    if name == "FileProfile":
        added: dict[str, Value] = {name: null(kind) for name, kind in _PROFILE if row.relation.find(name) is None}
        return with_columns(row, {**added, "ProfileAvailability": constant("Missing", "string")})
    if name in _DEVICES:
        added = {name: null(kind) for name, kind in _DEVICES[name] if row.relation.find(name) is None}
        row.translation.refuse(
            f"{name}() is not run in the practice engine: it reads the service's own device inventory."
        )
        return with_columns(row, added)
    lint_names.unknown_function(row.translation, tree, name, [*row.scope.known(), "FileProfile", *_DEVICES])
    return row.relation
