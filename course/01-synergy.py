# %% [markdown]
# # 01 Two products, one attack
#
# After this lesson you can explain with one real case why Defender XDR and Sentinel are connected. You will find an attack from
# the XDR side alone, then add what only the SIEM knows, and name the limit of each benefit.
#
# | | |
# |---|---|
# | **Level** | junior; a senior answer stands at the end |
# | **Time to learn** | 40 minutes |
# | **Needs** | lesson 00, and KQL that you can read: `where`, `summarize`, `join` |
# | **Article section** | Understanding the Synergy; Key Benefits of Integrating Defender XDR with Microsoft Sentinel |
# | **Facts checked on** | 23 November 2026 |
#
# ## Before you start
#
# Two questions, not graded.

# %%
import pivotlab as lab

lab.quiz("01-xdr-or-siem")

# %%
lab.quiz("01-no-e5")

# %% [markdown]
# ## Setup
#
# Two query services again: `hunting` asks Defender XDR, `workspace` asks Sentinel. The time range is said once, for both.

# %%
tenant = lab.open_tenant()

import msticpy as mp

hunting, workspace = mp.QueryProvider("M365DGraph"), mp.QueryProvider("MSSentinel")
for provider in (hunting, workspace):
    provider.connect()
    provider.query_time.set_time(tenant.last(days=30))

# %% [markdown]
# ## Two products, two jobs
#
# **Defender XDR** is deep. It takes what Microsoft's own sensors see, raises alerts and groups them into incidents. The article
# names endpoints, identities and cloud apps. Mail and data loss prevention belong to it as well, and so do alerts on cloud
# workloads (facts `products-01` to `products-03`).
#
# **Sentinel** is wide. It keeps logs of any vendor, in a Log Analytics workspace, for as long as you pay (facts `dataflow-06`,
# `retention-03`). Four of its tables stand below. Of two, Defender sees a part in tables of its own: Windows events (fact
# `tables-01`), and Azure's activity where Defender for Cloud is there (fact `mdc-13`). For other vendors' appliances and for
# Syslog it has none:

# %%
workspace.exec_query("""
union withsource=Table CommonSecurityLog, Syslog, SecurityEvent, AzureActivity
| summarize Rows = count(), First = min(TimeGenerated) by Table
| order by Table asc
""")

# %% [markdown]
# What administrators do in Azure, appliances such as firewalls, Windows security logs, and Linux machines. Remember the second
# row, `CommonSecurityLog`: it decides this lesson.

# %%
lab.quiz("01-what-each-adds")

# %% [markdown]
# ## One attack
#
# ### From the XDR side alone
#
# A worked example. On a Saturday morning Defender XDR made a small incident: one alert, medium severity. What is in it?

# %%
incident = next(i for i in tenant.defender.records if i.display_name == "Connection to a custom network indicator")
print(f"{incident.id}: {incident.display_name}, {incident.created:%d %B %H:%M}, severity {incident.severity}")
evidence = hunting.exec_query(f"""
AlertEvidence
| where AlertId == "{incident.alert_ids[0]}"
| project EntityType, FileName, AccountUpn, DeviceName, RemoteIP
| order by EntityType asc
""")
evidence

# %% [markdown]
# A device, a user, a process and an address. `RegAsm.exe` is signed by Microsoft and has no reason to talk to the internet. One
# of msticpy's built-in queries asks who else did, and since when.

# %%
address = evidence["RemoteIP"].max()
connections = hunting.M365D.ip_connections(ip_address=address)
begin = connections["Timestamp"].min()
print(f"{len(connections)} connections, the first on {begin:%d %B at %H:%M:%S}")
print(*connections[["DeviceName", "InitiatingProcessFileName"]].drop_duplicates().iloc[0])

# %% [markdown]
# The first connection is almost four days older than the alert. So the interesting moment is 27 October, not the morning of the
# incident. What ran on that device in the same ten minutes?

