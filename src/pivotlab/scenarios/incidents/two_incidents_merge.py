"""Incident 10. Two incidents on two desks; while people work on them, Defender XDR finds what they have in common."""

from __future__ import annotations

from datetime import timedelta

from pivotlab.scenarios import evidence
from pivotlab.scenarios.endpoint import moments
from pivotlab.scenarios.geography import ABROAD
from pivotlab.scenarios.programs import foreign, program
from pivotlab.scenarios.truth import GroundTruth
from pivotlab.scenarios.world import World

OTHER = "forwarding-to-outside"


def play(world: World) -> GroundTruth:
    """Monday: a password stealer on one desk. Tuesday morning: an odd forwarding rule. Tuesday, after ten: the link."""
    with world.story(10, "two-incidents-merge", "Two incidents that Defender XDR merges", OTHER) as story:
        found = world.at("11-02", "16:31", world.company.sites[0])
        person = world.pick(world.company.department("Human Resources"), present=found)
        desk = world.company.device_of(person)
        address, domain = world.hostile_address("drop"), world.domain("host", "invalid")
        stealer = foreign(
            f"C:\\Users\\{person.name}\\AppData\\Local\\Temp\\is-{world.seed}QK3.tmp\\viewer.exe",
            f"{world.seed}/stealer",
        )
        story.involve(user=person.upn, device=desk.name, mailbox=person.upn)
        story.indicate(sha256=stealer.sha256, domain=domain, address=address)
        endpoint = world.endpoint
        running = endpoint.start(found, world.desktop(desk, found), stealer, f'"{stealer.path}" /silent')
        dropped = endpoint.file(
            found - timedelta(seconds=14),
            world.desktop(desk, found),
            stealer,
            FileOriginUrl=f"https://{domain}/viewer.zip",
        )
        story.note("A viewer from the internet is started on a desk in Human Resources", dropped)
        endpoint.image(found + timedelta(seconds=2), running, program("vaultcli.dll"))
        read = endpoint.file(
            found + timedelta(seconds=3),
            running,
            foreign(f"C:\\Users\\{person.name}\\AppData\\Local\\Temp\\Login Data", f"{world.seed}/copied store"),
        )
        story.note("It copies the browser's password store", read)
        sent = endpoint.connect(found + timedelta(seconds=9), running, address, 443, domain)
        story.note("And sends it away", sent)
        caught = endpoint.event(
            found + timedelta(minutes=2),
            running,
            "AntivirusDetection",
            file=stealer,
            FileOriginUrl=f"https://{domain}/viewer.zip",
            fields={"ThreatName": "PWS:Win32/Dockpick.B", "WasRemediated": True},
        )
        world.alerts.name_incident(story.key, "'Dockpick' credential theft malware on one endpoint")
        world.alerts.raise_alert(
            "AV",
            story.key,
            caught.moment,
            "'Dockpick' credential theft malware was detected",
            severity="medium",
            category="Malware",
            techniques=["T1555.003"],
            description="Malware that steals stored passwords was found and removed.",
            evidence=[
                evidence.file(stealer, desk, remediation="remediated"),
                evidence.process(running, verdict="malicious", remediation="remediated"),
                evidence.device(desk),
            ],
        )
        world.alerts.raise_alert(
            "MDE",
            story.key,
            sent.moment,
            "Possible theft of passwords and other sensitive web browser information",
            severity="medium",
            category="CredentialAccess",
            techniques=["T1555.003"],
            last=caught.moment,
            description="A process read the browser's stored passwords.",
            evidence=[evidence.process(running, verdict="malicious"), evidence.device(desk)],
        )

        early = world.at("11-03", "06:18", world.company.sites[0])
        entered = world.signins.attempt(
            early,
            person,
            "Outlook Web",
            address,
            place=ABROAD["Dublin"],
            risk="high",
            mfa="Mobile app notification",
            agent="Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/118.0.0.0 "
            "Safari/537.36",
        )
        story.note("Next morning the account signs in from the address to which the passwords went", entered.row)
        parameters = [
            {"Name": "ForwardingSmtpAddress", "Value": f"smtp:archive@{domain}"},
            {"Name": "DeliverToMailboxAndForward", "Value": "True"},
        ]
        office, _ = world.cloud.act(
            early + timedelta(minutes=7),
            entered,
            "Set-Mailbox",
            "Microsoft Exchange Online",
            target=person.name,
            office={"Parameters": str(parameters).replace("'", '"'), "MailboxOwnerUPN": person.upn},
            raw={"Parameters": parameters},
            category="Manage",
        )
        story.note("All mail is forwarded to an outside address", office)
        world.alerts.name_incident(OTHER, "Suspicious inbox forwarding on one mailbox")
        world.alerts.raise_alert(
            "MDA",
            OTHER,
            early + timedelta(minutes=7),
            "Suspicious email forwarding activity",
            severity="medium",
            category="Collection",
            techniques=["T1114.003"],
            description="A mailbox was set to forward to an outside address.",
            evidence=[evidence.mailbox(person), evidence.cloud_app("Microsoft Exchange Online", 20893)],
        )

        later = world.at("11-03", "10:24", world.company.sites[0])
        for tick in moments(later - timedelta(minutes=30), 6, timedelta(minutes=5), world.seed, "exfil"):
            world.cloud.act(
                tick,
                entered,
                "MailItemsAccessed",
                "Microsoft Exchange Online",
                office={"MailboxOwnerUPN": person.upn, "Client_IPAddress": address},
                raw={"MailboxOwnerUPN": person.upn, "Folders": [{"Path": "\\Inbox\\Applications"}]},
            )
        world.alerts.raise_alert(
            "XDR",
            story.key,
            early,
            "User compromised: sign-in with credentials stolen from a device",
            severity="high",
            category="CredentialAccess",
            techniques=["T1078.004", "T1555.003"],
            last=later,
            description=(
                "The address that received stolen passwords was used to sign in as the same user. "
                "Links the malware on the device with the forwarding on the mailbox."
            ),
            evidence=[
                evidence.user(person, "compromised", verdict="malicious"),
                evidence.address(address, "attacker", verdict="malicious", country=ABROAD["Dublin"].country),
                evidence.device(desk),
                evidence.mailbox(person, "compromised"),
            ],
            merges=OTHER,
        )
        story.decoy(
            "DeviceFileEvents",
            "where FileName == 'Login Data'",
            "FileName = 'Login Data' AND InitiatingProcessFileName = 'msedge.exe'",
            "The browser itself writes its store all the time.",
        )
        story.decoy(
            "OfficeActivity",
            "where Operation == 'Set-Mailbox'",
            "Operation = 'Set-Mailbox' AND Parameters LIKE '%contoso.example%'",
            "The help desk forwards mail of people who have left to their managers.",
        )
        story.decoy(
            "SigninLogs",
            "where RiskLevelDuringSignIn != 'none'",
            "RiskLevelDuringSignIn IN ('low', 'medium')",
            "Travellers and typing errors are risky too, a little.",
        )
        story.ask("Which value do both incidents share before the linking alert?", address)
        story.ask("Which of the two incidents stays open?", "the one about the malware")
        story.ask("What does Sentinel add to the other one when it closes it?", "the tag Redirected")
        return story.close(
            summary=(
                "A password stealer on a desk and a forwarding rule on a mailbox look like two incidents. "
                "Later that morning an alert with user, device, mailbox and address ties them together, "
                "and Defender XDR merges the forwarding into the malware incident "
                "while two people are working on them."
            ),
            verdict="attack",
            classification="truePositive",
            determination="multiStagedAttack",
            severity="high",
            mitre=["T1204.002", "T1555.003", "T1078.004", "T1114.003"],
        )
