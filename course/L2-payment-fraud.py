# %% [markdown]
# # L2 From a phishing mail to payment fraud
#
# After this lab you can take an incident from the Sentinel queue and say in six findings what happened. You close it properly
# in both products, and hand over a report that somebody can act on.
#
# | | |
# |---|---|
# | **Level** | junior to mid |
# | **Time to learn** | 60 minutes |
# | **Needs** | lessons 04 and 05 |
# | **Graded on** | six findings, the classification, a report |
# | **Facts checked on** | 23 November 2026 |
#
# ## The brief
#
# It is Tuesday, 3 November, 08:00. The finance director calls. A partner says that it was asked to pay an invoice into another account, and
# asks whether the request is real. Nobody has paid yet. You are on duty in the Sentinel queue, and these are your constraints:
#
# * you have the Log Analytics workspace and Sentinel, and no access to the Defender portal this morning;
# * every finding needs a log row that shows it, because the partner's lawyers will read your report;
# * one incident is yours. Whatever else looks bad in the queue belongs to somebody else.
#
# Two questions before you start, not graded.

# %%
import pivotlab as lab

lab.quiz("L2-allowed-click")

# %%
lab.quiz("L2-close-as")

# %% [markdown]
# ## Setup

# %%
tenant = lab.open_tenant()

import msticpy as mp
from msticpy.context.azure import MicrosoftSentinel

sentinel = MicrosoftSentinel()
sentinel.connect()
workspace = mp.QueryProvider("MSSentinel")
workspace.connect()
workspace.query_time.set_time(tenant.last(days=30))

# %% [markdown]
# ## The queue
#
# `list_incidents` of msticpy 3.0.2 asks for fifty incidents unless you say how many, as in `params={"$top": 200}`, and follows
# no further page. So ask the table, which has a row for each change; the newest row of each number is the incident (fact
# `sync-30`).

# %%
queue = workspace.exec_query("""
SecurityIncident
| summarize arg_max(LastModifiedTime, *) by IncidentNumber
| extend Alerts = array_length(AlertIds)
| project IncidentNumber, IncidentName, Title, Severity, Status, Alerts, CreatedTime
| order by Alerts desc, IncidentNumber asc
""")
print(len(sentinel.list_incidents()), "from the API, fifty at most,", len(queue), "in the table")

# %%
queue[queue["Severity"] == "High"].head(8)[["IncidentNumber", "Title", "Alerts", "CreatedTime"]]

# %% [markdown]
# One of them began with access to mail and credentials of one user, on 27 October. Take it, by its name, which the API needs. What
# does it consist of?

# %%
case = queue.loc[queue["Title"].str.contains("Credential access on one user"), "IncidentName"].iloc[0]
alerts = workspace.SecurityAlert.list_alerts()
mine = alerts[alerts["SystemAlertId"].isin([alert["ID"] for alert in sentinel.get_incident(case, alerts=True)["Alerts"][0]])]
mine[["StartTimeUtc", "AlertDisplayName", "ProductName"]]

# %% [markdown]
# Five alerts of four products in a day. The entities are where you begin:

# %%
for kind, found in sentinel.get_entities(case)[:8]:
    print(f"{kind:17} {found['friendlyName']}")

# %% [markdown]
# ## Who, and how many
#
# **Finding 1.** Whose session was stolen? The alert *Anomalous Token* is the one about a session. Hand in the user principal name.

# %%
victim = ...
# solution
victim = workspace.exec_query("""
AlertEvidence | where Title == "Anomalous Token" and EntityType == "User" | distinct AccountUpn
""").iat[0, 0]

# %%
lab.check("L2-victim", victim)

# %% [markdown]
# **Finding 2.** How many people received the mail that began it? They all have to be told today.

# %%
recipients = ...
# solution
recipients = workspace.exec_query("""
EmailEvents
| where Subject == "Remittance advice October: shared document awaiting your review"
| summarize People = count_distinct(RecipientEmailAddress)
""").iat[0, 0]

# %%
lab.check("L2-recipients", recipients)

# %% [markdown]
# ## The session
#
# **Finding 3.** The page relayed the victim's sign-in, second factor included. From which address? Read the successful sign-ins of
# the victim on that morning, and mind the device.

# %%
proxy = ...
# solution
proxy = workspace.exec_query(f"""
SigninLogs
| where UserPrincipalName == "{victim}" and ResultType == "0" and RiskLevelDuringSignIn != "none"
| top 1 by TimeGenerated asc
| project IPAddress
""").iat[0, 0]

# %%
lab.check("L2-proxy-address", proxy)

# %% [markdown]
# **Finding 4.** Which folders did the stolen session open, and when first? This one is a query, graded here and on a second
# tenant where everybody has another name. Columns: `Folder` and `FirstRead`.

