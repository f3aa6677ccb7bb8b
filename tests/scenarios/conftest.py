"""A small bundle, generated once."""

from __future__ import annotations

from pathlib import Path

import pytest

from pivotlab.scenarios.generate import Size, generate

SECOND = Size(rows=22_000)
"""The size of `data/second_seed`."""


@pytest.fixture(scope="session")
def small_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The second seed, made anew."""
    folder = tmp_path_factory.mktemp("bundle")
    generate(folder, 2, SECOND)
    return folder
