"""Contoso Harbour: two sites, the people who work there, and every device they use."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np

from pivotlab.scenarios.identifiers import DOMAIN, guid, hexadecimal, number
from pivotlab.scenarios.vocabulary import vocabulary

DOMAIN_SID = "S-1-5-21-1715567821-2306531443-839522115"


@dataclass(frozen=True)
class Site:
    """An office with its own time zone and its own way out to the internet."""

    name: str
    city: str
    country: str
    zone: str
    latitude: str
    longitude: str
    state: str
    egress: str
    network: str

    @property
    def timezone(self) -> ZoneInfo:
        """Where the working day is measured."""
        return ZoneInfo(self.zone)


@dataclass(frozen=True)
class Person:
    """An employee, or (with `service`) an account that no human should use."""

    index: int
    given: str
    surname: str
    name: str
    """sAMAccountName, and the part before @ in the user principal name."""
    sid: str
    object_id: str
    department: str
    title: str
    site: Site
    manager: int | None
    home_address: str
    service: bool = False

    @property
    def upn(self) -> str:
        """User principal name and mail address."""
        return f"{self.name}@{DOMAIN}"

    @property
    def display(self) -> str:
        """Display name."""
        return f"{self.given} {self.surname}".strip()


@dataclass(frozen=True)
class Device:
    """A computer. `roles` says what it is for; `owner` who sits at it."""

    index: int
    short: str
    device_id: str
    address: str
    mac: str
    platform: str
    os_build: int
    os_version: str
    category: str
    roles: tuple[str, ...]
    site: Site
    owner: Person | None = None
    public_address: str = ""

    @property
    def name(self) -> str:
        """Fully qualified name in lower case, as DeviceName gives it."""
        return f"{self.short.lower()}.{DOMAIN}"

    @property
    def entra_id(self) -> str:
        """Device id in the directory."""
        return guid("entra device", self.device_id)

    @property
    def egress(self) -> str:
        """The public address from which the device reaches the internet."""
        return self.public_address or self.site.egress

    @property
    def linux(self) -> bool:
        """Whether this is a Linux machine."""
        return self.platform == "Linux"


@dataclass(frozen=True)
class Company:
    """Everybody and everything. Same seed and size, same company."""

    seed: int
    sites: tuple[Site, ...]
    people: tuple[Person, ...]
    services: tuple[Person, ...]
    devices: tuple[Device, ...]

    @cached_property
    def accounts(self) -> tuple[Person, ...]:
        """People and service accounts."""
        return self.people + self.services

    def department(self, name: str) -> list[Person]:
        """People of a department, senior first."""
        return [person for person in self.people if person.department == name]

    def titled(self, title: str) -> list[Person]:
        """People with a job title."""
        return [person for person in self.people if person.title == title]

    def service(self, name: str) -> Person:
        """A service account by name."""
        return next(account for account in self.services if account.name == name)

    @property
    def forgotten(self) -> Person:
        """The service account that nobody uses, or remembers."""
        return self.services[-1]

    def with_role(self, role: str) -> list[Device]:
        """Devices with a role such as `dc`, `file`, `server`, `linux`."""
        return [device for device in self.devices if role in device.roles]

    def device_of(self, person: Person) -> Device:
        """The computer that a person signs in to every day."""
        return self._by_owner[person.index]

    @cached_property
    def _by_owner(self) -> dict[int, Device]:
        return {device.owner.index: device for device in self.devices if device.owner}


SERVICE_ACCOUNTS = (
    ("svc-backup", "Fabrikam Backup agent"),
    ("svc-sql", "SQL Server service"),
    ("svc-vulnscan", "Vulnerability scanner, authenticated scans"),
    ("svc-inventory", "Software inventory"),
    ("svc-adsync", "Directory synchronisation"),
    ("svc-portal", "Harbour portal application pool"),
)
"""Name and description."""

SERVICE_HOMES = {
    "svc-backup": "backup",
    "svc-sql": "sql",
    "svc-vulnscan": "scanner",
    "svc-inventory": "management",
    "svc-adsync": "sync",
    "svc-portal": "web",
}
"""The role of the servers on which a service account runs, and from which it signs in elsewhere."""

FORGOTTEN = ("svc-berthrpt", "svc-tidedata", "svc-gatecam", "svc-oldfax", "svc-tariff")
"""The account that everybody forgot is one of these: it was decommissioned in 2023, on paper."""

SERVERS = (
    # role, short name without number, how many, further roles
    ("dc", "DC", 3, ("server",)),
    ("file", "FS", 4, ("server",)),
    ("sql", "SQL", 4, ("server",)),
    ("web", "WEB", 3, ("server",)),
    ("backup", "BKP", 2, ("server",)),
    ("management", "MGMT", 2, ("server",)),
    ("scanner", "SCAN", 1, ("server",)),
    ("jump", "JUMP", 2, ("server",)),
    ("print", "PRT", 3, ("server",)),
    ("sync", "SYNC", 1, ("server",)),
    ("app", "APP", 12, ("server",)),
    ("collector", "LOG", 2, ("linux",)),
    ("linuxweb", "LWEB", 3, ("linux",)),
    ("gateway", "OTGW", 4, ("linux",)),
    ("cloud", "AZBERTH", 4, ("linux", "azure")),
)


def build_company(seed: int, people: int = 400) -> Company:
    """The company of a seed, with about `people` employees and one and a half times as many devices."""
    rng = np.random.default_rng([seed, 1])
    sites = tuple(Site(**site) for site in vocabulary("names")["sites"])
    forgotten = (FORGOTTEN[(seed - 1) % len(FORGOTTEN)], "Reporting, decommissioned 2023")
    staff = tuple(_people(seed, people, sites, rng))
    services = tuple(
        Person(
            len(staff) + i,
            "",
            "",
            name,
            f"{DOMAIN_SID}-{1601 + i}",
            guid(seed, "service", name),
            "Information Technology",
            what,
            sites[0],
            None,
            "",
            service=True,
        )
        for i, (name, what) in enumerate((*SERVICE_ACCOUNTS, forgotten))
    )
    return Company(seed, sites, staff, services, tuple(_devices(seed, staff, sites, rng)))


def _people(seed: int, count: int, sites: tuple[Site, ...], rng: np.random.Generator) -> Iterable[Person]:
    words = vocabulary("names")
    pairs = [(given, surname) for given in words["given"] for surname in words["surname"]]
    pairs = [pair for pair in pairs if len(pair[0]) + len(pair[1]) < 20]
    chosen = rng.permutation(len(pairs))
    shares = words["departments"]
    index = 0
    for department in shares:
        first = index
        size = max(len(department["titles"]), round(count * department["share"]))
        for rank in range(size):
            given, surname = pairs[chosen[index % len(pairs)]]
            again = index // len(pairs)
            name = f"{given}.{surname}".lower() + (str(again) if again else "")
            titles = department["titles"]
            title = (
                titles[min(rank, len(titles) - 1)]
                if rank < 3
                else titles[3 + rank % max(1, len(titles) - 3)]
                if len(titles) > 3
                else titles[-1]
            )
            yield Person(
                index,
                given,
                surname,
                name,
                f"{DOMAIN_SID}-{2101 + index}",
                guid(seed, "person", name),
                department["name"],
                title,
                sites[int(rng.random() < 0.3 and rank > 0)],
                None if rank == 0 else first,
                f"198.51.100.{1 + number(200, seed, 'home', index)}",
            )
            index += 1


def _devices(
    seed: int, staff: tuple[Person, ...], sites: tuple[Site, ...], rng: np.random.Generator
) -> Iterable[Device]:
    roles = {
        "Information Technology": ("it",),
        "Engineering": ("developer",),
        "Finance": ("finance",),
        "Security Operations": ("it",),
    }
    numbers = rng.permutation(9000)[: 2 * len(staff) + 100] + 1000
    index = 0
    for person in staff:
        desk = person.department in ("Terminal Operations", "Facilities") and person.index % 3 == 0
        extra = ("helpdesk",) if person.title == "Help Desk Analyst" else roles.get(person.department, ())
        short = f"CH-{'WS' if desk else 'LT'}{numbers[index]}"
        yield _device(seed, index, short, "Windows11", "Workstation", ("user", *extra), person.site, person)
        index += 1
    for role, short, count, more in SERVERS:
        for i in range(count):
            platform, category = ("Linux", "Server") if "linux" in more else ("WindowsServer2022", "Server")
            site = sites[i % 2 if role in ("dc", "file", "print") else 0]
            shift = 0 if seed == 1 else number(40, seed, role)
            yield _device(seed, index, f"CH-{short}{i + 1 + shift:02d}", platform, category, (role, *more), site)
            index += 1
    for i in range(max(10, len(staff) // 3)):
        site = sites[i % 2]
        yield _device(seed, index, f"CH-KIOSK{numbers[index]}", "Windows10", "Workstation", ("user", "kiosk"), site)
        index += 1


def _device(
    seed: int,
    index: int,
    short: str,
    platform: str,
    category: str,
    roles: tuple[str, ...],
    site: Site,
    owner: Person | None = None,
) -> Device:
    octets = (1, index % 200 + 20) if category == "Server" else (10 + index // 200, index % 200 + 20)
    build, version = {"Windows11": (22631, "11"), "Windows10": (19045, "10"), "WindowsServer2022": (20348, "2022")}.get(
        platform, (6, "24.04")
    )
    mac = hexadecimal(12, seed, "mac", index).upper()
    public = f"192.0.2.{200 + index % 20}" if "azure" in roles else ""
    address = f"10.40.{octets[0]}.{octets[1]}" if "azure" in roles else f"{site.network}.{octets[0]}.{octets[1]}"
    return Device(
        index,
        short,
        hexadecimal(40, seed, "device", short),
        address,
        "-".join(mac[i : i + 2] for i in range(0, 12, 2)),
        platform,
        build,
        version,
        category,
        roles,
        site,
        owner,
        public,
    )
