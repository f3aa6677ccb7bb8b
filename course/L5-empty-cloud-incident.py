# %% [markdown]
# # L5 The empty Defender for Cloud incident
#
# After this lab you can say why an incident arrives with nothing in it, which of two connectors mends it, how you prove that, and what changes with
# onboarding.
#
# | | |
# |---|---|
# | **Level** | mid to senior |
# | **Time to learn** | 35 minutes |
# | **Needs** | lessons 03 and 07 |
# | **Graded on** | cause, fix and verification, and a clean-up after onboarding |
# | **Facts checked on** | 23 November 2026 |
#
# ## How this lab works
#
# Three parts, three checks: find and mend, prove, clean up. `lab.prepare` brings the tenant to the start of each part; run it again to begin anew.
# `lab.hint("...")` with the name of a check helps.

# %%
import pivotlab as lab

lab.quiz("L5-first-guess")

# %% [markdown]
# ## Setup

# %%
tenant = lab.open_tenant(connected=False)

from msticpy.context.azure import MicrosoftSentinel

sentinel = MicrosoftSentinel()
sentinel.connect()
tenant

# %% [markdown]
# ## Part A: cause and fix

# %%
lab.prepare("L5-empty-incident", tenant)

# %% [markdown]
# See the symptom as the analyst does. Ask the incidents API for the incident, its alerts and its entities.

# %%
incident = sentinel.list_incidents().iloc[-1]
incident[["properties.title", "properties.severity", "properties.additionalData.alertProductNames"]]

# %%
print("alerts:  ", sentinel.get_incident_alerts(incident["name"]))
print("entities:", sentinel.get_entities(incident["name"]))

# %% [markdown]
# An incident with a title, a severity and the product's name, and nothing inside. Nothing was lost on the way of *incidents*, then. Look at the
# other side: has Defender XDR the alert? Its evidence names an Azure resource, and a resource id begins with the subscription.

# %%
evidence = ...
# Find the subscription, then mend it for every subscription, each alert once.
# solution
alert = tenant.defender.alert_records()[-1]
print(alert.title, "|", alert.service_source)
print(alert.evidence[0].fields["resourceId"])
evidence = alert.evidence[0].fields["resourceId"].split("/")[2]
print("enrolled in the legacy connector:", sorted(tenant.cloud.subscriptions))
tenant.cloud.connect_tenant_based()
tenant.cloud.withdraw()

# %%
lab.check("L5-empty-incident", tenant, evidence)

# %% [markdown] tags=["solution"]
# **Cause:** the legacy connector is on, and knows one subscription; the alert is about another. With that connector, subscriptions that are not
# enrolled give empty incidents (fact `mdc-03`). **Fix:** the tenant-based connector, which is advised (fact `mdc-01`), and the legacy one off, or the
# alerts are in the logs twice (fact `mdc-04`).

# %%
lab.quiz("L5-why-not-enrol")

# %% [markdown]
# ## Part B: verification
#
# "It works" is a claim. The proof is one fresh alert of the same kind, counted where analysts work. This tenant can raise one:
# `tenant.rehearse(title, service_source=..., resource=...)`. In a real tenant, ask the cloud team for a test alert.

# %%
lab.prepare("L5-verified", tenant)

# %%
evidence = ...
# solution
machine = (
    "/subscriptions/6a2f9c10-3b7d-4e15-9d84-c0f1e2a7b365/resourceGroups/rg-shop"
    "/providers/Microsoft.Compute/virtualMachines/shop-02"
)
tenant.rehearse("Proof of the fix", service_source="microsoftDefenderForCloud", resource=machine)
tenant.advance(minutes=15)
rows = tenant.logs('SecurityAlert | where AlertName == "Proof of the fix" | project AlertName, ProductName, VendorOriginalId')
print(rows.to_string(index=False))
evidence = len(rows)

# %%
lab.check("L5-verified", tenant, evidence)

# %% [markdown]
# And the incident that was empty? Read it again.

# %%
for record in tenant.sentinel.records:
    print(record.number, record.title, "| alerts:", len(tenant.sentinel.alerts(record.name)), "of", record.alert_total)

# %% [markdown]
# Every incident here has as many alerts as Defender counts for it. That the *old* incident fills once a connector is there is our choice; the
# documentation says nothing on incidents that arrived before. So never prove a fix on the incident that was broken.

# %%
lab.quiz("L5-what-proves")

# %% [markdown]
# ## Part C: after onboarding
#
# Weeks later. The workspace is in the Defender portal, and somebody remembers: "cloud incidents were empty once, so I enrolled the subscription."

# %%
lab.prepare("L5-in-the-logs-twice", tenant)

# %%
twice = tenant.logs("SecurityAlert | where AlertName startswith 'Suspicious process' | order by ProductName asc")
twice[["AlertName", "VendorOriginalId", "ProductName", "ProviderName"]]

# %%
evidence = ...
# solution
evidence = "Azure Security Center"
for subscription in sorted(tenant.cloud.subscriptions):
    tenant.cloud.withdraw(subscription)

# %%
lab.check("L5-in-the-logs-twice", tenant, evidence)

# %% [markdown] tags=["solution"]
# Same `VendorOriginalId`, two product names: one alert, two ways. The old brand marks the legacy connector in this tenant,
# which is our choice; the page queries both connectors by it (fact `mdc-10`). After onboarding these alerts come through
# Defender XDR, and the tenant-based connector is not even listed in the Defender portal (fact `mdc-05`). An older onboarding
# page still asks for it (fact `mdc-14`); this tenant follows the newer one, which is our choice.

# %%
lab.quiz("L5-not-listed")

# %% [markdown]
# ## What a good analyst writes down
#
# Before you open the solved copy, write five lines on part A: symptom, evidence, cause, fix, proof. Name the subscription, and name who has to know.

# %%
note = """
symptom:
evidence:
cause:
fix:
proof:
"""

# %% [markdown] tags=["solution"]
# > **Symptom:** incident of Defender for Cloud with no alert and no entity. **Evidence:** the alert is in Defender XDR and names subscription
# > `6a2f9c10...`; the legacy connector knows `0b9d6c3e...` only. **Cause:** subscription not enrolled. **Fix:** tenant-based connector on, legacy off,
# > in the Azure portal. **Proof:** a test alert on that subscription has one row in SecurityAlert. **Tell:** the shop team, and whoever has rules on the product name *Azure Security Center*.

# %% [markdown]
# ## In the interview
#
# *"A Defender for Cloud incident in Sentinel is empty. Why, and what do you do?"*
#
# * **Weak:** "A connector is missing." Which one, and how do you know?
# * **Good:** asks whether the workspace is onboarded, names both connectors, and finds the subscription in the alert.
# * **Senior:** picks tenant-based, withdraws legacy, warns of duplicates and of queries on the old product name, and proves it with a fresh alert.
#
# ## Summary
#
# In this lab you saw: incidents and their content travel separately before onboarding; the legacy connector is per subscription; a fresh alert proves a fix;
# and after onboarding a leftover legacy connector doubles the rows.
#
# Next: [L6](L6-move-the-rules.ipynb).
