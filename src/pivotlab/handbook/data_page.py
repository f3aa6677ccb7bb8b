"""docs/data.md: what the bundled data holds, from the bundle itself."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from pivotlab.handbook.tables import table
from pivotlab.places import DATA, ROOT, SECOND_SEED
from pivotlab.scenarios.checks.bundle_tables import BundleTables, view
from pivotlab.scenarios.checks.shape import STREAMED
from pivotlab.scenarios.generate import FEWEST_PEOPLE, FEWEST_ROWS, MOST_PEOPLE
from pivotlab.scenarios.truth import GroundTruth, read_truth
from pivotlab.scenarios.vocabulary import vocabulary
from pivotlab.store.manifest import read_manifest

HUNTING = ROOT / "docs" / "hunting_queries.csv"
"""Every query that ran in `tests/bench/hunting_queries.py`: folder, name, rows, and whether an attack is among them."""

_INTRODUCTION = """# The data

This page is generated from the bundle. Change the generator, then type `pivotlab handbook pages`.

Contoso Harbour has two sites, {people} people and {devices} devices. Thirty days of its telemetry lie in `data/`,
from {start} to {end}. The practice tenant opens at {now}, so the last hours are still to come.
Ten incidents hide among ordinary days; an eleventh happens while the clock runs.

`data/second_seed/` tells the same incidents with other people, hosts, times and indicators. Checks run answers on both.

## Whose is what

* Microsoft's: names and types of tables and columns, as its documentation prints them (`data/schemas/`, each with its
  page); prefixes of alert ids (fact products-06); what the connector streams (facts tables-01 to tables-06).
* Ours: every row. People, hosts, domains, addresses, hashes and identifiers are invented, and made from a seed.
  Names of people are put together from invented ones; domains end in `.example`, `.test` or `.invalid`; public
  addresses come from the ranges that are reserved for documentation.
