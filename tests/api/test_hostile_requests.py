"""Whatever a client sends, the answer is in shape: never a 500, never another tenant's data, nothing lost."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from pivotlab.api import app
from pivotlab.api.arm import INSIGHTS_OPERATIONS
from pivotlab.api.identities import Identities, Role
from pivotlab.tenant import Tenant
from pivotlab.tenant.identifiers import INSIGHTS_PATH, TENANT_ID, WORKSPACE_ID, WORKSPACE_PATH
from pivotlab.tenant.snapshot import Frozen

REQUESTS_PER_EXAMPLE = 5
EXAMPLES = int(os.environ.get("PIVOTLAB_EXAMPLES", "40"))
"""Two hundred requests per test in the suite; `PIVOTLAB_EXAMPLES=2000 pytest tests/api/test_hostile_requests.py` makes
them ten thousand."""
GUID = "11111111-2222-4333-8444-555555555555"
PHISHING = "8f0c1cff-131e-6709-ec18-ad8e1604ad56"
OTHER = INSIGHTS_PATH.replace("law-contoso-soc", "law-other")


@dataclass(frozen=True)
class Sent:
    """One request."""

    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    if_match: str = ""


class Caller:
    """Calls the app as a server would, without a network between."""

    def __init__(self, application: Starlette, token: str) -> None:
        self._app, self._token, self._loop = application, token, asyncio.new_event_loop()

    def __call__(self, sent: Sent) -> tuple[int, bytes]:
        return self._loop.run_until_complete(self._call(sent))

    def close(self) -> None:
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    async def _call(self, sent: Sent) -> tuple[int, bytes]:
        answer: list[Any] = []
        headers = [(b"authorization", f"Bearer {self._token}".encode()), (b"host", b"127.0.0.1:9999")]
        if sent.if_match:
            headers.append((b"if-match", sent.if_match.encode("latin-1", "replace")))
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": sent.method,
            "scheme": "https",
            "path": sent.path,
            "raw_path": quote(sent.path).encode(),
            "query_string": urlencode(sent.query).encode(),
            "headers": headers,
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 9999),
            "root_path": "",
        }

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": sent.body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            answer.append(message)

        await self._app(scope, receive, send)
        status = next(message["status"] for message in answer if message["type"] == "http.response.start")
        return status, b"".join(message.get("body", b"") for message in answer)


@pytest.fixture(scope="module")
def house(bundle: Path) -> Iterator[tuple[Tenant, Starlette, Identities]]:
    """A tenant that this module's requests may do to what they can."""
    with Tenant.open(bundle) as tenant:
        identities = Identities()
        yield tenant, app(tenant, identities), identities


@pytest.fixture(scope="module")
def contributor(house: tuple[Tenant, Starlette, Identities]) -> Iterator[Caller]:
    """Somebody who may change everything."""
    caller = Caller(house[1], house[2].token(Role.CONTRIBUTOR))
    yield caller
    caller.close()


@pytest.fixture(scope="module")
def reader(house: tuple[Tenant, Starlette, Identities]) -> Iterator[Caller]:
    """Somebody who may only look."""
    caller = Caller(house[1], house[2].token(Role.READER))
    yield caller
    caller.close()


