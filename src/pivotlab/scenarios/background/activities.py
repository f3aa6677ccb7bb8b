"""Processes, and what they touch, from the catalogue of activities in `data/company/activities.yaml`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from pivotlab.scenarios.addresses import destinations
from pivotlab.scenarios.background.dimensions import load
from pivotlab.scenarios.background.sources import Source, ingested, moment
from pivotlab.scenarios.background.templates import none_missing
from pivotlab.scenarios.programs import Program, foreign, programs
from pivotlab.scenarios.sessions import ROOT_STEP, SYSTEM_LOGON
from pivotlab.scenarios.vocabulary import vocabulary

ROLE_SHARE = {
    "user": 0.70,
    "server": 0.11,
    "dc": 0.03,
    "linux": 0.04,
    "it": 0.025,
    "helpdesk": 0.02,
    "developer": 0.03,
    "sql": 0.01,
    "web": 0.01,
    "management": 0.01,
    "backup": 0.005,
    "scanner": 0.01,
}
"""How the activities are spread over the kinds of device."""

EFFECTS = ("net", "files", "registry", "images", "events")
PLACEHOLDERS = {
    "sam": "coalesce(p.sam, 'root')",
    "host": "v.short",
    "n": "(d.v % 997 + 1)::VARCHAR",
    "tmp": "substr(md5(d.v::VARCHAR), 1, 8)",
    "doc": "getvariable('documents')[1 + d.v % len(getvariable('documents'))]",
    "server": "getvariable('servers')[1 + d.v % len(getvariable('servers'))]",
    "dc": "getvariable('first_dc')",
    "file": "getvariable('first_file')",
    "sql": "getvariable('first_sql')",
    "app": "getvariable('first_app')",
    "peer": "getvariable('peers')[1 + d.v % len(getvariable('peers'))]",
    "peeruser": "getvariable('peerusers')[1 + d.v % len(getvariable('peerusers'))]",
}
"""Placeholder in the catalogue -> SQL. All depend on the draw alone, so that a name is the same in every table."""


class Activities(Source):
    """Feeds the Device tables of the endpoint sensor."""

    share: ClassVar[float] = 0.50

    def draw(self, rows: int) -> None:
        """Draw activities, the session of each, and a moment inside it."""
        catalogue = vocabulary("activities")["activities"]
        self._load_catalogue(catalogue)
        size = np.array([sum(1 + _effects_shown(step) for step in a["steps"]) for a in catalogue])
        sessions = self.world.sessions.frame
        roles = {device.index: device.roles for device in self.world.company.devices}
        has = sessions["device"].map(roles.__getitem__)
        drawn = []
        for role, share in ROLE_SHARE.items():
            mine = np.array([i for i, activity in enumerate(catalogue) if activity["device"] == role])
            weight = np.array([catalogue[i]["weight"] for i in mine], dtype=float)
            weight /= weight.sum()
            count = int(rows * share / float((weight * size[mine]).sum()))
            eligible = sessions[[role in held for held in has]]
            pick = eligible.iloc[self.rng.integers(0, len(eligible), count)]
            begin, end = (
                pick["logon"].to_numpy(),
                np.minimum(pick["logoff"].to_numpy(), self.world.window.days * 86_400_000),
            )
            begin = np.maximum(begin, 0)
            times = begin + 5000 + (self.rng.random(count) * np.maximum(end - begin - 65_000, 1000)).astype(np.int64)
            activity = none_missing(self.rng.choice(mine, count, p=weight), mine, times >= self.world.window.kept)
            drawn.append(pd.DataFrame({"activity": activity, "session": pick["session"].to_numpy(), "t": times}))
        frame = pd.concat(drawn, ignore_index=True)
        frame["pid"] = 4 * self.rng.integers(250, 7000, len(frame))
        frame["v"] = self.rng.integers(0, 1_000_000, len(frame))
        frame = frame.sort_values("t", kind="stable", ignore_index=True)
        load(self.con, "draw_activity", frame)

    def tables(self) -> dict[str, str]:
        """One SELECT per Device table."""
        return {
            "defender/DeviceProcessEvents": _select("process", _PROCESS),
            "defender/DeviceNetworkEvents": _select(
                "net", _NETWORK, "JOIN destination o ON o.destination = f.pool_from + (d.v + f.n * 7) % f.pool_size"
            ),
            "defender/DeviceFileEvents": _select("files", _FILE),
            "defender/DeviceRegistryEvents": _select("registry", _REGISTRY, "WHERE d.v % f.among = f.turn"),
            "defender/DeviceImageLoadEvents": _select("images", _IMAGE, "JOIN program t ON t.program = f.target"),
            "defender/DeviceEvents": _select("events", _EVENT),
        }

    def _load_catalogue(self, catalogue: list[dict[str, Any]]) -> None:
        company = self.world.company
        for name, values in {
            "documents": vocabulary("activities")["documents"],
            "servers": [device.short for device in company.with_role("server")],
            "peers": [device.short for device in company.with_role("user")],
            "peerusers": [person.name for person in company.people],
        }.items():
            self.con.execute(f"SET VARIABLE {name} = $1", [values])
        for role in ("dc", "file", "sql", "app"):
            self.con.execute(f"SET VARIABLE first_{role} = $1", [company.with_role(role)[0].short.lower()])
        tables: dict[str, list[dict[str, Any]]] = {name: [] for name in ("process", *EFFECTS)}
        pools = pool_ranges(destinations(company))
        for number, activity in enumerate(catalogue):
            nodes = nodes_of(activity)
            for index, step in enumerate(activity["steps"]):
                own = nodes[index]
                started = {
                    "activity": number,
                    "n": index,
                    "step": index,
                    "shift": own["i_shift"],
                    "target": own["i_program"],
                    "cmd": step["cmd"],
                }
                tables["process"].append(started | nodes[step.get("parent", -1)])
                for effect in EFFECTS:
                    for n, entry in enumerate(step.get(effect, ())):
                        shared = {"activity": number, "n": n, "step": index, "shift": own["i_shift"] + 700 * (n + 1)}
                        tables[effect].append(shared | own | _effect(effect, entry, pools))
        for name, entries in tables.items():
            load(self.con, f"fx_{name}", pd.DataFrame(entries))


def _effects_shown(step: dict[str, Any]) -> float:
    """Rows that a step writes beside its own: alternatives count for one."""
    return sum(1 / entry.get("among", 1) if e == "registry" else 1 for e in EFFECTS for entry in step.get(e, ()))


def nodes_of(activity: dict[str, Any]) -> dict[int, dict[str, Any]]:
    """The activity's processes as initiating processes: -1 is the resident root, 0 and up are the steps."""
    roots = vocabulary("activities")["roots"]
    kind = activity.get("root", "explorer")
    root, number = roots[kind], list(roots).index(kind)
    numbers = {name: i for i, name in enumerate(programs())}
    common = {"account": root["account"]}
    nodes = {
        -1: common
        | {
            "i_program": numbers[root["file"].lower()],
            "i_cmd": root["cmd"],
            "i_root": number,
            "i_step": 0,
            "i_shift": 0,
            "a_file": root["parent"] or None,
            "a_root": -1,
            "a_step": -1,
            "a_shift": 0,
        }
    }
    for index, step in enumerate(activity["steps"]):
        above = nodes[step.get("parent", -1)]
        nodes[index] = common | {
            "i_program": numbers[step["run"].lower()],
            "i_cmd": step["cmd"],
            "i_root": -1,
            "i_step": index,
            "i_shift": 0 if index == 0 else nodes[index - 1]["i_shift"] + 1300 + 400 * index,
            "a_file": list(programs().values())[above["i_program"]].file,
            "a_root": above["i_root"],
            "a_step": above["i_step"],
            "a_shift": above["i_shift"],
        }
    return nodes


