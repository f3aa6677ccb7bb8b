# %% [markdown]
# # 06 Incident creation rules, automation and detections
#
# After this lesson you can say what connecting does to incident creation rules, why automation rules on titles break, and when
# you write a custom detection. You will live through the same morning several times, and two rules of yours will run.
#
# | | |
# |---|---|
# | **Level** | junior to senior |
# | **Time to learn** | 55 minutes |
# | **Needs** | lessons 02 and 04 |
# | **Article section** | Impact on Incident Creation Rules; Custom Detection Rule Creation in a Unified SOC |
# | **Facts checked on** | 23 November 2026 |
#
# ## Before you start
#
# Two questions, not graded.

# %%
import pivotlab as lab

lab.quiz("06-why-off")

# %%
lab.quiz("06-title-condition")

# %% [markdown]
# ## Setup
#
# A bare tenant on a Tuesday, 08:00. In half an hour somebody will report a mail. `morning()` lets two hours pass and shows Sentinel's
# queue; a snapshot, later on, brings you back.

# %%
tenant = lab.open_tenant(connected=False)
tenant.connector.install_solution()


def morning():
    tenant.advance(hours=2)
    queue = tenant.sentinel.incidents().sort_values("Number")
    return queue[["Number", "Created", "Title", "Alerts", "Owner", "Provider"]]

# %% [markdown]
# ## Incident creation rules
#
# Without Defender XDR an alert of a Microsoft product lies in `SecurityAlert` and makes no incident (fact `icr-07`). A **Microsoft
# incident creation rule** makes one of every alert of a product. The mail team has such a rule. It also has an automation rule
# that gives every *blocked click* to Alex, by its title.

# %%
def when_created(name, order, condition, value, **then):
    test = {"propertyName": condition, "operator": "Contains", "propertyValues": [value]}
    return {
        "displayName": name,
        "order": order,
        "triggeringLogic": {
            "isEnabled": True,
            "triggersOn": "Incidents",
            "triggersWhen": "Created",
            "conditions": [{"conditionType": "Property", "conditionProperties": test}],
        },
        "actions": [{"order": 1, "actionType": "ModifyProperties", "actionConfiguration": then}],
    }

# %%
alex = {"userPrincipalName": "alex.analyst@contoso.example"}
by_title = when_created("Clicks to Alex", 1, "IncidentTitle", "clicked a malicious URL", owner=alex)
mail = {"displayName": "Mail", "enabled": True, "productFilter": "Office 365 Advanced Threat Protection"}
tenant.sentinel.alert_rules.put("mail", mail, "MicrosoftSecurityIncidentCreation")
tenant.sentinel.automation_rules.put("clicks", by_title)
with_rules = tenant.snapshot()

# %% [markdown]
# ### The box left unticked
#
# Somebody connects Defender XDR and overlooks the first box of the page. The morning passes.

# %%
tenant.connector.connect(turn_off_creation_rules=False)
unticked = morning()
unticked.drop(columns="Created")

# %% [markdown]
# One case, four incidents. Number 1 is the real one: Defender XDR put three alerts into it. The other three were made by the rule,
# one for each alert. Alex has number 3, a double, and nobody has the case. Whoever measures the SOC by incidents has four.
#
# ### The box ticked

# %%
tenant.restore(with_rules)
tenant.connector.connect(turn_off_creation_rules=True)
ticked = morning()
ticked.drop(columns="Created")

# %% jupyter={"source_hidden": true}
from matplotlib import dates
from matplotlib import pyplot as plt

drawing, axes = plt.subplots(figsize=(9, 1.8))
for row, queue in enumerate((ticked, unticked)):
    for provider, marker in {"Azure Sentinel": "x", "Microsoft XDR": "o"}.items():
        made = queue.loc[queue["Provider"] == provider, "Created"]
        axes.plot(made, [row] * len(made), marker, color="tab:blue", markersize=10, fillstyle="none")
axes.set_yticks([0, 1], ["box ticked", "box left unticked"])
axes.xaxis.set_major_formatter(dates.DateFormatter("%H:%M"))
axes.margins(y=0.6)
alt = "Two rows over the morning. Unticked: one circle and three crosses. Ticked: one circle at 08:32 and nothing else."
lab.figure(drawing, alt=alt, caption="Incidents in Sentinel: circles come from Defender XDR, crosses are doubles.")

