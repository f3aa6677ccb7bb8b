"""The products whose alerts Defender XDR collects, and how the workspace names them.

Names by product under the XDR connector are on no reference page; those marked ours are the component's own name.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple


class Product(NamedTuple):
    """One source of alerts. `component`: the ARM kind of its standalone connector, empty when there is none."""

    service_source: str
    display_name: str
    provider: str
    standalone_name: str
    component: str
    alert_prefix: str


PRODUCTS = {
    product.service_source: product
    for product in (
        Product(
            "microsoftDefenderForEndpoint",
            "Microsoft Defender for Endpoint",
            "MDATP",
            "Microsoft Defender Advanced Threat Protection",
            "MicrosoftDefenderAdvancedThreatProtection",
            "da",
        ),
        Product(
            "microsoftDefenderForOffice365",
            "Microsoft Defender for Office 365",
            "OATP",
            "Office 365 Advanced Threat Protection",
            "OfficeATP",
            "fa",
        ),
        Product(
            "microsoftDefenderForIdentity",
            "Microsoft Defender for Identity",
            "Azure Advanced Threat Protection",
            "Azure Advanced Threat Protection",
            "AzureAdvancedThreatProtection",
            "aa",
        ),
        Product(
            "microsoftDefenderForCloudApps",
            "Microsoft Defender for Cloud Apps",
            "MCAS",
            "Microsoft Cloud App Security",
            "MicrosoftCloudAppSecurity",
            "ca",
        ),
        Product(
            "azureAdIdentityProtection",
            "Microsoft Entra ID Protection",
            "IPC",
            "Azure Active Directory Identity Protection",
            "AzureActiveDirectory",
            "ad",
        ),
        Product("dataLossPrevention", "Microsoft Purview Data Loss Prevention", "DLP", "", "", "dl"),
        Product("microsoftInsiderRiskManagement", "Microsoft Purview Insider Risk Management", "IRM", "", "", "ir"),
        Product("microsoftDefenderForCloud", "Microsoft Defender for Cloud", "ASC", "Azure Security Center", "", "dc"),
        Product(
            "microsoftDefenderForIoT",
            "Microsoft Defender for IoT",
            "IoTSecurity",
            "Azure Security Center for IoT",
            "",
            "io",
        ),
        Product("microsoft365Defender", "Microsoft Defender XDR", "Microsoft 365 Defender", "", "", "ra"),
        Product("microsoftSentinel", "Microsoft Sentinel", "ASI Scheduled Alerts", "Azure Sentinel", "", "sn"),
    )
}
"""By Graph's `serviceSource` (facts products-01 to products-06)."""

OUTSIDE = frozenset({"microsoftDefenderForIoT"})
"""Products whose alerts go to the workspace alone. Our choice: the pages name no product without doubt (fact icr-06)."""

SENTINEL_SOURCE = "microsoftSentinel"
CLOUD_SOURCE = "microsoftDefenderForCloud"
INSIDER_RISK_SOURCE = "microsoftInsiderRiskManagement"
ENTRA_SOURCE = "azureAdIdentityProtection"


@cache
def workspace_names(service_source: str, detection_source: str, through: str) -> tuple[str, str, str]:
    """ProductName, ProductComponentName and ProviderName of a SecurityAlert row.

    `through` is xdr, standalone (the names that the product's own connector
    writes), second (the legacy connector beside another one) or rule (an analytics rule). The
    product's name is empty for a source that is not in the list.
    """
    product = PRODUCTS.get(service_source)
    if product is None:
        return "", "", service_source
    if through == "rule":
        component = "NRT Alerts" if detection_source == "nrtAlerts" else "Scheduled Alerts"
        return product.standalone_name, component, f"ASI {component}"
    if through in ("standalone", "second"):
        return product.standalone_name or product.display_name, "", product.provider
    return product.display_name, "", product.provider