NAMES = st.sampled_from([PHISHING, PHISHING.upper(), GUID, "1", "1042", "da1", "*", "..", "\x00", "Tiers"]) | st.text(
    min_size=1, max_size=12
)
WORDS = st.sampled_from(
    "title severity status classification classificationReason classificationComment owner labels description message "
    "displayName query provider itemsSearchKey rawContent itemsKeyValue relatedResourceId order triggeringLogic actions "
    "enabled productFilter tenantId dataTypes incidents state kind etag properties assignedTo determination customTags "
    "comment incidentIds alertIds incidentId Query Timespan timespan workspaces advance labelName userPrincipalName "
    "firstActivityTimeUtc triggerThreshold queryFrequency queryPeriod triggerOperator".split()
)
VALUES = st.sampled_from(
    [
        *"High New Closed TruePositive resolved Scheduled NRT Enabled P1D PT5M x -1 2026-11-03".split(),
        f"{INSIGHTS_PATH}/bookmarks/{GUID}",
        'host,a\n1,2,3\n"',
        "SigninLogs | where (",
        "print 1",
        "",
    ]
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False)
    | VALUES
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS | st.text(max_size=5), inner, max_size=5),
    max_leaves=12,
)
PROPERTIES = st.dictionaries(WORDS, JSON, max_size=12)
ODD = [{}, [], [{}], {"x": []}, "Bogus", "P999999999999D", "2026-11-05T00:00:00", "x" * 200_000, 10**400, -1, True]
"""Values that no property expects, or few."""
RULE = {
    "displayName": "R",
    "enabled": True,
    "severity": "Low",
    "query": "print 1",
    "queryFrequency": "PT1H",
    "queryPeriod": "PT1H",
    "triggerOperator": "GreaterThan",
    "triggerThreshold": 0,
    "suppressionDuration": "PT1H",
    "suppressionEnabled": False,
}
CONDITION = {"propertyName": "IncidentTitle", "operator": "NotEquals", "propertyValues": ["x"]}
LOGIC = {
    "isEnabled": True,
    "triggersOn": "Incidents",
    "triggersWhen": "Created",
    "expirationTimeUtc": "2027-01-01T00:00:00Z",
    "conditions": [{"conditionType": "Property", "conditionProperties": CONDITION}],
}
ACTIONS = [
    {"actionType": "ModifyProperties", "actionConfiguration": {"severity": "High", "labels": [{"labelName": "vip"}]}}
]
INCIDENT = {"title": "T", "severity": "Low", "status": "New"}
WHOLE: dict[str, dict[str, Any]] = {
    "alertRules": {
        **RULE,
        "tactics": ["Execution"],
        "customDetails": {"Who": "Account"},
        "entityMappings": [],
        "incidentConfiguration": {"createIncident": True},
        "alertDetailsOverride": {"alertDisplayNameFormat": "R"},
    },
    "automationRules": {"displayName": "A", "order": 1, "triggeringLogic": LOGIC, "actions": ACTIONS},
    "incidents": {
        **INCIDENT,
        "owner": {"userPrincipalName": "ada@contoso.example"},
        "labels": [{"labelName": "vip"}],
        "classification": None,
        "firstActivityTimeUtc": "2026-11-03T08:00:00Z",
        "description": "D",
    },
    "watchlists": {
        "displayName": "W",
        "provider": "P",
        "itemsSearchKey": "host",
        "rawContent": "host\nws01\n",
        "labels": [],
    },
}
"""Kind of resource -> properties that its PUT takes."""


BODIES = st.one_of(
    st.binary(max_size=40),
    JSON.map(lambda value: json.dumps(value).encode()),
    JSON.map(lambda value: repr(value).encode("utf-8", "replace")),
    PROPERTIES.map(lambda value: json.dumps(value).encode()),
    st.builds(
        lambda properties, kind: json.dumps({"kind": kind, "properties": properties}).encode(),
        PROPERTIES,
        st.sampled_from(
            ["Scheduled", "NRT", "Fusion", "MicrosoftSecurityIncidentCreation", "MicrosoftThreatProtection"]
        )
        | JSON,
    ),
    st.builds(
        lambda extra: json.dumps({"properties": {"title": "T", "severity": "Low", "status": "New", **extra}}).encode(),
        PROPERTIES,
    ),
)
QUERIES = st.dictionaries(
    st.sampled_from(["$filter", "$top", "$skip", "$skipToken", "$orderby", "$expand", "$count", "query", "timespan"]),
    st.sampled_from(["status eq 'active'", "properties/title eq 'x'", "1", "0", "alerts", "true", "a desc", "P1D"])
    | st.text(max_size=20),
    max_size=3,
).map(lambda query: {**query, "api-version": "2025-09-01"})
FIXED = [
    f"{WORKSPACE_PATH}/tables",
    f"{WORKSPACE_PATH}/savedSearches",
    f"{OTHER}/incidents",
    "/v1.0/security/incidents",
    "/v1.0/security/incidents/mergeIncidents",
    "/v1.0/security/alerts_v2",
    "/v1.0/security/alerts_v2/moveAlerts",
    "/v1.0/security/runHuntingQuery",
    "/api/advancedqueries/run",
    f"/v1/workspaces/{WORKSPACE_ID}/query",
    f"/v1/workspaces/{GUID}/query",
    f"/{TENANT_ID}/oauth2/v2.0/token",
    "/msi/token",
    "/metadata/endpoints",
]
PATTERNS = [f"{INSIGHTS_PATH}/{pattern}" for _, pattern in INSIGHTS_OPERATIONS] + [
    "/v1.0/security/incidents/*",
    "/v1.0/security/incidents/*/comments",
    "/v1.0/security/alerts_v2/*",
    "/v1.0/security/alerts_v2/*/comments",
]


