"""The incidents, one readable timeline each, in the order of their ground-truth files."""

from __future__ import annotations

from collections.abc import Callable

from pivotlab.scenarios.incidents import phishing_to_payment_fraud
from pivotlab.scenarios.truth import GroundTruth
from pivotlab.scenarios.world import World

INCIDENTS: tuple[Callable[[World], GroundTruth], ...] = (phishing_to_payment_fraud.play,)
"""Each plays one incident into a world and returns its ground truth."""
