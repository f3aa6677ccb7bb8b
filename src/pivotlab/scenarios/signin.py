"""Sign-ins to the cloud. One sign-in is one fact in two products: SigninLogs here, EntraIdSignInEvents there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pivotlab.scenarios.company import Device, Person
from pivotlab.scenarios.geography import Place, place_of
from pivotlab.scenarios.identifiers import TENANT_ID, guid
from pivotlab.scenarios.telemetry import Row, Telemetry

EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0"
)
APPS = {
    "OfficeHome": "4765445b-32c6-49b0-83e6-1d93765276ca",
    "Outlook Web": "00000002-0000-0ff1-ce00-000000000000",
    "Microsoft Teams": "1fec8e78-bce4-4aaf-ab1b-5451cc387264",
    "SharePoint Online": "00000003-0000-0ff1-ce00-000000000000",
    "Azure Portal": "c44b4083-3bb0-49c1-b47d-974e53cbdf3c",
    "Microsoft Azure PowerShell": "1950a258-227b-4e31-a9cf-717495945fc2",
    "HarbourDesk": "6a1f0f7e-40c5-4d0a-9a5a-0f3f5c0ce501",
    "Azure Active Directory PowerShell": "1b730954-1685-4b74-9bfd-dac224a7b894",
    "Exchange Online": "00000002-0000-0ff1-ce00-000000000000",
}
RESULTS = {
    0: "",
    50126: "Error validating credentials due to invalid username or password.",
    50053: "Account is locked because user tried to sign in too many times with an incorrect user ID or password.",
    50074: "Strong Authentication is required.",
    50140: "This error occurred due to 'Keep me signed in' interrupt when the user was signing-in.",
    53003: "Access has been blocked by Conditional Access policies.",
    500121: "Authentication failed during strong authentication request.",
    50057: "The user account is disabled.",
}
"""Entra sign-in error codes with the service's own text."""

RISK_NUMBER = {"none": 0, "low": 10, "medium": 50, "high": 100}
RISK_STATE = {"none": 0, "atRisk": 4}


@dataclass(frozen=True)
class SignIn:
    """What later events refer to: the session that a sign-in opened."""

    person: Person
    address: str
    place: Place
    correlation_id: str
    session_id: str
    token_id: str
    agent: str
    row: Row


