# %% [markdown]
# # 10 Mock interview
#
# After this lesson you have answered the article's seven questions aloud, been interviewed, and know from your own ratings what to
# repeat and when. It is the last lesson, and the one to come back to.
#
# | | |
# |---|---|
# | **Level** | junior, mid or senior: you choose |
# | **Time to learn** | 45 minutes, and 10 to 45 more for each interview |
# | **Needs** | as many of the lessons as you have time for |
# | **Article section** | Preparing for Defender-to-Sentinel Pivot Interview Questions |
# | **Facts checked on** | 23 November 2026 |
#
# ## Before you start
#
# Two questions, not graded.

# %%
import pivotlab as lab

lab.quiz("10-strong-answer")

# %%
lab.quiz("10-do-not-know")

# %% [markdown]
# ## Before the interview
#
# Some of what you have learned will still hold in five years, such as who groups alerts. Some may change next month. The ledger of
# facts knows which; it has the page and the day of the last check for each. `python start.py facts` lists them. Look these up again on
# the day before:

# %%
from pivotlab.facts import fact

for name in ("retirement-01", "customdet-08", "products-07", "ai-05", "correlation-01"):
    print(f"{name}, checked {fact(name).checked:%d %B %Y}, likely to change: {'yes' if fact(name).volatile else 'no'}")
    print(f"    {fact(name).statement}")

# %% [markdown]
# The last one is a special case: Microsoft's own pages disagree on it. Say so: "The page of July 2026 says off by default, older
# ones say automatic; I would look at the setting." That is a better answer than either half of it.

# %%
lab.quiz("10-volatile-facts")

# %% [markdown]
# ## Answering aloud
#
# Nobody speaks as they write. Four parts, in this order, take a minute and a half. Take this question: *What happens to an incident
# with 187 alerts?*
#
# | part | said aloud |
# |---|---|
# | the answer | "Sentinel shows 150+ and keeps 150 of them." (fact `sync-12`) |
# | the mechanism | "Defender XDR groups them and holds all; the copy in Sentinel is capped, and links back." |
# | a limit | "So a count or a rule over that copy sees 150, and never the rest." |
# | the check | "I would open the link, or read the incident in Graph with `$expand=alerts`." (fact `api-02`) |
#
# Now you, with the second row left out: *Active in Defender, and the report in Sentinel says New. Which one is right?* The answer:
# both. The limit: *In progress* is then called Active, which follows from the two lists of values (fact `sync-04`). The check: one incident, looked at on both sides. What is the
# mechanism? Say all four aloud before you read on. It is the status map (fact `sync-03`).

# %%
lab.quiz("10-wrong-aloud")

# %% [markdown]
# ## A query at the whiteboard
#
# Many interviews have one. You say what you do, then you write. A worked example: *How many incidents are open, by severity?* Here are
# the tempting way and the right one, next to each other, after somebody has closed two.

# %%
tenant = lab.open_tenant()
for record in tenant.defender.records[:2]:
    tenant.defender.update(record.id, status="resolved", classification="falsePositive", determination="clean")
tenant.advance(minutes=10)
tempting = tenant.logs('SecurityIncident | where Status != "Closed" | summarize Rows = count() by Severity')
right = tenant.logs("""
SecurityIncident
| summarize arg_max(LastModifiedTime, *) by IncidentNumber
| where Status != "Closed"
| summarize Incidents = count() by Severity
""")
tempting.merge(right, on="Severity")

# %% [markdown]
# The tempting query counts changes, and the two closed incidents are still in it: their older rows say `New`. The right one takes the
# newest row of each number first (fact `sync-30`), and filters afterwards. Say *that* sentence aloud; it is what is listened for.
#
# ### Your turn
#
# Five minutes. Complete the query and hand it in as text, in place of the dots.
#
#     AlertInfo
#     | where Timestamp > ____
#     | summarize Alerts = ____, High = countif(____) by ServiceSource

# %%
lab.check("10-week-by-product", ...)

# %% [markdown]
# A senior one, without a skeleton. Ten minutes.

# %%
lab.check("10-sprayed-and-in", ...)

# %%
lab.quiz("10-live-query")

# %% [markdown]
# ## The interview
#
# Watch one first. Kim is a junior candidate and has ten minutes. The engine asks, Kim answers and rates the answer, and only then
# are key points shown. What is missing calls for a follow-up question.

# %%
from pivotlab.learn.interviews.engine import Interview
from pivotlab.learn.interviews.report import point_lines, report
from pivotlab.learn.bank.questions import Level

talk = Interview(Level.JUNIOR, 10, seed=5, clock=iter(range(0, 9999, 75)).__next__)
said = [
    "A product raises an alert. Defender XDR correlates alerts into an incident. It reaches Sentinel within about five minutes, "
    "and raw events follow only if their tables are streamed.",
    "Title, severity and tags stay as they are. Status is translated: Active in Defender is Active in Sentinel.",
    "I filter SecurityIncident on status New and severity High, and sort by time.",
]
print(*(f"{question.id}: {question.question}" for question in talk.questions), sep="\n")

