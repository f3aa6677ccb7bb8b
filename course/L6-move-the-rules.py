# %% [markdown]
# # L6 From incident creation rules to analytics rules
#
# After this lab you can move a workspace's incident creation rules so that no alert is lost and none has two incidents. You can
# prove it on the hours that follow.
#
# | | |
# |---|---|
# | **Level** | mid to senior |
# | **Time to learn** | 50 minutes |
# | **Needs** | lesson 06 |
# | **Graded on** | what arises in the hours after your move |
# | **Facts checked on** | 23 November 2026 |
#
# ## How this lab works
#
# A workspace without a connection to Defender XDR makes its incidents with three creation rules. Tomorrow it will be onboarded. Part A takes stock, part B
# moves, part C replaces a filter. The clock decides: you move, let hours pass, and the check looks at what came of each alert. Gone
# wrong? `lab.prepare` begins the part anew, and the same alerts will come again.

# %%
import pivotlab as lab

lab.quiz("L6-what-onboarding-does")

# %% [markdown]
# ## Setup

# %%
tenant = lab.open_tenant(connected=False)

from msticpy.context.azure import MicrosoftSentinel

sentinel = MicrosoftSentinel()
sentinel.connect()
tenant

# %% [markdown]
# ## Part A: take stock

# %%
lab.prepare("L6-inventory", tenant)

# %%
rules = sentinel.list_alert_rules()
rules[["name", "properties.productFilter", "properties.severitiesFilter", "properties.displayNamesExcludeFilter"]].T

# %% [markdown]
# Ask two things of each rule. Who makes incidents of this product's alerts after onboarding? And what did the rule leave out? Defender for IoT stands here for a product
# outside Defender XDR; that it is outside is our choice. Microsoft's own example is Insider Risk, which another page lists as integrated (fact `icr-06`).

# %%
evidence = ...
# Which rules need an analytics rule as successor? A list of names.
# solution
evidence = ["machines"]

# %%
lab.check("L6-inventory", tenant, evidence)

# %% [markdown] tags=["solution"]
# Alerts of Defender for Endpoint and Defender for Office 365 are in the integration (fact `products-01`), so Defender XDR makes their incidents. Machine alerts
# would lie in `SecurityAlert` and make none (fact `icr-07`).

# %%
lab.quiz("L6-who-takes-over")

# %% [markdown]
# ## Part B: the move

# %%
lab.prepare("L6-moved", tenant)

# %% [markdown]
# First the yardstick. Live through the four hours with the old rules, keep what they made, and go back to eight o'clock.

# %%
def four_hours():
    tenant.advance(hours=4)
    queue = tenant.sentinel.incidents().sort_values("Created")
    return queue[["Created", "Title", "Severity", "Provider"]]


eight = tenant.snapshot()
old = four_hours()
tenant.restore(eight)
old

# %% [markdown]
# Three of the five are about machines: two programming attempts and an unknown asset. Write these titles down; they must be there after the move, once each. Now
# look at the rows as a query sees them. Which columns tell a machine alert, and which name does the product have in the data?

# %%
eight = tenant.snapshot()
tenant.advance(hours=4)
rows = tenant.logs("SecurityAlert | project TimeGenerated, AlertName, AlertSeverity, ProductName")
tenant.restore(eight)
rows

# %%
# Onboard, write the analytics rule, and let four hours pass.
# solution
query = """
SecurityAlert
| where ProductName == "Azure Security Center for IoT"
| where AlertSeverity in ("High", "Medium") and AlertName !has "Maintenance"
"""
rule = {
    "displayName": "Machine alerts", "enabled": True, "severity": "High", "query": query,
    "queryFrequency": "PT15M", "queryPeriod": "PT15M", "eventGroupingSettings": {"aggregationKind": "AlertPerResult"},
    "alertDetailsOverride": {"alertDisplayNameFormat": "{{AlertName}}", "alertSeverityColumnName": "AlertSeverity"},
}
_ = tenant.sentinel.alert_rules.put("machine-alerts", rule, "Scheduled")
tenant.onboarding.onboard()
after = four_hours()

# %%
lab.check("L6-moved", tenant)

# %% [markdown]
# Compare with the yardstick. Crosses are incidents of the old rules, circles those that stand in the queue now.

