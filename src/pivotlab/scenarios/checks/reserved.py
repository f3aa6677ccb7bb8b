"""No real person, domain or public address: all are on reserved lists (RFC 2606, RFC 5737, RFC 3849)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from pivotlab.scenarios.addresses import RESERVED_SUFFIXES, is_reserved_address
from pivotlab.scenarios.checks.bundle_tables import BundleTables, Finding, view
from pivotlab.scenarios.vocabulary import vocabulary

ADDRESS = r"\b(?:\d{1,3}\.){3}\d{1,3}\b"
_TOP = "com|net|org|io|co|uk|de|ca|info|biz|cloud|app|dev|xyz|ru|cn|me|tv|gov|edu|eu|us|site|online"
PUBLIC_NAME = rf"(?i)(?:^|[^a-z0-9.-])((?:[a-z0-9-]+\.)+(?:{_TOP}))(?:[^a-z0-9.-]|$)"
VERSION_COLUMNS = re.compile(r"Version|OSBuild|UserAgent|ProcessCommandLine|FolderPath|Platform|Context")
"""Columns in which four numbers with dots are a version."""

PROGRAM_NAMES = {"microsoft.net"}
"""Names of programs that look like names of sites."""

_SKIPPED = re.compile(r"SHA1|SHA256|MD5|ReportId|ObjectId|Guid|CorrelationId|_ingested|DeviceId$|^Id$|Sid$|SID$")


def check_reserved(tables: BundleTables) -> Iterator[Finding]:
    """Every address, name of a site and person in every text column, and in alerts and ground truth."""
    for table, columns in tables.columns.items():
        texts = [name for name, kind in columns.items() if kind in ("VARCHAR", "JSON") and not _SKIPPED.search(name)]
        yield from _strange(tables, table, texts, PUBLIC_NAME, 1, _is_public_name, "is no reserved name")
        texts = [name for name in texts if not VERSION_COLUMNS.search(name)]
        yield from _strange(tables, table, texts, ADDRESS, 0, _is_public_address, "is a public address")
    yield from _people(tables)
    for path in (tables.folder / "alerts.jsonl", *sorted((tables.folder / "incidents").glob("*.yaml"))):
        text = path.read_text(encoding="utf-8")
        for name in sorted(set(re.findall(PUBLIC_NAME, text))):
            if _is_public_name(name):
                yield Finding("reserved", path.name, f"{name} is no reserved name.")
        for address in sorted(set(re.findall(ADDRESS, text))):
            if _is_public_address(address):
                yield Finding("reserved", path.name, f"{address} is a public address.")


def _is_public_name(name: str) -> bool:
    return name.lower() not in PROGRAM_NAMES and not name.lower().endswith(RESERVED_SUFFIXES)


def _is_public_address(address: str) -> bool:
    return not is_reserved_address(address)


def _strange(
    tables: BundleTables,
    table: str,
    columns: list[str],
    pattern: str,
    group: int,
    is_public: Callable[[str], bool],
    what: str,
) -> Iterator[Finding]:
    """Findings in the text columns of a table: all columns at once, and one by one only when something is found."""

    def found(names: list[str]) -> list[str]:
        text = ", ".join(f'"{name}"::VARCHAR' for name in names)
        query = f"SELECT DISTINCT unnest(regexp_extract_all(concat_ws(' | ', {text}), $1, {group})) FROM {view(table)}"
        return [value for (value,) in tables.con.execute(query, [pattern]).fetchall() if is_public(value)]

    if columns and found(columns):
        for column in columns:
            for value in found([column]):
                yield Finding("reserved", f"{table}.{column}", f"{value} {what}.")


def _people(tables: BundleTables) -> Iterator[Finding]:
    words = vocabulary("names")
    given, surnames = set(words["given"]), set(words["surname"])
    for first, last in tables.con.execute(
        "SELECT DISTINCT GivenName, Surname FROM defender.IdentityInfo WHERE GivenName IS NOT NULL"
    ).fetchall():
        if first not in given or last not in surnames:
            yield Finding("reserved", "defender/IdentityInfo", f"{first} {last} is not made of invented names.")
