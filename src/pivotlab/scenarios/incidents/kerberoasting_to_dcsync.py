"""Incident 3. A forgotten service account: Kerberoasted, cracked at leisure, and used to copy the directory."""

from __future__ import annotations

from datetime import datetime, timedelta

from pivotlab.scenarios import evidence
from pivotlab.scenarios.company import Device
from pivotlab.scenarios.endpoint import Process, moments
from pivotlab.scenarios.programs import foreign, program
from pivotlab.scenarios.truth import GroundTruth
from pivotlab.scenarios.world import Story, World

REPLICATION = "%{1131f6ad-9c07-11d1-f79f-00c04fc2dcd2}"
"""DS-Replication-Get-Changes-All, the right that DCSync needs."""


def play(world: World) -> GroundTruth:
    """Thursday: service tickets for every account with a service name. Friday night: the directory is replicated."""
    with world.story(
        3, "kerberoasting-to-dcsync", "Kerberoasting, then DCSync, from a forgotten service account"
    ) as story:
        world.alerts.name_incident(story.key, "Multi-stage incident involving Credential access & Discovery")
        asked = world.at("10-22", "14:21", world.company.sites[0])
        desk = world.company.device_of(world.pick(world.company.department("Engineering"), present=asked))
        shell = _roast(world, story, desk, asked)
        copied = world.at("10-23", "22:47", world.company.sites[0])
        _replicate(world, story, desk, shell, copied)
        story.decoy(
            "IdentityQueryEvents",
            "where Query contains 'serviceprincipalname=*'",
            "AccountName = 'svc-inventory' AND Query ILIKE '%serviceprincipalname=*%'",
            "The inventory asks for service names as well, several times a day.",
        )
        story.decoy(
            "SecurityEvent",
            "where EventID == 4769 and EventData has '0x17'",
            "EventID = 4769 AND EventData LIKE '%0x17%' AND TargetUserName LIKE 'svc-%' AND TargetUserName <> "
            f"'{world.company.forgotten.name}'",
            "Old services still take RC4 tickets.",
        )
        story.decoy(
            "SecurityEvent",
            "where EventID == 4662 and Properties contains '1131f6a'",
            "EventID = 4662 AND SubjectUserName = 'svc-adsync'",
            "Directory synchronisation replicates too, with the weaker right.",
        )
        story.decoy(
            "IdentityDirectoryEvents",
            "where ActionType == 'Directory Services replication'",
            "AccountName = 'svc-adsync'",
            "The synchronisation account does this for a living, from its own server.",
        )
        story.decoy(
            "DeviceEvents",
            "where ActionType == 'AmsiScriptContent'",
            "ActionType = 'AmsiScriptContent' AND CAST(AdditionalFields AS VARCHAR) LIKE '%agent.ps1%'",
            "Administrators fetch their own scripts with PowerShell.",
        )
        forgotten = world.company.forgotten
        story.ask("Which account was cracked?", forgotten.name)
        story.ask("From which device were the tickets requested?", desk.name)
        story.ask("Which account replicates the directory legitimately?", "svc-adsync")
        story.ask(
            "Which watchlist would have shown that the account is not a known service account?", "ServiceAccounts"
        )
        return story.close(
            summary=(
                "A developer's workstation asked for RC4 service tickets of every account with a service name. "
                "One of them, forgotten since 2023 and with replication rights, "
                "was cracked and used for DCSync the next night."
            ),
            verdict="attack",
            classification="truePositive",
            determination="multiStagedAttack",
            severity="high",
            mitre=["T1087.002", "T1558.003", "T1078.002", "T1003.006"],
        )


