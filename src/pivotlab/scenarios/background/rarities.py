"""What ordinary activities do now and then: the innocent twin of each action that is known from an attack.

The list is `data/company/rarities.yaml`. It takes no draws of its own: an entry belongs to every so-manieth run of an
activity that is there anyway, and to one run at least.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import pandas as pd

from pivotlab.scenarios.addresses import destinations
from pivotlab.scenarios.background.activities import INITIATING, SHA1, SHA256, filled_in, nodes_of, pool_ranges
from pivotlab.scenarios.background.dimensions import load
from pivotlab.scenarios.background.sources import Source, identifier, ingested, moment
from pivotlab.scenarios.directory import ACTIVITIES
from pivotlab.scenarios.identifiers import NETBIOS
from pivotlab.scenarios.programs import Program, foreign, programs
from pivotlab.scenarios.vocabulary import vocabulary

TEXTS = ("action", "path", "file", "origin", "previous", "url", "fields", "service", "file_sha1", "file_sha256")
NUMBERS = ("size", "pool_from", "pool_size", "port")


class Rarities(Source):
    """Adds to the Device tables, DataSecurityEvents and SecurityEvent. Draw it after `Activities` and `Edge`."""

    share: ClassVar[float] = 0.0

    def draw(self, rows: int) -> None:
        """Find the activity and step of each entry, and number the runs of each activity."""
        catalogue = vocabulary("activities")["activities"]
        pools = pool_ranges(destinations(self.world.company))
        entries = []
        for n, entry in enumerate(vocabulary("rarities")):
            number, step = _place(catalogue, entry["in"])
            nodes = nodes_of(catalogue[number])
            own = nodes[-1 if entry.get("by") == "root" else step]
            start, size = pools[entry["to"]] if "to" in entry else (0, 1)
            entries.append(
                {
                    **dict.fromkeys((*TEXTS, *NUMBERS)),
                    **_named(entry),
                    **{key: entry[key] for key in (*TEXTS, *NUMBERS) if key in entry},
                    **own,
                    "kind": entry["table"],
                    "activity": number,
                    "n": 20 + n,
                    "step": step,
                    "shift": nodes[step]["i_shift"] + entry["after"],
                    "of": entry.get("of", 1),
                    "among": entry.get("among", 1),
                    "turn": entry.get("turn", 0),
                    "pool_from": start,
                    "pool_size": size,
                }
            )
        load(self.con, "fx_rare", pd.DataFrame(entries))

    def tables(self) -> dict[str, str]:
        """One SELECT per table."""
        file = f"""
            {filled_in("f.file")} AS FileName, {filled_in("f.path")} AS FolderPath,
            CASE WHEN f.path IS NOT NULL THEN {SHA1} END AS SHA1, CASE WHEN f.path IS NOT NULL THEN {SHA256} END AS SHA256,
            {filled_in("f.origin")} AS FileOriginUrl"""
        seed, machine = str(self.world.seed), f"'{NETBIOS.upper()}\\' || upper(v.short) || '$'"
        events = ", ".join(f"{code}: '{name}'" for code, name in ACTIVITIES.items())
        return {
            "defender/DeviceEvents": _select(
                "DeviceEvents",
                f"{file}, {filled_in('f.url')} AS RemoteUrl, {filled_in('f.fields')} AS AdditionalFields",
            ),
            "defender/DeviceFileEvents": _select(
                "DeviceFileEvents",
                f"""{file}, coalesce(f.size, 20000 + d.v % 997 % 61 * 7919) AS FileSize,
                {filled_in("f.previous")} AS PreviousFileName, CASE WHEN f.previous IS NOT NULL
                THEN left({filled_in("f.path")}, length({filled_in("f.path")}) - length({filled_in("f.file")}) - 1)
                END AS PreviousFolderPath""",
            ),
            "defender/DeviceNetworkEvents": _select(
                "DeviceNetworkEvents",
                """o.address AS RemoteIP, 49152 + d.v % 16000 AS RemotePort, v.address AS LocalIP,
                f.port AS LocalPort, 'Tcp' AS Protocol, 'Private' AS LocalIPType, 'Private' AS RemoteIPType""",
                "JOIN destination o ON o.destination = f.pool_from + d.v % f.pool_size AND o.address <> v.address",
            ),
            "defender/DataSecurityEvents": _select(
                "DataSecurityEvents",
                f"""f.action AS Operation, p.upn AS AccountUpn, p.oid AS AccountObjectId, p.department AS Department,
                v.device_id AS DeviceId, v.device_name AS DeviceName, {filled_in("f.file")} AS ObjectName,
                20000 + d.v % 997 % 61 * 7919 AS ObjectSize, f.url AS TargetUrlDomain,
                CASE WHEN f.url IS NULL THEN {filled_in("f.path")} END AS TargetFilePath, 'Endpoint' AS Workload,
                {identifier("'data'", seed, "f.n", "d.t", "d.v")} AS ActivityId""",
                initiating="",
                where="d.v % getvariable('firewall_every') <> 0",  # the firewall's row of an upload has no file's size
            ),
            "workspace/SecurityEvent": _select(
                "SecurityEvent",
                f"""f.action::INTEGER AS EventID, MAP {{{events}}}[f.action::INTEGER] AS Activity,
                v.device_name AS Computer, 'Machine' AS AccountType, 'Security' AS Channel,
                'Microsoft-Windows-Security-Auditing' AS EventSourceName, {machine} AS Account,
                {machine} AS SubjectAccount, upper(v.short) || '$' AS SubjectUserName,
                '{NETBIOS.upper()}' AS SubjectDomainName, f.service AS ServiceName,
                '<EventData xmlns="urn:windows-event"><Data Name="ServiceName">' || f.service
                || '</Data><Data Name="Record">' || {identifier("'event'", seed, "f.n", "d.t", "d.v")}
                || '</Data></EventData>' AS EventData""",
                initiating="",
            ),
        }


def _place(catalogue: Sequence[dict[str, Any]], command: str) -> tuple[int, int]:
    """The activity, and the step in it, whose command line begins like this."""
    found = [
        (number, index)
        for number, activity in enumerate(catalogue)
        for index, step in enumerate(activity["steps"])
        if step["cmd"].startswith(command)
    ]
    if len(found) != 1:
        raise ValueError(f"rarities.yaml: {len(found)} steps of activities.yaml begin with {command}")
    return found[0]


def _named(entry: dict[str, Any]) -> dict[str, Any]:
    """Name and hashes of the entry's file. With `content` it is the same file on every device."""
    path = entry.get("path")
    if path is None:
        return {}
    known: Program | None = next((p for p in programs().values() if p.path.lower() == path.lower()), None)
    if "content" in entry:
        known = foreign(path, entry["content"])
    named = {"file": path.rpartition("\\")[2]}
    return named | ({"file_sha1": known.sha1, "file_sha256": known.sha256, "size": known.size} if known else {})


def _select(kind: str, columns: str, join: str = "", initiating: str = f", {INITIATING}", where: str = "TRUE") -> str:
    when = "d.t + f.shift"
    clock = "TimeGenerated" if kind == "SecurityEvent" else "Timestamp"
    action = "" if kind == "SecurityEvent" else "f.action AS ActionType,"
    return f"""
        SELECT {moment(when)} AS {clock}, {action} {columns}{initiating}, {ingested(when, "d.v", 40, 260)}
        FROM draw_activity d JOIN fx_rare f USING (activity) JOIN session s USING (session)
        JOIN device v ON v.device = s.device LEFT JOIN person p ON p.person = s.account
        JOIN program i ON i.program = f.i_program {join}
        WHERE f.kind = '{kind}' AND d.v % f.among = f.turn AND {where}
        QUALIFY row_number() OVER (PARTITION BY f.n ORDER BY d.t < getvariable('kept_ms')::BIGINT, d.v, d.t)
            <= ceil(count(*) OVER (PARTITION BY f.n) / f.of)
    """
