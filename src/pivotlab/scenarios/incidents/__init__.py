"""The incidents, one readable timeline each, in the order of their ground-truth files."""

from __future__ import annotations

from collections.abc import Callable

from pivotlab.scenarios.incidents import (
    command_and_control_at_the_firewall,
    consent_phishing,
    cryptominer_on_linux,
    human_operated_ransomware,
    insider_leaves_with_customers,
    kerberoasting_to_dcsync,
    password_spray,
    phishing_to_payment_fraud,
    reported_phish_this_morning,
    scanner_and_red_team,
    two_incidents_merge,
)
from pivotlab.scenarios.truth import GroundTruth
from pivotlab.scenarios.world import World

INCIDENTS: tuple[Callable[[World], GroundTruth], ...] = (
    phishing_to_payment_fraud.play,
    human_operated_ransomware.play,
    kerberoasting_to_dcsync.play,
    consent_phishing.play,
    cryptominer_on_linux.play,
    insider_leaves_with_customers.play,
    password_spray.play,
    command_and_control_at_the_firewall.play,
    scanner_and_red_team.play,
    two_incidents_merge.play,
    reported_phish_this_morning.play,
)
"""Each plays one incident into a world and returns its ground truth."""
