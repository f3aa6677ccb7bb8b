"""`pivotlab serve` under many clients at once: latencies, errors, lost updates. Run it by hand:

    python tests/bench/serve_load.py --clients 100 --seconds 120

Every client works as an analyst does: it reads an incident (60 %), lists the queue (10 %), runs a simple query (20 %) or
writes an update (10 %), then thinks for a second on average. An update reads an incident, adds a label of its own and
puts it back with the etag that it read, again and again until nobody was faster. In the end every label has to be there.

Bars (2 cores, the clients included): no error, no lost update, p95 of an incident read 100 ms or less, of a query
400 ms or less. The exit code is 1 when one of them does not hold.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import resource
import ssl
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from typing import Any

from pivotlab.tenant.identifiers import INSIGHTS_PATH, WORKSPACE_ID

VERSION = "api-version=2025-09-01"
QUERIES = (
    "SecurityIncident | summarize arg_max(TimeGenerated, *) by IncidentNumber | summarize count() by Status",
    "SigninLogs | where TimeGenerated > ago(1d) | summarize count() by ResultType",
    "SecurityAlert | project TimeGenerated, AlertName, AlertSeverity | take 20",
    "OfficeActivity | where TimeGenerated > ago(7d) | where Operation == 'New-InboxRule' | count",
)
BARS = {"read": 100, "query": 400}
"""Milliseconds at the 95th percentile."""


class Connection:
    """One kept-alive HTTPS connection; a small client, so that the server gets the processor."""

    def __init__(self, port: int, trust: ssl.SSLContext, token: str) -> None:
        self._port, self._trust = port, trust
        self._head = f"Host: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"

    async def open(self) -> None:
        """Connect."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port, ssl=self._trust)

    async def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and the JSON that came back."""
        content = b"" if body is None else json.dumps(body).encode()
        head = f"{method} {path} HTTP/1.1\r\n{self._head}Content-Length: {len(content)}\r\n\r\n"
        self._writer.write(head.encode() + content)
        answer = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        length = int(re.findall(r"(?i)content-length: (\d+)", answer)[0])
        return int(answer.split(" ", 2)[1]), json.loads(await self._reader.readexactly(length) or b"null")

    def close(self) -> None:
        """Disconnect."""
        self._writer.close()


class Load:
    """What all clients share: the incidents they work on, and what they measured."""

    def __init__(self, names: list[str], until: float, think: float) -> None:
        self.names, self.until, self.think = names, until, think
        self.milliseconds: dict[str, list[float]] = defaultdict(list)
        self.errors: list[str] = []
        self.labels: dict[str, set[str]] = defaultdict(set)
        self.conflicts = 0

    async def client(self, connection: Connection, number: int) -> None:
        """One analyst, until the time is over."""
        chance = random.Random(number)
        await asyncio.sleep(chance.random() * self.think)
        turn = 0
        while time.monotonic() < self.until:
            turn += 1
            name = chance.choice(self.names)
            path = f"{INSIGHTS_PATH}/incidents/{name}?{VERSION}"
            match chance.choices(("read", "list", "query", "update"), (60, 10, 20, 10))[0]:
                case "read":
                    await self._timed(connection, "read", "GET", path)
                case "list":
                    await self._timed(connection, "list", "GET", f"{INSIGHTS_PATH}/incidents?{VERSION}&$top=50")
                case "query":
                    query = {"query": chance.choice(QUERIES)}
                    await self._timed(connection, "query", "POST", f"/v1/workspaces/{WORKSPACE_ID}/query", query)
                case _:
                    await self._update(connection, path, name, f"c{number}-{turn}")
            await asyncio.sleep(chance.expovariate(1 / self.think))

    async def _update(self, connection: Connection, path: str, name: str, label: str) -> None:
        while True:
            incident = await self._timed(connection, "read", "GET", path)
            if incident is None:
                return
            asked = incident["properties"]
            labels = [*asked["labels"], {"labelName": label, "labelType": "User"}]
            kept = {field: asked[field] for field in ("title", "severity", "status")}
            body = {"etag": incident["etag"], "properties": {**kept, "labels": labels}}
            begun = time.perf_counter()
            status, answer = await connection.call("PUT", path, body)
            self.milliseconds["update"].append((time.perf_counter() - begun) * 1000)
            if status == 200:
                self.labels[name].add(label)
                return
            if status != 409:
                self.errors.append(f"update: {status} {answer}")
                return
            self.conflicts += 1

    async def _timed(self, connection: Connection, kind: str, method: str, path: str, body: Any = None) -> Any:
        begun = time.perf_counter()
        status, answer = await connection.call(method, path, body)
        self.milliseconds[kind].append((time.perf_counter() - begun) * 1000)
        if status != 200:
            self.errors.append(f"{kind}: {status} {answer}")
            return None
        return answer


async def measure(printed: str, clients: int, seconds: float, think: float) -> bool:
    """Put the load on a server that printed `printed`, report, and say whether every bar held."""
    port = int(re.findall(r"served at https://127\.0\.0\.1:(\d+)", printed)[0])
    token = re.findall(r"(pivotlab-contributor-\S+)", printed)[0]
    trust = ssl.create_default_context(cafile=re.findall(r"SSL_CERT_FILE=(\S+)", printed)[0])
    connections = [Connection(port, trust, token) for _ in range(clients)]
    for connection in connections:
        await connection.open()
    for number in range(60):
        made = {"properties": {"title": f"Load {number}", "severity": "Low", "status": "New"}}
        await connections[0].call("PUT", f"{INSIGHTS_PATH}/incidents/load-{number}?{VERSION}", made)
    _, queue = await connections[0].call("GET", f"{INSIGHTS_PATH}/incidents?{VERSION}&$top=1000")
    load = Load([item["name"] for item in queue["value"]], time.monotonic() + seconds, think)
    await asyncio.gather(*(load.client(connection, number) for number, connection in enumerate(connections)))
    _, queue = await connections[0].call("GET", f"{INSIGHTS_PATH}/incidents?{VERSION}&$top=1000")
    found = {item["name"]: {one["labelName"] for one in item["properties"]["labels"]} for item in queue["value"]}
    lost = sum(len(labels - found[name]) for name, labels in load.labels.items())
    for connection in connections:
        connection.close()
    return report(load, seconds, lost)


def report(load: Load, seconds: float, lost: int) -> bool:
    """Print the figures; whether every bar held."""
    calls = sum(map(len, load.milliseconds.values()))
    held = not load.errors and lost == 0
    write = sys.stdout.write
    write(f"{calls} calls in {seconds:.0f} s ({calls / seconds:.0f}/s), {len(load.errors)} errors, {lost} lost updates")
    write(f", {load.conflicts} conflicts\n")
    for kind, taken in sorted(load.milliseconds.items()):
        taken.sort()
        middle, high = (taken[min(len(taken) - 1, int(len(taken) * share))] for share in (0.5, 0.95))
        bar = BARS.get(kind)
        held &= bar is None or high <= bar
        write(f"  {kind:7} {len(taken):6} calls   p50 {middle:7.1f} ms   p95 {high:7.1f} ms")
        write(f"   (bar {bar} ms)\n" if bar else "\n")
    for error in load.errors[:5]:
        write(f"  {error[:200]}\n")
    return held


def main() -> int:
    """Start a server of its own, load it, stop it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--think", type=float, default=1.0, help="seconds between two calls of a client, on average")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pivotlab", "serve", "--folder", folder]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            assert server.stdout is not None
            printed = ""
            for line in server.stdout:
                printed += line
                if line.startswith("To stop it"):
                    break
            return 0 if asyncio.run(measure(printed, asked.clients, asked.seconds, asked.think)) else 1
        finally:
            server.terminate()
            server.wait(30)
            used = resource.getrusage(resource.RUSAGE_CHILDREN)
            sys.stdout.write(
                f"processor time of the server, its start included: {used.ru_utime + used.ru_stime:.1f} s\n"
            )


if __name__ == "__main__":
    sys.exit(main())