# %%
device, start = connections["DeviceName"].iloc[0], begin.floor("10min")
processes = hunting.exec_query(f"""
DeviceProcessEvents
| where DeviceName == "{device}" and Timestamp between (datetime({start:%Y-%m-%d %H:%M}) .. 10m)
| order by Timestamp asc
""")
print(processes["ProcessCommandLine"].iloc[2])
processes[["Timestamp", "InitiatingProcessFileName", "FileName", "ProcessCommandLine"]]

# %% [markdown]
# Read it from parent to child. The user starts an installer; the installer starts PowerShell. The line on top is what PowerShell
# was told: execute a text file, then delete it. Ten seconds later `RegAsm.exe` runs without any argument. msticpy draws the same rows as a tree: hover over a box
# to read its command line.

# %% tags=["nbval-ignore-output"]
tree = processes.mp_plot.process_tree(legend_col="FileName")

# %% [markdown]
# Where did the installer come from, and did nothing warn the user?

# %%
hunting.exec_query(f"""
union DeviceFileEvents, DeviceEvents, DeviceRegistryEvents
| where DeviceName == "{device}" and Timestamp between (datetime({start:%Y-%m-%d %H:%M}) .. 10m)
| project Timestamp, ActionType, FileName, FileOriginUrl, RegistryValueName
| order by Timestamp asc
""")

# %% [markdown]
# A download, a warning by SmartScreen, an override by the user, and a value under *Run* that restarts the program. The XDR side
# alone has told the whole story on the device: how, who, which process, and how it survives a restart.
#
# It does not answer two questions. Why was there no alert for four days? And who suddenly knew that the address was bad? The
# title only says that the address stood on a custom list.
#
# ### What only the SIEM adds
#
# Ask the firewall, a product of another vendor. Its rows are in `CommonSecurityLog`, in the workspace and nowhere else.

# %%
passed = workspace.exec_query(f'CommonSecurityLog | where DestinationIP == "{address}" | order by TimeGenerated asc')
workspace.exec_query(f"""
CommonSecurityLog
| where DestinationIP == "{address}"
| summarize Rows = count(), First = min(TimeGenerated), Last = max(TimeGenerated), Sent = sum(SentBytes)
    by DeviceVendor, DeviceEventClassID, DeviceAction
| order by First asc
""")

# %% [markdown]
# Both answers stand here. For four days the firewall **allowed** the traffic, 360 times, because nobody knew the address. On
# 31 October at 06:10 its vendor did, and it raised a `THREAT`. Defender's alert followed four minutes later, when the address
# stood on its custom list too. The third-party product was first.
#
# ### See it

# %% jupyter={"source_hidden": true}
from matplotlib import pyplot as plt

lanes = {
    "Defender's alert": [incident.created],
    "firewall: THREAT": passed.loc[passed["DeviceEventClassID"] == "THREAT", "TimeGenerated"],
    "endpoint: connection": connections["Timestamp"],
    "firewall: allowed": passed.loc[passed["DeviceAction"] == "allow", "TimeGenerated"],
}
drawing, axes = plt.subplots(figsize=(9, 2.6))
for row, (marker, moments) in enumerate(zip("D^|.", lanes.values(), strict=True)):
    axes.plot(moments, [row] * len(moments), marker, markersize=9)
axes.set(yticks=range(len(lanes)), yticklabels=list(lanes), ylim=(-0.5, len(lanes) - 0.5))
drawing.autofmt_xdate()
alt = "Four rows over time. Firewall and endpoint log connections in the afternoons of four days; the threat and the alert come on the fifth."
lab.figure(drawing, alt=alt, caption="Four afternoons of traffic before anybody says a word.")

# %% [markdown]
# A machine calls home at even intervals, and the firewall shows them best. It saw 360 connections; the endpoint reported
# 60 of the same ones. So take counts from one log at a time, and say from which.

