"""What rules of the workspace say in the API's words, read as checked values."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from pivotlab.tenant.errors import Invalid


class Settings(BaseModel):
    """A part of a rule; its names are the API's in Python's spelling. What the practice tenant does not know stays aside."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore", frozen=True)


def misfit(error: ValidationError) -> Invalid:
    """The refusal of a rule, naming every property that does not fit."""
    said = "; ".join(f"{'.'.join(map(str, found['loc']))}: {found['msg']}" for found in error.errors())
    return Invalid(f"The rule does not fit: {said}.")
