"""What is there: devices, networks, people, software, settings, heartbeats, watchlists, registered apps."""

from __future__ import annotations

import json
from typing import Any, ClassVar

import pandas as pd

from pivotlab.scenarios.background.dimensions import load
from pivotlab.scenarios.background.sources import Source, identifier, ingested, moment
from pivotlab.scenarios.company import Person
from pivotlab.scenarios.identifiers import COMPANY, DOMAIN, NETBIOS, TENANT_ID, guid, number
from pivotlab.scenarios.programs import programs
from pivotlab.scenarios.vocabulary import vocabulary
from pivotlab.scenarios.window import DAY

PRIVILEGED = {
    "Identity Administrator": ["User Administrator"],
    "Head of IT": ["Global Administrator"],
    "Cloud Engineer": ["Cloud Application Administrator"],
    "Security Lead": ["Security Administrator"],
}


LAST_REPORT = 6 * 3_600_000
"""Time of the last day at which every device reports once more: shortly before the tenant opens."""


class Inventory(Source):
    """Feeds DeviceInfo, DeviceNetworkInfo, IdentityInfo, the DeviceTvm tables, Heartbeat, Watchlist and others."""

    share: ClassVar[float] = 0.06

    def draw(self, rows: int) -> None:
        """Decide how often devices report; load the lists."""
        company = self.world.company
        reports = max(1, min(24 * self.world.window.days, int(rows * 0.8 / (2 * len(company.devices)))))
        step = self.world.window.days * DAY // reports
        taken = [7_200_000 + i * step for i in range(reports)]
        if taken[-1] < LAST_REPORT - DAY + self.world.window.days * DAY:
            taken.append(LAST_REPORT + (self.world.window.days - 1) * DAY)
        load(self.con, "snapshot", _numbered(taken))
        daily = [7_200_000 + day * DAY for day in range(self.world.window.days)]
        beats = taken[:reports] + sorted(set(daily) - set(taken))
        load(self.con, "beat", _numbered(beats))
        load(self.con, "device_report", pd.DataFrame([self._device(device.index) for device in company.devices]))
        load(self.con, "known_person", pd.DataFrame([self._person(person) for person in company.accounts]))
        load(self.con, "software", pd.DataFrame(vocabulary("servers")["software"]))
        load(self.con, "setting", pd.DataFrame(vocabulary("servers")["configuration"]))
        load(self.con, "watch_item", pd.DataFrame(self._watchlists()))
        load(
            self.con,
            "signed_file",
            pd.DataFrame(
                [
                    {"number": number, "file_sha1": known.sha1, "signer": known.company}
                    for number, known in enumerate(programs().values())
                    if known.company
                ]
            ),
        )

    def _device(self, index: int) -> dict[str, Any]:
        device = self.world.company.devices[index]
        users = (
            [{"UserName": device.owner.name, "DomainName": NETBIOS, "Sid": device.owner.sid}] if device.owner else []
        )
        gateway = ".".join([*device.address.split(".")[:3], "1"])
        return {
            "device": index,
            "platform": device.platform,
            "build": device.os_build,
            "version": device.os_version,
            "category": device.category,
            "users": json.dumps(users),
            "mac": device.mac,
            "site": device.site.name,
            "facing": "azure" in device.roles and device.short.endswith("1"),
            "kiosk": "kiosk" in device.roles,
            "addresses": json.dumps([{"IPAddress": device.address, "SubnetPrefix": 24, "AddressType": "Private"}]),
            "gateways": json.dumps([gateway]),
            "dns": json.dumps([d.address for d in self.world.company.with_role("dc")[:2]]),
        }

    def _person(self, person: Person) -> dict[str, Any]:
        manager = self.world.company.people[person.manager] if person.manager is not None else None
        return {
            "person": person.index,
            "given": person.given or None,
            "surname": person.surname or None,
            "title": person.title,
            "manager": manager.upn if manager else None,
            "service": person.service,
            "roles": json.dumps(PRIVILEGED.get(person.title, [])),
            "phone": f"555-01{number(100, 'phone', person.index):02d}",
            "created": f"20{15 + person.index % 10}-0{1 + person.index % 9}-1{person.index % 9}",
            "groups": json.dumps([f"GG-{person.department.replace(' ', '-')}"]),
        }

    def _watchlists(self) -> list[dict[str, Any]]:
        company = self.world.company
        lists = {
            "VIPUsers": [
                (p.upn, {"User Principal Name": p.upn, "Title": p.title})
                for p in company.department("Executive Office") + company.titled("Chief Financial Officer")
            ],
            "HighValueAssets": [
                (d.name, {"Asset FQDN": d.name, "Role": d.roles[0]})
                for role in ("dc", "file", "sql", "backup", "sync")
                for d in company.with_role(role)
            ],
            "ServiceAccounts": [
                (a.upn, {"Service AccountUPN": a.upn, "Purpose": a.title})
                for a in company.services
                if a is not company.forgotten
            ],
            "ApprovedScanners": [
                (d.address, {"IPAddress": d.address, "Host": d.name, "Owner": "Security Operations"})
                for d in company.with_role("scanner")
            ],
        }
        return [
            {
                "alias": alias,
                "search_key": key,
                "item": json.dumps(item),
                "item_id": guid(self.world.seed, alias, key),
                "list_id": guid(self.world.seed, alias),
            }
            for alias, items in lists.items()
            for key, item in items
        ]

    def tables(self) -> dict[str, str]:
        """One SELECT per table."""
        start = moment(str(self.described))
        early = f"{moment(str(self.described + 100_000))} AS _ingested"
        noise = "(s.snapshot * 7919 + w.device * 104729)"
        at = f"s.at + {noise} % 3000000"
        report = "FROM snapshot s CROSS JOIN device_report r JOIN device w USING (device)"
        installed = """
            (f.name = 'windows_server_2022') = (r.platform = 'WindowsServer2022') AND NOT w.linux
            AND (f.name <> 'windows_11' OR r.platform = 'Windows11')"""
        known = "FROM known_person k JOIN person p USING (person)"
        agent = "FROM device w JOIN device_report r USING (device)"
        return {
            "defender/DeviceInfo": f"""
                SELECT {moment(at)} AS Timestamp, {ingested(at, noise, 40, 260)}, w.device_id AS DeviceId,
                w.device_name AS DeviceName, r.platform AS OSPlatform, r.build AS OSBuild, r.version AS OSVersion,
                '64-bit' AS OSArchitecture, w.egress AS PublicIP, r.users AS LoggedOnUsers,
                r.category AS DeviceType, CASE WHEN r.category = 'Server' THEN 'Server'
                ELSE 'Endpoint' END AS DeviceCategory,
                'Onboarded' AS OnboardingStatus, 'Active' AS SensorHealthState, r.facing AS IsInternetFacing,
                NOT w.linux AS IsAzureADJoined, CASE WHEN w.linux THEN NULL
                ELSE 'Hybrid Azure AD Join' END AS JoinType,
                w.entra_id AS AadDeviceId, r.site AS Site, CASE WHEN r.category = 'Server' THEN 'Servers'
                WHEN r.kiosk THEN 'Kiosks' ELSE 'Workstations' END AS MachineGroup,
                CASE WHEN r.category = 'Server' THEN 'High' ELSE 'Normal' END AS AssetValue, CASE w.device % 7
                WHEN 0 THEN 'High' WHEN 1 THEN 'Medium' ELSE 'Low' END AS ExposureLevel,
                (s.snapshot * 613 + w.device) % 59000 + 1 AS ReportId {report}""",
            "defender/DeviceNetworkInfo": f"""
                SELECT {moment(at)} AS Timestamp, {ingested(at, noise, 40, 260)}, w.device_id AS DeviceId,
                w.device_name AS DeviceName, 'Ethernet' AS NetworkAdapterName, r.mac AS MacAddress,
                'Ethernet' AS NetworkAdapterType,
                'Up' AS NetworkAdapterStatus, 'None' AS TunnelType,
                '[{{"Name":"{DOMAIN}","IsConnectedToInternet":true,"Category":"Domain"}}]' AS ConnectedNetworks,
                r.dns AS DnsAddresses, r.gateways AS DefaultGateways,
                r.addresses AS IPAddresses, (s.snapshot * 613 + w.device) % 59000 + 2 AS ReportId {report}""",
            "defender/IdentityInfo": f"""
                SELECT {start} AS Timestamp, {early}, p.oid AS AccountObjectId, p.upn AS AccountUpn,
                p.sid AS OnPremSid, coalesce(nullif(p.display, ''), p.sam) AS AccountDisplayName,
                p.sam AS AccountName, p.domain AS AccountDomain,
                CASE WHEN k.service THEN 'ServiceAccount' ELSE 'User' END AS Type, k.given AS GivenName,
                k.surname AS Surname, p.department AS Department, k.title AS JobTitle, p.upn AS EmailAddress,
                p.city AS City,
                p.country AS Country, TRUE AS IsAccountEnabled, k.manager AS Manager,
                k.phone AS Phone, k.created::TIMESTAMP AS CreatedDateTime, k.roles AS AssignedRoles,
                '{COMPANY}' AS CompanyName,
                '{TENANT_ID}' AS TenantId, 'Hybrid' AS IdentityEnvironment, k.groups AS GroupMembership,
                {identifier("'identity'", "p.oid")} AS ReportId {known}""",
            "workspace/IdentityInfo": f"""
                SELECT {start} AS TimeGenerated, {early}, p.oid AS AccountObjectId, p.upn AS AccountUPN,
                p.sid AS AccountSID, coalesce(nullif(p.display, ''), p.sam) AS AccountDisplayName,
                p.sam AS AccountName, p.domain AS AccountDomain,
                k.given AS GivenName, k.surname AS Surname, p.department AS Department, k.title AS JobTitle,
                p.upn AS MailAddress, p.city AS City, p.country AS Country, TRUE AS IsAccountEnabled,
                NOT k.service AS IsMFARegistered,
                k.service AS IsServiceAccount, k.manager AS Manager, k.roles AS AssignedRoles,
                k.groups AS GroupMembership, 'Member' AS UserType, '{TENANT_ID}' AS AccountTenantId,
                '{COMPANY}' AS CompanyName,
                k.created::TIMESTAMP AS AccountCreationTime {known}""",
            "defender/DeviceTvmSoftwareInventory": f"""
                SELECT w.device_id AS DeviceId, w.device_name AS DeviceName, r.platform AS OSPlatform,
                r.version AS OSVersion, 'x64' AS OSArchitecture, f.vendor AS SoftwareVendor,
                f.name AS SoftwareName, f.version AS SoftwareVersion, {early} {agent} JOIN software f
                ON {installed}
                WHERE w.device % 4 = 0""",
            "defender/DeviceTvmSoftwareVulnerabilities": f"""
                SELECT w.device_id AS DeviceId, w.device_name AS DeviceName, r.platform AS OSPlatform,
                r.version AS OSVersion, f.vendor AS SoftwareVendor, f.name AS SoftwareName,
                f.version AS SoftwareVersion, f.cve AS CveId, f.severity AS VulnerabilitySeverityLevel,
                {early} {agent} JOIN software f
                ON {installed}
                AND f.cve IS NOT NULL WHERE w.device % 4 = 0""",
            "defender/DeviceTvmSoftwareVulnerabilitiesKB": f"""
                SELECT cve AS CveId, CASE severity WHEN 'Critical' THEN '10.0' ELSE '6.5' END AS CvssScore,
                severity = 'Critical' AS IsExploitAvailable, severity AS VulnerabilitySeverityLevel, {early}
                FROM software WHERE cve IS NOT NULL""",
            "defender/DeviceTvmSecureConfigurationAssessment": f"""
                SELECT {start} AS Timestamp, {early}, w.device_id AS DeviceId, w.device_name AS DeviceName,
                r.platform AS OSPlatform, c.id AS ConfigurationId, c.category AS ConfigurationCategory,
                c.subcategory AS ConfigurationSubcategory, c.impact AS ConfigurationImpact,
                (w.device * 31 + length(c.id)) % 11 > 0 AS IsCompliant, TRUE AS IsApplicable,
                c.context::JSON AS Context {agent} CROSS JOIN setting c WHERE NOT w.linux AND w.device % 3 = 0""",
            "defender/DeviceFileCertificateInfo": f"""
                SELECT {start} AS Timestamp, {early}, w.device_id AS DeviceId, w.device_name AS DeviceName,
                f.file_sha1 AS SHA1, TRUE AS IsSigned, 'Catalog' AS SignatureType, f.signer AS Signer, CASE
                WHEN f.signer LIKE 'Microsoft%' THEN 'Microsoft Windows Production PCA 2011'
                ELSE 'Contoso Code Signing CA' END AS Issuer, TRUE AS IsTrusted,
                f.signer LIKE 'Microsoft%' AS IsRootSignerMicrosoft, (w.device * 131 + f.number) % 59000 + 7 AS ReportId
                FROM signed_file f JOIN device w ON w.device % 97 = 3""",
            "workspace/Heartbeat": f"""
                SELECT {moment(at)} AS TimeGenerated, {ingested(at, noise, 5, 50)}, w.device_name AS Computer,
                w.address AS ComputerIP, CASE WHEN w.linux THEN 'Linux' ELSE 'Windows' END AS OSType,
                r.platform AS OSName, 'Azure Monitor Agent' AS Category, 'Non-Azure' AS ComputerEnvironment,
                '1.30.0.0' AS Version {report.replace("snapshot", "beat", 1)} WHERE r.category = 'Server'""",
            "workspace/Watchlist": f"""
                SELECT {start} AS TimeGenerated, {early}, alias AS WatchlistAlias, alias AS WatchlistName,
                list_id AS WatchlistId, item_id AS WatchlistItemId, item_id AS _DTItemId,
                'watchlist-item' AS _DTItemType, 'Create' AS _DTItemStatus, search_key AS SearchKey,
                item::JSON AS WatchlistItem, 'Microsoft' AS Provider, 'Local file' AS Source,
                {start} AS CreatedTimeUTC, {start} AS LastUpdatedTimeUTC, {start} AS _DTTimestamp FROM watch_item""",
        }


def _numbered(moments: list[int]) -> pd.DataFrame:
    """Rounds of reports by number, each at a moment in milliseconds."""
    return pd.DataFrame({"snapshot": range(len(moments)), "at": moments})
