"""The company as small DuckDB tables, which the background joins its draws with."""

from __future__ import annotations

import duckdb
import pandas as pd

from pivotlab.scenarios.addresses import destinations
from pivotlab.scenarios.identifiers import NETBIOS
from pivotlab.scenarios.programs import programs
from pivotlab.scenarios.window import DAY
from pivotlab.scenarios.world import World


def create_dimensions(world: World, con: duckdb.DuckDBPyConnection) -> None:
    """Create person, device, program, destination and session, and the variable `start_ms`."""
    start = pd.Timestamp(world.window.start)
    con.execute(f"SET VARIABLE start_ms = {int(start.timestamp() * 1000)}")
    con.execute(f"SET VARIABLE end_ms = {int(start.timestamp() * 1000) + world.window.days * DAY}")
    con.execute(f"SET VARIABLE kept_ms = {world.window.kept}")
    company = world.company
    people = [
        {
            "person": person.index,
            "sam": person.name,
            "upn": person.upn,
            "sid": person.sid,
            "oid": person.object_id,
            "display": person.display,
            "domain": NETBIOS,
            "home": person.home_address,
            "egress": person.site.egress,
            "city": person.site.city,
            "country": person.site.country,
            "state": person.site.state,
            "latitude": person.site.latitude,
            "longitude": person.site.longitude,
            "department": person.department,
        }
        for person in company.accounts
    ]
    devices = [
        {
            "device": device.index,
            "device_id": device.device_id,
            "device_name": device.name,
            "short": device.short,
            "address": device.address,
            "egress": device.egress,
            "linux": device.linux,
            "entra_id": device.entra_id,
            "owner": device.owner.index if device.owner else None,
        }
        for device in company.devices
    ]
    files = [
        {
            "program": number,
            "file": known.file,
            "path": known.path,
            "file_sha1": known.sha1,
            "file_sha256": known.sha256,
            "file_md5": known.md5,
            "size": known.size,
            "company": known.company or None,
            "product": known.product or None,
            "version": known.version or None,
            "description": known.description or None,
            "original": known.original or None,
        }
        for number, known in enumerate(programs().values())
    ]
    pools = [(pool, name, address) for pool, names in destinations(company).items() for name, address in names]
    for table, frame in (
        ("person", pd.DataFrame(people)),
        ("device", pd.DataFrame(devices)),
        ("program", pd.DataFrame(files)),
        (
            "destination",
            pd.DataFrame(pools, columns=["pool", "name", "address"]).rename_axis("destination").reset_index(),
        ),
        ("session", world.sessions.frame),
    ):
        load(con, table, frame)


def load(con: duckdb.DuckDBPyConnection, table: str, frame: pd.DataFrame) -> None:
    """Keep a frame as a table of the same columns."""
    con.register("_frame", frame)
    con.execute(f"CREATE OR REPLACE TABLE {table} AS FROM _frame")
    con.unregister("_frame")
