# %% [markdown]
# # 08 Use cases: triage, investigation, response
#
# After this lesson you can say which incident you open first and why. You can walk through an attack that crosses both products,
# and say what you would let a machine do about it. You will also close an incident that looks terrible and is harmless.
#
# | | |
# |---|---|
# | **Level** | junior to senior |
# | **Time to learn** | 60 minutes |
# | **Needs** | lessons 04 and 05 |
# | **Article section** | Real-World Use Cases and Scenarios for the Integration |
# | **Facts checked on** | 23 November 2026 |
#
# ## Before you start
#
# Two questions, not graded.

# %%
import pivotlab as lab

lab.quiz("08-which-queue")

# %%
lab.quiz("08-disruption")

# %% [markdown]
# ## Triage
#
# The article says: use Microsoft Sentinel as the primary incident queue. That is right only for teams that still work in the
# Azure portal. Onboarded tenants work in the unified queue of the Defender portal (fact `queue-01`). The incidents are the same,
# so the triage holds for both; hunting over both stores needs an onboarded workspace. This one is, and it is Tuesday, eight in the
# morning.

# %%
tenant = lab.open_tenant()
lab.queues(tenant)

# %% [markdown]
# Defender's queue is on the left, Sentinel's on the right: the same incidents, and nobody has taken one. Severity says how bad a
# detection *may* be. Three more questions order the rest: **how broad** is it (products and tactics), **how fresh** is it, and
# **whom** does it touch? The first two stand in the table `SecurityIncident`:

# %%
ranked = tenant.logs("""
SecurityIncident
| summarize arg_max(LastModifiedTime, *) by IncidentNumber
| where Severity == "High"
| extend Tactics = array_length(AdditionalData.tactics), Products = array_length(AdditionalData.alertProductNames)
| project IncidentNumber, Title, Tactics, Products, LastActivityTime
| order by Tactics desc, LastActivityTime desc
""")
ranked

# %% [markdown]
# Eleven are `High`. A single odd sign-in four weeks old is one of them, beside ransomware; breadth and freshness tell them apart. Ransomware
# first: it is broad, it went on until yesterday, and it destroys. The four *Unfamiliar sign-in properties* wait. But no number
# decides alone: incident 25 is narrow and eleven days old, and it touches a domain controller. We come back to it.
#
# Near the top stands incident 50, with alerts of yesterday. It reads like a breach. Open it before you believe it: first its
# page, then what ran on the web server. msticpy draws the second as a process tree too; hover over a bar to read it.

# %%
suspect = next(record for record in tenant.sentinel.records if record.number == 50)
lab.incident_page(tenant, suspect.provider_incident_id)

# %%
import msticpy as mp

hunting = mp.QueryProvider("M365DGraph")
hunting.connect()
hunting.query_time.set_time(tenant.last(days=30))
web = hunting.exec_query("""
DeviceProcessEvents
| where DeviceName startswith "ch-web01" and Timestamp between (datetime(2026-11-02 10:30) .. 1h)
| order by Timestamp asc
""")
for row in web.itertuples():
    print(f"{row.Timestamp:%H:%M:%S}  {row.InitiatingProcessFileName:12}  {row.ProcessCommandLine}")

# %% tags=["nbval-ignore-output"]
tree = web.mp_plot.process_tree(legend_col="FileName")

# %% [markdown]
# The web worker `w3wp.exe` starts shells, fetches a tool and opens a connection. Every one of these is an attack technique. Two
# things do not fit: the tool comes from the company's own `ch-jump01`, and a page in the evidence is called `redteam-probe.aspx`.
# Severity and breadth cannot answer the next question, which is about **intent**. Mail and watchlists can.

