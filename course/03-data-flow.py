# %% [markdown]
# # 03 Data flow: one alert, from product to workspace
#
# After this lesson you can draw the path of an alert on a whiteboard, put minutes on the arrows, and say which of the three lanes
# costs money. You will follow one alert with a clock that you move yourself.
#
# | | |
# |---|---|
# | **Level** | junior to mid |
# | **Time to learn** | 40 minutes |
# | **Needs** | lesson 02 |
# | **Article section** | the part on data flow in Setting Up the Integration |
# | **Facts checked on** | 23 November 2026 |
#
# ## Before you start
#
# Two questions, not graded.

# %%
import pivotlab as lab

lab.quiz("03-event-alert-incident")

# %%
lab.quiz("03-five-minutes")

# %% [markdown]
# ## Setup

# %%
tenant = lab.open_tenant()
known = {incident.id for incident in tenant.defender.records}
print(f"{tenant.now:%A %H:%M} UTC, {len(known)} incidents in Defender XDR")

# %% [markdown]
# ## From alert to incident
#
# A worked example. It is Tuesday morning, 08:00. In half an hour somebody in the company will report a strange mail. You know
# nothing of it yet, and neither does either product. Let time pass in small steps and watch both queues.

# %%
def look():
    new = [incident for incident in tenant.defender.records if incident.id not in known]
    numbers = {incident.id for incident in new}
    copies = [record for record in tenant.sentinel.records if record.provider_incident_id in numbers]
    rows = tenant.logs("SecurityIncident | distinct ProviderIncidentId")["ProviderIncidentId"].isin(numbers).sum()
    return {"UTC": f"{tenant.now:%H:%M}", "Defender": len(new), "Sentinel": len(copies), "SecurityIncident": int(rows)}


look()

# %%
import pandas as pd

steps = []
for _ in range(14):
    tenant.advance(minutes=3)
    steps.append(look())
pd.DataFrame(steps)

# %% [markdown]
# Read the table from left to right. An incident stands in **Defender** first. Minutes later Sentinel shows its **copy**, in the
# portal and through the API. The **table** that queries read fills last.
#
# Microsoft says: typically within five minutes in the interface and the API, and a few minutes more for the table (fact
# `dataflow-03`). The article says "within minutes". This tenant takes exactly the same time on every run, which is our choice;
# the real one varies.
#
# The same as a picture:

# %% jupyter={"source_hidden": true}
from matplotlib import pyplot as plt

seen = pd.DataFrame(steps)
drawing, axes = plt.subplots(figsize=(9, 2.6))
for column, style in {"Defender": "-", "Sentinel": "--", "SecurityIncident": ":"}.items():
    axes.step(seen["UTC"], seen[column], style, where="post", linewidth=2.5, label=column)
axes.set_ylabel("new incidents")
axes.legend(loc="upper left")
axes.tick_params(axis="x", rotation=45)
alt = "Three step lines. The new incident appears in Defender first, minutes later in Sentinel, and last in the SecurityIncident table."
lab.figure(drawing, alt=alt, caption="The same incident, seen in three places.")

# %% [markdown]
# Every step is in the tenant's own log. Here is what happened to the incident of the reported mail:

# %%
reported = next(i for i in tenant.defender.records if i.id not in known and "reported" in i.display_name)
log = tenant.timeline()
log[log["Subject"].isin([reported.id, *reported.alert_ids])][["When", "Where", "What", "Detail"]].head(8)

# %% [markdown]
# A product raised an **alert**. Defender XDR enriched it and put it into an **incident**, which it named itself. A later alert on
# the same mail joined that incident; no second one appeared. The connector then carried both, the incident and its alerts
# (fact `dataflow-01`). On a whiteboard:

# %% jupyter={"source_hidden": true}
drawing, axes = plt.subplots(figsize=(9, 2.6))
stations = {"product": (0, 1), "Defender XDR": (1, 1), "connector": (2, 1)}
lanes = {"SecurityIncident: free": (3.4, 2), "SecurityAlert: free": (3.4, 1), "streamed tables: billed": (3.4, 0)}
for name, (x, y) in (stations | lanes).items():
    axes.text(x, y, name, ha="center", va="center", bbox={"boxstyle": "round", "facecolor": "none"})
for x, word in ((0.28, "alert"), (1.32, "incident")):
    axes.annotate("", (x + 0.4, 1), (x, 1), arrowprops={"arrowstyle": "->"})
    axes.text(x + 0.18, 1.15, word, ha="center")
for _, y in lanes.values():
    axes.annotate("", (2.75, y), (2.25, 1), arrowprops={"arrowstyle": "->"})
axes.set(xlim=(-0.4, 4.1), ylim=(-0.4, 2.4), xticks=[], yticks=[])
alt = "Boxes from left to right: product, Defender XDR, connector. Three arrows leave the connector: incidents and alerts, free, and streamed tables, billed."
lab.figure(drawing, alt=alt, caption="One path, three lanes.")

# %%
lab.quiz("03-the-path")

# %%
lab.quiz("03-three-lanes")

# %% [markdown]
# ## Why the table matters
#
# The delay has consequences that interviewers like. A report that reads `SecurityIncident` the moment an incident is created in
# Defender finds nothing. So does an automation that looks the incident up in the table. The row of *this* one was written when the copy
# arrived; that is its `TimeGenerated`. A query found it only later, as the table above shows.

