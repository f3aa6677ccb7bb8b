"""What a learner types, in a process of its own: `python msticpy_session.py BUNDLE` prints what came back, as JSON.

msticpy caches its endpoints per process and costs seconds to import, so the tests share one session. Nothing in here is
patched or subclassed.
"""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pandas as pd

from pivotlab import open_tenant

Steps = dict[str, Callable[[], Any]]


def plain(value: Any) -> Any:
    """A frame as its records, anything else as JSON can hold it."""
    if isinstance(value, pd.DataFrame):
        return json.loads(value.to_json(orient="records", date_format="iso"))
    return json.loads(json.dumps(value, default=str))


def run(steps: Steps) -> dict[str, Any]:
    """Each step's result or error, and what msticpy's log said meanwhile."""
    results: dict[str, Any] = {}
    for name, step in steps.items():
        heard = io.StringIO()
        handler = logging.StreamHandler(heard)
        logging.getLogger().addHandler(handler)
        try:
            results[name] = {"result": plain(step())}
        except Exception as error:
            results[name] = {"error": type(error).__name__, "message": str(error)}
        finally:
            logging.getLogger().removeHandler(handler)
        results[name]["log"] = heard.getvalue()
    return results


def session(bundle: Path) -> dict[str, Any]:
    """Open the tenant, then work with the three providers and with MicrosoftSentinel."""
    tenant = open_tenant(bundle=bundle)
    import msticpy as mp
    from msticpy.context.azure import MicrosoftSentinel

    logs, hunting, endpoint = mp.QueryProvider("MSSentinel"), mp.QueryProvider("M365DGraph"), mp.QueryProvider("MDE")
    for provider in (logs, hunting, endpoint):
        provider.connect()
        provider.query_time.set_time(tenant.last(days=30))
    sentinel = MicrosoftSentinel()
    sentinel.connect()
    queue = sentinel.list_incidents()
    phishing = queue[queue["properties.title"] == "Incident phishing"].name.iloc[0]
    made: dict[str, str] = {}

    def keep(name: str, value: str) -> str:
        made[name] = value
        return value

    whole = {"entities": True, "alerts": True, "comments": True, "bookmarks": True}
    closing = {
        "severity": "High",
        "status": "Closed",
        "classification": "TruePositive",
        "classificationReason": "SuspiciousActivity",
        "classificationComment": "Password reset, sessions revoked.",
    }
    hosts = pd.DataFrame({"host": ["ws01", "ws02"], "tier": ["0", "1"]})
    queries: Steps = {
        "query times": lambda: [logs.query_time.start, logs.query_time.end],
        "built-in query": lambda: logs.SecurityAlert.list_alerts(),
        "ago": lambda: logs.exec_query("SigninLogs | where TimeGenerated > ago(30m) | count"),
        "schema": lambda: logs.schema["SigninLogs"]["TimeGenerated"],
        "wrong query in Sentinel": lambda: logs.exec_query("SigninLogs\n| where Nothing == 1"),
        "hunting": lambda: hunting.exec_query("EmailEvents | project Timestamp, Subject | sort by Timestamp asc"),
        "hunting, built-in query": lambda: hunting.M365D.list_host_processes(host_name="ws01"),
        "hunting, wrong query": lambda: hunting.exec_query("EmailEvents\n| where Nothing == 1"),
        "Defender for Endpoint API": lambda: endpoint.exec_query("EmailEvents | count"),
    }
    calls: Steps = {
        "list_incidents": lambda: sentinel.list_incidents(),
        "get_incident": lambda: sentinel.get_incident(phishing, **whole),
        "get_incident by title": lambda: sentinel.get_incident("phishing"),
        "get_entities": lambda: sentinel.get_entities(phishing),
        "get_incident_alerts": lambda: sentinel.get_incident_alerts(phishing),
        "update_incident": lambda: sentinel.update_incident(phishing, {"severity": "High", "status": "Active"}),
        "post_comment": lambda: sentinel.post_comment(phishing, "It's triaged"),
        "get_incident_comments": lambda: sentinel.get_incident_comments(phishing),
        "create_incident": lambda: sentinel.create_incident("Made here", "high", description="By hand", labels=["L1"]),
        "list_alert_rules": lambda: sentinel.list_alert_rules(),
        "list_analytic_templates": lambda: sentinel.list_analytic_templates(),
        "create_analytic_rule": lambda: keep("rule", sentinel.create_analytic_rule(name="Mine", query="SigninLogs")),
        "create_analytic_rule from a template": lambda: sentinel.create_analytic_rule(template="Encoded PowerShell"),
        "list_alert_rules after": lambda: sentinel.list_alert_rules(),
        "delete_analytic_rule": lambda: sentinel.delete_analytic_rule(made["rule"]),
        "list_alert_rules in the end": lambda: sentinel.list_alert_rules(),
        "list_hunting_queries": lambda: sentinel.list_hunting_queries(),
        "list_saved_queries": lambda: sentinel.list_saved_queries(),
        "list_bookmarks": lambda: sentinel.list_bookmarks(),
        "create_bookmark": lambda: keep("mark", sentinel.create_bookmark("Odd", "SigninLogs", notes="?", labels=["a"])),
        "add_bookmark_to_incident": lambda: sentinel.add_bookmark_to_incident(phishing, made["mark"]),
        "get_incident_bookmarks": lambda: sentinel.get_incident_bookmarks(phishing),
        "list_watchlists": lambda: sentinel.list_watchlists(),
        "create_watchlist": lambda: sentinel.create_watchlist("Tiers", "Hosts", "host", data=hosts),
        "add_watchlist_item": lambda: sentinel.add_watchlist_item("Tiers", {"host": "ws03", "tier": "2"}),
        "list_watchlist_items": lambda: sentinel.list_watchlist_items("Tiers"),
        "delete_watchlist": lambda: sentinel.delete_watchlist("Tiers"),
        "list_watchlists in the end": lambda: sentinel.list_watchlists(),
        "delete_bookmark": lambda: sentinel.delete_bookmark(made["mark"]),
        "list_data_connectors": lambda: sentinel.list_data_connectors(),
    }
    sync: Steps = {
        "a minute later": lambda: tenant.advance(minutes=1),
        "close": lambda: sentinel.update_incident(phishing, dict(closing)),
        "in Defender": lambda: tenant.defender.incidents()[["Name", "Status", "Classification"]],
        "some minutes later": lambda: tenant.advance(minutes=15),
        "in the table": lambda: logs.exec_query(
            "SecurityIncident | where Title == 'Incident phishing' | summarize arg_max(TimeGenerated, *) by IncidentName"
            " | project Status, Classification, ClassificationReason, ClassificationComment"
        ),
    }
    import tldextract

    offline: Steps = {"suffixes": lambda: str(tldextract.extract("mail.contoso.co.uk").domain)}
    results = run(queries) | run(calls) | run(sync) | run(offline)
    tenant.close()
    return results | run({"after closing": lambda: sentinel.list_incidents()})


if __name__ == "__main__":
    with redirect_stdout(sys.stderr):
        answers = session(Path(sys.argv[1]))
    sys.stdout.write(json.dumps(answers))
