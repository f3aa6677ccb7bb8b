"""A checkout small enough to be really set up in a test: the real start.py, and locks that pin two tiny wheels."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

from pivotlab.places import ROOT

ALONE = {
    "PIP_INDEX_URL": "http://127.0.0.1:9/",
    "PIP_CONFIG_FILE": os.devnull,
    "PYTHONPATH": str(ROOT / "tests" / "guard"),
}
"""No package index to ask, and no other pivotlab to import."""


@dataclass(frozen=True)
class Checkout:
    """A folder with a start.py, and a folder of wheels for it."""

    folder: Path
    wheels: Path

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Type `python start.py ...` there."""
        return subprocess.Popen(
            [sys.executable, str(self.folder / "start.py"), *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **ALONE},
        )

    def run(self, *words: str) -> tuple[int, str, str]:
        """The same to its end. Returns exit code, output and errors."""
        with self.start(*words) as started:
            output, errors = started.communicate()
        return started.returncode, output, errors

    def program(self, name: str, *words: str) -> tuple[int, str]:
        """Run a program of the environment. Returns exit code and output."""
        program = shutil.which(name, path=str(self.module().PROGRAMS))
        assert program, f"the environment has no {name}"
        ended = subprocess.run(
            [program, *words], capture_output=True, text=True, check=False, env={**os.environ, **ALONE}
        )
        return ended.returncode, ended.stdout

    def module(self) -> ModuleType:
        """Its start.py, imported."""
        spec = importlib.util.spec_from_file_location("start", self.folder / "start.py")
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module


def pin(wheels: Path, name: str) -> str:
    """Make a wheel with one module of that name, and return the line that pins it."""
    wheel = wheels / f"{name}-1.0-py3-none-any.whl"
    about = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(f"{name}.py", "")
        archive.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", f"{name}.py,,\n{about}/METADATA,,\n{about}/WHEEL,,\n{about}/RECORD,,\n")
    return f"{name}==1.0 --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


@pytest.fixture
def new_checkout(tmp_path: Path) -> Checkout:
    """One that nothing has been set up in, under a path with spaces and other letters."""
    return make_checkout(tmp_path)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """One that is set up. Tests leave it as they found it."""
    made = make_checkout(tmp_path_factory.mktemp("set up"))
    code, output, errors = made.run("setup", "--wheelhouse", str(made.wheels))
    assert code == 0, output + errors
    return made


def make_checkout(parent: Path) -> Checkout:
    folder, wheels = parent / "Küche von Zoë", parent / "wheels"
    package = folder / "src" / "pivotlab"
    for made in (wheels, package):
        made.mkdir(parents=True)
    shutil.copy(ROOT / "start.py", folder)
    # No wheel of uv is there, so pip does the work, as on a machine that uv has no build for.
    (folder / "requirements-uv.txt").write_text(f"uv==1.0 --hash=sha256:{'0' * 64}\n", "ascii")
    (folder / "requirements.txt").write_text(pin(wheels, "harbour"), "ascii")
    (folder / "requirements-test.txt").write_text(pin(wheels, "crane"), "ascii")
    for place in (package, package / "lab"):
        place.mkdir(exist_ok=True)
        (place / "__init__.py").touch()
        (place / "__main__.py").write_text("import sys\nprint(sys.argv[1:], sys.prefix)\nsys.exit(7)\n", "ascii")
    return Checkout(folder, wheels)
