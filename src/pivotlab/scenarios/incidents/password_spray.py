"""Incident 7. A password spray against two hundred accounts: more alerts in one incident than Sentinel shows."""

from __future__ import annotations

from datetime import timedelta

from pivotlab.scenarios import evidence
from pivotlab.scenarios.endpoint import moments
from pivotlab.scenarios.geography import ABROAD
from pivotlab.scenarios.truth import GroundTruth
from pivotlab.scenarios.world import World

AGENT = "BAV2ROPC"
TARGETS = 186


def play(world: World) -> GroundTruth:
    """Sunday evening: one password for each account, from a dozen addresses. Two fit; one has no second factor."""
    with world.story(7, "password-spray", "Password spray with more than 150 alerts in one incident") as story:
        world.alerts.name_incident(story.key, "Password spray attack involving multiple users")
        start = world.at("11-01", "19:20")
        addresses = [world.hostile_address(f"node {i}") for i in range(12)]
        order = world.rng.permutation(len(world.company.people))[:TARGETS]
        people = [world.company.people[int(index)] for index in order]
        guarded, open_door = people[61], people[140]
        for address in sorted(set(addresses)):
            story.indicate(address=address)
        for i, (tick, person) in enumerate(
            zip(moments(start, TARGETS, timedelta(seconds=31), world.seed, "spray"), people, strict=True)
        ):
            address = addresses[i % len(addresses)]
            fits = person in (guarded, open_door)
            code = 0 if person is open_door else 50074 if fits else 50053 if i % 29 == 7 else 50126
            tried = world.signins.attempt(
                tick,
                person,
                "Exchange Online",
                address,
                place=ABROAD["Zurich"],
                result=code,
                agent=AGENT,
                risk="high",
                client="Other clients",
            )
            if i == 0:
                story.note(
                    "One wrong password, for one account; the next account follows half a minute later", tried.row
                )
            if fits:
                story.note(
                    "The password fits, and there is no second factor"
                    if person is open_door
                    else "The password fits, but the second factor stops it",
                    tried.row,
                )
                story.involve(user=person.upn)
            world.alerts.raise_alert(
                "IPC",
                story.key,
                tick,
                "Password spray",
                severity="high",
                category="CredentialAccess",
                techniques=["T1110.003"],
                description="A password that is tried on many accounts was used against this one.",
                evidence=[
                    evidence.user(person, "compromised" if fits else "attacked"),
                    evidence.address(address, "attacker", country=ABROAD["Zurich"].country),
                ],
                after=timedelta(minutes=9 + i % 5),
            )
        entered = world.signins.attempt(
            start + timedelta(hours=2, minutes=14),
            open_door,
            "Exchange Online",
            addresses[3],
            place=ABROAD["Zurich"],
            agent=AGENT,
            risk="high",
            client="IMAP4",
            interactive=True,
        )
        story.note("The mailbox without a second factor is opened over IMAP", entered.row)
        _, read = world.cloud.act(
            entered.row.moment + timedelta(minutes=2),
            entered,
            "MailItemsAccessed",
            "Microsoft Exchange Online",
            office={"MailboxOwnerUPN": open_door.upn, "ClientInfoString": "Client=IMAP4"},
            raw={"MailboxOwnerUPN": open_door.upn, "MailAccessType": "Sync", "Folders": [{"Path": "\\Inbox"}]},
        )
        story.note("Its inbox is synchronised", read)
        world.alerts.raise_alert(
            "IPC",
            story.key,
            entered.row.moment,
            "Unfamiliar sign-in properties",
            severity="high",
            category="InitialAccess",
            techniques=["T1078.004"],
            description="A sign-in with properties that are new for the user.",
            evidence=[
                evidence.user(open_door, "compromised"),
                evidence.address(addresses[3], "attacker", country=ABROAD["Zurich"].country),
            ],
        )
        story.decoy(
            "SigninLogs",
            "where ResultType == '50126'",
            "ResultType = '50126' AND Location IN ('GB', 'CA')",
            "People mistype passwords on Monday mornings.",
        )
        story.decoy(
            "SigninLogs",
            "where ResultType == '50053'",
            "ResultType = '50053' AND RiskLevelDuringSignIn = 'none'",
            "Old phones with an old password lock accounts.",
        )
        story.decoy(
            "SigninLogs",
            "summarize dcount(UserPrincipalName) by IPAddress | where dcount_UserPrincipalName > 10",
            "IPAddress IN ('192.0.2.10', '192.0.2.74')",
            "Both offices leave through one address each.",
        )
        story.ask("How many accounts were tried?", TARGETS)
        story.ask("Into which account did the attacker get?", open_door.upn)
        story.ask("How many alerts does the Defender incident hold?", TARGETS + 1)
        story.ask("How many of them does the Sentinel incident hold?", 150)
        return story.close(
            summary=(
                "One password was tried on 186 accounts over legacy authentication. "
                "It fitted twice; one of the two had no second factor, and its mailbox was read over IMAP. "
                "Every account raised an alert of its own: 187 in one incident, of which Sentinel keeps 150."
            ),
            verdict="attack",
            classification="truePositive",
            determination="compromisedUser",
            severity="high",
            mitre=["T1110.003", "T1078.004", "T1114.002"],
        )
