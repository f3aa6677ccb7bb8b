"""Noise: what happens in incidents only is named, column and value; what may is on a list with a reason."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pivotlab.scenarios.checks import decoys
from pivotlab.scenarios.checks.decoys import check_decoys
from pivotlab.scenarios.verify import verify
from tests.scenarios.damage import dropped


@pytest.fixture(scope="module")
def complaints(small_bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What is said about a bundle in which nobody but the victim is warned by SmartScreen."""
    bundle = Path(shutil.copytree(small_bundle, tmp_path_factory.mktemp("damaged") / "bundle"))
    dropped("defender/DeviceEvents", "ActionType LIKE 'SmartScreen%' AND FileName LIKE 'PortReviewReader%'")(bundle)
    for path in sorted((bundle / "incidents").iterdir()):
        if not path.name.startswith("08"):
            path.unlink()
    return [str(finding) for finding in verify(bundle, [check_decoys])]


@pytest.mark.parametrize("action", ["SmartScreenAppWarning", "SmartScreenUserOverride"])
def test_an_action_that_only_an_attack_does_is_named(action: str, complaints: list[str]) -> None:
    assert f"decoy: defender/DeviceEvents.ActionType: {action} occurs in incidents only." in complaints
    innocent = f"nothing innocent matches: ActionType = '{action}' AND FileName = 'PortReviewReader-setup.exe'"
    assert any(innocent in complaint for complaint in complaints), complaints


def test_every_exception_is_needed(small_bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    needed = {f"{table}: {value}" for table, value in decoys.TELLING}
    monkeypatch.setattr(decoys, "TELLING", {})
    found = [str(finding) for finding in verify(small_bundle, [check_decoys])]
    named = {
        f"{where.split(' ')[1].split('/')[1].split('.')[0]}: {where.split(': ')[2].removesuffix(' occurs in incidents only.')}"
        for where in found
    }
    assert named == needed