# %%
gaps = passed["TimeGenerated"].diff()
print(f"half of the pauses are shorter than {gaps.median().total_seconds() / 60:.1f} minutes")
print("pauses longer than an hour:", int((gaps > "1h").sum()))

# %% [markdown]
# About four minutes, and four long pauses: the implant speaks in the afternoon and is silent from evening to noon. That is a
# pattern to hunt for even without an address.
#
# ### Your turn
#
# Neither log explains the other. Join them. The workspace of this tenant is onboarded, so one query in advanced hunting reaches
# both (fact `hunting-05`). Complete it, and hand it in as text in place of the three dots. `lab.hint("01-behind-the-address")`
# helps.
#
#     CommonSecurityLog
#     | where DeviceEventClassID == ____
#     | distinct ____
#     | join kind=inner DeviceNetworkEvents on $left.____ == $right.____
#     | summarize Connections = ____ by DeviceName, InitiatingProcessFileName

# %%
lab.check("01-behind-the-address", ...)

# %% [markdown]
# The second one comes without a skeleton. The manager asks how long it went on, and how much left the house.

# %%
lab.check("01-since-when", ...)

# %% [markdown]
# Keep in mind for how long you can ask. Defender keeps hunting data for 30 days; a workspace can keep its logs for 90 at no
# storage charge (facts `retention-01`, `retention-02`). This tenant's does, which is our choice. Had the vendor needed five
# weeks to learn the address, only such a workspace would still have known the first connection.

# %%
lab.quiz("01-one-portal-two-products")

# %% [markdown]
# ## What the integration brings
#
# The article lists five benefits. Each is real, and each has a limit that it leaves out. Saying both is what makes an answer
# sound experienced.
#
# | the article's benefit | the limit |
# |---|---|
# | Centralized incident management | After onboarding the one queue is Defender's; Sentinel's serves only in the Azure portal (fact `queue-01`) |
# | Enhanced threat visibility | The join was yours. Sentinel's own rules are left out of correlation by default; older pages still say automatic (fact `correlation-01`) |
# | Automated incident response | Automation may start up to ten minutes after the change (fact `automation-03`) |
# | Seamless investigation | A Sentinel incident shows 150 alerts at most; the link leads to the rest (fact `sync-12`) |
# | Advanced hunting | Only listed tables can be streamed, and each is billed (facts `tables-01` to `tables-05`, `cost-02`) |
#
# The fourth is the one that analysts use all day. Here are the two links of the same incident:

# %%
from msticpy.context.azure import MicrosoftSentinel

sentinel = MicrosoftSentinel()
sentinel.connect()
queue = sentinel.list_incidents()
twin = queue[queue["properties.providerIncidentId"] == incident.id].iloc[0]
for link in ("properties.incidentUrl", "properties.additionalData.providerIncidentUrl"):
    print(link.removeprefix("properties."), "->", twin[link].split("/")[2])

# %% [markdown]
# One leads to Sentinel in the Azure portal, the other to the twin in Defender (fact `sync-29`). Put the second one into tickets.

# %%
lab.quiz("01-deep-link")

# %%
lab.quiz("01-benefits")

# %%
lab.quiz("01-benefit-with-a-limit")

# %% [markdown]
# ## In the interview
#
# The article's question, word for word. Two minutes, aloud, then compare.

# %%
lab.quiz("01-article-benefits")

# %% [markdown]
# * **Weak:** reads out the five benefits. No case, no limit.
# * **Good:** tells one attack, and says which half each product saw. Names the two-way synchronisation and the longer memory.
# * **Senior:** adds the price and the delay of each benefit, and says what would be measured: time to triage, incidents per case.
#
# ## Summary
#
# In this lesson you saw: Defender XDR explained the device down to the process; only the firewall's log said when and why;
# one join put both into a single row; and each benefit has a limit that belongs to the answer.
#
# Next: [02 Setting up the connector](02-connector-setup.ipynb).