# %%
found = hunting.exec_query("""
union
  (EmailEvents | where Subject startswith "Exercise" | extend What = Subject, By = SenderFromAddress),
  (_GetWatchlist("ApprovedScanners") | extend What = strcat(Host, " ", IPAddress, ", owner ", Owner), By = "ApprovedScanners")
| distinct What, By
| order by By asc
""")
print(*found["By"] + ": " + found["What"], sep="\n")

# %% [markdown]
# An exercise was announced three days before, for this day and these hours. The scanner is on the approved list. So it is expected
# activity: a **benign positive**. Not a false positive, because what was detected did happen.
#
# One doubt remains, and a careful analyst does not skip it. The subject names web and database servers; the incident also has a
# jump host and a print server. An announcement covers what it names. Ask the sender before you close; in this story, she confirms.
#
# Close it in Defender, because only there does the reason survive in full. Sentinel has no word for *security testing*
# (fact `sync-08`):

# %%
confirmed = "Exercise announced on 30 October; jump host and print server confirmed by the sender on 3 November."
tenant.defender.comment(suspect.provider_incident_id, confirmed)
tenant.defender.update(
    suspect.provider_incident_id,
    status="resolved",
    classification="informationalExpectedActivity",
    determination="securityTesting",
)
tenant.advance(minutes=1)
here = tenant.sentinel.get(suspect.name)
print("Sentinel:", here.status, here.classification, here.classification_reason)

# %% [markdown]
# Its six alerts were resolved with it (fact `sync-25`). Had one of them belonged to somebody else's attack, it would now be
# closed too. So the order is: check every alert, then close.
#
# ### Your turn
#
# Breadth can be asked for without waiting for an incident. Which devices have alerts of more than one product? Complete the query
# and hand it in as text, in place of the three dots. `lab.hint("08-two-products")` helps.
#
#     AlertInfo
#     | join kind=inner ____ on AlertId
#     | where EntityType == "____"
#     | summarize Alerts = dcount(AlertId), Products = ____ by DeviceName
#     | where Products > 1

# %%
lab.check("08-two-products", ...)

# %%
lab.quiz("08-impossible-travel")

# %%
lab.quiz("08-resolve-all")

# %% [markdown]
# ## A complex investigation
#
# Incident 25 has four alerts of two products over two days. What connects them? msticpy reads the incident through Sentinel's API,
# with its alerts and entities, and makes a graph of it. First its nodes, then the picture.

# %%
from msticpy.context.azure import MicrosoftSentinel
from msticpy.vis.entity_graph_tools import EntityGraph

sentinel = MicrosoftSentinel()
sentinel.connect()
case = next(record for record in tenant.sentinel.records if record.number == 25)
network = EntityGraph(sentinel.get_incident(case.name, entities=True, alerts=True)).alertentity_graph
[f"{node['Type']}: {name}" for name, node in network.nodes(data=True) if node["Type"] in ("account", "host", "file")]

# %% jupyter={"source_hidden": true}
from textwrap import fill

import networkx
from matplotlib import pyplot as plt

drawing, axes = plt.subplots(figsize=(9, 5))
kinds = {"incident": "#f2c14e", "alert": "#f4a3a3", "account": "#9db8dd", "host": "#a8d5ba"}
colours = [kinds.get(node["Type"], "#dddddd") for _, node in network.nodes(data=True)]
labels = {name: fill(name.split(": ")[-1].split(" (")[0].replace("None[pid:None]", "process"), 18) for name in network}
places = networkx.spring_layout(network, seed=4)
networkx.draw(network, places, axes, node_color=colours, node_size=700, edge_color="#aaaaaa")
networkx.draw_networkx_labels(network, places, labels, font_size=8, ax=axes)
axes.margins(0.12)
alt = "A star: the incident in the middle, around it four alerts, two accounts, two computers, a process and a file."
lab.figure(drawing, alt=alt, caption="Who takes part in incident 25.")