# %% jupyter={"source_hidden": true}
from matplotlib import pyplot as plt

now = tenant.sentinel.incidents()
drawing, axes = plt.subplots(figsize=(9, 1.8))
for row, (queue, marker) in enumerate(((now, "o"), (old, "x"))):
    axes.plot(queue["Created"], [row] * len(queue), marker, color="tab:blue", markersize=10, fillstyle="none")
axes.set_yticks([0, 1], ["after the move", "old rules"])
axes.margins(y=0.6)
alt = "Two rows of marks from eight to noon: the incidents of the old rules above, those in the queue now below."
lab.figure(drawing, alt=alt, caption="When incidents arose, with the old rules and after the move.")

# %% [markdown] tags=["solution"]
# Three machine incidents again, each some minutes later than before: a rule runs every fifteen minutes, and an incident takes five to arrive here. Three settings carry
# the move. **Period equals frequency**: nothing twice, and nothing skipped while rows come on time. Where rows come late, lengthen the period and keep only
#   those whose `ingestion_time()` is new. **One alert for each row**: two alerts in one run keep two incidents. **The
# old brand in the query**: the data says *Azure Security Center for IoT*, as the creation rule's filter did. The rest came by Defender XDR, with its titles.

# %%
lab.quiz("L6-period-and-frequency")

# %%
lab.quiz("L6-why-not-all-alerts")

# %% [markdown]
# ## Part C: the filter that was lost

# %%
lab.prepare("L6-filters", tenant)

# %%
eight = tenant.snapshot()
unfiltered = four_hours()
tenant.restore(eight)
unfiltered

# %% [markdown]
# The mail team used to see high and medium alerts only. Two things replace such a filter: alert tuning, and automation rules that
# close (fact `icr-03`). Both work here. That a tuning rule filters by severity, and hides alerts of any product, is our choice.
# Microsoft's page has *Hide* for alerts of Defender for Endpoint alone, with conditions on evidence (fact `icr-08`).
#
# Mind what must stay: the reported mail whose link was clicked at 08:40, the malware at 09:30, and the low alert about a device.

# %%
# Filter mail alerts below medium, nothing else, and let four hours pass.
# solution
tenant.defender.tuning.add(
    "mail below medium", service_source="microsoftDefenderForOffice365", severities=["low", "informational"]
)
four_hours()

# %%
lab.check("L6-filters", tenant)

# %% [markdown] tags=["solution"]
# The first alert of the clicked mail was low and is hidden; the second was medium and opened the incident thirteen minutes later. That is the price of a filter by
# severity, with the old rule as with tuning. Hidden alerts are still in `AlertInfo` here, which is our choice.

# %%
lab.quiz("L6-tuning-or-closing")

# %% [markdown]
# ## What a good engineer writes down
#
# One row for each old rule: what it took, what it left out, who does that now, and the proof. Fill the table before you open the solved copy.
#
# | old rule | took | left out | successor | proof |
# |---|---|---|---|---|
# | Mail incidents | | | | |
# | Endpoint incidents | | | | |
# | Machine incidents | | | | |

# %% [markdown] tags=["solution"]
# | old rule | took | left out | successor | proof |
# |---|---|---|---|---|
# | Mail incidents | high, medium | low, informational | Defender XDR; tuning for the rest | clicked mail and malware open, reported mail not |
# | Endpoint incidents | everything | nothing | Defender XDR | device alert of 08:45 once |
# | Machine incidents | high, medium | low, *Maintenance* | analytics rule *Machine alerts* | three incidents in four hours, as before |

# %% [markdown]
# ## In the interview
#
# *"What happens to our incident creation rules when we onboard, and what do you do about it?"*
#
# * **Weak:** "They are migrated." Nothing is migrated; they are turned off (fact `icr-02`).
# * **Good:** sorts the rules by product, writes a scheduled rule for what is outside, and moves the filters.
# * **Senior:** measures before and after on the same hours, and names the traps: look-back, aggregation, the product's name in the data, automation on titles.
#
# ## Summary
#
# In this lab you saw: onboarding turns every creation rule off; only products outside Defender XDR need a successor; period and frequency decide
# between lost and doubled; and a lost filter becomes tuning or a closing rule.
#
# Next: [L7](L7-write-detections.ipynb).