# %% [markdown]
# The doubles are gone. So is Alex: no incident is *called* after the click any more. Defender XDR names its incidents itself, after the
# first alert here, so conditions on titles break (fact `icr-05`). The article says as much and names no remedy; the next
# section has one.
#
# Two more losses to name. A creation rule could filter by severity; that filter moves to **alert tuning** in Defender, or to an
# automation rule that closes (fact `icr-03`). And a product that is *not* part of Defender XDR needs a scheduled rule over its
# alerts. Microsoft's example is Insider Risk, which another page lists as integrated (fact `icr-06`).
#
# ### Onboarded

# %%
from pivotlab.tenant import TenantError

tenant.restore(with_rules)
tenant.onboarding.onboard()
try:
    tenant.sentinel.alert_rules.put("mail", mail, "MicrosoftSecurityIncidentCreation")
except TenantError as refused:
    print(refused)

# %%
lab.quiz("06-which-rules")

# %% [markdown]
# ## Automation rules
#
# Microsoft's advice is to match **tags** or the **analytics rule name** (fact `icr-05`). An incident of Defender XDR has no
# analytics rule behind it, so we set a tag first. Two rules, and the second builds on the first.

# %%
tag_mail = when_created("Tag", 1, "AlertProductNames", "Office 365", labels=["mail"])
assign_mail = when_created("Mail to Alex", 2, "IncidentLabel", "mail", owner=alex)
tenant.sentinel.automation_rules.put("tag", tag_mail)
tenant.sentinel.automation_rules.put("assign", assign_mail)
morning()

# %% [markdown]
# Alex has the case. Rules run one after another by their order number (fact `automation-08`). Swap the numbers, and live through
# the morning again:

# %%
tenant.restore(with_rules)
tenant.onboarding.onboard()
tenant.sentinel.automation_rules.put("tag", tag_mail | {"order": 2})
tenant.sentinel.automation_rules.put("assign", assign_mail | {"order": 1})
morning()

# %% [markdown]
# Nobody again, and no error anywhere: when the first rule looked for the tag, it was not there yet. With equal numbers the
# product runs them in random order.
#
# Two changes come with onboarding. Rules may start up to ten minutes late (fact `automation-03`). And the condition *incident
# provider* is gone, so a rule that was meant for Sentinel's incidents runs on all (fact `automation-01`).

# %%
lab.quiz("06-rule-order")

# %% [markdown]
# ## Custom detections
#
# A **custom detection** is a rule on Defender's side. Microsoft calls it the best way to create new rules (fact `customdet-01`).
# What speaks for it: it reads Defender's tables without ingesting them, and it can isolate a device or disable a user (facts
# `customdet-04`, `customdet-03`). What is missing today: automation rules, repositories and more are only planned (fact
# `customdet-02`).
#
# A worked example. In lesson 01 a user overrode SmartScreen's warning. We want to hear of the next time. Two first attempts:

# %%
override = 'DeviceEvents | where ActionType == "SmartScreenUserOverride"'
attempts = {
    f"{override} | summarize count() by DeviceName": "PT24H",
    f"{override} | join kind=inner DeviceInfo on DeviceId": "PT0S",
}
for query, frequency in attempts.items():
    try:
        tenant.detections.create("Warning overridden", query, frequency=frequency)
    except TenantError as refused:
        print(refused, end="\n\n")

# %% [markdown]
# The first lost its columns in `summarize`. A detection needs the time, the columns that identify the event, and an asset (fact
# `customdet-11`). The second asked for *continuous*, `PT0S`, and a join is not allowed there (fact `customdet-09`).

# %%
query = f"{override} | project Timestamp, DeviceId, DeviceName, ReportId, FileName"
tenant.detections.create("Warning overridden", query, frequency="PT24H")
tenant.advance(minutes=10)
made = tenant.defender.alerts()
made[made["Title"] == "Warning overridden"][["Title", "Product", "Incident", "First activity", "Created"]]

