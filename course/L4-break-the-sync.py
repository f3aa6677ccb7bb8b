# %% [markdown]
# # L4 Break the sync: six faults
#
# After this lab you can take "it does not arrive in Sentinel" apart: name the symptom, show the evidence, make the one change that suffices, and
# say why the change that everybody tries first is wrong.
#
# | | |
# |---|---|
# | **Level** | junior to senior, rising |
# | **Time to learn** | 60 minutes |
# | **Needs** | lessons 02, 03, 04 |
# | **Graded on** | your evidence, the state of the tenant afterwards, and the reason why the tempting fix fails |
# | **Facts checked on** | 23 November 2026 |
#
# ## How this lab works
#
# `lab.prepare` breaks something and says what people complain of, not what the cause is. You look with the tools of both products, put what you
# found into `evidence`, and mend it. The check wants both: a fix without evidence is luck. Run `lab.prepare` again to begin that fault
# anew. Hints: `lab.hint("...")` with the name of the check.

# %%
import pivotlab as lab

tenant = lab.open_tenant()

from msticpy.context.azure import MicrosoftSentinel

sentinel = MicrosoftSentinel()
sentinel.connect()
tenant

# %% [markdown]
# ## Fault 1: the queue in Sentinel stands still
#
# Two lists decide where a missing incident is: what Defender XDR made, and what the workspace has. The number that ties them is
# `providerIncidentId` (fact `sync-29`). One trap on the way: msticpy asks for fifty incidents unless you say how many.

# %%
lab.prepare("L4-queue-stands-still", tenant)

# %%
queue = sentinel.list_incidents(params={"$top": 200})
queue[["properties.incidentNumber", "properties.providerIncidentId", "properties.title"]].tail(3)

# %%
evidence = ...
# solution
there = set(tenant.defender.incidents()["Id"])
evidence = sorted(there - set(queue["properties.providerIncidentId"]))
print("only in Defender:", evidence)
tenant.connector.connect()

# %%
lab.check("L4-queue-stands-still", tenant, evidence)

# %%
lab.quiz("L4-why-not-alert-tables")

# %% [markdown]
# ## Fault 2: the same silence, another cause
#
# The complaint is word for word the same. Begin with the cure of fault 1 if you like, and read what the tenant answers.

# %%
lab.prepare("L4-other-workspace", tenant)

# %%
print("incidents and alerts connected:", tenant.connector.connected)
print("tables streamed:", len(tenant.connector.streamed))

# %%
evidence = ...
# solution
evidence = tenant.onboarding.primary
print("Defender sends its incidents to", evidence)
tenant.onboarding.set_primary("law-contoso-soc")

# %%
lab.check("L4-other-workspace", tenant, evidence)

# %%
lab.quiz("L4-why-not-offboard")

# %% [markdown]
# ## Fault 3: a query finds mail in Defender and none in Sentinel
#
# Ask the same question on both sides, table by table. The columns differ: Defender's tables have `Timestamp`, those of the workspace `TimeGenerated`.

# %%
lab.prepare("L4-mail-missing", tenant)

# %%
print("in Defender:     ", tenant.hunt("EmailUrlInfo | summarize max(Timestamp)").iat[0, 0])
print("in the workspace:", tenant.logs("EmailUrlInfo | summarize max(TimeGenerated)").iat[0, 0])

# %%
evidence = ...
# solution
evidence = []
for table in ("EmailEvents", "EmailUrlInfo", "EmailAttachmentInfo", "EmailPostDeliveryEvents", "UrlClickEvents"):
    there = tenant.hunt(f"{table} | where Timestamp > ago(2h) | count").iat[0, 0]
    here = tenant.logs(f"{table} | where TimeGenerated > ago(2h) | count").iat[0, 0]
    print(f"{table:24} Defender {there:3}   workspace {here:3}")
    if there and not here:
        evidence.append(table)
tenant.connector.stream(evidence)

# %%
lab.check("L4-mail-missing", tenant, evidence)

# %%
lab.quiz("L4-why-not-reconnect")

# %% [markdown]
# ## Fault 4: everything is in the queue twice
#
# Somebody wants to "tune the noise away". First find out who makes the second incident: the provider tells the two apart as long as the
# workspace is not onboarded.

# %%
lab.prepare("L4-everything-twice", tenant)

# %%
queue = sentinel.list_incidents(params={"$top": 200})
queue[["properties.incidentNumber", "properties.providerName", "properties.title"]].tail(2)

