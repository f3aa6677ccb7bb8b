"""Every task of the course: its reference, worked out a second time in pandas; right answers; tempting wrong ones."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from pivotlab.facts import read_facts
from pivotlab.learn.grading.detecting import keys
from pivotlab.learn.grading.difference import differences
from pivotlab.learn.grading.grade import grade
from pivotlab.learn.grading.ground import Ground, grounds
from pivotlab.learn.grading.task import Task, tasks
from pivotlab.learn.outcome import Outcome
from pivotlab.places import DATA, SECOND_SEED

from . import lab_findings, use_case_findings
from .on_disk import parquet

RIGHT: dict[str, list[str]] = {
    task_id: answers
    for path in sorted(Path(__file__).parent.glob("right_answers*.yaml"))
    for task_id, answers in yaml.safe_load(path.read_text(encoding="utf-8")).items()
}
LURE = "Remittance advice October: shared document awaiting your review"

ANSWERS = {name: asked for name, asked in tasks().items() if asked.kind in ("kql", "value", "frame", "detection")}
"""Tasks whose answer is a query, a value, a frame or a detection. Those on a state are in test_state_tasks.py."""

pytestmark = pytest.mark.skipif(not grounds(), reason="There is no bundled data here to check tasks on.")


def who_clicked(bundle: Path) -> pd.DataFrame:
    mails = parquet(bundle, "EmailEvents").query("Subject == @LURE")["NetworkMessageId"]
    clicks = parquet(bundle, "UrlClickEvents")
    clicks = clicks[clicks["NetworkMessageId"].isin(mails)]
    return clicks.groupby("AccountUpn", as_index=False)["Timestamp"].min().rename(columns={"Timestamp": "FirstClick"})


def did_not_click(bundle: Path) -> pd.DataFrame:
    recipients = set(parquet(bundle, "EmailEvents").query("Subject == @LURE")["RecipientEmailAddress"])
    return pd.DataFrame({"RecipientEmailAddress": sorted(recipients - set(who_clicked(bundle)["AccountUpn"]))})


def travelling_session(bundle: Path) -> pd.DataFrame:
    signins = parquet(bundle, "EntraIdSignInEvents").query("ErrorCode == 0")
    counted = signins.groupby(["AccountUpn", "SessionId"])["Country"].nunique().rename("Countries").reset_index()
    return counted[counted["Countries"] > 1]


def busiest_senders(bundle: Path) -> pd.DataFrame:
    inbound = parquet(bundle, "EmailEvents").query("EmailDirection == 'Inbound'")
    counted = inbound["SenderFromDomain"].value_counts().rename_axis("SenderFromDomain").reset_index(name="Mails")
    return counted.sort_values(["Mails", "SenderFromDomain"], ascending=[False, True]).head(5)


def hiding_rule_address(bundle: Path) -> pd.DataFrame:
    rules = parquet(bundle, "CloudAppEvents").query("ActionType == 'New-InboxRule'")
    return rules[rules["RawEventData"].str.contains("RSS Subscriptions")][["IPAddress"]]


def sign_ins_per_country(bundle: Path) -> pd.DataFrame:
    signins = parquet(bundle, "SigninLogs", "workspace").query("ResultType == '0'")
    return signins["Location"].value_counts().rename_axis("Location").reset_index(name="SignIns")


def clicks_per_day(bundle: Path) -> pd.DataFrame:
    days = parquet(bundle, "UrlClickEvents")["Timestamp"].dt.normalize()
    return days.value_counts().rename_axis("Day").reset_index(name="Clicks")


def behind_the_address(bundle: Path) -> pd.DataFrame:
    firewall = parquet(bundle, "CommonSecurityLog", "workspace").query("DeviceEventClassID == 'THREAT'")
    network = parquet(bundle, "DeviceNetworkEvents")
    network = network[network["RemoteIP"].isin(firewall["DestinationIP"])]
    return network.groupby(["DeviceName", "InitiatingProcessFileName"]).size().rename("Connections").reset_index()


def since_when(bundle: Path) -> pd.DataFrame:
    log = parquet(bundle, "CommonSecurityLog", "workspace")
    log = log[log["DestinationIP"].isin(log.query("DeviceEventClassID == 'THREAT'")["DestinationIP"])]
    return pd.DataFrame(
        {"First": [log["TimeGenerated"].min()], "Connections": [len(log)], "Sent": [int(log["SentBytes"].sum())]}
    )


def forwarding_query(bundle: Path) -> pd.DataFrame:
    changed = parquet(bundle, "CloudAppEvents").query("ActionType == 'Set-Mailbox'")
    settings = changed["RawEventData"].map(lambda text: {s["Name"]: s["Value"] for s in json.loads(text)["Parameters"]})
    outside = ~settings.str.get("ForwardingSmtpAddress").str.endswith("@contoso.example").fillna(True).astype(bool)
    return changed.loc[outside, ["Timestamp", "ReportId", "AccountObjectId", "AccountDisplayName"]]


def guessed_in(bundle: Path) -> pd.DataFrame:
    words = parquet(bundle, "Syslog", "workspace").query("ProcessName == 'sshd'")["SyslogMessage"].str.split()
    tried = pd.DataFrame({"Kind": words.str[0], "SrcIpAddr": [said[said.index("from") + 1] for said in words]})
    counted = tried.groupby("SrcIpAddr")["Kind"].value_counts().unstack(fill_value=0).reset_index()
    counted = counted.rename(columns={"Failed": "Failures", "Accepted": "Successes"})
    return counted.loc[counted["Failures"] > 100, ["SrcIpAddr", "Failures", "Successes"]]


def what_passes(bundle: Path) -> pd.DataFrame:
    alerts = parquet(bundle, "AlertInfo")
    entra = (alerts["ServiceSource"] == "Microsoft Entra ID Protection") & (alerts["Severity"] != "High")
    cloud = (alerts["ServiceSource"] == "Microsoft Defender for Cloud") & (alerts["Severity"] == "Informational")
    return alerts[~entra & ~cloud].groupby("ServiceSource").size().rename("Alerts").reset_index()


IN_PANDAS: dict[str, Callable[[Path], pd.DataFrame]] = {
    "01-behind-the-address": behind_the_address,
    "01-since-when": since_when,
    "06-forwarding-query": forwarding_query,
    "07-guessed-in": guessed_in,
    "03-what-passes": what_passes,
    "05-who-clicked": who_clicked,
    "05-did-not-click": did_not_click,
    "05-travelling-session": travelling_session,
    "05-busiest-senders": busiest_senders,
    "05-hiding-rule-address": hiding_rule_address,
    "05-sign-ins-per-country": sign_ins_per_country,
    "05-clicks-per-day": clicks_per_day,
    **lab_findings.IN_PANDAS,
    **use_case_findings.IN_PANDAS,
}


def test_every_task_has_a_second_derivation_and_five_right_answers() -> None:
    assert set(IN_PANDAS) == set(RIGHT) == set(ANSWERS)
    assert all(len(set(answers)) >= 5 for answers in RIGHT.values())


@pytest.mark.parametrize("task_id", ANSWERS)
def test_the_reference_agrees_with_pandas_and_finds_something(task_id: str) -> None:
    asked = tasks()[task_id]
    for bundle, ground in zip((DATA, SECOND_SEED), grounds(), strict=False):
        again = IN_PANDAS[task_id](bundle)
        assert len(again) > 0
        if target := asked.reference.target:
            assert ground.attack(target, *asked.products).wanted == set(keys(again, target))
        else:
            expected = ground.expected(asked.reference, *asked.products)
            assert differences(expected, again, order=asked.order) == []


def handed_in(asked: Task, answer: str, ground: Ground) -> Any:
    """What a learner would hand in: the text of a query, the frame that it returns, or a value in some wrapping."""
    if asked.kind in ("kql", "detection"):
        return answer
    if asked.kind == "frame":
        return ground.run(answer, *asked.products)
    expected = ground.expected(asked.reference, *asked.products)
    values = expected.iloc[:, 0].tolist()
    return {
        "text": values[0],
        "spaces": f"  {values[0]}\n",
        "number": values[0] if isinstance(values[0], str) else float(values[0]),
        "list": values,
        "backwards": values[::-1],
        "set": set(values),
        "series": expected.iloc[:, 0],
        "frame": expected,
    }[answer]


@pytest.mark.parametrize(("task_id", "number"), [(name, n) for name, found in RIGHT.items() for n in range(len(found))])
def test_a_right_answer_is_right(task_id: str, number: int) -> None:
    asked = tasks()[task_id]
    found = grade(asked, handed_in(asked, RIGHT[task_id][number], grounds()[0]), grounds())
    assert found.outcome == Outcome.RIGHT, found


@pytest.mark.parametrize(
    ("task_id", "number"), [(name, n) for name, asked in ANSWERS.items() for n in range(len(asked.tempting))]
)
def test_a_tempting_answer_is_wrong_and_gets_its_hint(task_id: str, number: int) -> None:
    asked, ground = tasks()[task_id], grounds()[0]
    tempting = asked.tempting[number]
    answer: Any = tempting.answer
    if tempting.kql is not None:
        right = ground.expected(asked.reference, *asked.products).iloc[0, 0]
        answer = next(value for value in ground.run(tempting.kql, *asked.products).iloc[:, 0] if value != right)
    elif asked.kind == "value":
        answer = literal_of(str(answer))
    elif asked.kind == "frame":
        answer = ground.run(str(answer), *asked.products)
    found = grade(asked, answer, grounds())
    assert found.outcome == Outcome.WRONG
    assert found.hint == tempting.hint


@pytest.mark.parametrize("task_id", [name for name, asked in tasks().items() if asked.kind == "kql"])
def test_a_hard_coded_answer_fails_on_the_second_seed(task_id: str) -> None:
    if len(grounds()) < 2:
        pytest.skip("The second seed is not installed here.")
    asked, ground = tasks()[task_id], grounds()[0]
    known = ground.expected(asked.reference, *asked.products)
    typed = ", ".join(
        f"{column}:{ground.run(asked.solution, *asked.products).attrs['kql_types'][column]}" for column in known
    )
    cells = ", ".join(literal(value) for row in known.itertuples(index=False) for value in row)
    found = grade(asked, f"datatable({typed})[{cells}]", grounds())
    assert found.outcome == Outcome.WRONG
    assert found.headline.startswith("Right on this data, but not")


def literal_of(text: str) -> Any:
    """What a learner hands in where a tempting value reads `text`: a number where it is one."""
    return float(text) if re.fullmatch(r"\d+(\.\d+)?", text) else text


def test_a_detection_with_the_addresses_of_this_data_in_it_fails_on_the_second_seed() -> None:
    asked, ground = tasks()["L7-spray"], grounds()[0]
    addresses = ", ".join(f'"{address}"' for address in ground.run(asked.solution, *asked.products)["IPAddress"])
    found = grade(asked, f"SigninLogs | where IPAddress in ({addresses})", grounds())
    assert found.headline.startswith("It holds on this data, but not")


def literal(value: Any) -> str:
    if isinstance(value, pd.Timestamp):
        return f"datetime({value.isoformat()})"
    return str(value) if not isinstance(value, str) else f'@"{value}"'


@pytest.mark.parametrize("task_id", ANSWERS)
def test_the_solution_runs_as_it_stands(task_id: str) -> None:
    asked = tasks()[task_id]
    if asked.kind == "detection":
        assert grade(asked, asked.solution, grounds()).outcome == Outcome.RIGHT
        return
    solved = grounds()[0].run(asked.solution, *asked.products)
    assert differences(solved, grounds()[0].expected(asked.reference, *asked.products), order=asked.order) == []


def test_every_task_rests_on_facts_that_exist() -> None:
    assert {fact for asked in tasks().values() for fact in asked.facts} <= read_facts().keys()