def pool_ranges(pools: dict[str, list[tuple[str, str]]]) -> dict[str, tuple[int, int]]:
    ranges, start = {}, 0
    for pool, members in pools.items():
        ranges[pool] = (start, len(members))
        start += len(members)
    return ranges


def _effect(effect: str, entry: Any, pools: dict[str, tuple[int, int]]) -> dict[str, Any]:
    if effect == "net":
        start, size = pools[entry["to"]]
        internal = entry["to"] in ("dc", "file", "sql", "web", "management", "print", "server")
        return {
            "pool_from": start,
            "pool_size": size,
            "port": entry["port"],
            "protocol": entry.get("protocol", "Tcp"),
            "remote_type": "Private" if internal else "Public",
        }
    if effect == "files":
        path = entry["path"]
        separator = "/" if path.startswith("/") else "\\"
        shipped = _shipped(path)
        return {
            "action": entry["action"],
            "path": path,
            "file": path.rpartition(separator)[2],
            "origin": entry.get("origin"),
            "file_sha1": shipped.sha1 if shipped else None,
            "file_sha256": shipped.sha256 if shipped else None,
            "size": shipped.size if shipped else None,
        }
    if effect == "registry":
        return {
            "action": entry["action"],
            "key": entry["key"],
            "name": entry["name"],
            "type": entry["type"],
            "data": entry["data"],
            "among": entry.get("among", 1),
            "turn": entry.get("turn", 0),
        }
    if effect == "images":
        return {"target": list(programs()).index(entry.lower())}
    return {"action": entry["action"], "url": entry.get("url"), "fields": entry.get("fields")}


