"""What a task on the tenant's state is made of: operations that lead to a state, and conditions that must hold of it."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, Field

from pivotlab.learn.bank.questions import Entry, Text


def _compiles(text: str) -> str:
    try:
        compile(text, "expression", "eval")
    except SyntaxError as error:
        raise ValueError(f"is no expression: {error.msg}") from None
    return text


Expression = Annotated[Text, AfterValidator(_compiles)]
"""A Python expression over `tenant`, and over `evidence` where some is handed in with it."""


class Action(Entry):
    """One operation of the tenant, `room.operation`, with its arguments: the form of data/faults.yaml."""

    do: str = Field(pattern=r"^\w+\.\w+$")
    arguments: dict[str, Any] = Field(default={}, alias="with")


class Condition(Entry):
    """Something that must hold of the tenant that is handed in."""

    holds: Expression
    otherwise: Text = Field(description="What the learner reads when it does not hold; it must not give the fix away.")