* Our choice: how long a row takes from the event to the table (seconds to half an hour; one row in two hundred is hours
  late), how often people do what, how often devices report (a server's heartbeat comes once a day, not every minute),
  and the wording of alerts.
* Contoso, Fabrikam and their like are Microsoft's names for companies that do not exist.

## Tables

Rows are those of `data/` and, in brackets, of `data/second_seed/`. *Streamed* tables are the ones that the connector copies
into the workspace, in the workspace's own columns. The tenant writes SecurityAlert and SecurityIncident while time passes.
"""

_SIZES = """## Another size, another seed

    pivotlab data generate --people 600 --days 45 --rows 1000000 --seed 3 --out my-work/larger
    pivotlab data verify my-work/larger

`--people` takes {fewest_people} to {most_people:,}, `--days` 30 to 90, `--rows` {fewest_rows:,} or more for every
30 days; a size that the incidents do not fit into is refused with the sizes that they do. The same seed gives the same
bytes. `Tenant.open(folder)` opens any bundle.

`verify` checks every row, and says what does not hold and where:

| check | what holds |
|---|---|
| shape | documented columns and types; row counts as in the manifest; every streamed and every native table has rows |
| moments | inside the window; ingested after the event; both products and both clocks of a row agree; mornings fit each site's zone |
| hashes | look like hashes, go together, and repeat where the file is the same |
| references | events to processes, processes to parents, devices, mail to links and clicks, accounts and mailboxes to people |
| twins | two sensors of one thing agree: sizes of files and uploads, failed connections, consents, copies that a policy saw |
| ordinary | servers and devices report to the end; services stay on their servers; logon sessions; nobody is in two countries |
| alerts | AlertInfo, AlertEvidence and alerts.jsonl agree; each piece of evidence is in a row; order and prefixes |
| reserved | no real person, site or address |
| stories | each true row is found once; timelines, techniques, classification; a sign-in follows the click |
| decoys | each obvious filter above, run as KQL, finds its attack and something innocent; hardly an action occurs in attacks only |

Measured on two cores on 26 November 2026:

| what | command | result |
|---|---|---|
| generate 10,223,482 rows | `python tests/bench/generate_rows.py` | 42 s, 1.04 GB of memory |
| verify 5,133,040 rows | the same | 30 s, 0.63 GB of memory |
| open a tenant in a fresh process | `python tests/bench/opening_speed.py` | 0.05 s, imports apart |
"""

_QUERIES = """## Public hunting queries

The data has to satisfy queries that others wrote. {run} queries of Microsoft's public repository of Microsoft 365 Defender
hunting queries run on the practice engine. {returned} of them return rows on `data/` (the bar is 40), and for {attack} a row of an
attack is among these (the bar is 25). Measured with

    python tests/bench/hunting_queries.py CASES.jsonl --out docs/hunting_queries.csv

where CASES holds one query a line. A query finds an attack when its result loses rows once the true rows of the attacks
are taken out of the data. The queries themselves are not part of this repository.
"""


def data_page() -> str:
    """The page's text."""
    manifest, second = read_manifest(DATA), read_manifest(SECOND_SEED).rows
    tables = BundleTables(DATA)
    try:
        parts = [
            _INTRODUCTION.format(
                people=tables.count("FROM defender.IdentityInfo WHERE Type = 'User'"),
                devices=tables.count("SELECT DISTINCT DeviceId FROM defender.DeviceInfo"),
                **{name: f"{getattr(manifest, name):%Y-%m-%d %H:%M}" for name in ("start", "end", "now")},
            ),
            table(("Table", "Defender XDR", "Workspace", "Streamed"), _tables(manifest.rows, second)),
            f"{sum(manifest.rows.values()):,} rows ({sum(second.values()):,}) in {len(manifest.rows)} files.\n",
            "## Incidents\n",
            "The ground truth is in `data/incidents/`: timeline, true rows, entities, questions and answers.\n",
            *(section for truth in read_truth(DATA) for section in _incident(tables, truth)),
        ]
    finally:
        tables.close()
    sizes = {"fewest_people": FEWEST_PEOPLE, "most_people": MOST_PEOPLE, "fewest_rows": FEWEST_ROWS}
    return "\n".join([*parts, _SIZES.format(**sizes), *_hunting(HUNTING)])


def _tables(rows: dict[str, int], second: dict[str, int]) -> Iterator[tuple[str, ...]]:
    def shown(place: str) -> str:
        return f"{rows[place]:,} ({second.get(place, 0):,})" if place in rows else ""

    for name in sorted({place.partition("/")[2] for place in rows}, key=str.lower):
        streamed = "yes" if name in STREAMED else ""
        yield f"`{name}`", shown(f"defender/{name}"), shown(f"workspace/{name}"), streamed


def _incident(tables: BundleTables, truth: GroundTruth) -> Iterator[str]:
    rows = sum(group.count for group in truth.true_rows.values())
    yield f"### {truth.id}. {truth.title}\n"
    yield f"{truth.summary}\n"
    yield f"*What it teaches.* {vocabulary('teaching')[truth.slug]}\n"
    first, last = (f"{moment.day} {moment:%B}" for moment in (truth.first_activity, truth.last_activity))
    yield (
        f"*In short.* {rows:,} true rows in {len(truth.true_rows)} tables; "
        f"{first if first == last else f'{first} to {last}'}; {', '.join(truth.mitre)}; "
        f"classified {truth.classification}, {truth.determination}, {truth.severity}.\n"
    )
    yield table(("Obvious filter", "Innocent rows", "Why they are innocent"), _noise(tables, truth))


def _noise(tables: BundleTables, truth: GroundTruth) -> Iterator[tuple[str, ...]]:
    for decoy in truth.decoys:
        place = next(name for name in tables.columns if name.endswith(f"/{decoy.table}"))
        innocent = tables.count(f"FROM {view(place)} WHERE {decoy.innocent}")
        yield f"`{decoy.table} | {decoy.filter}`", f"{innocent:,}", decoy.why


def _hunting(found: Path) -> Iterator[str]:
    with found.open(encoding="utf-8", newline="") as lines:
        queries = list(csv.DictReader(lines))
    returned = [query for query in queries if query["rows"] != "0"]
    attack = sum(query["attack"] == "yes" for query in returned)
    yield _QUERIES.format(run=len(queries), returned=len(returned), attack=attack)
    rows = [(query["folder"], query["name"], f"{int(query['rows']):,}", query["attack"]) for query in returned]
    yield table(("Folder", "Query", "Rows", "Attack"), sorted(rows, key=lambda row: tuple(map(str.lower, row[:2]))))
