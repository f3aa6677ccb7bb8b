"""The anchored rubric by which a learner rates an answer, and the band that each level asks for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any

import yaml
from pydantic import Field, ValidationError, model_validator

from pivotlab.learn.bank.questions import Entry, Level, Text
from pivotlab.learn.bank.reader import QUESTIONS, ContentError
from pivotlab.yaml_files import read_yaml

HIGHEST = 4
"""The best rating. The worst is 0."""

Rating = Annotated[int, Field(ge=0, le=HIGHEST)]


class Criterion(Entry):
    """One question that a learner asks of an answer, and what each rating from 0 to 4 means."""

    name: Text
    asks: Text
    anchors: tuple[Text, Text, Text, Text, Text]
    beside_points: bool = Field(
        default=False, description="Its scale counts key points: it is asked once they are shown."
    )


class Rubric(Entry):
    """The whole rubric, data/questions/rubric.yaml."""

    notice: Text
    criteria: tuple[Criterion, ...] = Field(min_length=1)
    bands: Mapping[Level, Mapping[str, Rating]]
    red_flag_cap: Rating

    def asked(self, beside_points: bool) -> tuple[Criterion, ...]:
        """The criteria that are rated once the key points are shown, or those that are rated before."""
        return tuple(criterion for criterion in self.criteria if criterion.beside_points == beside_points)

    @model_validator(mode="after")
    def _bands_name_criteria(self) -> Rubric:
        names = {criterion.name for criterion in self.criteria}
        if unknown := {name for band in self.bands.values() for name in band} - names:
            raise ValueError(f"a band names {sorted(unknown)[0]!r}, which is no criterion")
        if missing := set(Level) - set(self.bands):
            raise ValueError(f"there is no band for the level {sorted(missing)[0]}")
        return self


@cache
def rubric() -> Rubric:
    """The rubric. Raises `ContentError`."""
    path = QUESTIONS / "rubric.yaml"
    try:
        content: Any = read_yaml(path)
        return Rubric.model_validate(content)
    except yaml.YAMLError as error:
        raise ContentError(f"{path.name} is not valid YAML. {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        raise ContentError(f"{path.name}, {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
