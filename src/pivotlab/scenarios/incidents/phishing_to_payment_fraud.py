"""Incident 1. Adversary-in-the-middle phishing, a stolen session, a hidden rule, a mail about bank details."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from pivotlab.scenarios import evidence
from pivotlab.scenarios.addresses import address_of
from pivotlab.scenarios.company import Person
from pivotlab.scenarios.geography import ABROAD
from pivotlab.scenarios.identifiers import number
from pivotlab.scenarios.mail import Message
from pivotlab.scenarios.programs import foreign, program
from pivotlab.scenarios.signin import EDGE, SignIn
from pivotlab.scenarios.truth import GroundTruth
from pivotlab.scenarios.world import Story, World

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/118.0.0.0 Safari/537.36"
)


def play(world: World) -> GroundTruth:
    """Tuesday: five people get the lure, two click, one gives the attacker a session. Wednesday: the fraud mail."""
    with world.story(1, "phishing-to-payment-fraud", "Adversary-in-the-middle phishing to payment fraud") as story:
        world.alerts.name_incident(
            story.key, "Multi-stage incident involving Initial access & Credential access on one user"
        )
        lured = world.at("10-27", "09:12", world.company.sites[0])
        victim = world.pick(world.company.titled("Accounts Payable Clerk"), present=lured + timedelta(hours=1))
        bystander = world.pick(world.company.department("Finance"), present=lured + timedelta(hours=1))
        others = [world.pick(world.company.department("Finance")) for _ in range(3)]
        lure, address = _lure(world, story, lured, [victim, bystander, *others])
        _careful_colleague(world, story, lure, bystander)
        clicked = _victim_clicks(world, story, lure, victim)
        stolen = _session_replayed(world, story, clicked, victim, address)
        _mailbox_searched(world, story, stolen)
        fraud = _fraud_mail(world, story, stolen)
        _aftermath(world, story, lure, fraud, victim)
        _notes(story, victim, stolen)
        return story.close(
            summary=(
                "A proxy phishing page relayed the victim's sign-in, MFA included, and kept the session token. "
                "The attacker replayed it, "
                "hid the partner's replies with an inbox rule and asked the partner to pay into another account."
            ),
            verdict="attack",
            classification="truePositive",
            determination="multiStagedAttack",
            severity="high",
            mitre=["T1566.002", "T1557", "T1539", "T1550.004", "T1564.008", "T1114.002", "T1534", "T1657"],
        )


def _lure(world: World, story: Story, when: datetime, recipients: list[Person]) -> tuple[Message, str]:
    domain = world.domain("brand")
    url = f"https://login.{domain}/s/{number(10**8, world.seed, domain):08d}"
    address = world.hostile_address("proxy")
    message = world.mail.inbound(
        when,
        f"no-reply@{domain}",
        "SharePoint",
        recipients,
        "Remittance advice October: shared document awaiting your review",
        urls=[url],
        address=address,
        envelope=f"bounce@{domain}",
    )
    story.note(
        "The lure reaches five people in Finance; authentication passes, because the domain is the attacker's own",
        message.rows[0],
    )
    story.indicate(domain=domain, url=url, address=address, sender=f"no-reply@{domain}")
    return message, address


def _careful_colleague(world: World, story: Story, lure: Message, person: Person) -> None:
    device = world.company.device_of(person)
    click = world.mail.click(lure.received + timedelta(minutes=19), lure, person, device.egress)
    story.note("A colleague clicks as well, but closes the page: a click without a sign-in", click)


def _victim_clicks(world: World, story: Story, lure: Message, victim: Person) -> datetime:
    device = world.company.device_of(victim)
    when = lure.received + timedelta(minutes=26, seconds=11)
    click = world.mail.click(when, lure, victim, device.egress)
    story.note("The victim clicks; Safe Links has no verdict yet", click)
    opened = when - timedelta(minutes=33)
    outlook = world.endpoint.start(
        opened,
        world.desktop(device, opened),
        program("OUTLOOK.EXE"),
        '"C:\\Program Files\\Microsoft Office\\root\\Office16\\OUTLOOK.EXE"',
    )
    edge = world.endpoint.start(
        when + timedelta(seconds=1),
        outlook,
        program("msedge.exe"),
        f'"C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe" --single-argument {lure.urls[0]}',
    )
    assert edge.row is not None
    world.endpoint.event(
        when + timedelta(milliseconds=600), outlook, "BrowserLaunchedToOpenUrl", RemoteUrl=lure.urls[0]
    )
    domain = story.indicators["domain"][0]
    connected = world.endpoint.connect(
        when + timedelta(seconds=2), edge, story.indicators["address"][0], 443, f"login.{domain}"
    )
    world.endpoint.connect(
        when + timedelta(seconds=5), edge, address_of("cdn.staticfiles.example"), 443, "cdn.staticfiles.example"
    )
    story.note("The browser that Outlook opened connects to the proxy page", connected)
    story.involve(user=victim.upn, device=device.name, mailbox=victim.upn)
    return when


def _session_replayed(world: World, story: Story, clicked: datetime, victim: Person, proxy: str) -> SignIn:
    relayed = world.signins.attempt(
        clicked + timedelta(seconds=74),
        victim,
        "OfficeHome",
        proxy,
        place=ABROAD["Rotterdam"],
        agent=CHROME,
        mfa="Mobile app notification",
        risk="medium",
        resource="OfficeHome",
    )
    story.note(
        "The proxy signs in as the victim: MFA is satisfied, the address and the unmanaged browser are the attacker's",
        relayed.row,
    )
    attacker = world.hostile_address("operator")
    story.indicate(address=attacker)
    stolen = world.signins.attempt(
        clicked + timedelta(minutes=41),
        victim,
        "Outlook Web",
        attacker,
        place=ABROAD["Toronto"],
        agent=CHROME,
        session=relayed.session_id,
        risk="high",
        mfa="MFA requirement satisfied by claim in the token",
    )
    story.note("The same session id appears from another country: the token is replayed", stolen.row)
    for minutes in (55, 118, 1395):
        world.signins.attempt(
            clicked + timedelta(minutes=minutes),
            victim,
            "Exchange Online",
            attacker,
            place=ABROAD["Toronto"],
            agent=CHROME,
            session=relayed.session_id,
            interactive=False,
            risk="high",
        )
    device = world.company.device_of(victim)
    world.signins.attempt(
        clicked + timedelta(minutes=3),
        victim,
        "Outlook Web",
        device.egress,
        device=device,
        agent=EDGE,
        mfa="Previously satisfied",
    )
    world.alerts.raise_alert(
        "IPC",
        story.key,
        relayed.row.moment,
        "Anomalous Token",
        severity="high",
        category="CredentialAccess",
        description=(
            "A session token has unusual characteristics, such as an unusual lifetime or an unfamiliar location."
        ),
        techniques=["T1539"],
        last=stolen.row.moment,
        evidence=[
            evidence.user(victim, "compromised"),
            evidence.address(attacker, "attacker", country=ABROAD["Toronto"].country),
            evidence.address(proxy, country=ABROAD["Rotterdam"].country),
        ],
    )
    return stolen


def _mailbox_searched(world: World, story: Story, stolen: SignIn) -> None:
    start = stolen.row.moment
    for i, folder in enumerate(("Inbox", "Inbox/Suppliers", "Sent Items", "Inbox/Payments", "Archive")):
        _, read = world.cloud.act(
            start + timedelta(minutes=4 + 3 * i),
            stolen,
            "MailItemsAccessed",
            "Microsoft Exchange Online",
            target_type="Folder",
            office={
                "MailboxOwnerUPN": stolen.person.upn,
                "Client_IPAddress": stolen.address,
                "Folder": json.dumps({"Path": f"\\{folder}"}),
            },
            raw={
                "MailboxOwnerUPN": stolen.person.upn,
                "MailAccessType": "Bind",
                "Folders": [{"Path": f"\\{folder}"}],
                "ClientInfoString": "Client=OWA;Action=ViaProxy",
            },
        )
        if i == 3:
            story.note("The attacker reads the payments folder", read)
    name = "."
    words = ["invoice", "payment", "bank details", "remittance"]
    parameters = [
        {"Name": "Name", "Value": name},
        {"Name": "SubjectOrBodyContainsWords", "Value": ";".join(words)},
        {"Name": "MoveToFolder", "Value": "RSS Subscriptions"},
        {"Name": "MarkAsRead", "Value": "True"},
        {"Name": "StopProcessingRules", "Value": "True"},
    ]
    office, cloud = world.cloud.act(
        start + timedelta(minutes=24),
        stolen,
        "New-InboxRule",
        "Microsoft Exchange Online",
        target=f"{stolen.person.name}\\{name}",
        office={"Parameters": json.dumps(parameters), "MailboxOwnerUPN": stolen.person.upn},
        raw={"Parameters": parameters},
        category="Manage",
        target_type="Rule",
    )
    story.note("An inbox rule named '.' moves every mail about payments to RSS Subscriptions", office)
    world.alerts.raise_alert(
        "MDA",
        story.key,
        cloud.moment,
        "Suspicious inbox manipulation rule",
        severity="high",
        category="DefenseEvasion",
        description="A rule that hides messages was created on a user's inbox.",
        techniques=["T1564.008"],
        evidence=[
            evidence.user(stolen.person, "compromised"),
            evidence.mailbox(stolen.person),
            evidence.address(stolen.address, "attacker", country=ABROAD["Toronto"].country),
            evidence.cloud_app("Microsoft Exchange Online", 20893),
        ],
    )


def _fraud_mail(world: World, story: Story, stolen: SignIn) -> Message:
    when = world.at("10-28", "08:47", world.company.sites[0])
    partner = "accounts@fabrikam.example"
    invoice = foreign("C:\\Users\\Public\\Updated bank details.pdf", f"{world.seed}/bank details")
    fraud = world.mail.outbound(
        when,
        stolen.person,
        partner,
        "RE: Invoice 20418 - updated bank details",
        attachments=[invoice],
        address=stolen.address,
    )
    story.note("From the victim's mailbox, the partner is asked to pay into another account", fraud.rows[0])
    story.indicate(sha256=invoice.sha256, recipient=partner)
    office, _ = world.cloud.act(
        when,
        stolen,
        "Send",
        "Microsoft Exchange Online",
        office={
            "MailboxOwnerUPN": stolen.person.upn,
            "Client_IPAddress": stolen.address,
            "Item": json.dumps({"Subject": fraud.subject}),
        },
        raw={"MailboxOwnerUPN": stolen.person.upn, "Item": {"Subject": fraud.subject}},
        target_type="Email",
    )
    story.note("The audit record of the sending names the attacker's address", office)
    reply = world.mail.inbound(
        when + timedelta(hours=2, minutes=11),
        partner,
        "Fabrikam Accounts",
        [stolen.person],
        "RE: Invoice 20418 - updated bank details",
        address=address_of("www.fabrikam.example"),
    )
    world.cloud.act(
        reply.received + timedelta(minutes=1),
        stolen,
        "MoveToDeletedItems",
        "Microsoft Exchange Online",
        office={"MailboxOwnerUPN": stolen.person.upn, "Item": json.dumps({"Subject": reply.subject})},
        raw={"MailboxOwnerUPN": stolen.person.upn},
    )
    story.note("The partner's question disappears before the victim can read it", reply.rows[0])
    return fraud


def _aftermath(world: World, story: Story, lure: Message, fraud: Message, victim: Person) -> None:
    world.alerts.raise_alert(
        "MDO",
        story.key,
        lure.received,
        "A potentially malicious URL click was detected",
        severity="high",
        category="InitialAccess",
        description="A user clicked a link that was later found to lead to a phishing page.",
        techniques=["T1566.002"],
        last=lure.received + timedelta(minutes=27),
        evidence=[
            evidence.user(victim, "compromised"),
            evidence.message(lure),
            evidence.url(lure.urls[0]),
            evidence.mailbox(victim),
        ],
        after=timedelta(minutes=12),
    )
    purged = world.mail.purge(lure.received + timedelta(hours=3, minutes=5), lure)
    story.note("Zero-hour auto purge removes the lure, three hours too late", purged[0])
    world.alerts.raise_alert(
        "MDO",
        story.key,
        purged[0].moment,
        "Email messages containing malicious URL removed after delivery",
        severity="informational",
        category="InitialAccess",
        description="Messages with a malicious link were removed after delivery.",
        techniques=["T1566.002"],
        evidence=[evidence.message(lure, copy=i, remediation="remediated") for i in range(len(lure.rows))]
        + [evidence.url(lure.urls[0])],
    )
    world.alerts.raise_alert(
        "XDR",
        story.key,
        fraud.received,
        "Possible BEC fraud attempt",
        severity="high",
        category="Collection",
        description="A message about payment details was sent from a session that follows a suspicious sign-in.",
        techniques=["T1534"],
        evidence=[
            evidence.user(victim, "compromised"),
            evidence.mailbox(victim, "compromised"),
            evidence.message(fraud),
        ],
    )


def _notes(story: Story, victim: Person, stolen: SignIn) -> None:
    story.decoy(
        "EmailUrlInfo",
        "where Url has '/s/'",
        "Url LIKE '%/s/%' AND Url NOT LIKE '%login.%'",
        "Document sharing services that partners use have the same path.",
    )
    story.decoy(
        "UrlClickEvents",
        "where ActionType == 'ClickAllowed'",
        "ActionType = 'ClickAllowed'",
        "Most allowed clicks are newsletters and partners; one colleague clicked the lure and left.",
    )
    story.decoy(
        "SigninLogs",
        "where Location !in ('GB', 'CA')",
        "Location NOT IN ('GB', 'CA') AND RiskLevelDuringSignIn = 'none'",
        "Sales staff travel.",
    )
    story.decoy(
        "OfficeActivity",
        "where Operation == 'New-InboxRule'",
        "Operation = 'New-InboxRule' AND Parameters NOT LIKE '%RSS%'",
        "People sort newsletters with rules.",
    )
    story.decoy(
        "EmailEvents",
        "where Subject has 'bank details'",
        "Subject LIKE '%bank details%' AND EmailDirection = 'Inbound'",
        "Partners do announce changed bank details.",
    )
    story.ask("Whose session was stolen?", victim.upn)
    story.ask("From which address was the stolen session replayed?", stolen.address)
    story.ask("What is the session id that ties the two sign-ins together?", stolen.session_id)
    story.ask("Into which folder does the inbox rule move mail?", "RSS Subscriptions")
    story.ask("How many people received the lure?", 5)
    story.ask("Who was asked to pay?", "accounts@fabrikam.example")
