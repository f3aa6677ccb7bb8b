# %% [markdown]
# # L8 Capstone: from an alert to an executive summary
#
# After this lab you have a case of your own to talk about: found, measured, drawn, written up for people who decide, and presented
# in five minutes. It is the story to tell when somebody asks what you have done so far.
#
# | | |
# |---|---|
# | **Level** | mid to senior |
# | **Time to learn** | 90 minutes, against the clock |
# | **Needs** | lessons 00 to 06, labs L2 and L3 |
# | **Graded on** | five findings, and a rubric for the summary |
# | **Facts checked on** | 23 November 2026 |
#
# ## The brief
#
# An alert about a large download has stood in the queue for days. This morning the head of Sales says that a key account manager
# handed in the notice on Friday. The managing director, the head of Human Resources and a lawyer want to hear from you at noon.
# Constraints:
#
# * a person's job depends on what you say, so each sentence rests on a log row, and what is not proven is not said;
# * two people at most know the name before the meeting, so the case is not discussed in the open channel;
# * five minutes, one picture, no screenshots of a portal.
#
# | minutes | what |
# |---|---|
# | 0 to 10 | the alert, and whose it is |
# | 10 to 50 | five findings |
# | 50 to 60 | the picture |
# | 60 to 80 | the summary |
# | 80 to 90 | present it aloud, once, with a watch |
#
# One question before you start, not graded.

# %%
import pivotlab as lab

lab.quiz("L8-first-sentence")

# %% [markdown]
# ## Setup

# %%
tenant = lab.open_tenant()

import msticpy as mp

hunting = mp.QueryProvider("M365DGraph")
hunting.connect()
hunting.query_time.set_time(tenant.last(days=30))

# %% [markdown]
# ## The alert
#
# One incident, three alerts, two products. Medium severity, which is why nobody has looked.

# %%
case = next(record for record in tenant.defender.records if "exfiltration" in record.display_name)
tenant.defender.alerts(case.id)[["Title", "Severity", "Created"]]

# %%
entities = hunting.exec_query("""
AlertInfo
| where Title has "Mass download" or Title has "'Customer data'"
| join kind=inner AlertEvidence on AlertId
| where EntityType in ("User", "Machine", "File", "Url")
| distinct EntityType, AccountUpn, DeviceName, FileName, RemoteUrl
| order by EntityType asc
""")
user = entities["AccountUpn"].max()
entities

# %% [markdown]
# A user, a laptop, an archive and a web address. Policies matched a label, and no more: that this is customer data, and how much of it, is
# for you to show.
#
# ## What left the site
#
# **Finding 1**, a query. Is the number of downloads unusual? Not "many", but against everybody else. Columns `UserId`, `Day` and
# `Files`, for every day on which somebody downloaded twenty or more different files.

# %%
mass_download = ...
# solution
mass_download = """
OfficeActivity
| where Operation == "FileDownloaded"
| summarize Files = count_distinct(OfficeObjectId) by UserId, Day = bin(TimeGenerated, 1d)
| where Files >= 20
"""

# %%
lab.check("L8-mass-download", mass_download)

# %% [markdown]
# What is usual? One line of numbers belongs in the report beside yours:

# %%
days = hunting.exec_query("""
OfficeActivity
| where Operation == "FileDownloaded"
| summarize Files = count_distinct(OfficeObjectId) by UserId, Day = bin(TimeGenerated, 1d)
""")
days["Files"].value_counts().sort_index()

# %% [markdown]
# Nearly every day of nearly everybody has one file. The second largest number in a month is small, and the largest stands alone. That
# is a sentence a lawyer can use.
#
# ## What left the device
#
# **Finding 2.** What is the archive called into which the files were packed? **Finding 3.** How many whole megabytes does the
# firewall count for the upload? The endpoint knows a name, the firewall knows an amount.

# %%
archive, megabytes = ..., ...
# solution
archive = hunting.exec_query("""
DeviceFileEvents
| where ActionType == "FileCreated" and InitiatingProcessCommandLine has_all ("Downloads", "Customer")
| distinct FileName
""").iat[0, 0]
megabytes = tenant.logs("CommonSecurityLog | top 1 by SentBytes desc | project toint(SentBytes / 1000000)").iat[0, 0]

# %%
lab.check("L8-archive", archive)

# %%
lab.check("L8-megabytes", megabytes)

# %% [markdown]
# **Finding 4.** A second copy went to a stick. Which one? **Finding 5.** How many minutes lie between the first download of the
# evening and that copy?

