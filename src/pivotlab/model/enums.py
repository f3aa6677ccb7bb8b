"""The words of both products. Values of Defender XDR are Graph's, values of Sentinel are the SecurityInsights API's."""

from __future__ import annotations

from enum import StrEnum


class Word(StrEnum):
    """A value of an API. It hashes as the text that it equals, so that a mapping finds it by either; `Enum` alone hashes
    its name instead.
    """

    __hash__ = str.__hash__


class Severity(Word):
    """How serious Defender XDR takes an alert or incident to be, in Graph's spelling."""

    UNKNOWN = "unknown"
    INFORMATIONAL = "informational"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def rank(self) -> int:
        """0 for unknown up to 4 for high; an incident is as serious as its most serious alert."""
        return _RANKS[self]


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


class IncidentStatus(Word):
    """Where an incident stands in Defender XDR. Its `active` is Sentinel's New (fact sync-03)."""

    ACTIVE = "active"
    IN_PROGRESS = "inProgress"
    RESOLVED = "resolved"
    REDIRECTED = "redirected"
    AWAITING_ACTION = "awaitingAction"


class AlertStatus(Word):
    """Where an alert stands in Defender XDR."""

    UNKNOWN = "unknown"
    NEW = "new"
    IN_PROGRESS = "inProgress"
    RESOLVED = "resolved"


class Classification(Word):
    """The verdict on an incident or alert in Defender XDR."""

    UNKNOWN = "unknown"
    FALSE_POSITIVE = "falsePositive"
    TRUE_POSITIVE = "truePositive"
    INFORMATIONAL_EXPECTED_ACTIVITY = "informationalExpectedActivity"


class Determination(Word):
    """What it turned out to be. Sentinel has no such field, so it is lost on the way there (facts sync-05, sync-06)."""

    UNKNOWN = "unknown"
    APT = "apt"
    MALWARE = "malware"
    SECURITY_PERSONNEL = "securityPersonnel"
    SECURITY_TESTING = "securityTesting"
    UNWANTED_SOFTWARE = "unwantedSoftware"
    OTHER = "other"
    MULTI_STAGED_ATTACK = "multiStagedAttack"
    COMPROMISED_USER = "compromisedUser"
    PHISHING = "phishing"
    MALICIOUS_USER_ACTIVITY = "maliciousUserActivity"
    CLEAN = "clean"
    INSUFFICIENT_DATA = "insufficientData"
    CONFIRMED_USER_ACTIVITY = "confirmedUserActivity"
    LINE_OF_BUSINESS_APPLICATION = "lineOfBusinessApplication"


class Verdict(Word):
    """What a product makes of one piece of evidence."""

    UNKNOWN = "unknown"
    SUSPICIOUS = "suspicious"
    MALICIOUS = "malicious"
    NO_THREATS_FOUND = "noThreatsFound"


class RemediationStatus(Word):
    """What has been done about one piece of evidence."""

    NONE = "none"
    REMEDIATED = "remediated"
    PREVENTED = "prevented"
    BLOCKED = "blocked"
    NOT_FOUND = "notFound"


class WorkspaceSeverity(Word):
    """Severity in Sentinel. The same words as in Defender XDR, without unknown (fact sync-10)."""

    HIGH = "High"
    MEDIUM = "Medium"
    LOW = "Low"
    INFORMATIONAL = "Informational"


class WorkspaceStatus(Word):
    """Where an incident stands in Sentinel. Its `Active` means that somebody works on it (fact sync-03)."""

    NEW = "New"
    ACTIVE = "Active"
    CLOSED = "Closed"


class WorkspaceClassification(Word):
    """The verdict on a closed incident in Sentinel."""

    UNDETERMINED = "Undetermined"
    TRUE_POSITIVE = "TruePositive"
    BENIGN_POSITIVE = "BenignPositive"
    FALSE_POSITIVE = "FalsePositive"


class ClassificationReason(Word):
    """Why an incident was classified as it was, in Sentinel."""

    SUSPICIOUS_ACTIVITY = "SuspiciousActivity"
    SUSPICIOUS_BUT_EXPECTED = "SuspiciousButExpected"
    INCORRECT_ALERT_LOGIC = "IncorrectAlertLogic"
    INACCURATE_DATA = "InaccurateData"


REASONS: dict[WorkspaceClassification, tuple[ClassificationReason, ...]] = {
    WorkspaceClassification.UNDETERMINED: (),
    WorkspaceClassification.TRUE_POSITIVE: (ClassificationReason.SUSPICIOUS_ACTIVITY,),
    WorkspaceClassification.BENIGN_POSITIVE: (ClassificationReason.SUSPICIOUS_BUT_EXPECTED,),
    WorkspaceClassification.FALSE_POSITIVE: (
        ClassificationReason.INACCURATE_DATA,
        ClassificationReason.INCORRECT_ALERT_LOGIC,
    ),
}
"""The reasons that go with each classification (facts sync-05 to sync-09)."""
