"""A small bundle, generated once."""

from __future__ import annotations

from pathlib import Path

import pytest

from pivotlab.scenarios.generate import Size, generate

SMALL = Size(rows=25_000)


@pytest.fixture(scope="session")
def small_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seed 1, with little business around the incidents."""
    folder = tmp_path_factory.mktemp("bundle")
    generate(folder, 1, SMALL)
    return folder
