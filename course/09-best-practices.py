# %% [markdown]
# # 09 Best practices, and what changes
#
# After this lesson you can review somebody else's deployment: find what is wrong by reading, say what it costs, and mend it. You
# can also tell which of the article's advice holds today, and which of its outlook can be checked at all.
#
# | | |
# |---|---|
# | **Level** | mid to senior |
# | **Time to learn** | 60 minutes |
# | **Needs** | lessons 02 to 06 |
# | **Article section** | Impact on Microsoft Sentinel Incident Creation Rules; Looking ahead to 2026 |
# | **Facts checked on** | 23 November 2026 |
#
# ## Before you start
#
# Two questions, not graded.

# %%
import pivotlab as lab

lab.quiz("09-watch-silence")

# %%
lab.quiz("09-trend-words")

# %% [markdown]
# ## Design review
#
# You are the reviewer. Contoso Harbour connected everything a month ago, and says that it works well and costs too much. Nobody tells you
# what is wrong. The next cell sets it up that way, and says what you will mend at the end; look first, change nothing.

# %%
tenant = lab.open_tenant()
lab.prepare("09-mended", tenant)

# %% [markdown]
# Start where everybody starts, on the connector's page.

# %%
tenant.connector.page()

# %% [markdown]
# Incidents and alerts are connected, and every table but one is streamed. The page looks healthy. It answers *what is ticked*. It
# does not answer *what for*. That is in the analytics rules; msticpy lists them through Sentinel's API:

# %%
from msticpy.context.azure import MicrosoftSentinel

sentinel = MicrosoftSentinel()
sentinel.connect()
rules = sentinel.list_alert_rules()
for name, query in zip(rules["properties.displayName"], rules["properties.query"]):
    print(f"{name}: {query}")

# %% [markdown]
# **Finding 1.** Two rules read two tables, `CloudAppEvents` and `DeviceProcessEvents`. One of them is the one that is *not* ticked.
# So the rule *Mailbox forwarding* runs on time, finds nothing, and raises no error. An analytics rule needs its data in the
# workspace (fact `customdet-04`).
#
# And the other tables? The practice tenant keeps a ledger of what is ingested and which of it is charged:

# %%
read = ["CloudAppEvents", "DeviceProcessEvents"]
costs = tenant.costs()
costs["Streamed for"] = costs["Table"].map(lambda table: "a rule" if table in read else "nothing")
raw = costs[costs["Why"].str.startswith("Raw")]
raw.groupby("Streamed for")[["Rows", "Charged MB"]].sum().round(0)

# %% jupyter={"source_hidden": true}
from matplotlib import pyplot as plt

biggest = costs.nlargest(10, "MB").iloc[::-1]
drawing, axes = plt.subplots(figsize=(8, 3.6))
axes.barh(biggest["Table"], biggest["MB"], color="#e3e7ee", edgecolor="#888888", label="free")
axes.barh(biggest["Table"], biggest["Charged MB"], color="#1757a6", label="charged")
axes.set_xlabel("MB in thirty days, in this small company")
axes.legend(frameon=False)
most = ", ".join(f"{row.Table} {row.MB:.0f}" for row in biggest.iloc[:-4:-1].itertuples())
alt = f"Ten largest tables in MB, all charged but OfficeActivity. The largest: {most}."
lab.figure(drawing, alt=alt, caption="Size decides the bill. Whether anything reads a table is not on it.")

# %% [markdown]
# **Finding 2.** Raw hunting tables are charged (fact `cost-02`), and most of what is paid for here feeds no rule. Unticking it does not make
# it unseen: Defender keeps 30 days of it for hunting, at no extra cost (fact `cost-07`). `OfficeActivity` is large too, and it
# is free (fact `cost-03`), like alerts and incidents from Defender XDR (fact `cost-01`).
#
# Two places are left that no page shows together: what Defender hides, and what Sentinel automates.

# %%
for hidden in tenant.defender.tuning.rules:
    print("tuning:", hidden.name, "|", hidden.action, "|", hidden.service_source, "| title:", hidden.title_contains or "any")
for item in tenant.sentinel.automation_rules:
    condition = item.properties["triggeringLogic"]["conditions"][0]["conditionProperties"]
    print("automation:", item.properties["displayName"], "|", condition["propertyName"], condition["propertyValues"])

