"""The measured figures stay above the floors that were reached.

The measuring program and its cases are third-party and not part of the project. Name the program in the environment
variable PIVOTLAB_KQL_MEASURE to run this.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

FLOORS = json.loads((Path(__file__).parent / "floors.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Any:
    program = os.environ.get("PIVOTLAB_KQL_MEASURE")
    if not program:
        pytest.skip("PIVOTLAB_KQL_MEASURE does not name a measuring program.")
    target = tmp_path_factory.mktemp("measure") / "figures.json"
    source = Path(__file__).resolve().parents[2] / "src"
    environment = {**os.environ, "PYTHONPATH": str(source)}
    subprocess.run([sys.executable, program, "--json", str(target)], env=environment, check=True, capture_output=True)
    return json.loads(target.read_text(encoding="utf-8"))


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("path", sorted(FLOORS["at least"]))
def test_a_figure_is_not_below_its_floor(measured: Any, path: str) -> None:
    assert _at(measured, path) >= FLOORS["at least"][path]


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("path", sorted(FLOORS["at most"]))
def test_a_figure_is_not_above_its_ceiling(measured: Any, path: str) -> None:
    assert _at(measured, path) <= FLOORS["at most"][path]


def _at(figures: Any, path: str) -> float:
    for step in path.split("/"):
        figures = figures.get(step, 0)
    return float(figures)
