"""Ordinary sign-ins: at work, at home, on the road; forgotten passwords, second factors, blocked countries."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pandas as pd

from pivotlab.scenarios.background.dimensions import load
from pivotlab.scenarios.background.sources import Source, identifier, ingested, moment
from pivotlab.scenarios.background.templates import as_table, weighted, working_times
from pivotlab.scenarios.geography import ABROAD
from pivotlab.scenarios.identifiers import TENANT_ID, number
from pivotlab.scenarios.signin import APPS, EDGE, RESULTS
from pivotlab.scenarios.vocabulary import vocabulary
from pivotlab.scenarios.window import DAY


class OrdinarySignIns(Source):
    """Feeds SigninLogs, AADNonInteractiveUserSignInLogs and EntraIdSignInEvents."""

    share: ClassVar[float] = 0.08

    def draw(self, rows: int) -> None:
        """Draw sign-ins: person, app, result, moment, and from where."""
        words = vocabulary("cloud")
        apps = [{**entry, "app_id": APPS[entry["app"]]} for entry in words["apps"]]
        load(self.con, "signin_app", as_table(apps, "application").rename(columns={"resource": "resource_name"}))
        results = [{**entry, "reason": RESULTS[entry["code"]] or None} for entry in words["results"]]
        load(self.con, "signin_result", as_table(results, "result"))
        places = [
            {
                "weight": entry["weight"],
                "abroad_city": entry["city"],
                "abroad_country": ABROAD[entry["city"]].country,
                "abroad_state": ABROAD[entry["city"]].state,
                "abroad_latitude": ABROAD[entry["city"]].latitude,
                "abroad_longitude": ABROAD[entry["city"]].longitude,
                "abroad_address": f"198.51.100.{210 + number(40, entry['city'])}",
            }
            for entry in words["journeys"]
        ]
        load(self.con, "journey", as_table(places, "journey"))
        count = int(rows / 2)
        people = self.rng.integers(0, len(self.world.company.people), count)
        travels = np.array(
            [
                person.department in ("Sales", "Executive Office", "Freight Forwarding")
                for person in self.world.company.people
            ]
        )
        away = travels[people] & (self.rng.random(count) < 0.025)
        frame = pd.DataFrame({"person": people, "t": working_times(self.world, self.rng, people, weekend=0.15)})
        frame["application"] = weighted(self.rng, apps, count)
        frame["result"] = weighted(self.rng, results, count)
        frame["journey"] = np.where(away, weighted(self.rng, places, count), -1)
        frame["v"] = self.rng.integers(0, 1_000_000, count)
        frame = frame.sort_values("t", kind="stable", ignore_index=True)
        frame["i"] = frame.index
        self._stay_away(frame)
        load(self.con, "draw_signin", frame)
        owned = pd.DataFrame(
            [
                {"person": d.owner.index, "own_device": d.short, "own_entra": d.entra_id}
                for d in self.world.company.devices
                if d.owner
            ]
        )
        load(self.con, "owned_device", owned)

    @staticmethod
    def _stay_away(frame: pd.DataFrame) -> None:
        """Whoever signs in abroad does so all day: nobody is at home an hour later."""
        day = [frame["person"], frame["t"] // DAY]
        first = frame["journey"].where(frame["journey"] >= 0).groupby(day).transform("first")
        frame["journey"] = first.fillna(-1).astype(np.int64)

    def tables(self) -> dict[str, str]:
        """The same sign-in in two products, under one correlation id."""
        seed = str(self.world.seed)
        correlation, request = identifier("'correlation'", seed, "d.i"), identifier("'request'", seed, "d.i")
        address = "coalesce(j.abroad_address, CASE WHEN d.v % 4 = 0 THEN p.home ELSE p.egress END)"
        place = {
            name: f"coalesce(j.abroad_{name}, p.{name})"
            for name in ("city", "country", "state", "latitude", "longitude")
        }
        managed = "(d.v % 9 > 0)"
        mfa = "(d.v % 3 > 0 OR r.code IN (50074, 500121))"
        requirement = f"CASE WHEN {mfa} THEN 'multiFactorAuthentication' ELSE 'singleFactorAuthentication' END"
        risk = """
            CASE WHEN r.code = 50126 AND d.v % 41 = 0 THEN 'low' WHEN j.journey IS NOT NULL
            AND d.v % 31 = 0 THEN 'medium' ELSE 'none' END"""
        joined = """
            FROM draw_signin d JOIN person p ON p.person = d.person JOIN signin_app a USING (application)
            JOIN signin_result r USING (result) LEFT JOIN journey j USING (journey) LEFT JOIN owned_device o
            ON o.person = d.person"""
        location = (
            f"""'{{"city":"' || {place["city"]} || '","state":"' || {place["state"]} """
            f"""|| '","countryOrRegion":"' || {place["country"]} """
            f"""|| '","geoCoordinates":{{"latitude":' || {place["latitude"]} """
            f"""|| ',"longitude":' || {place["longitude"]} || '}}}}'"""
        )
        detail = f"""
            CASE WHEN {managed} THEN '{{"deviceId":"' || o.own_entra || '","displayName":"' || o.own_device
                || '","operatingSystem":"Windows10","browser":"Edge 130.0.0","isCompliant":true,"isManaged":true,'
                || '"trustType":"Hybrid Azure AD joined"}}'
            ELSE '{{"operatingSystem":"Windows10","browser":"Edge 130.0.0"}}' END"""
        status = """'{"errorCode":' || r.code || coalesce(',"failureReason":"' || r.reason || '"', '') || '}'"""
        common = f"""
            SELECT {moment("d.t")} AS TimeGenerated, {moment("d.t")} AS CreatedDateTime,
            {ingested("d.t", "d.v", 120, 300)}, p.upn AS UserPrincipalName,
            p.display AS UserDisplayName, p.oid AS UserId, a.app AS AppDisplayName, a.app_id AS AppId,
            a.resource_name AS ResourceDisplayName,
            {address} AS IPAddress, {place["country"]} AS Location, {location} AS LocationDetails,
            r.code::VARCHAR AS ResultType,
            r.reason AS ResultDescription, {status} AS Status, {detail} AS DeviceDetail, '{EDGE}' AS UserAgent,
            'Browser' AS ClientAppUsed,
            {requirement} AS AuthenticationRequirement, CASE WHEN r.code = 53003 THEN 'failure'
            WHEN {mfa} THEN 'success' ELSE 'notApplied' END AS ConditionalAccessStatus,
            {correlation} AS CorrelationId, {request} AS Id, {risk} AS RiskLevelDuringSignIn,
            {risk} AS RiskLevelAggregated,
            CASE WHEN ({risk}) = 'none' THEN 'none' ELSE 'atRisk' END AS RiskState, a.interactive AS IsInteractive,
            'Member' AS UserType,
            'Sign-in activity' AS OperationName, '{TENANT_ID}' AS HomeTenantId"""
        return {
            "workspace/SigninLogs": f"{common}, 'SignInLogs' AS Category {joined} WHERE a.interactive",
            "workspace/AADNonInteractiveUserSignInLogs": f"""
                {common}, 'NonInteractiveUserSignInLogs' AS Category {joined} WHERE NOT a.interactive""",
            "defender/EntraIdSignInEvents": f"""
                SELECT {moment("d.t")} AS Timestamp, {ingested("d.t", "d.v", 180, 400)}, a.app AS Application,
                a.app_id AS ApplicationId,
                CASE WHEN a.interactive THEN '["interactiveUser"]' ELSE '["nonInteractiveUser"]' END AS LogonType,
                r.code AS ErrorCode,
                {correlation} AS CorrelationId,
                {identifier("'session'", seed, "d.person", f"d.t // {86_400_000}")} AS SessionId,
                p.display AS AccountDisplayName,
                p.oid AS AccountObjectId, p.upn AS AccountUpn, 0 AS IsExternalUser, FALSE AS IsGuestUser,
                a.resource_name AS ResourceDisplayName,
                CASE WHEN {managed} THEN o.own_device END AS DeviceName, CASE
                WHEN {managed} THEN o.own_entra END AS EntraIdDeviceId,
                'Windows' AS OSPlatform, {managed}::INTEGER AS IsManaged, {managed}::INTEGER AS IsCompliant,
                {requirement} AS AuthenticationRequirement,
                CASE {risk} WHEN 'low' THEN 10 WHEN 'medium' THEN 50 ELSE 0 END AS RiskLevelAggregated,
                CASE WHEN ({risk}) = 'none' THEN 0 ELSE 4 END AS RiskState, '{EDGE}' AS UserAgent,
                'Browser' AS ClientAppUsed,
                'Edge 130.0.0' AS Browser, {address} AS IPAddress, {place["country"]} AS Country,
                {place["state"]} AS State,
                {place["city"]} AS City, {place["latitude"]} AS Latitude, {place["longitude"]} AS Longitude,
                {request} AS RequestId,
                {request} AS ReportId {joined}""",
        }