# %% [markdown]
# It ran at once: the first run of a new rule checks the past 30 days (fact `customdet-17`). The first of the four is last week's
# event. In the other three somebody wanted the reader of a trade paper, which is harmless; `FileName` tells them apart, the action
# does not. After that, the lookback follows from the frequency when the query reads Defender's tables. For a daily rule it is 30
# days again, for an hourly one four hours (fact `customdet-06`). One run makes 150 alerts at most (fact `customdet-08`).
#
# Would an analytics rule in Sentinel have found it too?

# %%
print("rows in Defender:", len(tenant.hunt(query)), "  rows in the workspace:", len(tenant.logs(override)))

# %% [markdown]
# Not here. Nothing is streamed in this tenant, so the workspace has no `DeviceEvents`, and a rule over it would be silent for ever.
#
# ### Your turn
#
# Attackers forward mail to themselves. The help desk forwards mail as well, within the company. Complete the query of a detection
# that tells them apart, and hand it in as text. `lab.hint("06-forwarding-query")` helps.
#
#     CloudAppEvents
#     | where ActionType == "Set-Mailbox"
#     | extend Settings = tostring(RawEventData.____)
#     | where Settings has "ForwardingSmtpAddress" and Settings ____ "contoso.example"
#     | project Timestamp, ____, AccountObjectId, AccountDisplayName
#
# Then let it run. Make it a rule of this tenant, of either kind: `tenant.detections.create(...)` or
# `tenant.sentinel.alert_rules.put(...)`. Let some minutes pass, and hand in the tenant.

# %%
lab.check("06-forwarding-query", ...)

# %%
lab.check("06-forwarding-on-the-clock", tenant)

# %%
lab.quiz("06-lookback")

# %% [markdown]
# ## Correlation
#
# Fusion, Sentinel's own correlation, is switched off by onboarding; Defender's engine takes over (fact `fusion-01`). Do your
# analytics rules take part? **Not by default** since 2026, says the newest page; older ones still call it automatic (fact
# `correlation-01`). This tenant follows the newest page, which is our choice. A tag at the start of a rule's description decides for that rule (fact
# `correlation-03`). Try both:

# %%
tenant.restore(with_rules)
tenant.onboarding.onboard()
rule = {
    "displayName": "Risky sign-in",
    "enabled": True,
    "severity": "Medium",
    "query": 'SigninLogs | where RiskLevelDuringSignIn == "medium" and ResultType == "0"',
    "queryFrequency": "P1D",
    "queryPeriod": "P1D",
    "entityMappings": [{"entityType": "Account", "fieldMappings": [{"identifier": "FullName", "columnName": "UserPrincipalName"}]}],
}
correlated = rule | {"displayName": "Risky sign-in, correlated", "description": "#INC_CORR# Joins what belongs together."}
for name, properties in {"tagged": correlated, "plain": rule}.items():
    tenant.sentinel.alert_rules.put(name, properties, "Scheduled")

# %%
tenant.advance(minutes=15)
raised = tenant.defender.alerts()
raised = raised[raised["Title"].str.startswith("Risky sign-in")]
joined = raised["Incident"].map(lambda number: f"{number}: {tenant.defender.incident(number).display_name}")
raised.assign(Incident=joined)[["Title", "Incident", "First activity"]]

# %% [markdown]
# The same query, the same sign-in of yesterday. The plain rule made an incident of its own. The alert of the tagged one joined an
# incident that Defender had made of that user's travels. Which alerts belong together is Microsoft's secret (fact
# `correlation-07`); that a shared account within a day is enough is our choice.

# %%
lab.quiz("06-corr-tag")

# %% [markdown]
# ## In the interview
#
# The article's question, word for word. Two minutes, aloud, then compare.

# %%
lab.quiz("06-article-creation-rules")

# %% [markdown]
# * **Weak:** "The analytics rules are turned off." The creation rules are; scheduled rules go on.
# * **Good:** duplicates, lost filters and changed titles, each with its remedy.
# * **Senior:** treats it as a migration: a list of rules with filter and automation, a test on recorded incidents, a week of
#   comparison before and after.
#
# ## Summary
#
# In this lesson you saw: a creation rule left on makes a double of every alert; titles belong to Defender's engine, so automation
# matches tags in the right order; a detection needs its columns and its lookback; and a tag decides on correlation.
#
# Next: [07 Defender for Cloud](07-defender-for-cloud.ipynb).
