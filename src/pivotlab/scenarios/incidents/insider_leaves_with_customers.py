"""Incident 6. A key account manager copies the customer list to a personal store, and hands in the notice."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime, timedelta

from pivotlab.scenarios import evidence
from pivotlab.scenarios.addresses import address_of
from pivotlab.scenarios.company import Device, Person
from pivotlab.scenarios.endpoint import Process, moments
from pivotlab.scenarios.identifiers import guid, number
from pivotlab.scenarios.programs import Program, foreign, program
from pivotlab.scenarios.signin import EDGE
from pivotlab.scenarios.truth import GroundTruth
from pivotlab.scenarios.world import Story, World

STORE = "dl.filedrop.example"
FILES = 64
ARCHIVE_SIZE = 411_207_936
"""Bytes. Packing does not shrink workbooks, so the files are nearly as large; the wire carries a little more."""


def play(world: World) -> GroundTruth:
    """Two weeks of looking for a job, an evening of downloads, a private upload, a USB stick, a letter."""
    with world.story(6, "insider-leaves-with-customers", "Insider copies customer data before leaving") as story:
        world.alerts.name_incident(story.key, "Data exfiltration incident involving one user")
        evening = world.at("10-29", "17:48", world.company.sites[0])
        person = world.pick(
            world.company.titled("Key Account Manager"),
            present=evening - timedelta(hours=3),
            otherwise=world.company.department("Sales"),
        )
        desk = world.company.device_of(person)
        story.involve(user=person.upn, device=desk.name)
        _job_search(world, story, person, desk)
        downloads = _downloads(world, story, person, desk, evening)
        _saved(world, desk, downloads)
        _exfiltration(world, story, desk, evening + timedelta(minutes=35))
        _letter(world, story, person)
        _alerts(world, story, person, desk, downloads, evening)
        story.decoy(
            "OfficeActivity",
            "where Operation == 'FileDownloaded'",
            f"Operation = 'FileDownloaded' AND UserId <> '{person.upn}'",
            "Sales downloads price lists every day; what is new is how many, and of which site.",
        )
        story.decoy(
            "DeviceNetworkEvents",
            f"where RemoteUrl has '{STORE}'",
            f"RemoteUrl = '{STORE}' AND DeviceName <> '{desk.name}'",
            "Partners share drawings through the same store.",
        )
        story.decoy(
            "DeviceEvents",
            "where ActionType == 'UsbDriveMounted'",
            f"ActionType = 'UsbDriveMounted' AND DeviceName <> '{desk.name}'",
            "Shift supervisors carry reports to the cranes on sticks.",
        )
        story.decoy(
            "DeviceNetworkEvents",
            "where RemoteUrl contains 'job'",
            f"RemoteUrl LIKE '%job%' AND DeviceName <> '{desk.name}'",
            "Reading vacancies is no offence.",
        )
        story.decoy(
            "DataSecurityEvents",
            "where ActionType == 'FileCopiedToRemovableMedia'",
            f"ActionType = 'FileCopiedToRemovableMedia' AND AccountUpn <> '{person.upn}'",
            "The same reports for the cranes; no policy matches them.",
        )
        story.decoy(
            "DataSecurityEvents",
            "where ActionType == 'FileUploadedToCloud'",
            f"ActionType = 'FileUploadedToCloud' AND AccountUpn <> '{person.upn}'",
            "Everybody's OneDrive is in the cloud; what matters is whose cloud it is.",
        )
        story.ask("Who took the data?", person.upn)
        story.ask("How many customer files were downloaded in the evening?", FILES)
        story.ask("Name the two ways out.", [STORE, "USB"])
        return story.close(
            summary=(
                "After two weeks of browsing vacancies, "
                "a key account manager downloaded 64 files of the customer site within half an hour, "
                "packed them, uploaded the archive to a personal store, "
                "copied it to a USB stick, and resigned the next morning."
            ),
            verdict="attack",
            classification="truePositive",
            determination="maliciousUserActivity",
            severity="medium",
            mitre=["T1213.002", "T1560.001", "T1567.002", "T1052.001"],
        )


def _browser(world: World, desk: Device, when: datetime) -> Process:
    return world.endpoint.start(
        when,
        world.desktop(desk, when),
        program("msedge.exe"),
        '"C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe" --profile-directory=Default',
    )


def _job_search(world: World, story: Story, person: Person, desk: Device) -> None:
    for day in ("10-15", "10-19", "10-22", "10-27"):
        when = world.at(day, "12:31", person.site)
        visit = world.endpoint.connect(
            when + timedelta(seconds=3),
            _browser(world, desk, when),
            address_of("careers.harbourjobs.example"),
            443,
            "careers.harbourjobs.example",
        )
        if day == "10-15":
            story.note("Vacancies at lunchtime", visit)


def _downloads(world: World, story: Story, person: Person, desk: Device, when: datetime) -> dict[str, datetime]:
    signed = world.signins.attempt(
        when - timedelta(minutes=4),
        person,
        "SharePoint Online",
        desk.egress,
        device=desk,
        agent=EDGE,
        mfa="Previously satisfied",
        resource="Office 365 SharePoint Online",
    )
    saved = {}
    for i, tick in enumerate(moments(when, FILES, timedelta(seconds=24), world.seed, "download")):
        name = f"Customer {('contract', 'rates', 'contacts', 'volumes')[i % 4]} {400 + 3 * i}.xlsx"
        saved[name] = tick
        target = f"https://contoso.sharepoint.example/sites/customers/Shared Documents/{name}"
        office, _ = world.cloud.act(
            tick,
            signed,
            "FileDownloaded",
            "Microsoft SharePoint Online",
            target=target,
            target_type="File",
            office={
                "SourceFileName": name,
                "SourceFileExtension": "xlsx",
                "Site_Url": "https://contoso.sharepoint.example/sites/customers/",
            },
            raw={"SourceFileName": name, "SiteUrl": "https://contoso.sharepoint.example/sites/customers/"},
        )
        if i == 0:
            story.note("The first of 64 files of the customer site", office)
    return saved


def _saved(world: World, desk: Device, downloads: dict[str, datetime]) -> None:
    """The same files as the endpoint sees them arrive."""
    owner = desk.owner
    assert owner is not None
    first = min(downloads.values())
    parts = [600 + number(800, world.seed, "customer file", name) for name in downloads]
    with world.telemetry.apart("customer files"):
        browser = _browser(world, desk, first - timedelta(minutes=4, seconds=10))
        for (name, tick), part in zip(downloads.items(), parts, strict=True):
            size = (ARCHIVE_SIZE - 20_000) * part // sum(parts)
            file = foreign(f"C:\\Users\\{owner.name}\\Downloads\\{name}", f"{world.seed}/{name}", size)
            world.endpoint.file(
                tick + timedelta(milliseconds=800),
                browser,
                file,
                FileOriginUrl=f"https://contoso.sharepoint.example/sites/customers/Shared Documents/{name}",
            )


def _archive(world: World, owner: Person) -> Program:
    return foreign(f"C:\\ProgramData\\pst\\{owner.surname.lower()}.7z", f"{world.seed}/customer archive", ARCHIVE_SIZE)


def _exfiltration(world: World, story: Story, desk: Device, when: datetime) -> None:
    endpoint = world.endpoint
    owner = desk.owner
    assert owner is not None
    archive = _archive(world, owner)
    packing = endpoint.start(
        when,
        world.desktop(desk, when),
        program("7z.exe"),
        f'7z.exe a -p -mhe=on {archive.path} "C:\\Users\\{owner.name}\\Downloads\\Customer *.xlsx"',
    )
    packed = endpoint.file(when + timedelta(seconds=19), packing, archive)
    story.note("The files are packed into an encrypted archive", packed)
    story.indicate(sha256=archive.sha256)
    browser = _browser(world, desk, when + timedelta(minutes=6))
    uploaded = endpoint.connect(when + timedelta(minutes=6, seconds=30), browser, address_of(STORE), 443, STORE)
    story.note("The archive goes to a personal store", uploaded)
    line = world.perimeter.connection(
        when + timedelta(minutes=7),
        desk,
        address_of(STORE),
        443,
        host=STORE,
        sent=412_664_301,
        received=88_204,
        source_port=int(uploaded["LocalPort"]),
    )
    story.note("The firewall counts 412 MB going out", line)
    explorer = world.desktop(desk, when)
    later = when + timedelta(minutes=12)
    endpoint.event(
        later,
        explorer,
        "PnpDeviceConnected",
        fields={
            "ClassName": "USB",
            "DeviceDescription": "USB Mass Storage Device",
            "DeviceId": "USB\\VID_0781&PID_5581",
            "VendorIds": "USB\\VID_0781",
        },
    )
    endpoint.event(
        later + timedelta(seconds=4),
        explorer,
        "UsbDriveMounted",
        fields={
            "DriveLetter": "E:",
            "ProductName": "Traveller 64",
            "SerialNumber": "4C530001",
            "Manufacturer": "Generic",
        },
    )
    copied = endpoint.file(
        later + timedelta(minutes=1),
        explorer,
        archive.renamed(f"E:\\{archive.file}"),
        SensitivityLabel="Confidential",
    )
    story.note("A second copy goes to a USB stick", copied)
    for name, operation, seen in (
        (STORE, "FileUploadedToCloud", line.moment),
        ("E:", "FileCopiedToRemovableMedia", copied.moment),
    ):
        world.telemetry.add(
            "defender/DataSecurityEvents",
            seen + timedelta(milliseconds=400),
            {
                "ActionType": operation,
                "AccountUpn": owner.upn,
                "AccountObjectId": owner.object_id,
                "Department": owner.department,
                "DeviceId": desk.device_id,
                "DeviceName": desk.name,
                "ObjectName": archive.file,
                "ObjectSize": ARCHIVE_SIZE,
                "TargetUrlDomain": name if "." in name else None,
                "TargetFilePath": f"E:\\{archive.file}" if name == "E:" else None,
                "DlpPolicyMatchInfo": json.dumps([{"PolicyName": "Customer data"}]),
                "ActivityId": guid(world.seed, operation),
                "Operation": operation,
                "Workload": "Endpoint",
            },
        )


def _letter(world: World, story: Story, person: Person) -> None:
    manager = world.company.department("Sales")[0]
    letter = world.mail.internal(world.at("10-30", "08:52", person.site), person, [manager], "My notice")
    story.note("The notice arrives the next morning", letter.rows[0])


def _alerts(world: World, story: Story, person: Person, desk: Device, names: Collection[str], when: datetime) -> None:
    user, device = evidence.user(person, "policyViolator"), evidence.device(desk)
    archive = _archive(world, person)
    world.alerts.raise_alert(
        "MDA",
        story.key,
        when,
        "Mass download by a single user",
        severity="medium",
        category="Exfiltration",
        techniques=["T1213.002"],
        last=when + timedelta(minutes=27),
        description=f"A user downloaded {len(names)} files within half an hour.",
        evidence=[
            user,
            evidence.address(desk.egress, verdict="unknown"),
            evidence.cloud_app("Microsoft SharePoint Online", 20892),
        ],
    )
    world.alerts.raise_alert(
        "DLP",
        story.key,
        when + timedelta(minutes=42),
        "DLP policy 'Customer data' matched for a file uploaded to a cloud service",
        severity="medium",
        category="Exfiltration",
        techniques=["T1567.002"],
        description="A file with customer data was uploaded to a domain that is not allowed.",
        evidence=[
            user,
            device,
            evidence.file(archive, desk, verdict="suspicious"),
            evidence.url(f"https://{STORE}/upload", verdict="suspicious"),
        ],
    )
    world.alerts.raise_alert(
        "DLP",
        story.key,
        when + timedelta(minutes=48),
        "DLP policy 'Customer data' matched for a file copied to removable media",
        severity="low",
        category="Exfiltration",
        techniques=["T1052.001"],
        description="A file with customer data was copied to a USB device.",
        evidence=[user, device, evidence.file(archive, desk, verdict="suspicious")],
    )
