"""Purview Insider Risk Management: the status that it keeps of the alerts that it shares with Defender XDR.

The documented map leads from Defender's words to Purview's (fact products-11), and both sides show a change within half
an hour (fact products-12). It is not undone: Dismissed stands for two classifications, so a change made in Purview
would not say which. That nothing is carried back is our choice (`purview-to-defender` in `data/sync.yaml`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pandas as pd

from pivotlab.model import Alert, AlertStatus, Classification
from pivotlab.tenant import timeline as at
from pivotlab.tenant.agenda import Agenda
from pivotlab.tenant.products import INSIDER_RISK_SOURCE
from pivotlab.tenant.rules import sync_rules
from pivotlab.tenant.timeline import Timeline

COLUMNS = ["Alert", "Title", "Defender XDR", "Purview", "Since"]


@dataclass(slots=True)
class Case:
    """What Purview says of one alert, and since when."""

    alert: Alert
    status: str
    since: datetime


class InsiderRisk:
    """Follows what happens to Insider Risk alerts in Defender XDR."""

    def __init__(self, agenda: Agenda, timeline: Timeline) -> None:
        self._agenda = agenda
        self._timeline = timeline
        rules = sync_rules()
        self._purview = {(rule.status, rule.classification): rule.purview for rule in rules.insider_risk}
        self._lag = timedelta(minutes=rules.minutes["irm_share"].value)
        self._cases: dict[str, Case] = {}
        agenda.on("alert raised", self._alert_raised)
        agenda.on("alert changed", self._alert_changed)
        agenda.on("purview due", self._follow)

    def alerts(self) -> pd.DataFrame:
        """The alerts in Purview, newest first: Alert, Title, Defender XDR, Purview, Since (UTC)."""
        rows = [
            (case.alert.id, case.alert.title, case.alert.status.value, case.status, case.since)
            for case in reversed(self._cases.values())
        ]
        return pd.DataFrame(rows, columns=COLUMNS).astype({"Since": "datetime64[us, UTC]"})

    def status(self, alert_id: str) -> str:
        """Purview's word for one alert: Needs review, Confirmed or Dismissed. Raises `KeyError` for another product's."""
        return self._cases[alert_id].status

    def _alert_raised(self, alert: Alert) -> None:
        if alert.service_source == INSIDER_RISK_SOURCE:
            self._cases[alert.id] = Case(alert, self._word(AlertStatus.NEW, alert.classification), self._agenda.now)

    def _alert_changed(self, alert: Alert) -> None:
        if alert.id in self._cases:
            self._agenda.at(self._agenda.now + self._lag, "purview due", alert.id)

    def _follow(self, alert_id: str) -> None:
        case = self._cases[alert_id]
        word = self._word(case.alert.status, case.alert.classification)
        if word == case.status:
            return
        case.status, case.since = word, self._agenda.now
        self._timeline.add(self._agenda.now, at.PURVIEW, "Alert status followed", alert_id, "", word)

    def _word(self, status: AlertStatus, classification: Classification) -> str:
        return self._purview.get((status, classification)) or self._purview[(status, None)]
