"""Ordinary mail in all directions, with links, attachments, clicks and what the filter removed."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pandas as pd

from pivotlab.scenarios.addresses import address_of
from pivotlab.scenarios.background.dimensions import load
from pivotlab.scenarios.background.sources import Source, identifier, ingested, moment
from pivotlab.scenarios.background.templates import as_table, filled, weighted, working_times
from pivotlab.scenarios.identifiers import DOMAIN
from pivotlab.scenarios.vocabulary import vocabulary


class Mailflow(Source):
    """Feeds the Email tables and UrlClickEvents."""

    share: ClassVar[float] = 0.12

    def draw(self, rows: int) -> None:
        """Draw messages: template, recipient, sender, moment."""
        templates = vocabulary("mail")["templates"]
        words = vocabulary("names")
        senders = [(True, domain) for domain in words["partners"]] + [
            (False, domain) for domain in words["newsletters"]
        ]
        partners = pd.DataFrame(
            [
                {"sender": i, "partner": p, "mail_domain": d, "mail_address": address_of(f"mail.{d}")}
                for i, (p, d) in enumerate(senders)
            ]
        )
        load(self.con, "mail_sender", partners)
        columns = {"sender": None, "url": None, "attachment": None, "verdict": None, "location": None}
        table = as_table([columns | entry for entry in templates], "template").rename(columns={"sender": "sender_kind"})
        load(self.con, "mail_template", table)
        count = int(rows / 1.75)
        company = self.world.company
        recipient = self.rng.integers(0, len(company.people), count)
        template = weighted(self.rng, templates, count)
        kind = pd.Series(template).map({i: entry.get("sender") for i, entry in enumerate(templates)}).to_numpy()
        split = len(words["partners"])
        sender = self.rng.integers(0, split, count)
        news = kind == "newsletter"
        sender[news] = split + self.rng.integers(0, len(senders) - split, int(news.sum()))
        frame = pd.DataFrame(
            {
                "template": template,
                "person": recipient,
                "sender": sender,
                "t": working_times(self.world, self.rng, recipient),
            }
        )
        peer = self.rng.integers(0, len(company.people), count)
        inside = np.array([entry["direction"] == "Intra-org" for entry in templates])[template]
        frame["peer"] = np.where(inside & (peer == recipient), (peer + 1) % len(company.people), peer)
        frame["v"] = self.rng.integers(0, 1_000_000, count)
        frame = frame.sort_values("t", kind="stable", ignore_index=True)
        frame["i"] = frame.index
        load(self.con, "draw_mail", frame)

    def tables(self) -> dict[str, str]:
        """One SELECT per Email table; a fifth of the links is clicked."""
        message = identifier("'mail'", str(self.world.seed), "d.i")
        report = identifier("'mail report'", str(self.world.seed), "d.i")
        inside, outside = "q.upn", "'accounts@' || s.mail_domain"
        sender = f"CASE WHEN m.direction = 'Inbound' THEN {outside} ELSE {inside} END"
        recipient = f"CASE WHEN m.direction = 'Outbound' THEN {outside} ELSE p.upn END"
        domain = f"CASE WHEN m.direction = 'Inbound' THEN s.mail_domain ELSE '{DOMAIN}' END"
        display = "CASE WHEN m.direction = 'Inbound' THEN s.mail_domain ELSE q.display END"
        joined = """
            FROM draw_mail d JOIN mail_template m USING (template) JOIN mail_sender s ON s.sender = d.sender
            JOIN person p ON p.person = d.person JOIN person q ON q.person = d.peer"""
        shared = f"{moment('d.t')} AS Timestamp, {message} AS NetworkMessageId, {ingested('d.t', 'd.v', 60, 360)}"
        action = """
            CASE WHEN m.location IS NULL THEN 'Delivered' WHEN m.location = 'Quarantine' THEN 'Blocked'
            ELSE 'Junked' END"""
        location = """
            coalesce(m.location,
                CASE WHEN m.direction = 'Outbound' THEN 'On-premises/external' ELSE 'Inbox/folder' END)"""
        url = filled("m.url", "d.v", partner="s.mail_domain")
        click = "d.t + 60000 + d.v % 5400 * 1000"
        content = f"concat('attachment|', {filled('m.attachment', 'd.v')}, '|', d.v % 61)"
        return {
            "defender/EmailEvents": f"""
                SELECT {shared}, concat('<', substr({message}, 1, 18), '@', {domain}, '>') AS InternetMessageId,
                {report} AS ReportId,
                {sender} AS SenderFromAddress, {sender} AS SenderMailFromAddress, {display} AS SenderDisplayName,
                {domain} AS SenderFromDomain,
                {domain} AS SenderMailFromDomain, CASE
                WHEN m.direction = 'Inbound' THEN s.mail_address END AS SenderIPv4,
                CASE WHEN m.direction <> 'Inbound' THEN q.oid END AS SenderObjectId,
                {recipient} AS RecipientEmailAddress,
                CASE WHEN m.direction <> 'Outbound' THEN p.oid END AS RecipientObjectId,
                {filled("m.subject", "d.v", partner="s.mail_domain")} AS Subject, m.direction AS EmailDirection,
                {action} AS DeliveryAction,
                {location} AS DeliveryLocation, {action} AS LatestDeliveryAction, {location} AS LatestDeliveryLocation,
                m.verdict AS ThreatTypes, CASE WHEN m.verdict IS NOT NULL THEN '{{"' || m.verdict
                || '":"High"}}' END AS ConfidenceLevel,
                CASE WHEN m.direction <> 'Inbound' THEN NULL WHEN m.verdict IS NULL
                AND d.v % 13 > 0 THEN '{{"SPF": "pass", "DKIM": "pass", "DMARC": "pass"}}'
                     ELSE '{{"SPF": "fail", "DKIM": "none", "DMARC": "fail"}}' END AS AuthenticationDetails,
                CASE WHEN m.attachment IS NULL THEN 0 ELSE 1 END AS AttachmentCount, CASE WHEN m.url IS NULL THEN 0
                ELSE 1 END AS UrlCount,
                'en' AS EmailLanguage {joined}""",
            "defender/EmailUrlInfo": f"""
                SELECT {shared}, {report} AS ReportId, {url} AS Url, split_part({url}, '/', 3) AS UrlDomain,
                'Body' AS UrlLocation {joined} WHERE m.url IS NOT NULL""",
            "defender/EmailAttachmentInfo": f"""
                SELECT {shared}, {report} AS ReportId, {sender} AS SenderFromAddress,
                {display} AS SenderDisplayName, {recipient} AS RecipientEmailAddress,
                CASE WHEN m.direction <> 'Outbound' THEN p.oid END AS RecipientObjectId,
                {filled("m.attachment", "d.v")} AS FileName,
                split_part(m.attachment, '.', -1) AS FileType, sha256({content}) AS SHA256,
                9000 + d.v % 61 * 4093 AS FileSize,
                m.verdict AS ThreatTypes {joined} WHERE m.attachment IS NOT NULL""",
            "defender/UrlClickEvents": f"""
                SELECT {moment(click)} AS Timestamp, {message} AS NetworkMessageId,
                {ingested(click, "d.v", 60, 360)}, {url} AS Url,
                CASE WHEN d.v % 45 = 0 THEN 'ClickBlocked' ELSE 'ClickAllowed' END AS ActionType,
                p.upn AS AccountUpn, 'Email' AS Workload,
                CASE WHEN d.v % 3 = 0 THEN p.home ELSE p.egress END AS IPAddress, d.v % 45 = 0
                AND d.v % 2 = 0 AS IsClickedThrough,
                '["' || {url} || '"]' AS UrlChain, {identifier("'click'", str(self.world.seed), "d.i")} AS ReportId
                {joined} WHERE m.url IS NOT NULL AND m.location IS NULL AND d.v % 5 = 0""",
            "defender/EmailPostDeliveryEvents": f"""
                SELECT {moment("d.t + 4000000")} AS Timestamp, {message} AS NetworkMessageId,
                {ingested("d.t + 4000000", "d.v", 60, 360)},
                concat('<', substr({message}, 1, 18), '@', {domain}, '>') AS InternetMessageId,
                'Moved to junk folder' AS Action, 'Spam ZAP' AS ActionType,
                'ZAP' AS ActionTrigger, 'Success' AS ActionResult, {recipient} AS RecipientEmailAddress,
                'Junk folder' AS DeliveryLocation,
                'Spam' AS ThreatTypes, {report} AS ReportId
                {joined} WHERE m.sender_kind = 'newsletter' AND m.location IS NULL AND d.v % 29 = 0""",
        }