class SignIns:
    """Writes SigninLogs or AADNonInteractiveUserSignInLogs, EntraIdSignInEvents and IdentityLogonEvents."""

    def __init__(self, telemetry: Telemetry) -> None:
        self._telemetry = telemetry

    def attempt(
        self,
        when: datetime,
        person: Person,
        app: str,
        address: str,
        *,
        place: Place | None = None,
        result: int = 0,
        device: Device | None = None,
        agent: str = EDGE,
        risk: str = "none",
        mfa: str = "",
        session: str = "",
        interactive: bool = True,
        resource: str = "Office 365 Exchange Online",
        client: str = "Browser",
    ) -> SignIn:
        """A sign-in to `app`. `mfa` says how the second factor was met; `session` continues an earlier one."""
        place = place or place_of(person.site)
        correlation, token = (
            guid(*self._telemetry.identifier(), "correlation"),
            guid(*self._telemetry.identifier(), "token"),
        )
        session = session or guid(*self._telemetry.identifier(), "session")
        system = "Linux" if "Linux" in agent else "Windows"
        browser = "Edge 130.0.0" if "Edg/" in agent else "Chrome 118.0.0" if "Chrome" in agent else ""
        managed = device is not None
        detail: dict[str, Any] = {"operatingSystem": "Windows10" if system == "Windows" else system, "browser": browser}
        if device is not None:
            detail |= {
                "deviceId": device.entra_id,
                "displayName": device.short,
                "isCompliant": True,
                "isManaged": True,
                "trustType": "Hybrid Azure AD joined",
            }
        requirement = "multiFactorAuthentication" if mfa else "singleFactorAuthentication"
        table = "SigninLogs" if interactive else "AADNonInteractiveUserSignInLogs"
        location = {
            "city": place.city,
            "state": place.state,
            "countryOrRegion": place.country,
            "geoCoordinates": {"latitude": float(place.latitude), "longitude": float(place.longitude)},
        }
        status: dict[str, Any] = (
            {"errorCode": result, "failureReason": RESULTS[result]}
            if result
            else {"errorCode": 0, "additionalDetails": mfa or "MFA requirement satisfied by claim in the token"}
        )
        state = "none" if risk == "none" else "atRisk"
        row = self._telemetry.add(
            f"workspace/{table}",
            when,
            {
                "UserPrincipalName": person.upn,
                "UserDisplayName": person.display,
                "UserId": person.object_id,
                "AppDisplayName": app,
                "AppId": APPS[app],
                "ResourceDisplayName": resource,
                "IPAddress": address,
                "Location": place.country,
                "LocationDetails": location if interactive else json.dumps(location),
                "ResultType": str(result),
                "ResultDescription": RESULTS[result] or None,
                "Status": status if interactive else json.dumps(status),
                "DeviceDetail": detail if interactive else json.dumps(detail),
                "UserAgent": agent,
                "ClientAppUsed": client,
                "AuthenticationRequirement": requirement,
                "ConditionalAccessStatus": "failure" if result == 53003 else "success" if mfa else "notApplied",
                "CorrelationId": correlation,
                "UniqueTokenIdentifier": token,
                "Id": guid(correlation, "id"),
                "RiskLevelDuringSignIn": risk,
                "RiskLevelAggregated": risk,
                "RiskState": state,
                "IsInteractive": interactive,
                "UserType": "Member",
                "Category": "SignInLogs" if interactive else "NonInteractiveUserSignInLogs",
                "OperationName": "Sign-in activity",
                "CreatedDateTime": when,
                "HomeTenantId": TENANT_ID,
            },
        )
        self._telemetry.add(
            "defender/EntraIdSignInEvents",
            when,
            {
                "Application": app,
                "ApplicationId": APPS[app],
                "LogonType": '["interactiveUser"]' if interactive else '["nonInteractiveUser"]',
                "ErrorCode": result,
                "CorrelationId": correlation,
                "SessionId": session,
                "AccountDisplayName": person.display,
                "AccountObjectId": person.object_id,
                "AccountUpn": person.upn,
                "IsExternalUser": 0,
                "IsGuestUser": False,
                "ResourceDisplayName": resource,
                "DeviceName": device.short if device else None,
                "EntraIdDeviceId": device.entra_id if device else None,
                "OSPlatform": system,
                "IsManaged": int(managed),
                "IsCompliant": int(managed),
                "AuthenticationRequirement": requirement,
                "RiskLevelAggregated": RISK_NUMBER[risk],
                "RiskState": RISK_STATE[state],
                "UserAgent": agent,
                "ClientAppUsed": client,
                "Browser": browser,
                "IPAddress": address,
                "Country": place.country,
                "State": place.state,
                "City": place.city,
                "Latitude": place.latitude,
                "Longitude": place.longitude,
                "RequestId": guid(correlation, "id"),
                "ReportId": guid(correlation, "report"),
                "UniqueTokenId": token,
            },
        )
        if interactive:
            self._telemetry.add(
                "defender/IdentityLogonEvents",
                when,
                {
                    "ActionType": "LogonFailed" if result else "LogonSuccess",
                    "Application": "Microsoft 365",
                    "LogonType": "Interactive",
                    "Protocol": "OAuth 2.0",
                    "FailureReason": RESULTS[result] or None,
                    "AccountName": person.name,
                    "AccountDomain": "contoso",
                    "AccountUpn": person.upn,
                    "AccountSid": person.sid,
                    "AccountObjectId": person.object_id,
                    "AccountDisplayName": person.display,
                    "DeviceName": device.name if device else None,
                    "OSPlatform": system,
                    "IPAddress": address,
                    "Location": place.country,
                    "ReportId": guid(correlation, "logon"),
                },
            )
        return SignIn(person, address, place, correlation, session, token, agent, row)
