"""Functions that the products bring along, written in KQL: `data/functions/defender.yaml` and the ASIM schemas.

A definition is parsed once; a call translates its body over the tables that the engine sees, as a `let` function's.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from pivotlab.kql.catalogue import Catalogue
from pivotlab.kql.scope import Function, Scope
from pivotlab.kql.stage.let import let
from pivotlab.kql.stage.pipeline import row_over
from pivotlab.kql.syntax.tree import parse
from pivotlab.kql.translation import Translation
from pivotlab.places import DATA
from pivotlab.yaml_files import read_yaml

FOLDER = DATA / "functions"
_NO_TIME = datetime.min
_E = TypeVar("_E", bound=BaseModel)


class LibraryError(Exception):
    """An entry under data/functions is not what it must be. The message names file and entry."""


class Builtin(BaseModel):
    """A function of a product. `definition` is what follows the name in a `let`; `tables` must be there to run it."""

    model_config = ConfigDict(extra="forbid")
    name: str
    page: str
    tables: tuple[str, ...]
    meaning: str
    definition: str


class AsimSource(BaseModel):
    """A table as an ASIM source. `mapping` says where its column mapping is from."""

    model_config = ConfigDict(extra="forbid")
    name: str
    table: str
    mapping: str
    query: str


class AsimSchema(BaseModel):
    """An ASIM schema: parameters as KQL declares them, the filter that they drive, and the sources."""

    model_config = ConfigDict(extra="forbid")
    name: str
    version: str
    page: str
    parameters: str
    filter: str
    sources: tuple[AsimSource, ...]


def _read(path: Path, key: str, kind: type[_E]) -> dict[str, _E]:
    entries = read_yaml(path)[key]
    found: dict[str, _E] = {}
    for entry in entries:
        try:
            read = TypeAdapter(kind).validate_python(entry)
        except ValidationError as error:
            raise LibraryError(f"{path.name}, entry {entry.get('name', '?')}: {error}") from None
        found[str(entry["name"])] = read
    return found


@cache
def builtins() -> dict[str, Builtin]:
    """The products' own functions by name."""
    return _read(FOLDER / "defender.yaml", "functions", Builtin)


@cache
def asim() -> dict[str, AsimSchema]:
    """The ASIM schemas that the practice tenant has sources for, by name."""
    return _read(FOLDER / "asim.yaml", "schemas", AsimSchema)


def builtin(translation: Translation, name: str) -> Function | None:
    """A function of a product, ready to be called; `None`, with the reason noted, where its tables are missing."""
    missing = [table for table in builtins()[name].tables if table not in translation.catalogue.tables]
    if missing:
        translation.refuse(f"{name}() reads {missing[0]}, which this engine does not have.")
        return None
    return _defined(name, builtins()[name].definition)


_SCHEMAS = (
    "AgentEvent", "AlertEvent", "AssetEntity", "AuditEvent", "Authentication", "DhcpEvent", "Dns", "FileEvent",
    "NetworkSession", "ProcessCreate", "ProcessEvent", "ProcessTerminate", "RegistryEvent", "UserManagement", "WebSession",
)  # fmt: skip
"""The schemas that ASIM has parsers for (learn.microsoft.com, "ASIM parsers")."""


def schema_of_call(name: str) -> str | None:
    """`_Im_Dns`, `_ASim_Dns`, `imDns` and `ASimDns` all read the schema Dns; `None` for any other name."""
    for prefix in ("_Im_", "_ASim_", "im", "ASim"):
        if name.removeprefix(prefix) in _SCHEMAS and name.startswith(prefix):
            return name.removeprefix(prefix)
    return None


def unifying(translation: Translation, name: str, schema: str) -> Function | None:
    """The unifying parser of an ASIM schema over the sources that the engine sees."""
    if translation.catalogue.seen and "workspace" not in translation.catalogue.seen:
        translation.refuse(
            f"{name}() is a function of the Sentinel workspace, which advanced hunting does not see yet."
        )
        return None
    known = asim().get(schema)
    sources = [source for source in known.sources if source.table in translation.catalogue.tables] if known else []
    if known is None or not sources:
        offered = ", ".join(f"_Im_{each}" for each in asim())
        translation.refuse(f"{name}() has no source in the practice workspace. The lab has {offered}.")
        return None
    parts = ",\n".join(f"({source.query})" for source in sources)
    return _defined(name, f"({known.parameters}) {{ union {parts}\n{known.filter} }}")


@cache
def _defined(name: str, definition: str) -> Function:
    parsed = parse(f"let {name} = {definition};")
    if parsed.findings:
        raise LibraryError(f"{name}: {parsed.findings[0]}")
    scope = Scope()
    statement = parsed.tree.query().Statements[0].Let
    let(row_over(Translation(Catalogue({}), _NO_TIME), scope, None), statement)
    found = scope.names[name]
    assert isinstance(found, Function)
    return found