# %%
evidence = ...
# solution
rules = sentinel.list_alert_rules()
maker = rules[rules["kind"] == "MicrosoftSecurityIncidentCreation"].iloc[0]
evidence = maker["properties.displayName"]
print(maker["kind"], "|", evidence, "| on:", maker["properties.enabled"])
sentinel.delete_analytic_rule(evidence)

# %%
lab.check("L4-everything-twice", tenant, evidence)

# %%
lab.quiz("L4-why-not-tuning")

# %% [markdown]
# ## Fault 5: the automation rule no longer assigns anybody
#
# The rule is on, nobody has touched it, and it has run for a year. What has changed is the incident.

# %%
lab.prepare("L4-nobody-assigned", tenant)

# %%
rule = tenant.sentinel.automation_rules.get("assign").properties
rule["triggeringLogic"]["conditions"], rule["actions"]

# %%
evidence = ...
# solution
queue = sentinel.list_incidents(params={"$top": 200})
incident = queue[queue["properties.relatedAnalyticRuleIds"].astype(str).str.contains("mailbox-forwarding")].iloc[-1]
evidence = incident["properties.title"]
print("title:", evidence)
by_rule = {
    "conditionType": "Property",
    "conditionProperties": {
        "propertyName": "IncidentRelatedAnalyticRuleIds", "operator": "Contains", "propertyValues": ["mailbox-forwarding"]
    },
}
logic = {**rule["triggeringLogic"], "conditions": [by_rule]}
_ = tenant.sentinel.automation_rules.put("assign", {**rule, "triggeringLogic": logic})

# %%
lab.check("L4-nobody-assigned", tenant, evidence)

# %%
lab.quiz("L4-why-not-contains")

# %% [markdown]
# ## Fault 6: the sign-in rule never joins the attack
#
# Two incidents about one person, less than an hour apart, and an analyst for each. Microsoft does not publish the criteria of correlation (fact
# `correlation-07`). Here it goes by shared accounts, hosts and addresses, which is our choice. Who takes part at all is a setting. The rule looks at
# sign-ins of five to ten minutes ago, because they take some minutes to reach the workspace.

# %%
lab.prepare("L4-stands-alone", tenant)

# %%
tenant.defender.incidents()[["Id", "Name", "Created"]].head(3)

# %%
evidence = ...
# solution
users = {}
for incident in tenant.defender.incidents()["Id"].head(3):
    pieces = [piece for alert in tenant.defender.alert_records(incident) for piece in alert.evidence if piece.kind == "user"]
    users[incident] = sorted({piece.fields["userAccount"]["userPrincipalName"] for piece in pieces})
    print(incident, *users[incident])
evidence = set(users["1095"]) & set(users["1097"])
rule = tenant.sentinel.alert_rules.get("failed-sign-ins").properties
_ = tenant.sentinel.alert_rules.put("failed-sign-ins", {**rule, "description": "#INC_CORR# " + rule["description"]})

# %%
lab.check("L4-stands-alone", tenant, evidence)

# %%
lab.quiz("L4-why-not-grouping")

# %% [markdown]
# ## What a good analyst writes down
#
# Four lines for each fault, in this order: **symptom** as the user sees it, **evidence** with the query or list that shows it, **cause and fix**,
# and **what was ruled out**. The last line is the one that saves the next colleague an hour. Write one for fault 2 before you go on.
#
# ## In the interview
#
# *"Incidents no longer show up in Sentinel. What do you do?"*
#
# * **Weak:** "Reconnect the connector." It cures one of six faults, and hides the evidence of two.
# * **Good:** asks which side has it: Defender queue, Sentinel queue, tables; then goes through the page from the top.
# * **Senior:** separates incidents, tables, rules and correlation, names what each fix would break, and proves the cure with a fresh alert.
#
# ## Summary
#
# In this lab you saw: one symptom with two causes; tables and incidents fail separately; a double has a maker; titles belong to the
# engine; and whether a rule is correlated is a setting to look up, because Microsoft's pages
# disagree on its default (fact `correlation-01`).
#
# Next: [L5](L5-empty-cloud-incident.ipynb).

# %% [markdown] tags=["solution"]
# > **Symptom:** since 08:00 no fresh incident in Sentinel. **Evidence:** `tenant.onboarding.primary` is `law-contoso-eu`; the timeline says "Cut: not the
# > primary workspace" at 08:00. **Cause and fix:** the second workspace was onboarded as the primary one; primary set back to `law-contoso-soc`,
# > and the connector moved with it (fact `workspaces-05`). **Ruled out:** the connector page (connecting is refused, fact `workspaces-03`), roles, streamed tables.