# %% [markdown]
# **Finding 3.** Somebody wanted quiet nights and hides *every* alert of Defender for Endpoint. Alert tuning is the right place for noise
# (fact `icr-03`). But a tuning rule needs a narrow condition, an owner and an end date, and this one has none of them.
#
# **Finding 4.** The automation rule waits for a title. Titles belong to the correlation engine, so it need not match
# (fact `icr-05`); the rehearsal below takes such a case, which is our choice. Its condition should be the analytics rule.
#
# Would the deployment notice an attack tonight? Do not guess; this tenant can rehearse it. It lets an alert arise, looks ten or
# twenty minutes later, and goes back:

# %%
rehearsals = {
    "An endpoint alert becomes an incident in Sentinel": "connector-off",
    "An incident of the rule Mailbox forwarding gets an owner": "title-matching-automation",
    "A mail event reaches the workspace": "table-not-streamed",
}
for what, fault in rehearsals.items():
    print(f"{what}: {'yes' if tenant.faults.mended(fault) else 'NO'}")

# %% [markdown]
# Mail arrives, so a look at the wrong table would have said that all is well. Let some hours pass, and see what silence looks like:

# %%
tenant.advance(hours=6)
tenant.logs("""
union withsource=Source CloudAppEvents, DeviceProcessEvents, EmailEvents
| summarize LastRow = max(TimeGenerated) by Source
| extend Silent = now() - LastRow
| order by Silent desc
""")

# %% [markdown]
# Six hours, while its neighbours spoke within minutes. That is the core of a monitor: one span per table, and an alert beyond it. A table without
# any row in the range is missing from the result, so keep a list of what you expect. Component connectors that look connected and
# carry nothing (fact `setup-azure-06`) share the table `SecurityAlert`, so give each `ProductName` a span of its own.
#
# ### Your turn
#
# Build the same for the sources that Sentinel collects itself. Complete the query and hand it in as text, in place of the dots.
#
#     union withsource=____ SigninLogs, AuditLogs, OfficeActivity, CommonSecurityLog, Syslog, SecurityEvent
#     | summarize LastRow = ____, Rows = ____ by Source

# %%
lab.check("09-last-row", ...)

# %% [markdown]
# Now without a skeleton: mend all four findings. `lab.prepare("09-mended", tenant)` puts the tenant back whenever you want to
# begin anew, and `lab.hint("09-mended")` helps.

# %%
lab.check("09-mended", tenant)

# %% [markdown]
# ### The article's advice, checked
#
# | the article advises | today | fact |
# |---|---|---|
# | Sentinel as the primary incident queue | only while in the Azure portal | `queue-01` |
# | stream advanced hunting events | choose table by table; they are charged | `cost-02` |
# | custom detections for new rules | yes, says Microsoft; but on the primary workspace only, and automation rules are still planned for them | `customdet-01`, `workspaces-06`, `customdet-02` |
# | alert tuning against noise | yes, and since onboarding it reaches Sentinel's own rules too | `icr-04` |
# | automation rules that close incidents | yes, on tags or rule names; alert triggers act on Sentinel's own alerts only | `icr-05`, `automation-02` |
# | creation rules are turned off, says its warning | at onboarding they are deactivated, and the Defender portal does not support them at all | `icr-02` |
# | scheduled rules for products outside Defender XDR | yes; write them before you onboard. The pages disagree on the example, Insider Risk | `icr-06` |
# | enable the Defender for Cloud connector | not after onboarding with Defender XDR: its alerts arrive already | `mdc-05` |
# | ASIM parsing for Defender for Cloud | no Microsoft page that we found ties the two | `asim-01` |

# %%
lab.quiz("09-article-advice")

# %%
lab.quiz("09-bad-deployment")

# %%
lab.quiz("09-correlation-default")

# %%
lab.quiz("09-reconcile")

