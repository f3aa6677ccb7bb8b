"""How fast incidents synchronise: `python tests/bench/sync_speed.py [--incidents 100000] [--alerts 500000]`.

Bars: 100,000 incidents with 500,000 alerts in 20 s or less on two cores, 1,000 edits then arrive in under 2 s, and the
process stays under 2 GB. Rows of SecurityAlert are laid out before the first query that could read them; the time for
that is printed by itself. Behind each time stands the processor time, which says more on a computer that is busy.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pivotlab.model import Alert, Evidence, Severity
from pivotlab.tenant import Tenant

START = datetime(2026, 10, 5, tzinfo=UTC)
DAYS = 30
USERS = 2_000
HOSTS = 3_000


def empty_bundle(folder: Path) -> Path:
    """A bundle with no alerts and no tables."""
    end = START + timedelta(days=DAYS + 1)
    moments = {"start": START.isoformat(), "now": START.isoformat(), "end": end.isoformat()}
    (folder / "manifest.json").write_text(json.dumps({"seed": 1, "version": 1, "rows": {}, **moments}))
    (folder / "alerts.jsonl").write_text("")
    (folder / "tables").mkdir()
    return folder


def alerts(count: int, incidents: int) -> Iterator[Alert]:
    """Alerts spread evenly over the window; an incident's alerts follow one another, as those of one attack do."""
    step = timedelta(days=DAYS) / count
    for number in range(count):
        created = START + step * number
        upn = f"user{number % USERS}@contoso.example"
        host = f"ws{number % HOSTS:05}.contoso.example"
        yield Alert(
            id=f"da{number:09}",
            title=f"Suspicious activity {number % 40}",
            severity=(Severity.LOW, Severity.MEDIUM, Severity.HIGH)[number % 3],
            service_source="microsoftDefenderForEndpoint",
            detection_source="microsoftDefenderForEndpoint",
            product_name="Microsoft Defender for Endpoint",
            created=created,
            first_activity=created - timedelta(minutes=20),
            last_activity=created - timedelta(minutes=5),
            correlation=f"key{number * incidents // count}",
            description="A process did something that its users rarely do on this device.",
            category="Execution",
            mitre_techniques=("T1059.001",),
            evidence=(
                Evidence("user", {"userAccount": {"userPrincipalName": upn}}),
                Evidence("device", {"deviceDnsName": host, "osPlatform": "Windows11"}),
            ),
        )


class Stopwatch:
    """Seconds since it was made: those that passed, and those that this process was given."""

    def __init__(self) -> None:
        self._began, self._given = time.perf_counter(), time.process_time()

    def read(self) -> tuple[float, str]:
        """The seconds that passed, and both as text."""
        passed = time.perf_counter() - self._began
        return passed, f"{passed:.2f} s, {time.process_time() - self._given:.2f} s of processor time"


def main() -> int:
    """Measure, print, and exit 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--incidents", type=int, default=100_000)
    parser.add_argument("--alerts", type=int, default=500_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Tenant.open(empty_bundle(Path(folder))) as tenant:
        feed = [(alert.created, alert) for alert in alerts(asked.alerts, asked.incidents)]
        tenant.schedule_alerts(feed)
        watch = Stopwatch()
        tenant.advance(days=DAYS, hours=1)
        synced, synced_text = watch.read()
        watch = Stopwatch()
        stored = tenant.store
        _, laid_out_text = watch.read()
        records = tenant.sentinel.records
        assert len(records) >= asked.incidents, f"only {len(records)} incidents arrived"
        watch = Stopwatch()
        for number, record in enumerate(records[-1000:]):
            if number % 2:
                tenant.sentinel.update(record.name, {"status": "Active", "owner": "ada@contoso.example"})
            else:
                tenant.defender.update(record.provider_incident_id or "", status="inProgress", severity="low")
        tenant.advance(minutes=10)
        assert tenant.store is stored
        edited, edited_text = watch.read()
        behind = [
            r for r in records[-1000:] if tenant.defender.incident(r.provider_incident_id or "").status != "inProgress"
        ]
        assert not behind, f"{len(behind)} edits did not arrive"
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
        sys.stdout.write(
            f"{len(records):,} incidents with {asked.alerts:,} alerts: {synced_text} (bar 20 s)\n"
            f"laying out their rows before the first query: {laid_out_text} (no bar)\n"
            f"1,000 edits: {edited_text} (bar 2 s)\n"
            f"peak memory: {peak:.2f} GB (bar 2 GB)\n"
        )
        return 0 if synced <= 20 and edited < 2 and peak < 2 else 1


if __name__ == "__main__":
    sys.exit(main())