# %%
folders = ...
# solution
folders = """
let Stranger = OfficeActivity
  | where Operation == "New-InboxRule" and Parameters has "RSS Subscriptions"
  | distinct ClientIP;
OfficeActivity
| where Operation == "MailItemsAccessed" and ClientIP in (Stranger)
| summarize FirstRead = min(TimeGenerated) by Folder = tostring(parse_json(Folder).Path)
"""

# %%
lab.check("L2-folders", folders)

# %%
lab.quiz("L2-reset-password")

# %% [markdown]
# ## The fraud
#
# **Finding 5.** Who was asked to pay? Somebody has to phone them. Use the number in the contract, not the one in a mail.

# %%
asked = ...
# solution
asked = workspace.exec_query("""
EmailEvents
| where EmailDirection == "Outbound" and Subject has "updated bank details"
| distinct RecipientEmailAddress
""").iat[0, 0]

# %%
lab.check("L2-asked-to-pay", asked)

# %% [markdown]
# **Finding 6.** The lure was removed from all mailboxes. How many minutes after its delivery? The director will ask why nothing
# stopped it.

# %%
delay = ...
# solution
delay = workspace.exec_query("""
let Lure = EmailEvents | where Subject == "Remittance advice October: shared document awaiting your review";
let Sent = toscalar(Lure | summarize min(TimeGenerated));
EmailPostDeliveryEvents
| where NetworkMessageId in ((Lure | project NetworkMessageId))
| summarize Minutes = datetime_diff("minute", min(TimeGenerated), Sent)
""").iat[0, 0]

# %%
lab.check("L2-purge-delay", delay)

# %% [markdown]
# ### The story on one page
#
# One mark for each alert, at the time of what it is about. A report reader looks at this first.

# %% jupyter={"source_hidden": true}
from matplotlib import pyplot as plt

drawing, axes = plt.subplots(figsize=(9, 2.6))
story = mine.sort_values("StartTimeUtc", ascending=False)
axes.plot(story["StartTimeUtc"], story["AlertDisplayName"].str.slice(0, 48), "o", markersize=8)
axes.grid(axis="x", alpha=0.4)
drawing.autofmt_xdate()
alt = "Five alerts over time: click, token, inbox rule and removal on 27 October between 09 and 13 hours; the fraud mail on 28 October at 08:47."
lab.figure(drawing, alt=alt, caption="From the lure to the request for payment takes less than a day.")

# %% [markdown]
# ## The classification
#
# Close the incident through msticpy, as you would on a real workspace. Three habits: say the severity again, because msticpy 3.0.2
# sends title and status by itself and the severity not; say a classification; and comment before you close. New comments travel to the other portal (fact
# `sync-11`). One thing cannot travel: Sentinel has no determinations. In this tenant a true positive that comes from there is
# `other` in Defender, which is our choice; set the determination there if you report it.
#
#     sentinel.post_comment(case, "...")
#     sentinel.update_incident(case, {"status": ..., "severity": ..., "classification": ..., "classificationReason": ...})

# %%
# Comment and close here.
# solution
sentinel.post_comment(case, f"Session of {victim} stolen by a relaying phishing page; {asked} asked to pay. Nobody has paid.")
verdict = {"status": "Closed", "severity": "High", "classification": "TruePositive", "classificationReason": "SuspiciousActivity"}
sentinel.update_incident(case, verdict)
tenant.advance(minutes=1)

# %%
lab.check("L2-closed", tenant)

# %%
twin = tenant.defender.incident(tenant.sentinel.get(case).provider_incident_id)
print("Defender says:", twin.status, twin.classification, twin.determination, "  comments:", len(twin.comments))

# %% [markdown]
# ## The report
#
# Write it first, below or on paper: ten sentences at most, for a finance director. Then open the card, compare with the key points
# and the three model answers, and rate yourself on the rubric.

# %%
lab.quiz("L2-report")

# %% [markdown]
# ## What a good analyst writes down
#
# * **The findings with their rows**: table, time in UTC, the key. "OfficeActivity, 27 October 10:43, New-InboxRule".
# * **What was done, and when**: sessions revoked, rule removed, password reset, partner phoned. The rule outlives every one of the
#   others, so it is named on its own.
# * **The scope, with its limit**: "Five recipients, two clicks, one session, in the 30 days that were looked at."
# * **What is still open**: whether anything was read that the law makes you report, and who decides that.
#
# In the interview:
#
# * **Weak:** "It was phishing, I closed it." One alert, no session, no fraud.
# * **Good:** walks from the mail to the money, and names the row for each step.
# * **Senior:** says what the classification loses on its way, what would have stopped the session, and what it costs.
#
# ## Summary
#
# In this lab you saw: the queue is a table of changes; entities are where a case begins; a stolen session is revoked, not
# waited for; the classification travels and loses detail; and a report is read by somebody who was not there.
#
# Next: [L3 Ransomware on a timeline](L3-ransomware.ipynb).
