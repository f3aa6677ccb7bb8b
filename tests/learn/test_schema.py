from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
import yaml

from pivotlab.learn import schema
from pivotlab.learn.bank.reader import QUESTIONS, content_files
from pivotlab.learn.grading.task import TASKS

from .asked import ENTRIES, entry

FILES = [*content_files(QUESTIONS), *content_files(TASKS)]


def validator(folder: Any) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json.loads((folder / "schema.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", schema.schemas(), ids=lambda path: path.parent.name)
def test_the_schema_file_is_what_the_models_say(path: Any) -> None:
    assert path.read_text(encoding="utf-8") == schema.schemas()[path], "Type: pivotlab questions schema"


def test_writing_what_is_written_already_changes_nothing() -> None:
    assert schema.write() == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_content_file_fits_its_schema_and_names_it(path: Any) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=schema.json\n")
    assert list(validator(path.parent).iter_errors(yaml.safe_load(text))) == []


@pytest.mark.parametrize("kind", ENTRIES)
def test_an_editor_accepts_every_kind_and_marks_a_wrong_key(kind: str) -> None:
    known = validator(QUESTIONS)
    assert known.is_valid({"questions": [entry(kind)]})
    assert not known.is_valid({"questions": [entry(kind, colour="red")]})