def _shipped(path: str) -> Program | None:
    """What an installer or the system puts at a path: the same bytes on every device. A user's own file is none."""
    known = next((known for known in programs().values() if known.path.lower() == path.lower()), None)
    return known or (foreign(path, path) if path.startswith("C:\\Windows\\") else None)


def filled_in(template: str) -> str:
    """SQL: a template of the catalogue with its placeholders filled in."""
    filled = template
    for name, value in PLACEHOLDERS.items():
        filled = f"replace({filled}, '{{{name}}}', {value})"
    return f"CASE WHEN contains({template}, '{{') THEN {filled} ELSE {template} END"


def _by_account(prefix: str, columns: Iterable[str] = ("Domain", "Name", "Sid", "Upn", "ObjectId")) -> str:
    system = {
        "Domain": "CASE WHEN v.linux THEN lower(v.short) ELSE 'nt authority' END",
        "Name": "CASE WHEN v.linux THEN 'root' ELSE 'system' END",
        "Sid": "CASE WHEN v.linux THEN NULL ELSE 'S-1-5-18' END",
    }
    person = {"Domain": "p.domain", "Name": "p.sam", "Sid": "p.sid", "Upn": "p.upn", "ObjectId": "p.oid"}
    return ", ".join(
        f"CASE WHEN f.account = 'user' THEN {person[c]} ELSE {system.get(c, 'NULL')} END AS {prefix}Account{c}"
        for c in columns
    )


