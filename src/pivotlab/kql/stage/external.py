"""`externaldata` from mapped local files, read by Python so that the database itself reaches no file."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pivotlab.kql.rewrite import convert
from pivotlab.kql.rewrite.constants import constant
from pivotlab.kql.stage.build import columns_for, empty
from pivotlab.kql.terms import Relation
from pivotlab.kql.translation import Translation

_MOST_ROWS = 50_000


def external_rows(
    translation: Translation, addresses: Sequence[str], columns: Sequence[tuple[str, str]], properties: dict[str, str]
) -> Relation:
    """The rows of all addresses. An address without a mapped file is refused, by its name."""
    if translation.external == "empty":
        return empty(translation, columns)
    mapped = translation.external or {}
    plain = [address.partition(";")[0] for address in addresses]
    missing = [address for address in plain if address not in mapped]
    if missing:
        translation.refuse(f"externaldata would read {missing[0]}; the lab is offline and has no local copy of it.")
        return empty(translation, columns)
    rows = [
        row
        for address in plain
        for row in _read(Path(mapped[address]), len(columns), properties, [n for n, _ in columns])
    ]
    if not rows:
        return empty(translation, columns)
    lines = []
    for row in rows[:_MOST_ROWS]:
        cells = [convert.CONVERSIONS[kind](_cell(value)).sql for value, (_, kind) in zip(row, columns, strict=True)]
        lines.append(f"({', '.join(cells)})")
    items = [(name, convert.CONVERSIONS[kind](constant("", "string"))) for name, kind in columns]
    known = columns_for(items)
    listed = ", ".join(column.sql for column in known)
    source = translation.stage(f"SELECT * FROM (VALUES {', '.join(lines)}) AS d({listed})")
    return Relation(source, known)


def _cell(value: Any) -> Any:
    return constant(value, "string") if isinstance(value, str) else constant(value, "dynamic")


def _read(path: Path, width: int, properties: dict[str, str], names: list[str]) -> list[list[Any]]:
    """Rows of a CSV, JSON lines or text file, by its `format` property or its ending."""
    form = properties.get("format", path.suffix.removeprefix(".") or "csv").lower()
    text = path.read_text(encoding="utf-8-sig")
    if form in ("json", "multijson", "jsonl"):
        loaded = (
            json.loads(text)
            if text.lstrip().startswith("[")
            else [json.loads(line) for line in text.splitlines() if line.strip()]
        )
        return [[record.get(name, "") for name in names] for record in loaded]
    if form in ("txt", "raw"):
        return [[line, *[""] * (width - 1)] for line in text.splitlines()]
    delimiter = {"tsv": "\t", "psv": "|", "scsv": ";"}.get(form, ",")
    rows = [[*row, *[""] * width][:width] for row in csv.reader(text.splitlines(), delimiter=delimiter) if row]
    return rows[1:] if properties.get("ignoreFirstRecord", "").lower() == "true" else rows
