"""Incident 11. A small one that begins shortly after the tenant opens, to be followed with the clock."""

from __future__ import annotations

from datetime import timedelta

from pivotlab.scenarios import evidence
from pivotlab.scenarios.truth import GroundTruth
from pivotlab.scenarios.world import World


def play(world: World) -> GroundTruth:
    """Tuesday, 08:14 UTC: a lure. 08:21: a report. 08:33: a click. 09:02: the mail is gone."""
    with world.story(11, "reported-phish-this-morning", "A reported phish, while the clock runs") as story:
        world.alerts.name_incident(story.key, "Email reported by user as malware or phish")
        arrived = world.at("11-03", "08:30")
        arrived = arrived.replace(hour=8, minute=14)
        people = [world.pick(world.company.department("Terminal Operations"), present=arrived) for _ in range(4)]
        domain, address = world.domain("brand", "test"), world.hostile_address("mail")
        url = f"https://{domain}/rota/november"
        lure = world.mail.inbound(
            arrived,
            f"rota@{domain}",
            "Shift Planning",
            people,
            "Changed rota for this week",
            urls=[url],
            address=address,
            authentic=False,
        )
        story.note("Four people get a changed rota", lure.rows[0])
        story.involve(user=people[1].upn, mailbox=people[0].upn)
        story.indicate(domain=domain, url=url, address=address)
        reported = world.alerts.raise_alert(
            "MDO",
            story.key,
            arrived + timedelta(minutes=7),
            "Email reported by user as malware or phish",
            severity="low",
            category="InitialAccess",
            techniques=["T1566.002"],
            description="A user reported this message.",
            evidence=[
                evidence.message(lure, verdict="suspicious"),
                evidence.user(people[0], verdict="unknown"),
                evidence.mailbox(people[0]),
            ],
        )
        clicked = world.mail.click(
            arrived + timedelta(minutes=19),
            lure,
            people[1],
            world.company.device_of(people[1]).egress,
            action="ClickBlocked",
        )
        story.note("One of them clicks; by now Safe Links knows better", clicked)
        world.alerts.raise_alert(
            "MDO",
            story.key,
            clicked.moment,
            "User clicked a malicious URL that was blocked",
            severity="medium",
            category="InitialAccess",
            techniques=["T1566.002"],
            description="Safe Links blocked a click.",
            evidence=[
                evidence.user(people[1]),
                evidence.url(url, remediation="blocked"),
                evidence.message(lure, copy=1),
            ],
        )
        gone = world.mail.purge(arrived + timedelta(minutes=48), lure)
        story.note("Zero-hour auto purge takes the four messages back", gone[0])
        world.alerts.raise_alert(
            "MDO",
            story.key,
            gone[0].moment,
            "Email messages containing malicious URL removed after delivery",
            severity="informational",
            category="InitialAccess",
            techniques=["T1566.002"],
            description="Messages with a malicious link were removed after delivery.",
            evidence=[evidence.message(lure, copy=i, remediation="remediated") for i in range(4)],
        )
        story.decoy(
            "UrlClickEvents",
            "where ActionType == 'ClickBlocked'",
            f"ActionType = 'ClickBlocked' AND Url NOT LIKE '%{domain}%'",
            "Safe Links blocks tired old newsletters as well.",
        )
        story.ask(
            "At what time, to the minute, does the first alert exist in Defender XDR?",
            f"{world.alerts.created(reported):%H:%M}",
        )
        story.ask("How many people received the message?", 4)
        return story.close(
            summary=(
                "A lure reaches four people; one reports it, "
                "one clicks and is blocked, and the copies are removed within the hour. "
                "Nobody was harmed."
            ),
            verdict="attack",
            classification="truePositive",
            determination="phishing",
            severity="medium",
            mitre=["T1566.002"],
        )
