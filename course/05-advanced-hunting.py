# %% [markdown]
# # 05 Hunting in both platforms
#
# After this lesson you can take one alert and walk from it to the raw events behind it. You can say which finding came
# from Defender XDR, which from Sentinel, and over what time range. That is what an interviewer listens for.
#
# | | |
# |---|---|
# | **Level** | junior to mid; a senior answer stands at the end |
# | **Time to learn** | 45 minutes |
# | **Needs** | lesson 00, and KQL that you can read: `where`, `project`, `summarize`, `join` |
# | **Article section** | Optimizing Advanced Hunting with the Defender XDR Connector |
# | **Facts checked on** | 23 November 2026 |
#
# ## Before you start
#
# Two questions, not graded. Guess if you must: a wrong guess now makes the answer stick later.

# %%
import pivotlab as lab

lab.quiz("05-direction")

# %%
lab.quiz("05-latest-row")

# %% [markdown]
# ## Setup
#
# The next cell opens your practice tenant: Contoso Harbour, with thirty days of telemetry and the connector already on.
# It runs on this machine, and nothing leaves it.

# %%
tenant = lab.open_tenant()
tenant

# %% [markdown]
# msticpy takes this tenant for Microsoft's cloud. It signs in, gets a token and sends KQL over HTTPS, as it would to a
# workspace of your own; nothing in it is changed. You need two providers, because there are two query services:
#
# * `MSSentinel` asks the **Log Analytics workspace**. It sees what was ingested there.
# * `M365DGraph` asks **advanced hunting**, by `runHuntingQuery` in Microsoft Graph. The older hunting API began to retire in
#   January 2026 (fact `hunting-04`). In an interview, name the old one only to say that it goes.

# %%
import msticpy as mp

workspace = mp.QueryProvider("MSSentinel")
workspace.connect()
hunting = mp.QueryProvider("M365DGraph")
hunting.connect()
for provider in (workspace, hunting):
    provider.query_time.set_time(tenant.last(days=30))

# %% [markdown]
# The last line matters more than it looks. msticpy's own queries use its default time range, which is the day around now.
# Say the range before every hunt; a finding without one is worth little.

# %% [markdown]
# ## From the alert to the raw events
#
# A worked example. Read each query before you run it, and ask what key it hands to the next one. First, the alerts. This
# is one of msticpy's built-in queries; the workspace stores an alert in `SecurityAlert` (fact `dataflow-02`).

# %%
alerts = workspace.SecurityAlert.list_alerts()
fraud = alerts[alerts["AlertDisplayName"].str.contains("BEC|inbox|Token")].sort_values("StartTimeUtc")
fraud[["StartTimeUtc", "AlertDisplayName", "ProductName"]]

# %% [markdown]
# Three alerts of three products, one story: a session token with an unusual life, a mailbox rule that hides messages, and
# a mail about payment. Defender XDR grouped them into one incident before Sentinel saw any of them.
#
# Which people and addresses do they share? In the hunting schema an alert is two tables: `AlertInfo` is the alert, and
# `AlertEvidence` has one row for each entity.

# %%
entities = hunting.exec_query("""
AlertInfo
| where Title in ("Anomalous Token", "Suspicious inbox manipulation rule")
| join kind=inner AlertEvidence on AlertId
| where EntityType in ("User", "Ip")
| summarize Alerts = dcount(AlertId) by EntityType, AccountUpn, RemoteIP
| order by Alerts desc, RemoteIP asc
""")
entities

# %% [markdown]
# One user and one address stand in both alerts. The second address stands in one only. Keep all three; they are the keys.
# How did it begin? Look for mail that reached this user, carried a link, and was clicked.

# %%
user = entities.loc[entities["EntityType"] == "User", "AccountUpn"].iloc[0]
clicks = hunting.exec_query(f"""
UrlClickEvents
| where AccountUpn == "{user}"
| join kind=inner EmailEvents on NetworkMessageId, $left.AccountUpn == $right.RecipientEmailAddress
| project Timestamp, ActionType, Url, SenderFromAddress, Subject
| order by Timestamp asc
""")
clicks

# %% [markdown]
# The message id ties the click to its mail, so both halves stand in one row. `ClickAllowed` does not mean that the page
# was harmless. It means that Safe Links let the user through.
#
# Now the sign-ins around the click. Do not filter on failure: whoever steals a session signs in *successfully*.

# %%
signins = hunting.exec_query(f"""
EntraIdSignInEvents
| where AccountUpn == "{user}" and Timestamp between (datetime(2026-10-27 09:30) .. 1h)
| project Timestamp, Application, IPAddress, City, IsManaged, SessionId
| order by Timestamp asc
""")
signins

# %% [markdown]
# Read the session ids. The same one appears from two cities within the hour, on a browser that the company does not manage.
# The first of the two followed the click by about a minute: the phishing page relayed the sign-in, second factor
# included, and kept the session. The second is the theft at work. The sign-in from Hull is the user at the desk.
#
# Last pivot: what did the stolen session do? The address is the key now.

# %%
stranger = signins["IPAddress"].iloc[-1]
actions = hunting.exec_query(f"""
CloudAppEvents
| where IPAddress == "{stranger}"
| project Timestamp, ActionType, Application, ObjectName
| order by Timestamp asc
""")
actions

# %% [markdown]
# Mail is read, a rule named `.` is made, and the next morning a message goes out. Somebody who only closed the phishing alert
# would have missed all of it.
#
# ### See it
#
# One line per table, one mark per event. Below it, msticpy draws the last line as an interactive timeline: hover over a
# mark to see the event, drag to zoom.

# %% jupyter={"source_hidden": true}
from matplotlib import pyplot as plt

