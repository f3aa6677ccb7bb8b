# %% [markdown]
# # 00 Start here
#
# In a minute you will look at an attack in a tenant of your own. After this lesson you can tell in one breath what feeds what.
# You know where your own gaps are, and which path through the course fits the time you have.
#
# | | |
# |---|---|
# | **Level** | everybody |
# | **Time to learn** | 15 minutes |
# | **Needs** | nothing; if you can read Python and a little KQL, all the better |
# | **Article section** | Understanding the Defender XDR and Sentinel Synergy in 2026 |
# | **Facts checked on** | 23 November 2026 |

# %% [markdown]
# ## How to use a notebook
#
# Click a cell and press **Shift+Enter** to run it; the next one is selected. Numbers and outputs are there already, from a run of
# ours, so that you can read a lesson before you work through it. Run the cells in order all the same: what one prepares, the next needs. A
# question is plain text until you run its cell; then it becomes a card with buttons. While a cell works, a star stands in
# place of its number; signing in takes a few seconds. A cell that only draws is folded away: click its three dots to read it.
#
# Whatever you change is saved in the folder `my-work`, and no update writes over it. Should a lesson be beyond repair, type
# `python start.py reset 00` in a terminal: your version is put aside, and a fresh one is laid out.
#
# Something odd? Type `python start.py doctor`. It looks at this machine and ends each line that is not `ok` with what to type:
#
#     ok    every package is as requirements.txt pins it
#     mend  42 MB free on the disk; free 158 MB or more
#     ok    HTTPS works on 127.0.0.1
#
# This course follows an article of April 2026, *Mastering Defender XDR to Sentinel Integration*, section by section. Where the
# article is outdated, the lesson says so and cites a fact, such as (fact `sync-03`). Its page and its date are
# one command away: `python start.py facts sync-03` in a terminal, or `!pivotlab facts sync-03` in a cell of your own.

# %% [markdown]
# ## What you already know
#
# Six questions before anything is explained. Nobody grades them; they draw the map at the end of this lesson. Choose,
# press **Check answer**, and read the feedback. Keys work too: Tab, arrows, Space, Enter.

# %%
import pivotlab as lab

lab.quiz("00-who-groups")

# %%
lab.quiz("00-active-new")

# %%
lab.quiz("00-what-is-free")

# %%
lab.quiz("00-azure-portal-date")

# %%
lab.quiz("00-creation-rules")

# %%
lab.quiz("00-hunting-direction")

# %% [markdown]
# ## Your tenant
#
# The company is Contoso Harbour. It runs **Microsoft Defender XDR**, which sees devices, identities, mail and cloud apps, raises
# alerts and groups them into incidents. It also runs **Microsoft Sentinel**, which sits on a Log Analytics workspace and takes
# in whatever somebody connects to it. Between them stands a **connector**. Most interview questions are about that line.

# %%
tenant = lab.open_tenant()
tenant

# %% [markdown]
# This is practice, and three things differ from a real tenant:
#
# * **Time stands still** until you move it. `tenant.advance(minutes=10)` lets alerts arrive and changes travel.
# * **It is offline.** The server listens on this machine only. Nothing leaves it.
# * **It follows the documentation.** Where the documentation is silent, the tenant had to choose, and says "our choice".

# %% [markdown]
# ## The first look
#
# msticpy is Microsoft's Python library for security analysts. It does not know that this tenant is not the cloud. Sign in as
# you would at work, and ask Sentinel for its incidents.

# %%
import pandas as pd
from msticpy.context.azure import MicrosoftSentinel

pd.options.display.max_colwidth = 90  # pandas cuts texts at 50 characters, and titles are longer
sentinel = MicrosoftSentinel()
sentinel.connect()
incidents = sentinel.list_incidents()
columns = ["properties.incidentNumber", "properties.title", "properties.severity", "properties.status"]
serious = incidents[incidents["properties.severity"] == "High"]
serious[columns].sort_values("properties.incidentNumber").rename(columns=lambda name: name.removeprefix("properties."))

# %% [markdown]
# Sentinel did not make these. Each was grouped in Defender XDR from its products' alerts, and travelled here.
# `providerIncidentId` in the next cell shows it: under that number, Defender knows the same incident. The provider name proves
# less, because after onboarding every incident carries it (fact `sync-27`).

# %%
phishing = incidents[incidents["properties.title"].str.contains("Initial access & Credential access")].iloc[0]
keys = ["properties.providerName", "properties.providerIncidentId", "properties.additionalData.alertsCount"]
phishing[keys].rename(lambda name: name.split(".")[-1]).to_frame("value")

# %% [markdown]
# Now ask Defender about it: the same incident, under Defender's own number. It names its alerts. Advanced hunting, Defender's query
# service, says more about each. Which products saw a part of this attack?

