"""Incident 4. Consent phishing: an app that promises order in the inbox, and reads every mailbox it is let into."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from pivotlab.scenarios import evidence
from pivotlab.scenarios.company import Person
from pivotlab.scenarios.endpoint import moments
from pivotlab.scenarios.geography import ABROAD
from pivotlab.scenarios.identifiers import guid, number
from pivotlab.scenarios.mail import Message
from pivotlab.scenarios.signin import EDGE, SignIn
from pivotlab.scenarios.truth import GroundTruth
from pivotlab.scenarios.vocabulary import vocabulary
from pivotlab.scenarios.world import Story, World

GRAPH = "00000003-0000-0000-c000-000000000000"
SCOPES = "offline_access Mail.Read Mail.ReadWrite MailboxSettings.ReadWrite User.Read"


def play(world: World) -> GroundTruth:
    """Monday: twelve invitations, three consents. Until Tuesday a week later: mail is read from an address abroad."""
    with world.story(4, "consent-phishing", "Consent phishing: a malicious OAuth app reads mailboxes") as story:
        names = vocabulary("names")["attack_words"]["app"]
        name = names[number(len(names), world.seed, "app")]
        app_id = guid(world.seed, "malicious app", name)
        world.alerts.name_incident(story.key, f"Suspicious OAuth app activity involving {name}")
        sent = world.at("10-26", "10:05", world.company.sites[0])
        invited = [
            world.pick(
                world.company.department("Sales") + world.company.department("Freight Forwarding"),
                present=sent + timedelta(hours=1),
            )
            for _ in range(12)
        ]
        lure = _invitation(world, story, sent, invited, name, app_id)
        consents = [
            _consent(world, story, lure, person, name, app_id, minutes, number)
            for number, (person, minutes) in enumerate(zip(invited, (14, 41, 190), strict=False), start=1)
        ]
        _registered(world, name, app_id, consents[0].row.moment)
        _reads(world, story, consents, app_id)
        _alerts(world, story, consents, lure, name, app_id)
        story.involve(app=name)
        story.indicate(app_id=app_id)
        story.decoy(
            "AuditLogs",
            "where OperationName == 'Consent to application'",
            f"OperationName = 'Consent to application' AND CAST(TargetResources AS VARCHAR) NOT LIKE '%{name}%'",
            "People consent to the company's own apps.",
        )
        story.decoy(
            "CloudAppEvents",
            "where ActionType == 'Consent to application.'",
            f"ActionType = 'Consent to application.' AND ObjectName <> '{name}'",
            "The same consents, as Defender for Cloud Apps sees them.",
        )
        story.decoy(
            "CloudAppEvents",
            "where ActionType == 'MailItemsAccessed'",
            "ActionType = 'MailItemsAccessed' AND OAuthAppId IS NULL",
            "Every mail client reads mail; the true ones carry the app's id.",
        )
        story.decoy(
            "OAuthAppInfo",
            "where PrivilegeLevel == 'High'",
            "PrivilegeLevel = 'High' AND AppOrigin = 'Internal'",
            "The backup and the portal are privileged as well, with a known publisher.",
        )
        story.ask("What is the app called?", name)
        story.ask("What is its application id?", app_id)
        story.ask("How many people consented?", 3)
        story.ask("Which permission lets it read mail?", ["Mail.Read", "Mail.ReadWrite"])
        return story.close(
            summary=(
                "An invitation led to a genuine consent page for an app without a verified publisher. "
                "Three people agreed; the app read their mail through Graph for days, "
                "without a password or a sign-in of theirs. "
                "Resetting passwords would not have helped."
            ),
            verdict="attack",
            classification="truePositive",
            determination="maliciousUserActivity",
            severity="high",
            mitre=["T1566.002", "T1528", "T1550.001", "T1114.002"],
        )


def _invitation(world: World, story: Story, when: datetime, people: list[Person], name: str, app_id: str) -> Message:
    domain = world.domain("brand", "test")
    url = (
        "https://login.cloud.example/common/oauth2/v2.0/"
        f"authorize?client_id={app_id}&scope={SCOPES.replace(' ', '%20')}&redirect_uri=https://app.{domain}/cb"
    )
    lure = world.mail.inbound(
        when,
        f"hello@{domain}",
        name,
        people,
        f"{name}: your colleagues have shared a workspace with you",
        urls=[url],
        address=world.hostile_address("mail"),
    )
    story.note("An invitation with a link to the genuine consent page", lure.rows[0])
    story.indicate(domain=domain, sender=f"hello@{domain}")
    return lure


def _consent(
    world: World, story: Story, lure: Message, person: Person, name: str, app_id: str, minutes: int, number: int
) -> SignIn:
    when = lure.received + timedelta(minutes=minutes)
    device = world.company.device_of(person)
    world.mail.click(when, lure, person, device.egress)
    signed = world.signins.attempt(
        when + timedelta(seconds=20),
        person,
        "OfficeHome",
        device.egress,
        device=device,
        agent=EDGE,
        mfa="Previously satisfied",
        resource="Microsoft Graph",
    )
    targets = [
        {
            "id": guid(app_id, "service principal"),
            "displayName": name,
            "type": "ServicePrincipal",
            "modifiedProperties": [
                {"displayName": "ConsentContext.IsAdminConsent", "newValue": "False"},
                {"displayName": "ConsentAction.Permissions", "newValue": f"[] => [[Scope: {SCOPES}]]"},
                {"displayName": "TargetId.ServicePrincipalNames", "newValue": app_id},
            ],
        }
    ]
    audit, _ = world.cloud.directory(
        when + timedelta(seconds=50),
        signed,
        "Consent to application",
        "ApplicationManagement",
        targets,
        raw={"AppId": app_id, "Scope": SCOPES},
    )
    story.note(f"Consent number {number}: Mail.Read for an app without a verified publisher", audit)
    story.involve(user=person.upn, mailbox=person.upn)
    return signed


def _registered(world: World, name: str, app_id: str, when: datetime) -> None:
    world.telemetry.add(
        "defender/OAuthAppInfo",
        when + timedelta(hours=2),
        {
            "OAuthAppId": app_id,
            "ServicePrincipalId": guid(app_id, "service principal"),
            "AppName": name,
            "AddedOnTime": when,
            "AppStatus": "Enabled",
            "VerifiedPublisher": {},
            "PrivilegeLevel": "High",
            "Permissions": [
                {"PermissionName": scope, "PermissionType": "Delegated", "TargetAppId": GRAPH}
                for scope in SCOPES.split()
            ],
            "ConsentedUsersCount": 3,
            "IsAdminConsented": False,
            "AppOrigin": "External",
            "AppOwnerTenantId": guid(world.seed, "foreign tenant"),
            "RiskScore": 80,
            "ReportId": guid(app_id, "report"),
        },
    )


def _reads(world: World, story: Story, consents: list[SignIn], app_id: str) -> None:
    address = world.hostile_address("reader")
    story.indicate(address=address)
    for i, consent in enumerate(consents):
        actor = SignIn(
            consent.person,
            address,
            ABROAD["Dublin"],
            consent.correlation_id,
            consent.session_id,
            consent.token_id,
            "python-requests/2.32",
            consent.row,
        )
        times = moments(
            consent.row.moment + timedelta(hours=5), 18, timedelta(hours=9), world.seed, consent.person.index
        )
        for n, when in enumerate(times):
            _, read = world.cloud.act(
                when,
                actor,
                "MailItemsAccessed",
                "Microsoft Exchange Online",
                app_id=app_id,
                target_type="Folder",
                office={
                    "MailboxOwnerUPN": consent.person.upn,
                    "Client_IPAddress": address,
                    "ClientAppId": app_id,
                    "Folder": json.dumps({"Path": "\\Inbox"}),
                },
                raw={
                    "MailboxOwnerUPN": consent.person.upn,
                    "AppId": GRAPH,
                    "ClientAppId": app_id,
                    "MailAccessType": "Bind",
                    "OperationCount": 40 + n,
                    "Folders": [{"Path": "\\Inbox"}],
                },
            )
            if i == n == 0:
                story.note("The app reads a mailbox through Graph, from abroad, with no sign-in by the user", read)


def _alerts(world: World, story: Story, consents: list[SignIn], lure: Message, name: str, app_id: str) -> None:
    address = story.indicators["address"][0]
    world.alerts.raise_alert(
        "MDA",
        story.key,
        consents[0].row.moment,
        "Suspicious OAuth app granted access to mail",
        severity="medium",
        category="CredentialAccess",
        techniques=["T1528"],
        description="An app without a verified publisher was granted permission to read mail.",
        evidence=[
            evidence.user(consents[0].person),
            evidence.oauth_app(name, app_id, "", "suspicious"),
            evidence.message(lure),
            evidence.url(lure.urls[0], verdict="suspicious"),
        ],
        after=timedelta(hours=1, minutes=20),
    )
    world.alerts.raise_alert(
        "MDA",
        story.key,
        consents[0].row.moment + timedelta(hours=5),
        "App with suspicious metadata has Exchange permission",
        severity="high",
        category="Collection",
        techniques=["T1114.002"],
        last=world.at("11-01", "03:12"),
        description="An app with unusual metadata reads many messages.",
        evidence=[
            *(evidence.user(consent.person, "compromised") for consent in consents),
            evidence.oauth_app(name, app_id, ""),
            evidence.address(address, "attacker", country=ABROAD["Dublin"].country),
            evidence.cloud_app("Microsoft Exchange Online", 20893),
        ],
    )
