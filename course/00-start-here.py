# %% [markdown]
# # 00 Start here
#
# In a minute you will look at an attack in a tenant of your own. After this lesson you know what you already know,
# where your gaps are, and which path through the course fits the time you have.
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
# Click a cell and press **Shift+Enter** to run it; the next one is selected. The number beside a cell shows that it has run.
# Whatever you change is saved in the folder `my-work`, and no update writes over it. Should a lesson be beyond repair, type
# `python start.py reset 00` in a terminal: your version is put aside, and a fresh one is laid out.
#
# Something odd? `python start.py doctor` looks at this machine and says what to type.

# %% [markdown]
# ## What you already know
#
# Four questions before anything is explained. Nobody grades them; they draw the map at the end of this lesson. Choose,
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
from msticpy.context.azure import MicrosoftSentinel

sentinel = MicrosoftSentinel()
sentinel.connect()
incidents = sentinel.list_incidents()
columns = ["properties.incidentNumber", "properties.title", "properties.severity", "properties.status"]
serious = incidents[incidents["properties.severity"] == "High"]
serious[columns].sort_values("properties.incidentNumber").rename(columns=lambda name: name.removeprefix("properties."))

# %% [markdown]
# Sentinel did not make these. Each was grouped in Defender XDR from its products' alerts, and travelled here. The second number
# says so: under it, Defender knows the same incident. The provider name proves less, because after onboarding every incident
# carries it (fact `sync-27`).

# %%
phishing = incidents[incidents["properties.title"].str.contains("Initial access & Credential access")].iloc[0]
keys = ["properties.providerName", "properties.providerIncidentId", "properties.additionalData.alertsCount"]
phishing[keys].rename(lambda name: name.split(".")[-1]).to_frame("value")

# %% [markdown]
# Now ask Defender about it: the same incident through its own query service, advanced hunting. Which products saw a part
# of this attack?

# %%
import msticpy as mp

hunting = mp.QueryProvider("M365DGraph")
hunting.connect()
hunting.exec_query("""
AlertInfo
| where Title in ("Anomalous Token", "Suspicious inbox manipulation rule", "Possible BEC fraud attempt")
| project Timestamp, Title, ServiceSource, Severity
| order by Timestamp asc
""")

# %% [markdown]
# Three products, three alerts, one story. A sign-in session was stolen; a mailbox rule hides the replies; the next morning
# somebody asks a partner to pay into another account. Lesson 05 takes you through every step of it.
#
# > **Interview tip.** Asked why one would connect the two products, weak answers list product names. Good answers tell a story
# > such as this one, and say which part of it each product could not have seen alone.

# %% [markdown]
# ## Your map
#
# Here is what your four answers say, by topic. The map grows with every quiz, check and review.

# %% tags=["nbval-ignore-output"]
lab.progress()

# %% [markdown]
# ## Your path
#
# | you have | do this |
# |---|---|
# | 45 minutes before an interview | the pretest above, the interview questions at the end of lessons 02 to 05 aloud, then `lab.interview(level="junior", minutes=10)` |
# | two hours | lessons 04 and 05 in full, with both exercises; then `lab.review()` for what you got wrong |
# | a week | a lesson a day; repeat what `lab.review()` brings back; end with `lab.interview(level="mid", minutes=30)` |
#
# ## Summary
#
# In this lesson you saw: one attack through two products; that Defender groups alerts and Sentinel receives the incident; and
# where your own gaps are.
#
# Next: [01 Two products, one attack](01-synergy.ipynb).