# %% [markdown]
# ## Cost and retention
#
# Four places, four prices. The art is to put each table into the cheapest one that still does its work.
#
# | where | how long | what it can do | price |
# |---|---|---|---|
# | Defender hunting | 30 days (fact `retention-01`) | hunting, custom detections | none extra (fact `cost-07`) |
# | analytics tier | up to two years (fact `retention-03`) | all of it, analytics rules included | ingestion; storage is free for 90 days (fact `retention-02`) |
# | data lake tier only | up to 12 years (fact `retention-03`) | KQL and notebooks (fact `datalake-01`); **no** rules and, by one page, no advanced hunting (fact `retention-05`), while a newer overview counts the lake in (fact `retention-08`); Defender's own tables keep their 30 days in hunting (fact `cost-09`) | ingestion and processing (fact `cost-12`), cheaper than in the analytics tier (fact `cost-09`); storage counted at 6:1 (fact `cost-10`); queries (fact `ai-05`) |
# | not at all | - | nothing | none |
#
# > **Interview tip.** "We keep everything" is no strategy, and neither is "we keep nothing". Name one table, what reads it, how long
# > a duty asks for it, and the tier that follows.

# %%
lab.quiz("09-retention-figures")

# %%
lab.quiz("09-lake-only")

# %% [markdown]
# ## What changes in 2026
#
# The article was dated April 2026 and looked ahead *to* 2026 (fact `trend-02`). Its trends are AI-driven detection, cloud-native security
# and Zero Trust. The last two make no claim that could be checked (fact `trend-01`). So do not repeat trends; know dates:

# %% jupyter={"source_hidden": true}
from datetime import date

dates = {
    date(2025, 7, 1): "first workspaces onboarded automatically", date(2025, 9, 15): "data lake available",
    date(2025, 12, 11): "Entra alerts: High only by default", date(2026, 1, 15): "old hunting API begins to retire",
    date(2026, 2, 15): "UEBA behaviors layer available", date(2026, 7, 1): "account Name is the UPN prefix",
    date(2027, 3, 31): "Sentinel leaves the Azure portal",
}  # fmt: skip
drawing, axes = plt.subplots(figsize=(9, 3.2))
axes.plot(list(dates), range(len(dates)), "o", markersize=8)
for row, (when, what) in enumerate(dates.items()):
    axes.annotate(what, (when, row), xytext=(10, -4), textcoords="offset points")
axes.set(yticks=[], ylim=(-0.7, 6.7), xlim=(date(2025, 6, 1), date(2028, 6, 1)))
alt = "Dates: " + "; ".join(f"{when:%B %Y} {what}" for when, what in dates.items())
lab.figure(drawing, alt=alt, caption="Dates that an interviewer may ask for.")

# %% [markdown]
# The facts behind the marks: `auto-onboard-01`, `datalake-01`, `products-07`, `hunting-04`, `ai-06`, `automation-12`, `retirement-01`. Where
# a page names a month only, the mark stands in its middle.
#
# What is real about AI here has a name and a limit. The MCP server is free, and the lake queries behind it are billed (fact `ai-05`).
# Query generation does not cover every Sentinel table (fact `ai-03`). Names change too: Defender XDR was Microsoft 365 Defender, and pages now say just Microsoft Defender (fact `naming-01`).
#
# The last date is the one to plan for. You have a clock; go there.

# %%
from datetime import UTC, datetime

from pivotlab.tenant import TenantError

future = lab.open_tenant(connected=False)
future.advance_to(datetime(2027, 4, 1, tzinfo=UTC))
try:
    future.connector.install_solution()
    future.connector.connect()
except TenantError as refused:
    print(refused)

# %% [markdown]
# The route through the Azure portal is shut. Onboarding leaves the back end alone: logs stay in Log Analytics (fact `dataflow-06`). July
# 2026, which older texts name, was moved in January 2026 (fact `retirement-02`). This course ages as well: `python start.py facts`
# lists every claim with its page and the day on which it was checked.

# %%
lab.quiz("09-dates")

# %%
lab.quiz("09-why-early")

# %% [markdown]
# ## In the interview
#
# The article's question, word for word. Two minutes, aloud, then compare.

# %%
lab.quiz("09-article-best-practices")

# %% [markdown]
# * **Weak:** "Enable everything and tune later." No price, no owner, no check.
# * **Good:** one queue, tables by purpose, tuning at the source, custom detections for new rules, and a watch for silence.
# * **Senior:** begins with what is measured, says what each practice costs, and names a popular measure that merges make
#   worthless. Tells of a finding such as the four above, and how it was proved.
#
# ## Summary
#
# In this lesson you saw: a page that looks healthy beside a rule that is blind; a bill that no detection explains; a tuning rule
# that hid a product; and which of the article's advice and outlook can be checked.
#
# Next: [10 Mock interview](10-mock-interview.ipynb).