_SINCE = "CASE WHEN f.account = 'user' THEN s.logon ELSE s.boot END"
INITIATING = f"""
    v.device_id AS DeviceId, v.device_name AS DeviceName, (d.v * 31 + f.step * 7 + f.n) % 59000 + 1 AS ReportId,
    i.file AS InitiatingProcessFileName, lower(i.path) AS InitiatingProcessFolderPath,
    i.file_sha1 AS InitiatingProcessSHA1,
    i.file_sha256 AS InitiatingProcessSHA256, i.file_md5 AS InitiatingProcessMD5,
    {filled_in("f.i_cmd")} AS InitiatingProcessCommandLine,
    CASE WHEN f.i_root >= 0 THEN s.root_pid + {ROOT_STEP} * f.i_root
    ELSE d.pid + 4 * f.i_step END AS InitiatingProcessId,
    {moment(f"CASE WHEN f.i_root >= 0 THEN {_SINCE} ELSE d.t + f.i_shift END")} AS InitiatingProcessCreationTime,
    f.a_file AS InitiatingProcessParentFileName,
    CASE WHEN f.a_file IS NULL THEN NULL WHEN f.a_root >= 0 THEN s.root_pid + {ROOT_STEP} * f.a_root
         WHEN f.a_step >= 0 THEN d.pid + 4 * f.a_step ELSE s.root_pid - 8 END AS InitiatingProcessParentId,
    {moment(f"CASE WHEN f.a_root >= 0 THEN {_SINCE} WHEN f.a_step >= 0 THEN d.t + f.a_shift ELSE {_SINCE} - 2000 END")}
        AS InitiatingProcessParentCreationTime,
    i.original AS InitiatingProcessVersionInfoOriginalFileName, i.company AS InitiatingProcessVersionInfoCompanyName,
    {_by_account("InitiatingProcess")}
"""
_LOGON = f"CASE WHEN f.account = 'system' THEN {SYSTEM_LOGON} ELSE s.logon_id END"
_PROCESS = f"""
    'ProcessCreated' AS ActionType, t.file AS FileName, t.path AS FolderPath, t.file_sha1 AS SHA1,
    t.file_sha256 AS SHA256, t.file_md5 AS MD5,
    t.size AS FileSize, t.company AS ProcessVersionInfoCompanyName, t.product AS ProcessVersionInfoProductName,
    t.version AS ProcessVersionInfoProductVersion, t.original AS ProcessVersionInfoOriginalFileName,
    t.description AS ProcessVersionInfoFileDescription, d.pid + 4 * f.step AS ProcessId,
    {filled_in("f.cmd")} AS ProcessCommandLine, {moment("d.t + f.shift")} AS ProcessCreationTime, {_LOGON} AS LogonId,
    {_LOGON} AS InitiatingProcessLogonId, CASE WHEN f.account = 'user' THEN 'Medium'
    ELSE 'System' END AS ProcessIntegrityLevel,
    CASE WHEN f.account = 'user' THEN 'TokenElevationTypeLimited'
    ELSE 'TokenElevationTypeDefault' END AS ProcessTokenElevation,
    CASE WHEN f.account = 'user' THEN 'Medium' ELSE 'System' END AS InitiatingProcessIntegrityLevel, {_by_account("")}
"""
FAILED = "d.v % 37 = 0"
"""SQL: an activity that reaches nobody."""
_NETWORK = f"""
    CASE WHEN {FAILED} THEN 'ConnectionFailed' ELSE 'ConnectionSuccess' END AS ActionType, o.address AS RemoteIP,
    f.port AS RemotePort, o.name AS RemoteUrl, v.address AS LocalIP, 49152 + d.v % 16000 AS LocalPort,
    f.protocol AS Protocol,
    'Private' AS LocalIPType, f.remote_type AS RemoteIPType
"""
CONTENT = f"""
    concat(CASE WHEN contains(f.path, '{{sam}}') THEN {filled_in("f.path")} ELSE f.path || '|' || {filled_in("f.file")} END,
        '|', d.v % 997 % 61)"""
"""SQL: what a file's hashes derive from. A person's file is nobody else's; what is spread has the same bytes everywhere."""
SHA1 = f"coalesce(f.file_sha1, sha256(concat('sha1|', {CONTENT}))[:40])"
SHA256 = f"coalesce(f.file_sha256, sha256({CONTENT}))"
_FILE = f"""
    f.action AS ActionType, {filled_in("f.file")} AS FileName, {filled_in("f.path")} AS FolderPath,
    {SHA1} AS SHA1, {SHA256} AS SHA256,
    coalesce(f.size, 20000 + d.v % 997 % 61 * 7919) AS FileSize,
    CASE WHEN f.origin IS NOT NULL THEN 'https://www.portreview.example/files/' || (d.v % 997 + 1) END AS FileOriginUrl
"""
_REGISTRY = f"""
    f.action AS ActionType, f.key AS RegistryKey, f.name AS RegistryValueName, f.type AS RegistryValueType,
    {filled_in("f.data")} AS RegistryValueData
"""
_IMAGE = """
    'ImageLoaded' AS ActionType, t.file AS FileName, t.path AS FolderPath, t.file_sha1 AS SHA1,
    t.file_sha256 AS SHA256, t.file_md5 AS MD5"""
_EVENT = f"""
    f.action AS ActionType, {filled_in("f.url")} AS RemoteUrl, {filled_in("f.fields")} AS AdditionalFields
"""


def _select(effect: str, columns: str, join: str = "") -> str:
    """A SELECT of `columns` for every drawn activity that has such an effect."""
    target = "JOIN program t ON t.program = f.target" if effect == "process" else join
    when = "d.t + f.shift"
    return f"""
        SELECT {moment(when)} AS Timestamp, {columns}, {INITIATING}, {ingested(when, "d.v", 40, 260)}
        FROM draw_activity d JOIN fx_{effect} f USING (activity) JOIN session s USING (session)
        JOIN device v ON v.device = s.device LEFT JOIN person p ON p.person = s.account
        JOIN program i ON i.program = f.i_program {target}
    """
