"""docs/scenarios.md shows a story that plays."""

from __future__ import annotations

import re
import textwrap
from typing import Any

from pivotlab.places import ROOT
from pivotlab.scenarios import evidence
from pivotlab.scenarios.generate import FEWEST_PEOPLE
from pivotlab.scenarios.geography import ABROAD
from pivotlab.scenarios.truth import GroundTruth
from pivotlab.scenarios.world import World

PAGE = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")


def test_the_story_of_the_handbook_plays() -> None:
    example = re.search(r"^    def play.*?(?=^1\. )", PAGE, re.DOTALL | re.MULTILINE)
    assert example is not None
    names: dict[str, Any] = {"evidence": evidence, "ABROAD": ABROAD, "GroundTruth": GroundTruth, "World": World}
    exec(textwrap.dedent(example[0]), names)
    truth = names["play"](World(1, FEWEST_PEOPLE))
    assert isinstance(truth, GroundTruth)
    assert {"workspace/SigninLogs", "defender/EntraIdSignInEvents", "defender/AlertInfo"} <= truth.true_rows.keys()
    assert truth.questions[0].answer in truth.indicators["address"]


def test_the_files_that_it_names_exist() -> None:
    room = ROOT / "src" / "pivotlab" / "scenarios"
    named = re.findall(r"`([a-z_]+\.py|[a-z]+/)`", PAGE.split("## One story")[0])
    assert len(named) > 10
    assert [name for name in named if not (room / name).exists()] == []