@st.composite
def paths(draw: st.DrawFn) -> str:
    pattern = draw(st.sampled_from(FIXED) | st.sampled_from(PATTERNS))
    while "*" in pattern:
        pattern = pattern.replace("*", draw(NAMES).replace("*", "+"), 1)
    return pattern


REQUESTS = st.builds(
    Sent,
    method=st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]),
    path=paths() | st.text(max_size=30).map(lambda text: f"/{text}"),
    query=QUERIES,
    body=BODIES,
    if_match=st.sampled_from(["", "", "*", '"stale"']) | st.text(max_size=5),
)
THOROUGH = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def check(sent: Sent, status: int, body: bytes) -> None:
    """The answer is a success, or an error in a product's shape with a sentence in it."""
    assert status < 500, (sent, body)
    if status >= 400 and sent.method != "HEAD":
        answer = json.loads(body)
        error = answer.get("error")
        assert error is not None or "message" in answer, (sent, body)
        if isinstance(error, dict):
            assert error["code"] and error["message"], (sent, body)


def state(tenant: Tenant) -> tuple[datetime, Frozen]:
    """Everything that a request could change."""
    kept = tenant.snapshot()
    return kept.at, kept.rooms


@THOROUGH
@given(st.lists(REQUESTS, min_size=REQUESTS_PER_EXAMPLE, max_size=REQUESTS_PER_EXAMPLE))
def test_no_request_makes_the_server_fail_and_none_that_is_refused_changes_anything(
    house: tuple[Tenant, Starlette, Identities], contributor: Caller, requests: list[Sent]
) -> None:
    before = state(house[0])
    for sent in requests:
        status, body = contributor(sent)
        check(sent, status, body)
        after = state(house[0])
        assert status < 400 or after == before, (sent, body)
        before = after


def spoilt(right: Any) -> Iterator[tuple[str, Any]]:
    """What is right, with one value in it replaced, however deep it lies; and where that is."""
    for key in right if isinstance(right, dict) else range(len(right)):
        inner = spoilt(right[key]) if isinstance(right[key], dict | list) else ()
        for name, value in (*((f"{key} {odd!r:.20}", odd) for odd in ODD), *((f"{key}.{n}", v) for n, v in inner)):
            copy = right.copy()
            copy[key] = value
            yield name, copy


@pytest.mark.parametrize("kind", WHOLE)
def test_a_property_that_fits_nowhere_leaves_no_trace_and_stops_no_clock(
    house: tuple[Tenant, Starlette, Identities], contributor: Caller, kind: str
) -> None:
    tenant = house[0]
    untouched = tenant.snapshot()
    try:
        for number, (name, properties) in enumerate(spoilt(WHOLE[kind])):
            body = {"kind": "Scheduled", "properties": properties}
            path = f"{INSIGHTS_PATH}/{kind}/{number:08x}-0000-4000-8000-000000000000"
            sent = Sent("PUT", path, {"api-version": "2025-09-01"}, json.dumps(body).encode())
            before = state(tenant)
            status, answer = contributor(sent)
            check(sent, status, answer)
            assert status < 400 or state(tenant) == before, name
        tenant.sentinel.create(INCIDENT)
        tenant.advance(hours=2)
    finally:
        tenant.restore(untouched)


@THOROUGH
@given(st.lists(REQUESTS, min_size=REQUESTS_PER_EXAMPLE, max_size=REQUESTS_PER_EXAMPLE))
def test_a_reader_changes_nothing_whatever_they_send(
    house: tuple[Tenant, Starlette, Identities], reader: Caller, requests: list[Sent]
) -> None:
    before = state(house[0])
    for sent in requests:
        check(sent, *reader(sent))
    assert state(house[0]) == before


@THOROUGH
@given(NAMES, QUERIES, BODIES, st.sampled_from(["GET", "PUT", "POST", "DELETE"]))
def test_nothing_of_ours_is_shown_under_another_workspaces_name(
    contributor: Caller, name: str, query: dict[str, str], body: bytes, method: str
) -> None:
    for path in (f"{OTHER}/incidents", f"{OTHER}/incidents/{name}", f"/v1/workspaces/{GUID}/query"):
        status, answer = contributor(Sent(method, path, query, body))
        assert status in (400, 404, 405)
        assert b"Incident phishing" not in answer
