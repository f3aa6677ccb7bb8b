# %% [markdown]
# # 02 Setting up the connector, by both routes
#
# After this lesson you can say what has to be there before the connector and what each part of its page does. You know how the
# two routes differ, and how you prove that data flows. You will connect a tenant, break it, and mend it.
#
# | | |
# |---|---|
# | **Level** | junior to mid |
# | **Time to learn** | 40 minutes |
# | **Needs** | lesson 00 |
# | **Article section** | Setting Up the Integration: Connecting Defender XDR to Sentinel |
# | **Facts checked on** | 23 November 2026 |
#
# ## Before you start
#
# Two questions, not graded.

# %%
import pivotlab as lab

lab.quiz("02-largely-automatic")

# %%
lab.quiz("02-looks-connected")

# %% [markdown]
# ## Setup
#
# This time the tenant is bare: Defender XDR works, Sentinel has a workspace, and nothing joins them.

# %%
tenant = lab.open_tenant(connected=False)
tenant

# %% [markdown]
# ## The Azure portal route
#
# The article shows this route as one of two equal ones. It is not any more: Sentinel in the Azure portal is supported until
# **31 March 2027**, and only the Defender portal remains after that (fact `retirement-01`). The first date announced was July
# 2026, so you will still hear it. You should know the route all the same.
#
# A worked example: read each refusal before you read on. Try the obvious first step, the connector itself.

# %%
from pivotlab.tenant import TenantError

try:
    tenant.connector.connect()
except TenantError as refused:
    print(refused)

# %% [markdown]
# The solution comes first, from **Content hub**; it brings the connector page with it (fact `prereq-05`). And not everybody may
# do this. Ask three people to try:

# %%
tenant.connector.install_solution()
for upn in ("morgan.guest@partner.example", "robin.reader@contoso.example", "alex.analyst@contoso.example"):
    try:
        tenant.connector.connect(by=upn)
    except TenantError as refused:
        print(refused, end="\n\n")

# %% [markdown]
# Four conditions in all: a Defender XDR licence, Security Administrator in the tenant, read and write rights on the workspace,
# and an account of the workspace's own Entra tenant (facts `prereq-01` to `prereq-04`). The article names none of them. The
# last one is a favourite trap for service providers.
#
# Now somebody who may. Look at the page before you read on: it has three parts, and the article describes only the first. It is a
# practice view, not the portal; its buttons work, and each shows the call that it makes.

# %%
tenant.connector.connect(turn_off_creation_rules=True)
lab.connector_page(tenant)

# %% [markdown]
# 1. **Incidents and alerts.** The box *Turn off all Microsoft incident creation rules* comes first (fact `setup-azure-02`). Leave
#    it unticked and every alert may make a second incident; lesson 06 shows that.
# 2. **Entities.** Active Directory users for UEBA. It feeds user profiles, not alerts, and needs Defender for Identity
#    (fact `prereq-06`).
# 3. **Events.** The raw hunting tables. Nothing is streamed unless it is ticked (fact `setup-azure-05`), and what is ticked is
#    billed.

# %%
lab.quiz("02-three-parts")

# %%
lab.quiz("02-azure-order")

# %% [markdown]
# ## Prove that data flows
#
# A green tick proves nothing. An incident in the workspace does. Ask for one right away, and again after a while:

# %%
proof = 'SecurityIncident | where ProviderName == "Microsoft XDR" | summarize Incidents = dcount(IncidentNumber)'
before = tenant.logs(proof).iat[0, 0]
tenant.advance(hours=10)
print(f"incidents from Defender XDR: {before} at once, {tenant.logs(proof).iat[0, 0]} ten hours later")

# %% [markdown]
# Two things to say in an interview. The filter is `ProviderName == "Microsoft XDR"` (fact `setup-azure-03`); older material says
# *Microsoft 365 Defender*. And the connector carried what happened **after** it was connected. Whether it brings older
# incidents along is not documented; this tenant does not, which is our choice.
#
# Which part of the page did this prove? Only the first. Check the events too:

# %%
count = "DeviceProcessEvents | count"
tenant.connector.stream(["DeviceProcessEvents"])
tenant.advance(hours=1)
print("process events in Defender:", tenant.hunt(count).iat[0, 0], "  in the workspace:", tenant.logs(count).iat[0, 0])

# %% [markdown]
# An hour's worth against thirty days. In this tenant streaming begins at the
# moment of ticking and fetches nothing from the past. The documentation does not say so outright; it is our choice.

# %%
lab.quiz("02-verify-query")