steps = {"mail read or sent, rule made": actions, "sign-in": signins, "click": clicks.tail(1)}
drawing, axes = plt.subplots(figsize=(9, 2.6))
for row, events in enumerate(steps.values()):
    axes.plot(events["Timestamp"], [row] * len(events), "o", markersize=8)
axes.set_yticks(range(len(steps)), list(steps))
axes.set_ylim(-0.5, len(steps) - 0.5)
axes.grid(axis="x", alpha=0.4)
drawing.autofmt_xdate()
alt = "Three rows of marks over time: the click first, then sign-ins within the hour, then mailbox actions until the next morning."
lab.figure(drawing, alt=alt, caption="From the click to the fraud mail takes one night.")

# %% tags=["nbval-ignore-output"]
timeline = actions.mp_plot.timeline(time_column="Timestamp", group_by="ActionType", source_columns=["ActionType", "ObjectName"])

# %%
lab.quiz("05-pivot-order")

# %% [markdown]
# ### Your turn
#
# The victim was not the only one who clicked. Who else did? Complete the query and hand it in as text, in place of the
# three dots. `lab.hint("05-who-clicked")` helps, as often as you like.
#
#     EmailEvents
#     | where Subject == "Remittance advice October: shared document awaiting your review"
#     | distinct ____
#     | join kind=inner ____ on NetworkMessageId
#     | summarize FirstClick = ____ by AccountUpn

# %%
lab.check("05-who-clicked", ...)

# %% [markdown]
# The second one comes without a skeleton. A colleague asks whether other sessions were stolen in the same month.

# %%
lab.check("05-travelling-session", ...)

# %% [markdown]
# ## The same query in both products
#
# The connector's tables keep the hunting schema, so queries can be copied (fact `tables-07`). One word usually has to
# change. Ask the practice engine what it thinks of this copy, before you send it:

# %%
copied = "AlertInfo | where Timestamp > ago(30d) | summarize Alerts = count() by Severity"
for problem in tenant.workspace_engine.check(copied):
    print(problem)

# %% [markdown]
# The workspace documents `TimeGenerated` where advanced hunting has `Timestamp`. With that word changed, both products give the
# same answer, because the connector streams this table:

# %%
in_defender = hunting.exec_query(copied)
in_workspace = workspace.exec_query(copied.replace("Timestamp", "TimeGenerated"))
in_defender.merge(in_workspace, on="Severity", suffixes=(" in Defender", " in the workspace"))

# %% [markdown]
# Not every table can be had in the workspace. By the connector's page no `DeviceTvm*` table is ingested, and a query on one
# comes back empty (fact `tables-06`). The pages disagree: the one on the schema marks some of them as capable (fact
# `tables-10`).
#
# The direction matters. Advanced hunting can read the workspace once it is onboarded; the workspace cannot read Defender
# (facts `hunting-05`, `hunting-06`). So one query in advanced hunting can put the hunting schema and a table that only
# Sentinel has, `OfficeActivity`, side by side:

# %%
hunting.exec_query(f"""
EntraIdSignInEvents
| where IPAddress == "{stranger}" | distinct IPAddress, City
| join kind=inner (OfficeActivity | where Operation == "New-InboxRule") on $left.IPAddress == $right.ClientIP
| project TimeGenerated, UserId, City, Operation
""")

# %%
lab.quiz("05-copied-query")

# %% [markdown]
# ## How far back
#
# Defender keeps hunting data for 30 days (fact `retention-01`), a Sentinel workspace for 90 at no storage charge (fact
# `retention-02`). That is free, not automatic: a streamed table begins with 30 days, and somebody has to raise it (fact
# `retention-07`). In this tenant it stands at 90, which is our choice.
#
# You have a clock that moves, so do not take it on trust. Let 25 days pass and look for the click and the theft again. The
# click is in a table that the connector streams. `EntraIdSignInEvents` is not on the connector's list (facts `tables-01` to
# `tables-05`).

# %%
looked_for = {
    "click, streamed table": f'UrlClickEvents | where AccountUpn == "{user}" | count',
    "theft, not on the list": f'EntraIdSignInEvents | where IPAddress == "{stranger}" | count',
}
today = {what: tenant.hunt(query).iat[0, 0] for what, query in looked_for.items()}
tenant.advance(days=25)
for what, query in looked_for.items():
    print(f"{what}: {today[what]} today, {tenant.hunt(query).iat[0, 0]} after 25 days")

# %% [markdown]
# The click is still there, because the longer retention of a streamed table serves advanced hunting too (fact `hunting-07`).
# For such tables the choice had to be made before the attack, and it is billed (fact `cost-02`). Nobody can make it afterwards.
#
# The sign-in to the stolen session has aged out of its table, and no box on the connector's page would have kept it. Do not
# conclude that it is lost: it stands in `SigninLogs` as well, which reaches the workspace by a connector of its own. Lab L2
# reads it there.

# %%
lab.quiz("05-six-weeks-ago")

# %% [markdown]
# ## In the interview
#
# The article's question, word for word. Answer aloud first, in two minutes. Then open the model answers and rate yourself.

# %%
lab.quiz("05-article-hunting")

# %% [markdown]
# * **Weak:** "Both have KQL, so I use either." It names no table, no limit and no direction.
# * **Good:** starts from the alert's entities, names the tables of each pivot, and says which store answered.
# * **Senior:** adds the blind window. "No result in Defender means nothing in the last 30 days, in tables it has." And says
#   what streaming would have cost.
#
# ## Summary
#
# In this lesson you saw: an alert is a door, not an answer; keys lead from mail to click to sign-in to session; queries can be
# copied when the time column changes and the table is streamed; retention decides what you can still prove.
#
# Next: [06 Incident creation rules, automation and detections](06-rules.ipynb). Your progress so far: `lab.progress()`.
