"""Arrows between the rooms run one way: no room imports, by whatever way, what imports it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "src" / "pivotlab"


def imports(path: Path) -> Iterator[str]:
    """The modules of the package that a file names, at its top or inside a function, but not for types alone."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = [
        node
        for branch in ast.walk(tree)
        if isinstance(branch, ast.If) and "TYPE_CHECKING" in ast.unparse(branch.test)
        for node in ast.walk(branch)
    ]
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node not in for_types:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def arrows(house: str, rooms: Iterable[str]) -> dict[str, set[str]]:
    """Room -> the rooms next to it that it imports. Files that stand outside every room count as rooms."""
    known = set(rooms)
    found: dict[str, set[str]] = {room: set() for room in known}
    for path in (PACKAGE / house).rglob("*.py"):
        place = path.relative_to(PACKAGE / house).with_suffix("").parts[0]
        prefix = ".".join(["pivotlab", *([house] if house else [])]) + "."
        for module in imports(path):
            there = module.removeprefix(prefix).split(".")[0] if module.startswith(prefix) else ""
            if place in known and there in known and there != place:
                found[place].add(there)
    return found


def rooms_of(house: str) -> list[str]:
    return [path.stem for path in (PACKAGE / house).iterdir() if path.is_dir() or path.suffix == ".py"]


@pytest.mark.parametrize("house", ["", "learn", "scenarios"])
def test_no_two_rooms_import_each_other(house: str) -> None:
    apart = {"__init__", "__main__", "__pycache__"}  # the facade reaches into every room when it is asked
    try:
        list(TopologicalSorter(arrows(house, set(rooms_of(house)) - apart)).static_order())
    except CycleError as circle:
        pytest.fail(f"pivotlab.{house}: {' <- '.join(circle.args[1])}")


def test_learn_never_imports_the_tenant() -> None:
    assert not {"tenant", "api", "portal"} & arrows("", rooms_of(""))["learn"]


def test_the_lab_knows_nothing_of_the_tenant() -> None:
    assert arrows("", rooms_of(""))["lab"] <= {"bokeh_files", "loopback", "places"}