def _roast(world: World, story: Story, desk: Device, when: datetime) -> Process:
    owner = desk.owner
    assert owner is not None
    controller = world.company.with_role("dc")[0]
    shell = world.endpoint.start(
        when,
        world.desktop(desk, when),
        program("powershell.exe"),
        'powershell.exe -ep bypass -w hidden -c "IEX (Get-Content .\\tickets.ps1 -Raw)"',
    )
    story.involve(user=owner.upn, device=desk.name)
    world.endpoint.image(when + timedelta(seconds=1), shell, program("amsi.dll"))
    world.endpoint.event(when + timedelta(seconds=2), shell, "PowerShellCommand", fields={"Command": "Get-DomainUser"})
    world.endpoint.event(
        when + timedelta(seconds=3),
        shell,
        "AmsiScriptContent",
        fields={
            "Description": "Add-Type -AssemblyName System.IdentityModel; New-Object "
            "System.IdentityModel.Tokens.KerberosRequestorSecurityToken"
        },
    )
    world.endpoint.connect(when + timedelta(seconds=4), shell, controller.address, 389, controller.name)
    searched = world.directory.query(
        when + timedelta(seconds=4),
        owner,
        desk,
        controller,
        "(&(objectCategory=person)(serviceprincipalname=*)(!(sAMAccountName=krbtgt)))",
    )
    story.note("An LDAP query asks for every account with a service name", searched)
    for i, base in enumerate(
        (
            "objectCategory=computer)(operatingSystem=*",
            "objectCategory=group)(cn=Domain Admins",
            "objectCategory=person)(adminCount=1",
            "userAccountControl:1.2.840.113556.1.4.803:=4194304",
        )
    ):
        world.directory.query(when + timedelta(seconds=6 + i), owner, desk, controller, f"(&({base}))")
    for i in range(9):
        world.directory.query(
            when + timedelta(seconds=12 + 2 * i),
            owner,
            desk,
            controller,
            f"(&(objectCategory=person)(sAMAccountName=svc-{i}*))",
        )
    services = [account for account in world.company.services if account.name != "svc-vulnscan"]
    for tick, account in zip(
        moments(when + timedelta(seconds=35), len(services), timedelta(seconds=2), world.seed), services, strict=True
    ):
        ticket = world.directory.security(
            tick,
            controller,
            4769,
            owner,
            ServiceName=account.name,
            IpAddress=desk.address,
            Status="0x0",
            EventData=(
                '<EventData xmlns="urn:windows-event">'
                f'<Data Name="TargetUserName">{owner.name}</Data>'
                f'<Data Name="ServiceName">{account.name}</Data>'
                '<Data Name="TicketEncryptionType">0x17</Data>'
                f'<Data Name="Record">{tick.isoformat()}</Data>'
                "</EventData>"
            ),
        )
        if account is world.company.forgotten:
            story.note(
                "Among six RC4 service tickets in a quarter of a minute: one for an account that nobody uses", ticket
            )
        world.directory.logon(tick, owner, desk, controller, target=controller)
    world.alerts.raise_alert(
        "MDI",
        story.key,
        when,
        "Suspected Kerberos SPN exposure (external ID 2410)",
        severity="high",
        category="CredentialAccess",
        techniques=["T1558.003"],
        last=when + timedelta(minutes=1),
        description="An account asked for service tickets of many services with weak encryption.",
        evidence=[
            evidence.user(owner, "compromised"),
            evidence.device(desk, "source"),
            evidence.device(controller, "destination", verdict="unknown"),
        ],
    )
    world.alerts.raise_alert(
        "MDE",
        story.key,
        when,
        "Suspicious LDAP query",
        severity="medium",
        category="Discovery",
        techniques=["T1087.002"],
        description="A script asked the directory for accounts that can be attacked.",
        evidence=[evidence.process(shell, verdict="malicious"), evidence.device(desk), evidence.user(owner)],
    )
    return shell


def _replicate(world: World, story: Story, desk: Device, shell: Process, when: datetime) -> None:
    forgotten = world.company.forgotten
    controller = world.company.with_role("dc")[0]
    story.involve(user=forgotten.upn, device=controller.name)
    world.directory.logon(when, forgotten, desk, controller, protocol="Ntlm")
    signed_in = world.directory.security(
        when,
        controller,
        4624,
        forgotten,
        LogonType=3,
        LogonTypeName="3 - Network",
        IpAddress=desk.address,
        WorkstationName=desk.short,
        AuthenticationPackageName="NTLM",
        LmPackageName="NTLM V2",
    )
    story.note("The forgotten account signs in for the first time in three years, from a workstation", signed_in)
    tool = foreign("C:\\ProgramData\\spool\\repl.exe", f"{world.seed}/replication tool")
    story.indicate(sha256=tool.sha256)
    world.endpoint.file(when - timedelta(minutes=3), shell, tool)
    copying = world.endpoint.start(
        when + timedelta(minutes=1), shell, tool, "repl.exe lsadump::dcsync /domain:contoso.example /all /csv"
    )
    world.endpoint.connect(when + timedelta(minutes=1, seconds=2), copying, controller.address, 135, controller.name)
    world.endpoint.connect(when + timedelta(minutes=1, seconds=3), copying, controller.address, 49669, controller.name)
    replicated = world.directory.change(
        when + timedelta(minutes=1, seconds=4),
        forgotten,
        desk,
        controller,
        "Directory Services replication",
        protocol="Drsr",
    )
    story.note(
        "A workstation replicates the directory: only domain controllers and the synchronisation server should",
        replicated,
    )
    for tick in moments(when + timedelta(minutes=1, seconds=4), 3, timedelta(seconds=2), world.seed, "dcsync"):
        world.directory.security(
            tick,
            controller,
            4662,
            forgotten,
            ObjectServer="DS",
            Properties=REPLICATION,
            AccessMask="0x100",
            ObjectType="domainDNS",
        )
    world.alerts.raise_alert(
        "MDI",
        story.key,
        replicated.moment,
        "Suspected DCSync attack (replication of directory services) (external ID 2006)",
        severity="high",
        category="CredentialAccess",
        techniques=["T1003.006"],
        description="A replication request was sent from a machine that is no domain controller.",
        evidence=[
            evidence.user(forgotten, "compromised", verdict="malicious"),
            evidence.device(desk, "source", verdict="malicious"),
            evidence.device(controller, "destination", verdict="unknown"),
        ],
    )
    world.alerts.raise_alert(
        "MDE",
        story.key,
        copying.created,
        "Malicious credential theft tool execution detected",
        severity="high",
        category="CredentialAccess",
        techniques=["T1003.006"],
        description="A tool known for stealing credentials ran on this device.",
        evidence=[
            evidence.process(copying, verdict="malicious"),
            evidence.file(tool, desk),
            evidence.device(desk, verdict="malicious"),
        ],
    )
