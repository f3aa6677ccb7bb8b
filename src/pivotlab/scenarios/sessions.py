"""Who sat at which device on which day. Every process tree, of the noise and of the incidents, hangs off a session."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from pivotlab.scenarios.company import Company, Device, Person
from pivotlab.scenarios.endpoint import Process, resident
from pivotlab.scenarios.programs import program
from pivotlab.scenarios.vocabulary import vocabulary
from pivotlab.scenarios.window import MINUTE, Window, office_hours

ROOT_STEP = 96
"""Distance between the process ids of a session's resident processes."""


SYSTEM_LOGON = 0x3E7
"""The logon session of the operating system itself, on every Windows machine."""


@dataclass(frozen=True)
class Sessions:
    """One row per device and day (people), or per device (servers). Times are milliseconds since the window's start.

    Columns: session, device, account (-1 for the system), day, boot, logon, logoff, logon_id, root_pid.
    """

    company: Company
    window: Window
    frame: pd.DataFrame
    asked: set[int] = field(default_factory=set)
    """Sessions in which a process of a story runs."""

    def root(self, kind: str, device: Device, when: datetime) -> Process:
        """The resident process of a kind (`explorer`, `services`, ...) on `device` at `when`.

        On a day on which nobody had signed in yet, it is that of the session that began last before it.
        """
        at = (when - self.window.start) / timedelta(milliseconds=1)
        mine = self.frame[self.frame["device"] == device.index]
        started = mine[mine["logon"] <= at]
        row = (started if len(started) else mine).iloc[-1 if len(started) else 0]
        self.asked.add(int(row["session"]))
        return self._resident(kind, device, row)

    def _resident(self, kind: str, device: Device, row: pd.Series) -> Process:
        roots = vocabulary("activities")["roots"]
        known = roots[kind]
        person = self.company.people[int(row["account"])] if row["account"] >= 0 else None
        account: Person | None = person if known["account"] == "user" else None
        created = self.window.start + timedelta(
            milliseconds=int(row["logon"] if known["account"] == "user" else row["boot"])
        )
        logon_id = int(row["logon_id"]) if known["account"] != "system" else SYSTEM_LOGON
        process_id = int(row["root_pid"]) + ROOT_STEP * list(roots).index(kind)
        parent = None
        if known["parent"]:
            above = program(known["parent"])
            parent = resident(
                device, account, above, above.file, int(row["root_pid"]) - 8, created - timedelta(seconds=2)
            )
        return resident(device, account, program(known["file"]), known["cmd"], process_id, created, parent, logon_id)


def build_sessions(company: Company, window: Window) -> Sessions:
    """Sessions of every device over the window: working days, some weekends, shifts at the kiosks, servers always."""
    rng = np.random.default_rng([company.seed, 2])
    rows: list[tuple[int, int, int, int, int, int]] = []
    operators = company.department("Terminal Operations")
    for device in company.devices:
        if "user" not in device.roles:
            boot = -int(rng.integers(2, 9) * 24 * 60 * MINUTE) + int(rng.integers(0, 3_600_000))
            rows.append((device.index, -1, 0, boot, boot + 40_000, window.days * 24 * 60 * MINUTE))
            continue
        starts = office_hours(rng, window.days)
        present = rng.random(window.days)
        for day in range(window.days):
            working = window.is_working(day)
            shift = device.owner is None or device.owner.department == "Terminal Operations"
            if present[day] > (0.9 if working else 0.55 if shift else 0.07):
                continue
            person = device.owner or operators[int(rng.integers(0, len(operators)))]
            local = (
                7 * 60 * MINUTE + int(starts[day]) // 7
                if working or not shift
                else 6 * 60 * MINUTE + int(starts[day]) // 9
            )
            logon = day * 24 * 60 * MINUTE + local + window.offset(device.site, day)
            length = int(rng.integers(7 * 60 + 20, 9 * 60)) * MINUTE
            rows.append(
                (device.index, person.index, day, logon - int(rng.integers(60_000, 240_000)), logon, logon + length)
            )
    frame = pd.DataFrame(rows, columns=["device", "account", "day", "boot", "logon", "logoff"]).astype(np.int64)
    frame.insert(0, "session", np.arange(len(frame)))
    frame["logon_id"] = rng.integers(0x20000, 0x7FFFFFF, len(frame))
    frame["root_pid"] = 4 * rng.integers(160, 900, len(frame))
    return Sessions(company, window, frame)
