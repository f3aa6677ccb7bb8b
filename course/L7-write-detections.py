# %% [markdown]
# # L7 Write detections
#
# After this lab you can bring two rules to an interview, and say for each what it finds, what it costs in noise, and how you
# measured both.
#
# | | |
# |---|---|
# | **Level** | mid to senior |
# | **Time to learn** | 60 minutes |
# | **Needs** | lessons 05 and 06 |
# | **Graded on** | precision and recall, here and on a second tenant that you do not see |
# | **Facts checked on** | 24 November 2026 |
#
# ## The brief
#
# Contoso Harbour was attacked twice within two days: by ransomware, which deleted on a backup server what a victim recovers
# with, and by a password spray. Both were noticed late. The head of the SOC wants one rule for each, and has been burnt by
# noisy rules before. Her constraints:
#
# * every event of the attack is found, because one missed server is one too many;
# * of 100 results, 95 belong to an attack, because three people read the queue;
# * no name, address or time of *this* attack stands in a rule, because the next attack has others.
#
# Two questions before you start, not graded.

# %%
import pivotlab as lab

lab.quiz("L7-where-it-runs")

# %%
lab.quiz("L7-precision-recall")

# %% [markdown]
# ## Setup

# %%
tenant = lab.open_tenant()
tenant

# %% [markdown]
# ## Rule one: a custom detection
#
# It watches for the destruction of whatever helps to recover. The events are in `DeviceProcessEvents`. A custom detection reads
# them where they are; an analytics rule would need them ingested first (fact `customdet-04`). Everybody's first idea:

# %%
first_idea = """
DeviceProcessEvents
| where ProcessCommandLine has "delete shadows"
| project Timestamp, DeviceId, DeviceName, ReportId, AccountName, InitiatingProcessFileName, ProcessCommandLine
"""
found = tenant.hunt(first_idea)
found["InitiatingProcessFileName"].value_counts()

# %% [markdown]
# One row was started from a shell. All the others come from a backup agent that tidies up. See how it looks over the month:

# %% jupyter={"source_hidden": true}
from matplotlib import pyplot as plt

drawing, axes = plt.subplots(figsize=(9, 2.4))
for row, (parent, rows) in enumerate(found.groupby("InitiatingProcessFileName")):
    axes.plot(rows["Timestamp"], [row] * len(rows), "|", markersize=16)
axes.set_yticks([0, 1], sorted(found["InitiatingProcessFileName"].unique()))
axes.set_ylim(-0.5, 1.5)
drawing.autofmt_xdate()
alt = "Two rows of marks over thirty days: FabrikamBackup.exe has 77, on most days; cmd.exe has one, on 2 November."
lab.figure(drawing, alt=alt, caption="Commands that delete shadow copies, by the program that ran them.")

# %% [markdown]
# Put this idea to work all the same, to see what it would do to the queue. A new rule runs at once, and its first run checks
# the past 30 days (fact `customdet-17`).

# %%
before = tenant.snapshot()
tenant.detections.create("Shadow copies deleted", first_idea, frequency="PT24H")
tenant.advance(minutes=10)
queue = tenant.defender.incidents()
queue[queue["Name"] == "Shadow copies deleted"][["Id", "Name", "Alerts", "Created"]]

# %% [markdown]
# Two incidents, 78 alerts, one attack in them. One alert for each event is our choice: the product puts events with the same
# entities and details into one (fact `customdet-18`). The rule would also have missed what the attacker did besides. Undo it:

# %%
tenant.restore(before)
print(len(tenant.detections.rules), "custom detections")

# %% [markdown]
# ### Your rule
#
# Look around first: who runs `vssadmin.exe`, `WMIC.exe`, `wbadmin.exe`, `bcdedit.exe`, `fsutil.exe` and `wevtutil.exe`, and with
# which words? Then write the rule. A result on device events needs `Timestamp`, `DeviceId` and `ReportId` (fact `customdet-11`).
# `lab.hint("L7-recovery")` helps.