# %%
stick, minutes = ..., ...
# solution
stick = hunting.exec_query(f"""
DeviceFileEvents
| where FileName == "{archive}" and FolderPath startswith "E:"
| project DeviceId, Copied = Timestamp
| join kind=inner (DeviceEvents | where ActionType == "UsbDriveMounted") on DeviceId
| where Timestamp <= Copied and Timestamp > Copied - 10m
| project Serial = tostring(parse_json(AdditionalFields).SerialNumber)
""").iat[0, 0]
copied = hunting.exec_query(f'DeviceFileEvents | where FileName == "{archive}" | summarize Copied = max(Timestamp)').iat[0, 0]
begin = tenant.hunt(f'OfficeActivity | where Operation == "FileDownloaded" and UserId == "{user}"')["TimeGenerated"]
minutes = int((copied - begin[begin > "2026-10-29 17:00Z"].min()).total_seconds() // 60)

# %%
lab.check("L8-stick", stick)

# %%
lab.check("L8-minutes", minutes)

# %% [markdown]
# ### The picture
#
# One line for each way, one mark for each event, and nothing else. It has to be understood from the far end of the table.

# %%
from matplotlib import pyplot as plt

evening = tenant.hunt(f"""
let Evening = datetime(2026-10-29 17:30);
union
  (OfficeActivity | where Operation == "FileDownloaded" and UserId == "{user}" | extend Timestamp = TimeGenerated, Step = "download"),
  (DeviceFileEvents | where FileName endswith ".7z" | extend Step = iff(FolderPath startswith "E:", "stick", "archive")),
  (CommonSecurityLog | where SentBytes > 100000000 | extend Timestamp = TimeGenerated, Step = "upload")
| where Timestamp between (Evening .. 90m) | project Timestamp, Step | order by Timestamp desc
""")
drawing, axes = plt.subplots(figsize=(9, 2.2))
axes.plot(evening["Timestamp"], evening["Step"], "o", markersize=6)
alt = "29 October: downloads from 17:48 to 18:14, the archive at 18:23, the upload at 18:30, the copy on a stick at 18:36."
lab.figure(drawing, alt=alt, caption="Forty-eight minutes, from the customer site to a stick.")

# %% [markdown]
# ## What does not belong in it
#
# The same laptop visited a site with vacancies during the weeks before. It is tempting: a motive, on a plate. How many others
# did so? And how many devices use the store to which the archive went?

# %%
for host in ("careers.harbourjobs.example", "dl.filedrop.example"):
    visited = tenant.hunt(f'DeviceNetworkEvents | where RemoteUrl == "{host}" | summarize Devices = count_distinct(DeviceName)')
    print(f"{host:28} {visited.iat[0, 0]} devices in 30 days")

# %% [markdown]
# A motive that so many share explains nobody. Looking for work is no offence, and monitoring it may be one; the lawyer in the room
# knows. The store is used by many, too, so the address is no proof either. The archive, its contents and its size are.

# %%
lab.quiz("L8-leave-out")

# %% [markdown]
# ## The executive summary
#
# Write it now, one page, before you open the card. What happened, how sure you are, what it means, what was done, what has to be
# decided. Then compare with the key points and the model answers, and rate yourself on the rubric.

# %%
lab.quiz("L8-summary")

# %% [markdown]
# ## Present it
#
# Stand up, start a clock, five minutes. Then go through the list, and do it once more.
#
# * [ ] The first sentence says what happened and how sure you are.
# * [ ] The name is said once, and only if everybody in the room may know it.
# * [ ] One picture, explained in three sentences: axis, lines, message.
# * [ ] Each figure has its source: site log, endpoint, firewall.
# * [ ] You said what you did not look at, and what would change your mind.
# * [ ] You asked for decisions, by name and date, and stopped talking.
# * [ ] Four minutes and a half, so that a question fits.
#
# Three questions that will come. Answer each in two sentences:
#
# 1. "Could somebody else have used the laptop?"
# 2. "Why did nothing stop it?"
# 3. "Are you sure that the files are gone, or only that they were copied?"

# %%
lab.quiz("L8-somebody-else")

# %% [markdown]
# ## What a good analyst writes down
#
# * **Two documents.** One page for those who decide; the rows, queries and times for those who check.
# * **The chain**: who exported which rows, when, and where they lie. Defender's hunting tables age out after 30 days (fact
#   `retention-01`), the workspace's after their own retention. Export before the meeting.
# * **Proven, likely, unknown**, in three lists. That the stick left the building is unknown.
# * **No adjectives.** "64 files, 412 megabytes, 48 minutes" needs none.
#
# In the interview:
#
# * **Weak:** retells the alerts in their order.
# * **Good:** says what is proven and by which log, and compares with what is usual.
# * **Senior:** knows what to leave out, whom to tell in which order, and asks for a decision.
#
# ## Summary
#
# In this lab you saw: a number needs its comparison; two products each know half; a motive is no evidence; and a summary is written for a
# decision.
#
# Next: a mock interview, `lab.interview(level="mid", minutes=20)`, with this case as your example.
