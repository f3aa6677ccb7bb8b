"""JSON schemas of the content files, so that an editor completes keys and marks mistakes while somebody writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from pivotlab.learn.bank.questions import Question
from pivotlab.learn.bank.reader import QUESTIONS
from pivotlab.learn.grading.task import TASKS, Task

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def schemas() -> dict[Path, str]:
    """The text of each schema file, by its path. Generated from the models, never edited."""
    return {
        QUESTIONS / "schema.json": _file_of("questions", Question),
        TASKS / "schema.json": _file_of("tasks", Task),
    }


def write() -> list[Path]:
    """Write the schema files; returns those that changed."""
    changed = [
        path for path, text in schemas().items() if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    for path in changed:
        path.write_text(schemas()[path], encoding="utf-8", newline="\n")
    return changed


def _file_of(key: str, entry: Any) -> str:
    """The schema of a file that holds a list of entries under `key`; an entry is a model or an annotated union of models."""
    items = TypeAdapter(entry).json_schema()
    shared = items.pop("$defs", {})
    schema = {
        "$schema": _DRAFT,
        "type": "object",
        "required": [key],
        "additionalProperties": False,
        "properties": {key: {"type": "array", "items": items}},
        "$defs": shared,
    }
    return json.dumps(schema, indent=1, sort_keys=True) + "\n"
