"""Incident 8. The firewall sees a beacon, the endpoint sees a process. Only joined do they make sense."""

from __future__ import annotations

from datetime import timedelta

from pivotlab.scenarios import evidence
from pivotlab.scenarios.endpoint import moments
from pivotlab.scenarios.programs import foreign, program
from pivotlab.scenarios.truth import GroundTruth
from pivotlab.scenarios.world import World

STAGER = 'powershell.exe -ep bypass -command "get-content $env:APPDATA\\c.txt | iex; remove-item $env:APPDATA\\c.txt"'


def play(world: World) -> GroundTruth:
    """From Tuesday on, every four minutes, a few hundred bytes. No product of ours raises an alert until Saturday."""
    with world.story(
        8, "command-and-control-at-the-firewall", "Command and control seen by a third-party firewall first"
    ) as story:
        site = world.company.sites[1]
        began = world.at("10-27", "11:26", site)
        operations = [
            person
            for person in world.company.department("Freight Forwarding") + world.company.department("Sales")
            if person.site is site
        ]
        person = world.pick(operations, present=began)
        desk = world.company.device_of(person)
        domain, address = world.domain("host", "invalid"), world.hostile_address("beacon")
        story.involve(user=person.upn, device=desk.name)
        story.indicate(domain=domain, address=address)
        endpoint = world.endpoint
        installer = foreign(f"C:\\Users\\{person.name}\\Downloads\\PdfConverterSetup.exe", f"{world.seed}/converter")
        browser = endpoint.start(
            began - timedelta(minutes=3),
            world.desktop(desk, began - timedelta(minutes=3)),
            program("msedge.exe"),
            '"C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe" --profile-directory=Default',
        )
        loaded = endpoint.file(
            began - timedelta(minutes=2),
            browser,
            installer,
            FileOriginUrl=f"https://convert.{world.domain('brand', 'test')}/setup",
            FileOriginReferrerUrl="https://search.findit.example/",
        )
        story.note("A free PDF converter is downloaded", loaded)
        story.indicate(sha256=installer.sha256)
        warned = endpoint.event(
            began - timedelta(minutes=1),
            browser,
            "SmartScreenAppWarning",
            file=installer,
            fields={"ActivityId": f"A-{world.seed}-8"},
        )
        endpoint.event(
            began - timedelta(seconds=50),
            browser,
            "SmartScreenUserOverride",
            file=installer,
            fields={"ActivityId": f"A-{world.seed}-8"},
        )
        story.note("SmartScreen warns; the warning is overridden", warned)
        setup = endpoint.start(
            began - timedelta(seconds=45), world.desktop(desk, began), installer, f'"{installer.path}"'
        )
        script = endpoint.start(
            began - timedelta(seconds=30),
            setup,
            program("powershell.exe"),
            STAGER,
        )
        implant = endpoint.start(began - timedelta(seconds=20), script, program("RegAsm.exe"), '"RegAsm.exe"')
        key = "HKEY_CURRENT_USER\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run"
        endpoint.registry(began - timedelta(seconds=15), script, key, "PdfConverter", f'"{installer.path}" /q')
        days = (
            began,
            world.at("10-28", "09:41", site),
            world.at("10-29", "09:37", site),
            world.at("10-30", "09:44", site),
        )
        for number, day in enumerate(days):
            if number:
                again = endpoint.start(
                    day - timedelta(seconds=40),
                    world.desktop(desk, day - timedelta(seconds=40)),
                    installer,
                    f'"{installer.path}" /q',
                )
                script = endpoint.start(
                    day - timedelta(seconds=30),
                    again,
                    program("powershell.exe"),
                    STAGER,
                )
                implant = endpoint.start(day - timedelta(seconds=20), script, program("RegAsm.exe"), '"RegAsm.exe"')
            for i, tick in enumerate(moments(day, 90, timedelta(minutes=4), world.seed, "beacon", number)):
                passed = world.perimeter.connection(
                    tick + timedelta(milliseconds=30),
                    desk,
                    address,
                    443,
                    host=domain,
                    sent=412 + i % 7,
                    received=198 + i % 5,
                )
                if number == i == 0:
                    story.note(
                        "The firewall lets the first beacon pass: an address in the network, nothing more", passed
                    )
                if i % 6 == 0:
                    seen = endpoint.connect(tick, implant, address, 443, domain, local_port=int(passed["SourcePort"]))
                    if number == i == 0:
                        story.note("The endpoint knows which process it was: RegAsm.exe, started by PowerShell", seen)
        noticed = world.at("10-31", "06:10")
        threat = world.perimeter.connection(
            noticed,
            desk,
            address,
            443,
            host=domain,
            action="alert",
            activity="THREAT spyware",
            severity="8",
            DeviceCustomString1="command-and-control",
            DeviceCustomString1Label="Category",
        )
        story.note("Four days later the firewall's vendor knows the address", threat)
        world.alerts.raise_alert(
            "MDE",
            story.key,
            noticed - timedelta(minutes=14),
            "Connection to a custom network indicator",
            severity="medium",
            category="CommandAndControl",
            techniques=["T1071.001"],
            last=noticed,
            description=(
                "A device connected to an address that was added to the indicators after the firewall's report."
            ),
            evidence=[
                evidence.device(desk),
                evidence.address(address, "commandAndControl", verdict="malicious"),
                evidence.user(person),
                evidence.process(implant),
            ],
        )
        story.decoy(
            "CommonSecurityLog",
            "summarize count() by DestinationIP | where count_ > 40",
            "DestinationHostName LIKE '%.cloud.example'",
            "The cloud services that everybody uses are visited far more often.",
        )
        story.decoy(
            "CommonSecurityLog",
            "where toint(LogSeverity) >= 4",
            "DeviceAction = 'deny' AND LogSeverity = '4'",
            "The internet knocks at the firewall all day.",
        )
        story.decoy(
            "DeviceProcessEvents",
            "where InitiatingProcessFileName =~ 'powershell.exe'",
            "InitiatingProcessFileName = 'powershell.exe' AND FileName = 'whoami.exe'",
            "People in IT ask in PowerShell who they are, and which groups there are.",
        )
        story.decoy(
            "DeviceRegistryEvents",
            "where RegistryKey endswith 'Run'",
            "RegistryKey LIKE '%CurrentVersion\\Run' AND RegistryValueName = 'HarbourSync'",
            "The company's own desktop app starts with Windows as well.",
        )
        story.decoy(
            "DeviceEvents",
            "where ActionType == 'SmartScreenAppWarning'",
            "ActionType = 'SmartScreenAppWarning' AND FileName = 'PortReviewReader-setup.exe'",
            "SmartScreen warns of every program that few people have, a trade paper's reader among them.",
        )
        story.decoy(
            "DeviceEvents",
            "where ActionType == 'SmartScreenUserOverride'",
            "ActionType = 'SmartScreenUserOverride' AND FileName = 'PortReviewReader-setup.exe'",
            "Some of those who are warned want the reader all the same.",
        )
        story.ask("Which process sends the beacons?", "RegAsm.exe")
        story.ask("To which address?", address)
        story.ask(
            "Which tables must be joined, and on what?",
            ["CommonSecurityLog", "DeviceNetworkEvents", "SourceIP and SourcePort"],
        )
        story.ask("About how many minutes lie between two beacons?", 4)
        return story.close(
            summary=(
                "A fake PDF converter ran an implant inside RegAsm.exe, "
                "which called home every four minutes in working hours. "
                "The firewall logged an address, the endpoint a process; "
                "only the join of CommonSecurityLog with the Device tables explains both."
            ),
            verdict="attack",
            classification="truePositive",
            determination="malware",
            severity="medium",
            mitre=["T1204.002", "T1218.009", "T1547.001", "T1071.001", "T1573"],
        )
