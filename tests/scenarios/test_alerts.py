"""An alert's id is the data's, not the machine's."""

from __future__ import annotations

import time
from datetime import datetime

import pytest

from pivotlab.scenarios.alerts import Alerts
from pivotlab.scenarios.telemetry import Telemetry


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="Windows has one zone for all processes")
def test_the_time_zone_of_the_machine_is_in_no_id(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = set()
    for zone in ("UTC", "America/New_York", "Asia/Tokyo"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        alerts = Alerts(Telemetry(1), 1)
        first = datetime(2026, 11, 1, 8)
        ids.add(
            alerts.raise_alert(
                "MDI", "a", first, "Title", severity="low", category="Discovery", description="", evidence=()
            )
        )
    monkeypatch.undo()
    time.tzset()
    assert len(ids) == 1
