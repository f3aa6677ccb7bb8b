# %% [markdown]
# # 07 Defender for Cloud, and a second vendor
#
# After this lesson you can keep posture and threats apart, choose between the two connectors, explain the incident that arrives
# empty, and say what ASIM is for. You will see an open port, and three days later what came through it.
#
# | | |
# |---|---|
# | **Level** | junior to senior |
# | **Time to learn** | 45 minutes |
# | **Needs** | lessons 02 and 03 |
# | **Article section** | Integrating with Microsoft Defender for Cloud Seamlessly |
# | **Facts checked on** | 23 November 2026 |
#
# ## Before you start
#
# Two questions, not graded.

# %%
import pivotlab as lab

lab.quiz("07-empty-incident")

# %%
lab.quiz("07-connector-needs")

# %% [markdown]
# ## Setup
#
# The Azure portal's route: the Defender XDR connector is on, and the workspace is not onboarded. Nobody has thought of
# Defender for Cloud yet.

# %%
tenant = lab.open_tenant(connected=False)
tenant.connector.install_solution()
tenant.connector.connect()

# %% [markdown]
# ## CSPM and CWPP
#
# Defender for Cloud has two jobs. **Posture management** (CSPM) looks at settings and recommends better ones. **Workload
# protection** (CWPP; the article writes CWP) raises alerts when something happens (fact `mdc-11`). One server shows the
# difference. What did its administrators change?

# %%
opened = tenant.logs("""
AzureActivity
| where OperationNameValue has "SECURITYRULES/WRITE" and Properties has "Allow"
| project TimeGenerated, Caller, ResourceGroup, Properties
""")
print(opened["Properties"].iloc[0])
opened.drop(columns="Properties")

# %% [markdown]
# Port 22, from any address. Nothing has happened; something *could*. That is a matter of posture, and a recommendation would say
# so. Now the alerts, from Defender's side:

# %%
raised = tenant.hunt("""
AlertInfo
| where ServiceSource == "Microsoft Defender for Cloud"
| project Timestamp, Title, Severity
| order by Timestamp asc
""")
raised

# %% [markdown]
# Three days later, four alerts in eleven minutes: a password was guessed and a miner runs. Between the two lies this:

# %%
from matplotlib import pyplot as plt

guesses = tenant.logs("""
Syslog
| where Computer == "ch-azberth01" and SyslogMessage startswith "Failed password" and TimeGenerated > ago(7d)
| summarize Guesses = count() by Hour = bin(TimeGenerated, 1h)
""")
drawing, axes = plt.subplots(figsize=(9, 2.8))
axes.bar(guesses["Hour"], guesses["Guesses"], width=0.05)
axes.axvline(opened["TimeGenerated"].iloc[0], linestyle="--", color="black", label="port opened: posture")
axes.plot(raised["Timestamp"], [330] * len(raised), "v", color="black", label="alerts: workload protection")
axes.set_ylabel("wrong passwords an hour")
axes.legend(loc="center right")
alt = "Bars of wrong passwords an hour, near zero for days. A dashed line marks the opened port, three days before two tall bars and the alerts."
lab.figure(drawing, alt=alt, caption="Posture could have spoken three days before the alerts.")

# %% [markdown]
# Posture could have prevented it; the alerts told that it happened. **Only alerts travel by the connector** (fact `mdc-11`). The
# article lists posture and then calls the view "comprehensive". Recommendations stay in Defender for Cloud unless you bring them by
# another way.

# %%
lab.quiz("07-cspm-cwp")

# %% [markdown]
# ## Two connectors
#
# The article says "enable the Defender for Cloud connector". There are two (fact `mdc-01`).
#
# | | tenant-based | subscription-based |
# |---|---|---|
# | status | preview, advised | legacy |
# | covers | all subscriptions at once | those that are enrolled (fact `mdc-03`) |
# | needs | the solution, 3.0.0 or later (fact `mdc-07`) | enrolment of each subscription (fact `mdc-03`) |
# | closing in Sentinel closes the alert | - | as an option (fact `mdc-06`) |
# | its alerts say, in this tenant | Microsoft Defender for Cloud | Azure Security Center |
#
# The last line is our choice: the connector's page queries the alerts of both by the old name (fact `mdc-10`).
#
# Take the miner's incident in Defender, and look at its copy. An older incident travels with its next change, which is our choice.

# %%
def copies():
    for record in tenant.sentinel.records:
        alerts, entities = tenant.sentinel.alerts(record.name), tenant.sentinel.entities(record.name)
        print(f"{record.number}: {record.title}: {len(alerts)} alerts, {len(entities)} entities, products {record.product_names}")


cloud = next(i for i in tenant.defender.records if i.display_name.endswith("on a virtual machine"))
tenant.defender.update(cloud.id, assigned_to="alex.analyst@contoso.example")
tenant.advance(minutes=10)
copies()

# %% [markdown]
# It has a title and an owner, and nothing else. That is the **empty incident**: Defender XDR carries the incident, and its content
# needs a connector for Defender for Cloud (fact `mdc-02`). Somebody enrols a subscription in the legacy one:

# %%
tenant.cloud.enrol("11111111-2222-3333-4444-555555555555")
tenant.defender.update(cloud.id, custom_tags=["cloud"])
tenant.advance(minutes=10)
copies()

# %% [markdown]
# Still empty: it was another subscription. Now the one that covers all of them.

# %%
tenant.cloud.connect_tenant_based()
tenant.advance(minutes=10)
copies()
print("in Defender:", len(cloud.alert_ids), "alerts")

# %% [markdown]
# Content at last, and still a difference: Defender has four alerts, Sentinel three. The cron job was *informational*, and those are
# not ingested this way (fact `products-08`). Whether earlier incidents are filled in is not documented; here they are, by our choice.
#
# "Two are safer than one", says a colleague, and enrols our subscription as well. A new alert comes, a copy of the miner's:

