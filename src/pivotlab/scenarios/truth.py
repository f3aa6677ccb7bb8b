"""Ground truth: what really happened in an incident, which rows show it, and what only looks like it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from pivotlab.yaml_files import read_yaml

# libyaml writes the long lists of rows ten times faster; the pure Python class does where it is missing.
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

Verdict = Literal["attack", "benign", "false_positive"]
Classification = Literal["truePositive", "informationalExpectedActivity", "falsePositive"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Moment(_Strict):
    """One step of the story, and the row that shows it."""

    time: datetime
    what: str
    table: str = Field(description="<product>/<Table>, or alerts.jsonl")
    key: dict[str, Any] = Field(description="columns that find the row")


class TrueRows(_Strict):
    """The rows of one table that belong to the incident: each a tuple of values of the `key` columns."""

    key: list[str]
    count: int
    rows: list[list[Any]]


class Decoy(_Strict):
    """An obvious filter, and why what it finds is not (only) the attack."""

    table: str
    filter: str = Field(description="KQL that goes after the table's name")
    innocent: str = Field(description="SQL condition on the table that finds the innocent rows")
    why: str


class Question(_Strict):
    """Something a lab could ask, with its answer."""

    ask: str
    answer: str | int | list[str]


class GroundTruth(_Strict):
    """`incidents/<nn>-<slug>.yaml`."""

    id: Annotated[int, Field(ge=1)]
    slug: str
    title: str
    summary: str
    correlation_keys: list[str] = Field(description="`incident` in alerts.jsonl")
    first_activity: datetime
    last_activity: datetime
    verdict: Verdict
    classification: Classification
    determination: str
    severity: Literal["high", "medium", "low", "informational"]
    mitre: list[str]
    entities: dict[str, list[str]]
    indicators: dict[str, list[str]]
    timeline: list[Moment]
    true_rows: dict[str, TrueRows]
    decoys: Annotated[list[Decoy], Field(min_length=1)]
    questions: list[Question]


class TruthError(Exception):
    """A ground-truth file does not fit the model. The message names the file and the entry."""


def read_truth(bundle: Path) -> list[GroundTruth]:
    """Every ground-truth file of a bundle, by id. Raises `TruthError` with file and entry when one is malformed."""
    truths = []
    for path in sorted((bundle / "incidents").glob("*.yaml")):
        try:
            truths.append(GroundTruth.model_validate(read_yaml(path)))
        except ValueError as error:
            raise TruthError(f"{path}: {error}") from error
    return truths


def write_truth(bundle: Path, truth: GroundTruth) -> Path:
    """Write one ground-truth file and return its path."""
    path = bundle / "incidents" / f"{truth.id:02d}-{truth.slug}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.dump(truth.model_dump(mode="json"), Dumper=_Readable, sort_keys=False, allow_unicode=True, width=120)
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


class _Readable(_Dumper):  # type: ignore[misc]
    """Block style throughout, but a row key on one line."""

    def represent_sequence(self, tag: str, sequence: Any, flow_style: bool | None = None) -> yaml.SequenceNode:
        """A list of plain values goes on one line."""
        flat = bool(sequence) and all(isinstance(value, (str, int)) for value in sequence)
        node: yaml.SequenceNode = super().represent_sequence(tag, sequence, flow_style=flat or flow_style)
        return node