# %%
import msticpy as mp

hunting = mp.QueryProvider("M365DGraph")
hunting.connect()
alerts = tenant.defender.alert_records(phishing["properties.providerIncidentId"])
hunting.exec_query(f"""
AlertInfo
| where AlertId in ({", ".join(f"'{alert.id}'" for alert in alerts)})
| project Timestamp, Title, ServiceSource, Severity
| order by Timestamp asc
""")

# %% [markdown]
# Five alerts from four sources, one story. Somebody clicked a link in a mail, and a sign-in session was stolen. A mailbox rule hides
# the replies. The mails of the lure were removed, too late. The next morning somebody asks a partner to pay into another account.
# Lesson 05 takes you through every step of it.
#
# > **Interview tip.** Asked why one would connect the two products, weak answers list product names. Good answers tell a story
# > such as this one, and say which part of it each product could not have seen alone.

# %% [markdown]
# ## Your map
#
# Here is what your six answers say, by topic: first in words, then as a picture. Both grow with every quiz, check and review.
# A topic without an answer is not a gap yet; a wrong answer is.

# %% tags=["nbval-ignore-output"]
lab.progress()

# %% tags=["nbval-ignore-output"]
lab.progress().chart()

# %% [markdown]
# | your gap | lesson |
# |---|---|
# | who groups alerts, what is free | [03](03-data-flow.ipynb) |
# | Active, New and the other translations | [04](04-incident-sync.ipynb) |
# | which product can query which | [05](05-advanced-hunting.ipynb) |
# | creation rules, titles, automation | [06](06-rules.ipynb) |
# | the portals and their dates | [02](02-connector-setup.ipynb), [09](09-best-practices.ipynb) |

# %% [markdown]
# ## Your path
#
# | you have | do this |
# |---|---|
# | **45 minutes** before an interview | the six questions above (10), the [seven questions of the article](10-mock-interview.ipynb) aloud (25), then `lab.interview(level="junior", minutes=10)` |
# | **two hours** | lessons [04](04-incident-sync.ipynb) and [05](05-advanced-hunting.ipynb) with their exercises, the seven questions, an interview |
# | **all of it**, two weeks | a lesson a day in order, a lab on every second day and the rest at the end, `lab.review()` every morning, an interview at the end of each week |
#
# Every lesson ends with an interview question, and says what a weak, a good and a senior answer sounds like.
#
# | lesson | you will |
# |---|---|
# | 00 Start here | have a first look, find your gaps, choose a path |
# | [01 Two products, one attack](01-synergy.ipynb) | find one attack from the XDR side, then what only the SIEM adds |
# | [02 Setting up the connector](02-connector-setup.ipynb) | connect by both routes, break it, mend it, prove that data flows |
# | [03 Data flow](03-data-flow.ipynb) | follow one alert with the clock, from product to workspace |
# | [04 Incident synchronisation](04-incident-sync.ipynb) | edit on both sides and see what is lost |
# | [05 Hunting in both platforms](05-advanced-hunting.ipynb) | walk from an alert to the raw events |
# | [06 Creation rules, automation, detections](06-rules.ipynb) | see duplicates arise, and write rules of your own |
# | [07 Defender for Cloud](07-defender-for-cloud.ipynb) | fill the empty incident, and read a second vendor |
# | [08 Use cases](08-use-cases.ipynb) | order a queue, investigate, automate, and see a rule do harm |
# | [09 Best practices](09-best-practices.ipynb) | review a deployment that looks healthy |
# | [10 Mock interview](10-mock-interview.ipynb) | answer the seven questions, be interviewed, plan what to repeat |
#
# | lab | graded on |
# |---|---|
# | [L1 Connect it](../labs/L1-connect-it.ipynb) | the state of the tenant, under three sets of constraints |
# | [L2 Phishing to payment fraud](../labs/L2-payment-fraud.ipynb) | six findings, a classification, a report |
# | [L3 Ransomware](../labs/L3-ransomware.ipynb) | process tree, patient zero, scope |
# | [L4 Break the sync](../labs/L4-break-the-sync.ipynb) | evidence, the fix, and why the tempting fix is wrong |
# | [L5 The empty incident](../labs/L5-empty-cloud-incident.ipynb) | cause, fix, proof |
# | [L6 Move the creation rules](../labs/L6-move-the-rules.ipynb) | no alert lost, no duplicate |
# | [L7 Write detections](../labs/L7-write-detections.ipynb) | precision and recall, on two sets of data |
# | [L8 Capstone](../labs/L8-capstone.ipynb) | from an alert to an executive summary in 90 minutes |
#
# ## Summary
#
# In this lesson you saw: one attack through two products; that Defender groups alerts and Sentinel receives the incident; and
# where your own gaps are.
#
# Next: [01 Two products, one attack](01-synergy.ipynb).
