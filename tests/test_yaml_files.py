"""The files of `data/` are read where Python's yaml has no libyaml too."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from pivotlab import yaml_files


@pytest.fixture
def pure(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The module as it is on such a machine."""
    with monkeypatch.context() as patched:
        patched.delattr(yaml, "CSafeLoader", raising=False)
        yield importlib.reload(yaml_files)
    importlib.reload(yaml_files)


def test_a_file_is_read_without_libyaml(pure: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: [1, ü]\n", encoding="utf-8")
    assert pure.Loader is yaml.SafeLoader
    assert pure.read_yaml(tmp_path / "a.yaml") == {"a": [1, "ü"]}


def test_nobody_else_names_a_loader() -> None:
    package = Path(yaml_files.__file__).parent
    named = [path.name for path in package.rglob("*.py") if "SafeLoader" in path.read_text(encoding="utf-8")]
    assert named == ["yaml_files.py"]