# %% [markdown]
# Two accounts, two computers, a tool. `ch-lt2223` is a laptop and `ch-dc01` a domain controller. The graph shows who takes part,
# not what happened. For that you need an order. One query collects it from five tables of **two stores**: the Windows
# security log is in the workspace alone, the rest in Defender. Advanced hunting reads both (fact `hunting-05`).

# %%
STEPS = """
union
  (IdentityQueryEvents | where DeviceName startswith "ch-lt2223" and Query has "serviceprincipalname" | extend Step = "LDAP"),
  (SecurityEvent | where EventID == 4769 and TargetUserName == "yara.dunmarsh" and EventData has "0x17"
    | extend Timestamp = TimeGenerated, Step = "RC4 ticket", AccountName = ServiceName),
  (DeviceFileEvents | where FileName == "repl.exe" | extend Step = "Tool written", AccountName = InitiatingProcessAccountName),
  (DeviceProcessEvents | where FileName == "repl.exe" | extend Step = "Tool run"),
  (IdentityDirectoryEvents | where ActionType == "Directory Services replication" and DeviceName startswith "ch-lt"
    | extend Step = "Replication")
| project Timestamp, Step, AccountName
| order by Timestamp asc
"""
attack = hunting.exec_query(STEPS)
attack

# %% [markdown]
# Read it from the top. The laptop asks the directory for every account that has a service name. Half a minute later its user takes
# six tickets with the old cipher RC4 within ten seconds; such tickets can be cracked offline. The next evening the same
# laptop writes a tool and runs it, and one of those six accounts, `svc-berthrpt`, replicates the directory, password hashes included.
#
# Below, the same as a picture, then as msticpy's interactive timeline. Last, msticpy extracts indicators from the alerts'
# evidence, for others to look for.

# %% jupyter={"source_hidden": true}
drawing, axes = plt.subplots(figsize=(9, 2.6))
for row, (_, events) in enumerate(attack.groupby("Step", sort=False)):
    axes.plot(events["Timestamp"], [row] * len(events), "o", markersize=8)
axes.set_yticks(range(attack["Step"].nunique()), list(attack["Step"].unique()))
axes.set_ylim(-0.5, 4.5)
axes.grid(axis="x", alpha=0.4)
drawing.autofmt_xdate()
alt = "Five rows of marks over two days: an LDAP query and tickets on 22 October; tool written, tool run and replication on the 23rd."
lab.figure(drawing, alt=alt, caption="The thirty-two quiet hours in the middle are the time to crack a password.")

# %% tags=["nbval-ignore-output"]
timeline = attack.mp_plot.timeline(time_column="Timestamp", group_by="Step", source_columns=["AccountName"])

# %%
from msticpy.transform import IoCExtract

evidence = hunting.exec_query("""
AlertEvidence
| where AccountName == "yara.dunmarsh" or FileName == "repl.exe"
""")
indicators = IoCExtract().extract(data=evidence, columns=["ProcessCommandLine", "SHA256"])
print(*(indicators["IoCType"] + "  " + indicators["Observable"]).drop_duplicates(), sep="\n")

# %% [markdown]
# Three rows, and two of them are wrong to share. `tickets.ps` is half of the file name `tickets.ps1`: the pattern took it for a
# host. The first hash belongs to `powershell.exe`, which every computer has. Only the second hash is worth a hunt. A tool
# extracts; you decide.
#
# Why did the account stand out? It is named like a service account, and it is on no list of them. Somebody who compares the two
# finds it without any alert. Do so, this time without a skeleton:

# %%
lab.check("08-unlisted-replication", ...)

# %%
lab.quiz("08-why-a-siem")

# %% [markdown]
# ## Automated response
#
# The third use case is automation rules. A rule has a trigger, conditions and actions; here is one that helps: mail incidents get a
# tag and an owner. It names the product, not the title, because titles are made by the correlation engine (fact `icr-05`).

