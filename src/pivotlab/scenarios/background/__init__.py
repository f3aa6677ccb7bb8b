"""Ordinary business: what the company's devices, people and servers do when nobody attacks them."""

from __future__ import annotations

from pivotlab.scenarios.background.activities import Activities
from pivotlab.scenarios.background.authentication import Authentication
from pivotlab.scenarios.background.directorywork import DirectoryWork
from pivotlab.scenarios.background.edge import Edge
from pivotlab.scenarios.background.inventory import Inventory
from pivotlab.scenarios.background.mailflow import Mailflow
from pivotlab.scenarios.background.officework import OfficeWork
from pivotlab.scenarios.background.rarities import Rarities
from pivotlab.scenarios.background.signins import OrdinarySignIns
from pivotlab.scenarios.background.sources import Source

SOURCES: tuple[type[Source], ...] = (
    Activities,
    Mailflow,
    OrdinarySignIns,
    OfficeWork,
    Authentication,
    Edge,
    Inventory,
    DirectoryWork,
    Rarities,
)
"""Every source of ordinary rows."""

__all__ = ["SOURCES", "Source"]
