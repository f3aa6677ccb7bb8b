# %% [markdown]
# # L3 Ransomware on a timeline
#
# After this lab you can read a process tree, find the first device, say how far an attacker got and what stopped the encryption. You
# can tell it as a timeline, which is how an interviewer wants to hear it.
#
# | | |
# |---|---|
# | **Level** | mid |
# | **Time to learn** | 60 minutes |
# | **Needs** | lesson 05 |
# | **Graded on** | process tree, patient zero, scope |
# | **Facts checked on** | 23 November 2026 |
#
# ## The brief
#
# Monday, 2 November, at night: files on a file server are renamed, a minute later it stops. By morning everybody has an opinion. The
# managing director wants to know from you, by ten o'clock, where it began, how far it got, and whether it is over. Constraints:
#
# * the device and identity tables of advanced hunting, thirty days of them (fact `retention-01`);
# * no device may be restarted or cleaned before it is on your list, because evidence is lost with it;
# * "probably" is allowed once in your summary, and has to be marked.
#
# Two questions before you start, not graded.

# %%
import pivotlab as lab

lab.quiz("L3-parent-number")

# %%
lab.quiz("L3-scope")

# %% [markdown]
# ## Setup

# %%
tenant = lab.open_tenant()

import msticpy as mp

hunting = mp.QueryProvider("M365DGraph")
hunting.connect()
hunting.query_time.set_time(tenant.last(days=30))

# %% [markdown]
# ## Where it began
#
# Begin where everybody looks, and go backwards. The incident's alerts with their devices, oldest first:

# %%
alerts = hunting.exec_query("""
AlertInfo
| where Timestamp between (datetime(2026-10-30) .. datetime(2026-11-02 03:00)) and ServiceSource == "Microsoft Defender for Endpoint"
| join kind=inner (AlertEvidence | where EntityType == "Machine" | project AlertId, DeviceName) on AlertId
| summarize Alerts = dcount(AlertId), First = min(Timestamp) by DeviceName
| order by First asc
""")
alerts

# %% [markdown]
# Five devices. Not all of them belong to this case, and alerts alone do not say which. Who signed in to the file servers in that
# night?

# %%
hunting.exec_query("""
DeviceLogonEvents
| where Timestamp between (datetime(2026-11-02 01:00) .. datetime(2026-11-02 03:00)) and DeviceName startswith "ch-fs"
| project Timestamp, DeviceName, AccountName, RemoteDeviceName, FailureReason
| order by Timestamp asc
""")

# %% [markdown]
# A laptop signs in to two file servers at night. **Finding 1.** On which device did it begin? Make sure of it: what happened there on
# the Friday before?

# %%
first = ...
# solution
first = hunting.exec_query("""
DeviceEvents | where ActionType == "CreateRemoteThreadApiCall" | distinct DeviceName
""").iat[0, 0]

# %%
lab.check("L3-patient-zero", first)

# %% [markdown]
# ## The process tree
#
# A process has a number, and its parent's number stands beside it. Numbers are used again, and only mean something on one device. A worked
# example: everything that Word started on that Friday, each process under its parent.

# %%
tree = hunting.exec_query("""
DeviceProcessEvents
| where Timestamp between (datetime(2026-10-30 10:55) .. 17m) and DeviceId in ((
    DeviceProcessEvents | where InitiatingProcessFileName =~ "WINWORD.EXE" and FileName =~ "cmd.exe" | distinct DeviceId))
| order by Timestamp asc
""")


def show(parent, depth=0):
    for row in tree[tree["InitiatingProcessId"] == parent].itertuples():
        print("   " * depth + f"{row.Timestamp:%H:%M:%S}  {row.ProcessCommandLine[:70]}")
        show(row.ProcessId, depth + 1)


show(tree.loc[tree["FileName"] == "WINWORD.EXE", "ProcessId"].iloc[0])

# %% [markdown]
# Read it from above. A document starts a shell, the shell an HTML application, that an encoded PowerShell, that a DLL, and the DLL
# starts `wermgr.exe`, a program of Windows itself. From then on everything is a child of `wermgr.exe`. msticpy draws
# the same tree; hover over a box for the command line.

# %% tags=["nbval-ignore-output"]
drawn = tree.mp_plot.process_tree(legend_col="FileName")

# %% [markdown]
# The tree does not say why a program of Windows asks for domain administrators. An event does: a thread was created in it from
# outside. That is injection. **Finding 2**, a query: which programs did the injected process start, how often, and when first?
# Columns `FileName`, `Times` and `First`; no name in it, for it is graded on a second tenant. In production join on `InitiatingProcessCreationTime` too, because
# over thirty days a device uses a number again.

# %%
children = ...
# solution
children = """
DeviceEvents
| where ActionType == "CreateRemoteThreadApiCall"
| project DeviceId, Injected = ProcessId
| join kind=inner DeviceProcessEvents on DeviceId, $left.Injected == $right.InitiatingProcessId
| summarize Times = count(), First = min(Timestamp) by FileName
"""

# %%
lab.check("L3-children", children)

# %%
lab.quiz("L3-read-the-tree")

