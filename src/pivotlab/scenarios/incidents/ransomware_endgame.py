"""The night of incident 2: PsExec to the file servers, the backups, and the encryption."""

from __future__ import annotations

from datetime import datetime, timedelta

from pivotlab.scenarios import evidence
from pivotlab.scenarios.company import Device, Person
from pivotlab.scenarios.endpoint import Process
from pivotlab.scenarios.programs import Program, foreign, program
from pivotlab.scenarios.world import Story, World


def payload(world: World, folder: str = "C:\\Windows\\Temp") -> Program:
    """The encryptor. Its name changes with the seed, its bytes with nothing else."""
    return foreign(f"{folder}\\s{world.seed + 4}vhx9k.exe", f"{world.seed}/encryptor")


def lateral_movement(
    world: World, story: Story, injected: Process, admin: Person, servers: list[Device], when: datetime
) -> None:
    """From the first desk to the servers, with the administrator's credentials."""
    tool = program("PsExec.exe").renamed("C:\\ProgramData\\adf\\psexec.exe")
    story.indicate(sha256=payload(world).sha256)
    desk = injected.device
    for i, server in enumerate(servers):
        tick = when + timedelta(minutes=4 * i)
        command = (
            f"psexec.exe \\\\{server.short} -accepteula -u contoso\\{admin.name} -c "
            f"C:\\ProgramData\\adf\\{payload(world).file} -d run.bat"
        )
        ran = world.endpoint.start(tick, injected, tool, command, account=admin, integrity="High")
        world.endpoint.connect(tick + timedelta(milliseconds=300), ran, server.address, 445, server.name)
        for share in ("C$\\Windows\\Temp", "C$\\ProgramData", "D$\\Shares", "D$", "C$\\Users\\Public"):
            world.endpoint.file(tick + timedelta(seconds=1), ran, payload(world, f"\\\\{server.short}\\{share}"))
        _arrives(world, story, desk, server, admin, tick + timedelta(seconds=2), first=i == 0)
        world.directory.logon(tick + timedelta(seconds=1), admin, desk, world.company.with_role("dc")[0], target=server)
        world.directory.security(
            tick + timedelta(seconds=2),
            server,
            4624,
            admin,
            LogonType=3,
            LogonTypeName="3 - Network",
            IpAddress=desk.address,
            WorkstationName=desk.short,
        )
        world.directory.security(
            tick + timedelta(seconds=3),
            server,
            4697,
            admin,
            ServiceName="PSEXESVC",
            ServiceFileName="%SystemRoot%\\PSEXESVC.exe",
            ServiceType="0x10",
            ServiceStartType=3,
        )


def _arrives(
    world: World, story: Story, desk: Device, server: Device, admin: Person, when: datetime, *, first: bool
) -> None:
    endpoint = world.endpoint
    system = world.sessions.root("kernel", server, when)
    endpoint.connect(when, system, desk.address, 50_122, action="InboundConnectionAccepted", local_port=445)
    logon = endpoint.logon(when + timedelta(milliseconds=400), server, admin, "Network", source=desk)
    if first:
        story.note("The administrator's account signs in to a file server from the freight desk, at night", logon)
    service = program("PSEXESVC.exe")
    endpoint.file(
        when + timedelta(milliseconds=900),
        system,
        service,
        RequestAccountName=admin.name,
        RequestSourceIP=desk.address,
        ShareName="ADMIN$",
    )
    endpoint.file(
        when + timedelta(seconds=1),
        system,
        payload(world),
        RequestAccountName=admin.name,
        RequestSourceIP=desk.address,
        ShareName="C$",
    )
    services = world.sessions.root("services", server, when)
    installed = endpoint.event(
        when + timedelta(seconds=2),
        services,
        "ServiceInstalled",
        file=service,
        fields={"ServiceName": "PSEXESVC", "ServiceStartType": 3},
    )
    endpoint.registry(
        when + timedelta(seconds=2),
        services,
        "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\PSEXESVC",
        "ImagePath",
        "%SystemRoot%\\PSEXESVC.exe",
        kind="ExpandString",
    )
    running = endpoint.start(
        when + timedelta(seconds=3), services, service, "C:\\Windows\\PSEXESVC.exe", integrity="System"
    )
    shell = endpoint.start(when + timedelta(seconds=4), running, program("cmd.exe"), "cmd.exe /c run.bat")
    for i, command in enumerate(
        (
            f"cmd.exe /c copy {payload(world).path} C:\\ProgramData\\",
            "cmd.exe /c dir D:\\Shares /s",
            "cmd.exe /c netsh advfirewall set allprofiles state off",
        )
    ):
        endpoint.start(when + timedelta(seconds=5 + i), running, program("cmd.exe"), command)
    copied = endpoint.start(
        when + timedelta(seconds=4, milliseconds=500), shell, payload(world), f"{payload(world).path} --list-only"
    )
    story.involve(device=server.name)
    if first:
        world.alerts.raise_alert(
            "MDE",
            story.key,
            installed.moment,
            "Suspicious service launched",
            severity="medium",
            category="LateralMovement",
            techniques=["T1021.002", "T1570"],
            last=copied.created,
            description="A service was installed over the network and started a command shell.",
            evidence=[
                evidence.process(running),
                evidence.process(copied, verdict="malicious"),
                evidence.device(server, "destination"),
                evidence.device(desk, "source"),
                evidence.user(admin, "compromised"),
            ],
        )
    else:
        world.alerts.raise_alert(
            "MDE",
            story.key,
            installed.moment,
            "File dropped and launched from remote location",
            severity="medium",
            category="LateralMovement",
            techniques=["T1570"],
            last=copied.created,
            description="A file that came over the network was started at once.",
            evidence=[
                evidence.process(copied, verdict="malicious"),
                evidence.file(payload(world), server),
                evidence.device(server),
                evidence.user(admin, "compromised"),
            ],
        )