# %% tags=["nbval-ignore-output"]
for answer, rating in zip(said, (3, 1, 2)):
    talk.answer(answer)
    turn = talk.rate({name: rating for name in ("accuracy", "completeness", "reasoning", "communication")})
    print(f"{turn.question.id} asks on: {turn.follow_up or '(nothing)'}")
    print(*point_lines(turn), sep="\n", end="\n\n")
    talk.go_on()

# %% [markdown]
# The program compares words with patterns. Read its findings beside the answers: where it says *not found*, Kim may have said it in
# other words. So it points, and never scores; the ratings are Kim's own. Kim was honest about the second answer, which fell into the
# trap of lesson 04. The report says where to go:

# %% tags=["nbval-ignore-output"]
from IPython.display import Markdown

told = report(Level.JUNIOR, 10, talk.turns).markdown()
Markdown(told[told.index("## Gap report") : told.index("## Transcript")].replace("## Gap", "**Gap").replace("report\n", "report**\n", 1))

# %% [markdown]
# Now you. Speak first, then type in a few words what you said. Nobody stops you when the time is over; you only see it. Press
# **Start**, or use the terminal: `python start.py interview --level junior --minutes 10`.

# %%
lab.interview(level="junior", minutes=10)

# %% [markdown]
# Another `seed` asks other questions: `lab.interview(level="mid", minutes=30, seed=1)`. At the level *senior*, reasoning must reach
# the top of the scale: reasons, a way to check, trade-offs and evidence.
#
# ## The seven questions
#
# The article's seven, word for word and in its order. Each card shows three model answers after your own.
#
# * **Weak** answers to all of them list product names.
# * **Good** ones follow the four parts of above.
# * **Senior** ones add what it costs, what is lost, and how they would prove it.
#
# First: benefits, lesson [01](01-synergy.ipynb).

# %%
lab.quiz("01-article-benefits")

# %%
lab.quiz("03-article-data-flow")

# %%
lab.quiz("02-article-setup")

# %%
lab.quiz("04-article-sync")

# %%
lab.quiz("05-article-hunting")

# %%
lab.quiz("06-article-creation-rules")

# %%
lab.quiz("09-article-best-practices")

# %% [markdown]
# ## Your gaps and your plan
#
# Everything you answered is in your progress file. This is your map today:

# %% tags=["nbval-ignore-output"]
lab.progress()

# %% [markdown]
# And this asks what you are about to forget, weakest topic first. A fresh copy of the course has nothing to ask yet.

# %% tags=["nbval-ignore-output"]
lab.review(plain=True)

# %% [markdown]
# How does it know when? Each question has a schedule of its own. Here are two that are answered whenever they fall due: one always
# rightly, and one with a slip at the third time.

# %%
from datetime import UTC, datetime

from matplotlib import pyplot as plt
from pivotlab.learn.record.log import Event
from pivotlab.learn.reviews.plan import schedule


def pauses(scores):
    at, events, days = datetime(2026, 11, 3, 8, tzinfo=UTC), [], []
    for score in scores:
        events.append(Event("answer", "04-cap", "incident_sync", "", score, at=at.isoformat()))
        days.append((schedule(events)["04-cap"].due - at).days)
        at = schedule(events)["04-cap"].due
    return days

# %% jupyter={"source_hidden": true}
always, slip = pauses([1, 1, 1, 1, 1]), pauses([1, 1, 0, 1, 1])
drawing, axes = plt.subplots(figsize=(8, 2.8))
axes.plot(range(1, 6), always, "o-", label="always right")
axes.plot(range(1, 6), slip, "s--", label="wrong at the third time")
axes.set(xlabel="answer", ylabel="days until it comes back", xticks=range(1, 6))
axes.legend(frameon=False)
alt = f"Days until a question comes back, after each answer. Always right: {always}. Wrong at the third time: {slip}."
lab.figure(drawing, alt=alt, caption="What you know comes back ever later; what you do not know comes back soon.")

# %% [markdown]
# | you have | do this |
# |---|---|
# | an hour | the seven questions aloud, once; then sleep |
# | three days | one interview a day at your level; redo the lessons that the report names |
# | two weeks | `lab.review()` each morning, a lab every second day, an interview on Fridays |
#
# ## Summary
#
# In this lesson you saw: an answer has four parts; a query is spoken before it is written; an interview that points at gaps and
# leaves the judging to you; and a plan that brings back what you are about to forget.
#
# This was the last lesson. The labs are the place to prove it to yourself; the last one, [L8](../labs/L8-capstone.ipynb), ends with a
# presentation. Good luck.
