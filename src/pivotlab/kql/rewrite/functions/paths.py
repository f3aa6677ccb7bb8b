"""`parse_path()` (learn.microsoft.com, "parse_path()")."""

from __future__ import annotations

import json
import re

from pivotlab.kql.rewrite.registry import define, python
from pivotlab.kql.terms import Value

define(
    "parse_path(path:string) -> dynamic",
    lambda path: Value(f"CAST(kql_parse_path({path.sql}) AS JSON)", "dynamic"),
    "The parts of a file path, as a bag.",
)


@python("parse_path", "VARCHAR", "VARCHAR")
def _py_parse_path(text: str | None) -> str:
    """A colon behind the last slash starts the name of an alternate data stream; the root is a drive's letter."""
    path = text or ""
    scheme, separator, rest = path.partition("://")
    if not separator:
        scheme, rest = "", path
    cut = max(rest.rfind("/"), rest.rfind("\\"))
    drive = re.match(r"[A-Za-z]:", rest)
    directory, name = (rest[:cut], rest[cut + 1 :]) if cut >= 0 else ("", rest)
    if cut < 0 and drive:
        directory, name = drive.group(), rest[2:]
    name, _, stream = name.partition(":")
    return json.dumps(
        {
            "Scheme": scheme,
            "RootPath": drive.group() if drive else "",
            "DirectoryPath": directory,
            "DirectoryName": re.split(r"[\\/]", directory)[-1],
            "Filename": name,
            "Extension": name.rpartition(".")[2] if "." in name else "",
            "AlternateDataStreamName": stream,
        }
    )