def backups_deleted(world: World, story: Story, injected: Process, admin: Person, when: datetime) -> None:
    """On the first backup server: shadow copies, catalogue, journal, logs."""
    server = world.company.with_role("backup")[0]
    endpoint = world.endpoint
    endpoint.logon(when, server, admin, "RemoteInteractive", source=injected.device, protocol="Negotiate")
    shell = endpoint.start(
        when + timedelta(minutes=1),
        world.sessions.root("services", server, when),
        program("cmd.exe"),
        "cmd.exe",
        account=admin,
        integrity="High",
    )
    deleted: Process | None = None
    for i, (file, command) in enumerate(
        (
            ("vssadmin.exe", "vssadmin.exe delete shadows /all /quiet"),
            ("WMIC.exe", "wmic shadowcopy delete"),
            ("wbadmin.exe", "wbadmin delete catalog -quiet"),
            ("bcdedit.exe", "bcdedit /set {default} recoveryenabled no"),
            ("net.exe", "net stop FabrikamBackup /y"),
            ("sc.exe", "sc config windefend start= disabled"),
            ("wevtutil.exe", "wevtutil cl Security"),
            ("fsutil.exe", "fsutil usn deletejournal /D C:"),
            ("cipher.exe", "cipher /w:C:"),
            ("cipher.exe", "cipher /w:E:"),
        )
    ):
        ran = endpoint.start(when + timedelta(minutes=2, seconds=4 * i), shell, program(file), command)
        deleted = deleted or ran
    assert deleted is not None and deleted.row is not None
    story.note("Shadow copies, backup catalogue, journal and event log are deleted on the backup server", deleted.row)
    cleared = world.directory.security(when + timedelta(minutes=2, seconds=24), server, 1102, admin)
    endpoint.event(when + timedelta(minutes=2, seconds=24), shell, "SecurityLogCleared")
    story.note("The cleared log leaves one last record", cleared)
    story.involve(device=server.name)
    people = [evidence.user(admin, "compromised"), evidence.device(server)]
    world.alerts.raise_alert(
        "MDE",
        story.key,
        deleted.created,
        "File backups were deleted",
        severity="high",
        category="Impact",
        techniques=["T1490"],
        description="Shadow copies and backup catalogues were deleted.",
        evidence=[evidence.process(deleted, verdict="malicious"), *people],
    )
    world.alerts.raise_alert(
        "MDE",
        story.key,
        cleared.moment,
        "Event log was cleared",
        severity="medium",
        category="DefenseEvasion",
        techniques=["T1070.001"],
        description="A security event log was cleared.",
        evidence=[evidence.process(shell), *people],
    )


def encryption(world: World, story: Story, injected: Process, admin: Person, server: Device, when: datetime) -> None:
    """Files are encrypted on the first server until attack disruption contains the account."""
    endpoint = world.endpoint
    file = payload(world)
    services = world.sessions.root("services", server, when)
    running = endpoint.start(when, services, file, f"{file.path} -q -s D:\\Shares -p", account=admin, integrity="High")
    story.note("The encryptor runs on the first file server", running.row) if running.row else None
    folders = ("Finance", "Freight", "Operations", "Legal")
    for i in range(60):
        name = f"{('manifest', 'invoice', 'rate card', 'contract')[i % 4]} {100 + 7 * i}"
        locked = foreign(f"D:\\Shares\\{folders[i % 4]}\\{name}.xlsx.locked", f"{world.seed}/locked/{i}")
        endpoint.file(
            when + timedelta(seconds=2 + i * 0.6),
            running,
            locked,
            "FileRenamed",
            PreviousFileName=f"{name}.xlsx",
            PreviousFolderPath=f"D:\\Shares\\{folders[i % 4]}",
        )
    note = foreign("D:\\Shares\\Finance\\RESTORE_FILES.txt", f"{world.seed}/note")
    endpoint.file(when + timedelta(seconds=41), running, note)
    stopped = endpoint.event(
        when + timedelta(seconds=44),
        running,
        "AntivirusDetection",
        file=file,
        fields={"ThreatName": "Ransom:Win64/Portlock.A", "WasRemediated": True, "WasExecutingWhileDetected": True},
    )
    story.note("The antivirus kills the encryptor after forty seconds and sixty files", stopped)
    story.indicate(sha256=note.sha256)
    second = world.company.with_role("file")[1]
    failed = endpoint.logon(
        when + timedelta(minutes=3),
        second,
        admin,
        "Network",
        source=injected.device,
        succeeded=False,
        reason="AccountDisabled",
    )
    story.note("Attack disruption has contained the account: the next logon fails", failed)
    world.alerts.raise_alert(
        "AV",
        story.key,
        stopped.moment,
        "'Portlock' ransomware was prevented",
        severity="high",
        category="Impact",
        techniques=["T1486"],
        description="Ransomware was stopped while it ran.",
        evidence=[
            evidence.file(file, server, remediation="remediated"),
            evidence.process(running, verdict="malicious", remediation="remediated"),
            evidence.device(server, verdict="malicious"),
        ],
    )
    world.alerts.raise_alert(
        "XDR",
        story.key,
        running.created,
        "Ransomware behavior detected in the file system",
        severity="high",
        category="Impact",
        techniques=["T1486"],
        last=stopped.moment,
        description="Many files were renamed in a short time. The account was contained automatically.",
        evidence=[
            evidence.process(running, verdict="malicious"),
            evidence.device(server, verdict="malicious"),
            evidence.device(injected.device, "source", verdict="malicious"),
            evidence.user(admin, "compromised", verdict="malicious", remediation="remediated"),
        ],
    )
