# %% [markdown]
# # L1 Connect it: three customers, three sets of constraints
#
# After this lab you can connect Defender XDR to Sentinel by either route, under conditions that somebody else sets, and hand over a
# change record that stands up to questions.
#
# | | |
# |---|---|
# | **Level** | mid to senior |
# | **Time to learn** | 45 minutes |
# | **Needs** | lesson 02 |
# | **Graded on** | the state in which you leave the tenant, whichever way you took |
# | **Facts checked on** | 23 November 2026 |
#
# ## How this lab works
#
# You are the engineer whom three teams of Contoso Harbour have booked. Each part has a start, constraints and one check. `lab.prepare`
# brings the tenant to the start of a part and says what is asked; run it again to begin that part anew. The check looks at the
# tenant only. Stuck? `lab.hint("...")` with the name of the check goes from a nudge to almost the answer.
#
# One question first, not graded.

# %%
import pivotlab as lab

lab.quiz("L1-first-look")

# %% [markdown]
# ## Setup
#
# One bare tenant serves for all three parts. msticpy reads the workspace as it would read a real one.

# %%
tenant = lab.open_tenant(connected=False)

from msticpy.context.azure import MicrosoftSentinel

sentinel = MicrosoftSentinel()
sentinel.connect()
tenant

# %% [markdown]
# ## Part A: the Azure portal, two tables, nothing twice

# %%
lab.prepare("L1-azure-connected", tenant)

# %% [markdown]
# Look before you touch anything. What is connected, and what does the workspace do by itself?

# %%
tenant.connector.page()

# %%
rules = sentinel.list_alert_rules()
rules[["name", "kind", "properties.displayName", "properties.enabled", "properties.productFilter"]].T

# %% [markdown]
# One rule, and it is on. Its kind, `MicrosoftSecurityIncidentCreation`, makes an incident of every alert of one product that reaches the workspace.
# Defender XDR brings an incident of its own for the same alert. Decide what that means for the constraint.
#
# Your steps. The tenant speaks: a refusal names the rule behind it.

# %%
# Connect by the Azure portal's route, within the constraints.
# solution
tenant.connector.install_solution()
tenant.connector.connect(turn_off_creation_rules=True)
tenant.connector.stream(["EmailEvents", "DeviceProcessEvents"])

# %%
lab.check("L1-azure-connected", tenant)

# %% [markdown]
# Prove it with data. Let ten hours pass, then count incidents per provider and rows per table.

# %%
tenant.advance(hours=10)
tenant.logs("SecurityIncident | summarize Incidents = dcount(IncidentNumber) by ProviderName")

# %%
tenant.costs()

# %% [markdown] tags=["solution"]
# One provider, *Microsoft XDR*: nothing came twice. In the cost table the security tables are free (fact `cost-01`), and the
# only raw hunting tables are the two that were ordered (fact `cost-02`). `SigninLogs`, `CommonSecurityLog` and their like were in the workspace
# before; they are somebody else's bill.
#
# The order mattered. With the box unticked, the rule would have doubled every endpoint incident from the first minute on
# (facts `setup-azure-02`, `icr-01`).

# %%
lab.quiz("L1-the-box")

# %% [markdown]
# ## Part B: the Defender portal, and two roles that are missing

# %%
lab.prepare("L1-defender-onboarded", tenant)

# %%
for person in tenant.people:
    print(f"{person.upn:32} {'own' if person.is_local else 'guest':6} {', '.join(sorted(person.roles))}")

# %% [markdown]
# The quickest way is in that list: in this tenant the partner's account could do it at once, which is our choice. Microsoft's
# page asks for an account of the same tenant (fact `prereq-13`), and the security office forbids it anyway. Microsoft's own
# pages word the roles for onboarding differently (fact `prereq-07`). The tenant takes them as the fact states them.

# %%
# Onboard law-contoso-soc, and leave the roles as you found them.
# solution
borrowed = ("Security Administrator", "User Access Administrator")
for role in borrowed:
    tenant.people.grant("sam.lead@contoso.example", role)
tenant.onboarding.onboard()
for role in borrowed:
    tenant.people.revoke("sam.lead@contoso.example", role)

# %%
lab.check("L1-defender-onboarded", tenant)

# %% [markdown]
# What did onboarding do besides? The timeline and the list of app roles say it.

# %%
tenant.timeline().tail(4)[["What", "Subject", "By", "Detail"]]

# %%
tenant.onboarding.app_roles

# %% [markdown] tags=["solution"]
# Nobody connected the connector: it connected itself, because there is a licence (fact `setup-defender-02`). Two apps hold *Sentinel Contributor* in the subscription
# since then (fact `setup-defender-05`). Announce that before the cloud team finds it. And the connector stayed connected when Sam gave the
# roles back: they are for making the change, not for running it (our choice; the documentation speaks of the person who enables it).

# %%
lab.quiz("L1-just-in-time")

# %% [markdown]
# ## Part C: a secondary workspace

# %%
lab.prepare("L1-secondary-tables", tenant)

# %%
for workspace in tenant.onboarding.workspaces:
    print(workspace.workspace, workspace.role)
print("incidents travel here:", tenant.connector.connected)

# %%
# Bring the two tables, and nothing else, into the secondary workspace.
# solution
tenant.connector.stream(["EmailEvents", "UrlClickEvents"])

# %%
lab.check("L1-secondary-tables", tenant)

# %%
tenant.advance(hours=10)
print("messages:", tenant.logs("EmailEvents | count").iat[0, 0], "  incidents:", len(sentinel.list_incidents()))

# %% [markdown] tags=["solution"]
# Messages, and no incident. Both are right here: incidents and alerts are bound to the primary workspace (fact `workspaces-03`), raw tables are not
# (fact `workspaces-04`). Making this workspace the primary one would not have brought the tables, and would have moved the connector away from the
# other team (fact `workspaces-05`).

# %%
lab.quiz("L1-secondary")

# %% [markdown]
# ## What a good engineer writes down
#
# A change record has five lines: what was asked, what was found, what was done and by whom, the proof, and how to go back. Write
# one for part A here, then compare it with the solved copy.

# %%
record = """
asked:
found:
done:
proof:
back:
"""

# %% [markdown] tags=["solution"]
# > **Asked:** Defender XDR to `law-contoso-soc` in the Azure portal; no duplicates; EmailEvents and DeviceProcessEvents only.
# > **Found:** incident creation rule *Endpoint incidents*, on. **Done:** solution from Content hub, connected with the box that turns
# > creation rules off, two tables ticked, all by Sam. **Proof:** ten hours later all incidents have the provider *Microsoft XDR*, and no
# > raw hunting table but the two is in the cost table. **Back:** disconnect, untick the two tables, turn the rule on again.

# %% [markdown]
# ## In the interview
#
# *"Walk me through connecting Defender XDR for a customer."* You now have three customers to tell of.
#
# * **Weak:** one list of clicks, whoever the customer is.
# * **Good:** asks about portal, licence and roles first; proves the connection with data.
# * **Senior:** asks what already makes incidents, who pays for which table, which workspace is primary, and who gives rights back.
#
# ## Summary
#
# In this lab you saw: a leftover creation rule matters before the first incident; by either of Microsoft's wordings, onboarding needs no Owner; and a
# secondary workspace can have raw tables, but no incidents.
#
# Next: [L2](L2-payment-fraud.ipynb), or lesson 03 if you came from lesson 02.