# %%
look = """
DeviceProcessEvents
| where FileName in~ ("vssadmin.exe", "WMIC.exe", "wbadmin.exe", "bcdedit.exe", "fsutil.exe", "wevtutil.exe")
| summarize Times = count() by FileName, InitiatingProcessFileName, AccountName
| order by FileName asc, Times desc
"""
tenant.hunt(look)

# %%
recovery = ...
# solution
recovery = """
DeviceProcessEvents
| where ProcessCommandLine has_any ("delete shadows", "shadowcopy delete", "delete catalog",
    "recoveryenabled no", "deletejournal", "wevtutil cl")
| where not(InitiatingProcessFileName =~ "FabrikamBackup.exe" and ProcessCommandLine has "/oldest")
| project Timestamp, DeviceId, DeviceName, ReportId, AccountName, ProcessCommandLine
"""

# %%
lab.check("L7-recovery", recovery)

# %% [markdown] tags=["solution"]
# Six of six, and nothing else, on both tenants. The exclusion is narrow on purpose. Whoever drops the whole program from the
# rule gives the attacker a program to use, and whoever drops the whole parent gives away a name to borrow.
#
# Leaving out everything that ran as `system` would reach the same figures. An attacker who has become `system` would walk through
# that rule. Figures say how a rule did, not how it will do; read the rule as well.
#
# This one has a hole too. Typed as `wevtutil.exe cl Security`, the same command is not found: in `has "wevtutil cl"` the two words
# must follow each other. Outside this lab, ask `FileName` for the program, and the command line only for what it is told to do.

# %%
lab.quiz("L7-narrow-exclusion")

# %% [markdown]
# ## Rule two: a scheduled analytics rule
#
# Password sprays are seen in `SigninLogs`, which is in the workspace anyway. 50126 is a wrong name or password, 50053 a locked
# account (fact `signin-01`). Either alone means little:

# %%
failed = tenant.logs("""
SigninLogs
| where ResultType in ("50126", "50053")
| summarize Accounts = dcount(UserPrincipalName) by IPAddress
| order by Accounts desc, IPAddress asc
""")
failed.head(6)

# %% [markdown]
# The first two are the company's own offices. In a month, a good many people mistype a password, and an office adds them up.
# The next ones look alike, and each tried some fifteen accounts. A total cannot tell them apart. What about the pace?

# %%
pace = tenant.logs("""
SigninLogs
| where ResultType in ("50126", "50053")
| summarize Accounts = dcount(UserPrincipalName) by IPAddress, Hour = bin(TimeGenerated, 1h)
""")
offices = pace["IPAddress"].isin(failed["IPAddress"].head(2))
print("most accounts in one hour: offices", pace[offices]["Accounts"].max(), "  others", pace[~offices]["Accounts"].max())

# %% jupyter={"source_hidden": true}
drawing, axes = plt.subplots(figsize=(9, 2.8))
axes.plot(pace[offices]["Hour"], pace[offices]["Accounts"], "o", fillstyle="none", label="the two offices")
axes.plot(pace[~offices]["Hour"], pace[~offices]["Accounts"], "x", label="every other address")
axes.set_ylabel("accounts in an hour")
axes.legend(loc="upper left")
drawing.autofmt_xdate()
alt = "Accounts that failed, per address and hour, over a month. The offices never exceed three; on 1 November others reach six to nine."
lab.figure(drawing, alt=alt, caption="An office fails slowly, a spray fails fast.")

# %% [markdown]
# ### Your rule
#
# Return one row for each source, in a column `IPAddress`. The picture shows one way; comparing failures with successes is
# another. Think of an office of 2,000 people before you choose a number.

# %%
spray = ...
# solution
spray = """
SigninLogs
| where ResultType in ("50126", "50053")
| summarize Accounts = dcount(UserPrincipalName), First = min(TimeGenerated) by IPAddress, Hour = bin(TimeGenerated, 1h)
| where Accounts >= 5
| summarize Accounts = max(Accounts), First = min(First) by IPAddress
"""