# %% [markdown]
# ## The Defender portal route
#
# Here the workspace is **onboarded**, and with a Defender XDR licence the connector connects itself. The tenant you have is an
# existing customer, so somebody must onboard it: *System > Settings > Microsoft Sentinel > Connect a workspace* (fact
# `setup-defender-01`). Only a new customer's first workspace has been onboarded automatically since July 2025, and only for the
# right person (fact `auto-onboard-01`).

# %%
tenant.onboarding.onboard()
tenant.timeline().tail(4)[["When", "Where", "What", "Subject", "Detail"]]

# %% [markdown]
# The workspace is now the **primary** one. Only that one gets Defender's incidents and alerts (fact `workspaces-03`). Now look
# for the connector on the *Data connectors* page of the Defender portal:

# %%
tenant.connector.listed()

# %% [markdown]
# *The connector has vanished from the page* is a common help-desk call, and here is the answer. It is hidden, not missing: it
# is connected, and the Azure portal still lists it (fact `setup-defender-04`).
#
# In the Defender portal, tables are chosen under *Configuration > Tables*: more than 30 days of retention gets one ingested (fact
# `retention-07`). The connector's page in the Azure portal serves as well (fact `workspaces-04`). Both routes side by side:

# %% jupyter={"source_hidden": true}
from matplotlib import pyplot as plt

routes = {
    "Azure portal": ["install the solution", "connect incidents", "tick tables", "query the provider"],
    "Defender portal": ["onboard workspaces", "choose the primary", "set tables", "compare ids"],
}
drawing, axes = plt.subplots(figsize=(9, 1.9))
for row, steps in enumerate(routes.values()):
    for place, step in enumerate(steps):
        axes.text(place, -row, step, ha="center", va="center", bbox={"boxstyle": "round", "facecolor": "none"})
    for place in (0.44, 1.44, 2.44):
        axes.annotate("", (place + 0.13, -row), (place, -row), arrowprops={"arrowstyle": "->"})
axes.set(xlim=(-0.6, 3.5), ylim=(-1.6, 0.6), xticks=[], yticks=[0, -1], yticklabels=list(routes))
alt = "Two rows of four boxes. " + " ".join(f"{name}: {', '.join(steps)}." for name, steps in routes.items())
lab.figure(drawing, alt=alt, caption="Two routes to the same data.")

# %%
lab.quiz("02-what-onboarding-cuts")

# %% [markdown]
# ## Break it, then mend it
#
# A colleague "cleans up" and takes the workspace out of the Defender portal. No error appears anywhere. What would you see
# first, and where? An alert raised on purpose, by `tenant.rehearse`, tells after three hours.

# %%
print("before, in Defender:", len(tenant.defender.records), "  in Sentinel:", len(tenant.sentinel.records))
tenant.onboarding.offboard()
tenant.rehearse("Suspicious process on a device")
tenant.advance(hours=3)
print("after,  in Defender:", len(tenant.defender.records), "  in Sentinel:", len(tenant.sentinel.records))
tenant.connector.connected

# %% [markdown]
# In this tenant nothing complains: Defender's queue has one more, and the one in Sentinel simply stops. Offboarding disconnects the
# connector (fact `setup-defender-06`). To mend it, onboard again, and look for one known Defender incident by its number. The filter of
# above no longer proves anything: after onboarding every incident carries that provider name (fact `sync-27`).

# %%
tenant.onboarding.onboard()
tenant.connector.connected

# %% [markdown]
# ### Your turn
#
# Two tenants to mend. The first is as bare as the one at the beginning, and the next cell opens it. Below that cell, complete these
# lines in a cell of your own. Then check, as often as you like; `lab.hint("02-two-tables")` helps.
#
#     practice.connector.____()
#     practice.connector.connect(turn_off_creation_rules=____)
#     practice.connector.stream([____])
#
# The second comes without a skeleton: `lab.prepare` brings the tenant to where it begins and says what is asked.

# %%
practice = lab.open_tenant(connected=False)

# %%
lab.check("02-two-tables", practice)

# %%
lab.prepare("02-nothing-arrives", practice)

# %%
lab.check("02-nothing-arrives", practice)

# %%
lab.quiz("02-nothing-for-an-hour")

# %% [markdown]
# ## In the interview
#
# The article's question, word for word. Two minutes, aloud, then compare.

# %%
lab.quiz("02-article-setup")

# %% [markdown]
# * **Weak:** "You enable the connector." No route, no right, no proof.
# * **Good:** both routes in order, the four conditions, and what proves each route.
# * **Senior:** adds what silently changes: component connectors that still look connected, creation rules, secondary
#   workspaces; and says when the Azure route ends.
#
# ## Summary
#
# In this lesson you saw: the solution comes before the connector; four conditions decide who may connect; the page has three
# parts; onboarding connects by itself, for the primary workspace only; and only data proves a connection.
#
# Next: [03 Data flow](03-data-flow.ipynb).