# %% [markdown]
# ## The way to the servers
#
# **Finding 3.** The user of the laptop has no rights on servers. Whose credentials were used there?

# %%
account = ...
# solution
account = hunting.exec_query(f'DeviceLogonEvents | where RemoteDeviceName == "{first}" | distinct AccountName').iat[0, 0]

# %%
lab.check("L3-credentials", account)

# %% [markdown]
# A device says what it saw itself. A second witness is the domain controller, in the identity tables (fact `tables-03`): who
# asked it, from a laptop, in the first hours of that Monday?

# %%
hunting.exec_query("""
IdentityLogonEvents
| where Timestamp between (datetime(2026-11-02 00:00) .. 4h) and DeviceName startswith "ch-lt"
| project Timestamp, AccountName, Protocol, DeviceName, DestinationDeviceName
| order by Timestamp asc
""")

# %% [markdown]
# Each sign-in to a file server has its ticket, about a second before. Two products, one story.
#
# **Finding 4.** How many full hours lie between the theft of the credentials and their first use? It is the most useful number in the
# whole report: the time in which somebody could have acted.

# %%
hours = ...
# solution
hours = hunting.exec_query(f"""
let Theft = toscalar(DeviceEvents | where ActionType == "OpenProcessApiCall" and FileName =~ "lsass.exe" | summarize min(Timestamp));
DeviceLogonEvents
| where RemoteDeviceName == "{first}"
| summarize Hours = toint((min(Timestamp) - Theft) / 1h)
""").iat[0, 0]

# %%
lab.check("L3-reaction-hours", hours)

# %% [markdown]
# ## The scope
#
# **Finding 5.** On which devices was the attacker? Hand in a list. **Finding 6.** On which device was the encryption stopped while it ran?

# %%
devices, stopped = ..., ...
# solution
devices = [first] + hunting.exec_query(f"""
DeviceLogonEvents | where ActionType == "LogonSuccess" and RemoteDeviceName == "{first}" | distinct DeviceName
""")["DeviceName"].tolist()
stopped = hunting.exec_query("""
DeviceEvents | where ActionType == "AntivirusDetection" and AdditionalFields has "WasExecutingWhileDetected" | distinct DeviceName
""").iat[0, 0]

# %%
lab.check("L3-devices", devices)

# %%
lab.check("L3-stopped", stopped)

# %% [markdown]
# ### The night in one picture
#
# Five kinds of event tell the end: sign-ins, the cleared security log, renamed files, the detection, and the logon that failed.

# %%
from matplotlib import pyplot as plt

night = hunting.exec_query("""
let Night = datetime(2026-11-02 01:30);
union
  (DeviceLogonEvents | where RemoteDeviceName startswith "ch-lt6815" | extend What = strcat("logon, ", iff(ActionType == "LogonFailed", "failed", "success"))),
  (DeviceEvents | where ActionType == "SecurityLogCleared" | extend What = "security log cleared"),
  (DeviceFileEvents | where ActionType == "FileRenamed" and FileName endswith ".locked" | extend What = "file renamed"),
  (DeviceEvents | where ActionType == "AntivirusDetection" and FileName endswith ".exe" | extend What = "antivirus detection")
| where Timestamp between (Night .. 2h) | project Timestamp, What | order by Timestamp desc
""")
drawing, axes = plt.subplots(figsize=(9, 2.4))
axes.plot(night["Timestamp"], night["What"], "o", markersize=6)
alt = "From 01:36 two logons and a third at 02:10, log cleared 02:12, files renamed from 02:28 to 02:29, detection 02:29, a failed logon 02:31."
lab.figure(drawing, alt=alt, caption="Fifty-five minutes from the first server to the account that no longer works.")

# %% [markdown]
# Sixty files were renamed in about half a minute. Then the antivirus ended the program, and two minutes later the same account failed on
# the second server; `FailureReason` says `AccountDisabled`. Both are yours to say with their rows; what would have happened without them is the one
# "probably" that you may use.

# %%
lab.quiz("L3-is-it-over")

# %% [markdown]
# ## What a good analyst writes down
#
# * **One line for each step**: time in UTC, device, account, table, what happened. The order is the argument.
# * **Patient zero and why**: not "the first alert" but "the injection, from which every later logon comes".
# * **Scope by reach, not by damage**: four devices and two accounts, with nothing encrypted on three of the devices.
# * **What stopped it, in order**: the detection on the device, then the disabled account. Neither helps the deleted backups.
# * **The missed chance**: an alert of high severity about `lsass.exe` stood in the queue from Friday afternoon.
#
# In the interview:
#
# * **Weak:** names the ransomware family.
# * **Good:** goes backwards from the encryption by logons, then forwards from the document by the process tree.
# * **Senior:** gives the reaction time, says which control worked by design and which by luck, and what is still unknown.
#
# ## Summary
#
# In this lab you saw: process numbers need their device; an injection explains what a tree cannot; the scope is where the attacker signed
# in, not where files are encrypted; and a reaction time says more than a list of indicators.
#
# Next: [L4 Break the sync](L4-break-the-sync.ipynb).