# %%
lab.check("L7-spray", spray)

# %% [markdown]
# A total of more than twelve accounts reaches full marks on the second tenant, which is smaller, and fails here. A rule that was
# tuned where it is quiet is not tuned. That is why you are graded on both.

# %%
lab.quiz("L7-second-tenant")

# %% [markdown]
# ## Put both to work
#
# Now create them. `tenant.detections.create(name, query, frequency=...)` makes a custom detection. A scheduled rule goes
# through the interface that Sentinel's own API has; this is its form:
#
#     ip = {"entityType": "IP", "fieldMappings": [{"identifier": "Address", "columnName": "IPAddress"}]}
#     rule = {"displayName": ..., "enabled": True, "severity": "Medium", "query": spray,
#             "queryFrequency": ..., "queryPeriod": ..., "entityMappings": [ip]}
#     tenant.sentinel.alert_rules.put("password-spray", rule, "Scheduled")
#
# Both attacks lie a day or two back. The first run of a custom detection reaches them at any frequency, because it checks 30
# days (fact `customdet-17`). Later runs look back as far as the frequency says (fact `customdet-06`). An analytics rule looks
# back as far as its own period, up to 14 days (fact `customdet-16`; the page words its limits confusingly). Choose one that
# reaches the spray. Then let a quarter of an hour pass, because the incidents still have to travel.

# %%
# Create both rules here, then advance the clock.
# solution
ip = {"entityType": "IP", "fieldMappings": [{"identifier": "Address", "columnName": "IPAddress"}]}
rule = {"displayName": "Password spray", "enabled": True, "severity": "Medium", "query": spray,
        "queryFrequency": "P1D", "queryPeriod": "P2D", "entityMappings": [ip]}  # fmt: skip
tenant.detections.create("Recovery destroyed", recovery, frequency="PT24H", severity="high")
tenant.sentinel.alert_rules.put("password-spray", rule, "Scheduled")
tenant.advance(minutes=15)

# %%
lab.check("L7-live", tenant)

# %%
tenant.sentinel.incidents().head(3)[["Number", "Title", "Severity", "Alerts", "Provider", "Created"]]

# %% [markdown] tags=["solution"]
# Both are in one queue, and both say *Microsoft XDR*: after onboarding, that is the provider of every incident (fact
# `sync-27`). Six events made six alerts, one for each as always in this tenant, and one incident. The spray made one alert for
# all of its sources; in the practice tenant that is how a rule groups its results unless it says otherwise.
#
# The period of the second rule is longer than its frequency. Tomorrow's run would find the same spray again. For production,
# let the period exceed the frequency by the usual delay only, and keep rows whose `ingestion_time()` is new. Suppression would
# silence a second spray, too.

# %%
lab.quiz("L7-reach-back")

# %% [markdown]
# ## What a good analyst writes down
#
# * **What it finds**, in one sentence that names behaviour, and the technique: inhibit system recovery; password spraying.
# * **What was measured**: precision and recall, on which data, over which range. "Six of six, no false positive in 30 days."
# * **What was excluded, and why**: the program, its command, who confirmed it, and when the exclusion is looked at again.
# * **What it cannot see**: a backup that is deleted through its own console; a spray slower than the window.
# * **Who answers it**: the first three steps for whoever is on duty.
#
# In the interview:
#
# * **Weak:** "I would alert on `vssadmin`."
# * **Good:** names the noise before being asked, excludes narrowly, and gives figures.
# * **Senior:** says where the rule runs and why, what that costs in ingestion, and how it is tested before and after a change.
#
# ## Summary
#
# In this lab you saw: a rule is a claim that can be measured; recall without precision floods a queue; an exclusion is as narrow as
# the noise; a threshold needs a window; and a rule that holds on one tenant may not hold on the next.
#
# Next: [L8 From an alert to an executive summary](L8-capstone.ipynb).
