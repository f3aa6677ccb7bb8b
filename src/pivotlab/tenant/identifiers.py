"""The names and ids of Contoso Harbour, the practice company. None of them exists anywhere else."""

from __future__ import annotations

from pivotlab.model import stable_guid

COMPANY = "Contoso Harbour"
DOMAIN = "contoso.example"
TENANT_ID = "72f3b1c4-5b0e-4c7a-9a55-0c6f7d21e9b0"
SUBSCRIPTION_ID = "0b9d6c3e-7f21-4e58-9c84-d15a3e60b7f2"
RESOURCE_GROUP = "rg-soc"
WORKSPACE = "law-contoso-soc"
WORKSPACE_ID = "5e1f8a7d-3c42-4b6e-8f19-a2d07c4b9e31"

WORKSPACE_PATH = (
    f"/subscriptions/{SUBSCRIPTION_ID}/resourceGroups/{RESOURCE_GROUP}"
    f"/providers/Microsoft.OperationalInsights/workspaces/{WORKSPACE}"
)
"""The workspace's ARM resource id."""

INSIGHTS_PATH = f"{WORKSPACE_PATH}/providers/Microsoft.SecurityInsights"
"""Where Sentinel's own resources hang off the workspace."""


def incident_url(name: str) -> str:
    """A Sentinel incident's own page in the Azure portal; it never points to Defender (fact sync-29)."""
    return f"https://portal.azure.com/#asset/Microsoft_Azure_Security_Insights/Incident{INSIGHTS_PATH}/Incidents/{name}"


def object_id(upn: str) -> str:
    """The Entra object id of a user of the practice company."""
    return stable_guid("user", upn.lower())
