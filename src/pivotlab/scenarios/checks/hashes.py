"""Hashes: they look like hashes, go together, and repeat where the file is the same."""

from __future__ import annotations

from collections.abc import Iterator

from pivotlab.scenarios.checks.bundle_tables import BundleTables, Finding, view

LENGTHS = {"SHA256": 64, "SHA1": 40, "MD5": 32}
"""Hexadecimal digits of each kind."""

INSTALLED = r"c:\\windows\\.+|c:\\program files.*|/usr/.+|/bin/.+|/opt/.+"
"""Paths under which a file is the same on every device."""


def check_hashes(tables: BundleTables) -> Iterator[Finding]:
    """Everything that concerns a hash."""
    parts = []
    for table, columns in tables.columns.items():
        for owner in ("", "InitiatingProcess"):
            present = {kind: f"{owner}{kind}" for kind in LENGTHS if f"{owner}{kind}" in columns}
            for kind, column in present.items():
                wrong = f"""
                    SELECT {column} FROM {view(table)}
                    WHERE NOT regexp_full_match({column}, '[0-9a-f]{{{LENGTHS[kind]}}}')"""
                what = f"are not {LENGTHS[kind]} hexadecimal digits"
                yield from tables.complain("hash", f"{table}.{column}", wrong, what)
            if "SHA256" in present and f"{owner}FolderPath" in columns and table.startswith("defender/Device"):
                hashes = ", ".join(f"{present.get(kind, 'NULL')} AS {kind}" for kind in LENGTHS)
                parts.append(f"SELECT DISTINCT lower({owner}FolderPath) AS path, {hashes} FROM {view(table)}")
    if not parts:
        return
    tables.con.execute(f"CREATE OR REPLACE TEMP TABLE hashed AS {' UNION '.join(parts)}")
    where = "defender/Device*"
    several = f"""
        SELECT path, count(DISTINCT SHA256) FROM hashed WHERE regexp_full_match(path, '{INSTALLED}')
        GROUP BY path HAVING count(DISTINCT SHA256) > 1"""
    yield from tables.complain("hash", where, several, "are paths of installed files with several hashes")
    piece = "SELECT path, SHA1 FROM hashed WHERE starts_with(SHA256, SHA1)"
    yield from tables.complain("hash", where, piece, "have a SHA1 that is a piece of the SHA256")
    for one, other in (("SHA256", "SHA1"), ("SHA1", "SHA256"), ("SHA256", "MD5"), ("MD5", "SHA256")):
        split = (
            f"SELECT {one}, count(DISTINCT {other}) FROM hashed WHERE {one} IS NOT NULL "
            f"GROUP BY {one} HAVING count(DISTINCT {other}) > 1"
        )
        yield from tables.complain("hash", where, split, f"are {one} values that go with several {other} values")