# %%
arrival = tenant.logs(f"""
SecurityIncident
| where ProviderIncidentId == "{reported.id}"
| summarize FirstRow = min(TimeGenerated), Changes = count()
""")
print(f"created in Defender {reported.created:%H:%M:%S}, first row written {arrival['FirstRow'].iat[0]:%H:%M:%S}")

# %%
lab.quiz("03-six-minutes-late")

# %% [markdown]
# ## Which products arrive
#
# Defender XDR is not one product. Count the alerts of the last thirty days by where they came from. The prefix of an alert's id
# tells the source too (fact `products-06`): `da` is Endpoint, `fa` Office 365, `ad` Entra ID Protection, and so on.

# %%
tenant.hunt("""
AlertInfo
| extend Prefix = substring(AlertId, 0, 2)
| summarize Alerts = count() by ServiceSource, Prefix
| order by Alerts desc, ServiceSource asc, Prefix asc
""")

# %% [markdown]
# The article adds three services: Purview Data Loss Prevention, Entra ID Protection and Purview Insider Risk Management. All three
# are collected, but two with limits it leaves out. Entra ID Protection sends only **high** risk by default since December 2025
# (fact `products-07`). On Insider Risk Microsoft's pages disagree: it is listed as integrated, yet one page says that its
# incidents carry no alert content for Sentinel users, and advises its own connector (fact `products-09`).

# %% [markdown]
# ### Your turn
#
# Two products have defaults that hold alerts back. Complete the query, run it with `tenant.hunt(...)`, and hand in the frame.
# `lab.hint("03-what-passes")` helps.
#
#     AlertInfo
#     | where Timestamp < datetime(2026-11-03 08:00)
#     | where not(ServiceSource == "Microsoft Entra ID Protection" and Severity ____)
#     | where not(ServiceSource == ____ and Severity == ____)
#     | summarize Alerts = ____ by ServiceSource

# %%
lab.check("03-what-passes", ...)

# %%
lab.quiz("03-missing-entra")

# %%
lab.quiz("03-irm-limits")

# %% [markdown]
# ## What is billed
#
# Three lanes leave Defender XDR. Alerts land in `SecurityAlert` and incidents in `SecurityIncident`; both are free of ingestion
# charge (fact `cost-01`). The third lane, raw events, is billed for every table that is ticked (fact `cost-02`). Look at the
# difference in volume:

# %%
lanes = {"SecurityAlert": "free", "SecurityIncident": "free"} | dict.fromkeys(tenant.connector.streamed, "billed")
volume = pd.DataFrame(
    [{"table": table, "lane": lane, "rows": tenant.logs(f"{table} | count").iat[0, 0]} for table, lane in lanes.items()]
)
volume.sort_values("rows", ascending=False).head(8).reset_index(drop=True)

# %%
costs = tenant.costs()
costs = costs[costs["Table"].isin([*volume.nlargest(8, "rows")["table"], "SecurityAlert", "SecurityIncident"])].sort_values("MB")
drawing, axes = plt.subplots(figsize=(9, 3))
for bar, charged in zip(axes.barh(costs["Table"], costs["MB"]), costs["Charged MB"] > 0, strict=True):
    bar.set(fill=bool(charged), label="billed" if charged else "free")
axes.bar_label(axes.containers[0], fmt="%.1f", padding=3)
axes.margins(x=0.1)
axes.set_xlabel("MB in thirty days; all of it billed, except the two rows at the bottom")
alt = "Bars of megabytes by table. Process and network events are long; SecurityAlert and SecurityIncident, which are free, hardly show."
lab.figure(drawing, alt=alt, caption="What is billed is large, what is free is small.")

# %% [markdown]
# The sizes are those of the rows as JSON text, our estimate. The free lanes are small, the billed ones are not. That is why nobody ticks every box. For thirty days of hunting nothing has to
# be ingested at all: Defender keeps that at no extra cost (fact `cost-07`).
#
# ### Your turn
#
# Without a skeleton. Finance pays for two tables of the mail team, `EmailEvents` and `UrlClickEvents`, and everything is
# streamed. Change the tenant, and hand it in. `lab.hint("03-two-tables")` helps.

# %%
lab.check("03-two-tables", tenant)

# %%
lab.quiz("03-free-or-billed")

# %%
lab.quiz("03-cost-steps")

# %% [markdown]
# ## In the interview
#
# The article's question, word for word. Two minutes, aloud, with a pen if you can.

# %%
lab.quiz("03-article-data-flow")

# %% [markdown]
# * **Weak:** "Alerts go from Defender to Sentinel." No grouping, no lanes, no time.
# * **Good:** product, alert, incident in Defender XDR, connector, two tables; and minutes on the arrows.
# * **Senior:** adds the third lane and its price, the limits of single products, and what a report must not assume.
#
# ## Summary
#
# In this lesson you saw: Defender XDR makes the incident and Sentinel receives it; queue, API and table fill at different moments;
# some products arrive with limits; alerts and incidents are free, raw events are not.
#
# Next: [04 Incident synchronisation](04-incident-sync.ipynb).
