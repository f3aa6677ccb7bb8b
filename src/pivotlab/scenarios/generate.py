"""Generate a bundle of any size: the incidents, and as much ordinary business around them as is asked for."""

from __future__ import annotations

import shutil
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from pivotlab.scenarios.background import SOURCES
from pivotlab.scenarios.background.dimensions import create_dimensions
from pivotlab.scenarios.bundle import Progress, open_database, write_alerts, write_manifest, write_table
from pivotlab.scenarios.incidents import INCIDENTS
from pivotlab.scenarios.incidents.everyday import play_everyday
from pivotlab.scenarios.incidents.password_spray import TARGETS
from pivotlab.scenarios.truth import write_truth
from pivotlab.scenarios.world import World


@dataclass(frozen=True)
class Size:
    """How big a bundle gets. Rows are approximate; days count back from the window's end and hold every incident.

    Raises `ValueError` for a size that the incidents do not fit into, with the sizes that they do.
    """

    people: int = 400
    days: int = 30
    rows: int = 160_000

    def __post_init__(self) -> None:
        if not 30 <= self.days <= 90:
            raise ValueError(
                f"--days {self.days}: the incidents need 30 days, and a workspace keeps 90. Take 30 to 90."
            )
        if not FEWEST_PEOPLE <= self.people <= MOST_PEOPLE:
            raise ValueError(
                f"--people {self.people}: the password spray aims at {TARGETS} people, and device names are four digits "
                f"long. Take {FEWEST_PEOPLE} to {MOST_PEOPLE:,}."
            )
        fewest = FEWEST_ROWS * self.days // 30
        if self.rows < fewest:
            raise ValueError(
                f"--rows {self.rows}: the incidents alone are 3,700 rows, and have to hide among ordinary ones. "
                f"Take {fewest:,} or more for {self.days} days."
            )


FEWEST_PEOPLE, MOST_PEOPLE = 190, 6_000
FEWEST_ROWS = 20_000
"""In 30 days."""


def generate(out: Path, seed: int = 1, size: Size | None = None, progress: Progress | None = None) -> dict[str, int]:
    """Write a bundle to `out` and return its row counts. Tables, alerts and incidents that are there are replaced.

    Raises `OSError` when it cannot be written.
    """
    size = size or Size()
    world = World(seed, size.people, size.days)
    for folder in ("tables", "incidents"):
        shutil.rmtree(out / folder, ignore_errors=True)
    for play in INCIDENTS:
        write_truth(out, play(world))
    play_everyday(world)
    write_alerts(out, world.alerts.lines)
    try:
        counts = _write_tables(world, out, size.rows, progress)
    finally:
        shutil.rmtree(out / ".spill", ignore_errors=True)
    write_manifest(out, seed, world.window.start, world.window.end, counts)
    return counts


def _write_tables(world: World, out: Path, rows: int, progress: Progress | None) -> dict[str, int]:
    con = open_database(out)
    create_dimensions(world, con)
    told = sum(len(group) for group in world.telemetry.rows.values()) - world.telemetry.aside
    selects: dict[str, list[str]] = defaultdict(list)
    for kind in SOURCES:
        source = kind(world, con)
        source.draw(int(max(0, rows - told) * kind.share))
        for table, select in source.tables().items():
            selects[table].append(select)
    tables = sorted(set(selects) | set(world.telemetry.rows))
    counts = {}
    for done, table in enumerate(tables):
        if progress is not None:
            progress(table, done, len(tables))
        counts[table] = write_table(con, out, table, selects[table], world.telemetry.rows[table], rows)
    con.close()
    return counts