# %%
def rule(name, order, conditions, **actions):
    logic = {"isEnabled": True, "triggersOn": "Incidents", "triggersWhen": "Created", "conditions": [
        {"conditionType": "Property",
         "conditionProperties": {"propertyName": where, "operator": "Contains", "propertyValues": [what]}}
        for where, what in conditions.items()
    ]}  # fmt: skip
    todo = [{"order": 1, "actionType": "ModifyProperties", "actionConfiguration": actions}]
    properties = {"displayName": name, "order": order, "triggeringLogic": logic, "actions": todo}
    tenant.sentinel.automation_rules.put(name, properties)


rule("Mail to Alex", 10, {"AlertProductNames": "Office 365"},
     labels=[{"labelName": "mail"}], owner={"userPrincipalName": "alex.analyst@contoso.example"})  # fmt: skip

# %% [markdown]
# A colleague wants to save more time. Users report mail all day, those incidents are `Low`, and most are harmless. *Let a rule
# close them.* Try both worlds: take a snapshot, run the morning without that rule, go back, and run it with the rule.

# %%
eight = tenant.snapshot()
tenant.advance(hours=2)
columns = ["Number", "Title", "Severity", "Status", "Labels", "Alerts", "Created", "Last modified"]
tenant.sentinel.incidents().query("Number > 53")[columns]

# %%
tenant.restore(eight)
rule("Close reports", 20, {"AlertProductNames": "Office 365", "IncidentSeverity": "Low"},
     status="Closed", classification="BenignPositive", classificationReason="SuspiciousButExpected")  # fmt: skip
tenant.advance(hours=2)
tenant.sentinel.incidents().query("Number > 53")[columns]

# %% [markdown]
# The first rule did its work in both worlds. The second one did harm. This report was a real attack: a little later somebody
# clicked the link. In the first world, all of it is one incident, and its severity has risen. In the second, the report is closed
# as harmless. What followed became an incident of its own, because a closed one is not reopened (fact `sync-24`). Whoever
# opens it does not see who reported the mail.
#
# How long does a rule take? Read the last two columns of report 54. It was created in Sentinel at 08:32, which is normally
# within five minutes of Defender (fact `dataflow-03`), and the rules changed it at 08:37. Microsoft says *up to* ten minutes
# for the whole way, from the change in Defender to the run of the rule (fact `automation-03`). Five and five is our choice.
#
# Ransomware does not wait. What must be fast belongs to attack disruption in Defender, which does not wait either (fact
# `dataflow-04`). An action of a *continuous* custom detection is the second choice (facts `customdet-03`, `customdet-05`).
#
# And a **playbook**? It is a workflow that a rule starts: revoke sessions, open a ticket, ask a manager. This tenant notes that a
# playbook started and runs nothing; there is no cloud behind it. In your tenant the Sentinel service account needs rights on the
# playbook's resource group (fact `automation-10`). A run of more than two minutes does not hold up the next action (fact `automation-09`).

# %%
lab.quiz("08-containment-design")

# %%
lab.quiz("08-id-first")

# %% [markdown]
# ## In the interview
#
# The article has no question on this section; interviewers do. From the bank of this course: *An impossible travel alert fires
# for a salesperson. Your first five minutes?* Two minutes, aloud, then compare.
#
# * **Weak:** "I disable the account." Action before evidence, and the most costly action at that.
# * **Good:** reads what fired and for whom, looks for VPN or a journey, then at MFA, session and mailbox rules. Revokes sessions
#   if doubt remains, and writes down why.
# * **Senior:** says what each check rules out, and which sign would end the five minutes at once: a new inbox rule, or a new
#   MFA method. Says which step a machine may take alone, and how to close: benign positive for a known VPN, not false positive.
#
# ## Summary
#
# In this lesson you saw: severity, breadth, freshness and people order a queue together; intent is found outside the alert; one
# query over both stores tells the story of an attack; and a rule that closes can split an incident.
#
# Next: [09 Best practices and what changes](09-best-practices.ipynb).