# %%
from dataclasses import replace

tenant.cloud.enrol()
miner = next(alert for alert in tenant.defender.alert_records(cloud.id) if "mining related" in alert.title)
tenant.defender.receive(replace(miner, id="dc-copy", correlation="copy", incident_id="", created=tenant.now))
tenant.advance(minutes=10)
tenant.logs("""
SecurityAlert
| where TimeGenerated > ago(11m) and AlertName has "mining"
| project TimeGenerated, AlertName, ProductName
| order by TimeGenerated asc
""")

# %% [markdown]
# One alert, two rows. Every rule over `SecurityAlert` now counts it twice. So disconnect the legacy connector when you use the
# tenant-based one (fact `mdc-04`).

# %% [markdown]
# ### Your turn
#
# Mend it. The next cell brings the tenant to where the task begins and says what is asked. Change the tenant, then check.
# Hints: `lab.hint("07-once-with-content")`.

# %%
lab.prepare("07-once-with-content", tenant)

# %%
lab.check("07-once-with-content", tenant)

# %%
lab.quiz("07-which-connector")

# %% [markdown]
# ## What arrives
#
# After onboarding with Defender XDR the alerts arrive by themselves, and neither connector is listed in the Defender portal (facts
# `mdc-05`, `setup-defender-04`). One onboarding page still asks for the connector. The Defender XDR connector also changes their scope, from
# the subscription to the tenant (fact `schema-03`).
#
# Events are another matter. Advanced hunting has tables from Defender for Cloud, such as `CloudAuditEvents` (fact `mdc-12`). None
# of them is on the connector's list (facts `tables-01` to `tables-05`):

# %%
from pivotlab.tenant import TenantError

try:
    tenant.connector.stream(["CloudAuditEvents"])
except TenantError as refused:
    print(str(refused).partition(".")[0])

# %%
lab.quiz("07-cloud-tables")

# %%
lab.quiz("07-after-onboarding")

# %% [markdown]
# ## A second vendor
#
# The article ends with *ASIM-based parsing* for Defender for Cloud. We found no Microsoft page that ties the two (fact `asim-01`).
# ASIM, the Advanced Security Information Model, is for **events of several sources**: one schema, one parser for each source, and a
# unifying parser such as `_Im_Authentication` over all of them (fact `asim-02`).
#
# Ask it a question once: which addresses fail more than ten times as often as they succeed, and do succeed?

# %%
question = """
| summarize Failures = countif(EventResult == "Failure"), Successes = countif(EventResult == "Success"),
    Names = dcount(TargetUsername), Products = make_set(EventProduct) by SrcIpAddr
| where Failures > 10 * Successes and Successes > 0
| order by Failures desc, SrcIpAddr asc
"""
tenant.logs("_Im_Authentication" + question)

# %% [markdown]
# Two addresses of the password spray, which tried many names in Entra ID. The guessed password on Linux is missing: the practice
# workspace has no parser for `sshd`, which is our choice, and Linux writes sentences. Where yours has one, do not add a second: the
# union would count each row twice. msticpy can pull an address out of any sentence:

# %%
from msticpy.transform import IoCExtract

accepted = tenant.logs('Syslog | where SyslogMessage startswith "Accepted password" | project SyslogMessage')
IoCExtract().extract(data=accepted, columns=["SyslogMessage"])[["IoCType", "Observable", "Input"]]

# %% [markdown]
# An address, but of whom, and was it let in? A source parser says so, with the schema's names. A few lines make one:

# %%
sshd = r"""
let Sshd = Syslog
| where ProcessName == "sshd"
| extend SrcIpAddr = extract(@"from ([\d.]+) port", 1, SyslogMessage), EventProduct = "OpenSSH"
| extend TargetUsername = extract(@"for (?:invalid user )?(\S+) from", 1, SyslogMessage)
| extend EventResult = iff(SyslogMessage startswith "Accepted", "Success", "Failure");
union Sshd, _Im_Authentication
"""
tenant.logs(sshd + question).head(4)

# %% [markdown]
# The same question, two vendors, two attacks. The first row is the guessed password on Linux; the second and the last are the spray
# again. The third is noise, as every hunt has. The rule need not change when a third vendor comes, only its parser must be written.
#
# ### Your turn
#
# The first half on your own. Find every address that failed at `sshd` more than a hundred times. Complete the query:
#
#     Syslog
#     | where ProcessName == "sshd"
#     | extend SrcIpAddr = extract(@"from ([\d.]+) ____", 1, ____)
#     | summarize Failures = countif(SyslogMessage startswith ____), Successes = countif(SyslogMessage startswith ____) by SrcIpAddr
#     | where ____

# %%
lab.check("07-guessed-in", ...)

# %%
lab.quiz("07-asim")

# %% [markdown]
# ## In the interview
#
# The article has no question of its own here. A common one: *An incident of Defender for Cloud arrives in Sentinel with no
# alerts. Talk me through it.* Two minutes, aloud.
#
# * **Weak:** "A permission is missing." Everybody sees it empty.
# * **Good:** the incident comes through Defender XDR, its alerts need a connector of their own; tenant-based rather than legacy.
# * **Senior:** asks first whether the workspace is onboarded. Then checks enrolment, informational alerts and duplicates, and
#   says that posture needs another way, such as continuous export.
#
# ## Summary
#
# In this lesson you saw: posture warns and alerts tell; only alerts travel; the empty incident lacks a connector, and two connectors
# double it; and one set of names lets one query find two attacks.
#
# Next: [08 Use cases](08-use-cases.ipynb).
