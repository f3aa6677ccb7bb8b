"""The pattern language of keypoints.yaml, one rule at a time."""

from __future__ import annotations

import pytest

from pivotlab.learn.keypoints.answer import sentences
from pivotlab.learn.keypoints.pattern import PatternError, parse

CONCEPTS = {"queue": "queue|list", "one": "one|single"}


def holds(pattern: str, text: str) -> bool:
    (sentence,) = sentences(text)
    return parse(pattern, CONCEPTS).find(sentence.tokens) is not None


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("merge", "They were merged yesterday."),
        ("synchronise", "It is synchronized."),
        ("turn off", "Turn these rules off."),
        ("vulnerab*", "A vulnerability was found."),
        ("#!150 alert", "It shows 500 alerts."),
        ("# & alert", "There are twelve alerts."),
        ("150", "At most a hundred and fifty of them."),
        ("200", "Two hundred of them."),
        ("24", "Within twenty-four hours."),
        ("12000", "We have 12k machines."),
        ("merge", "They were glued together."),
        ("only > ingest", "They work only on tables which were ingested."),
        ("$one $queue", "There is a single list."),
        ("close & merge", "Merging closes the other."),
        ("close > merge", "It closes after merging, or merge."),
        ("2 of (title, severity, tag)", "Tags and titles stay."),
        ("edit & !new", "Edits stay."),
        ("=optional", "That is optional."),
        ("==", "Use == here."),
    ],
)
def test_what_holds(pattern: str, text: str) -> None:
    assert holds(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("#!150 alert", "It shows 150 alerts."),
        ("# & server", "One of them is a server."),
        ("close > merge", "Merging closes the other."),
        ("xdr > close", "XDR is here, but Sentinel closes it."),
        ("2 of (title, severity, tag)", "Tags stay."),
        ("edit & !new", "New ones and edits stay."),
        ("turn off", "Turn it and all of its four friends off."),
        ("sync once", "They sync not once."),
        ("summary > decide", "The summary is a draft, the raw events decide."),
        ("not > expand", "You do not see it until you expand it."),
        ("=optional", "Keep an option."),
        ("retention", "Detention is longer."),
    ],
)
def test_what_does_not_hold(pattern: str, text: str) -> None:
    assert not holds(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "told"),
    [("a | & b", "empty alternative"), ("$nowhere", r"\$nowhere"), ("3 of (a, b)", "3 of 2 groups")],
)
def test_a_pattern_that_cannot_be_read_is_quoted_with_the_reason(pattern: str, told: str) -> None:
    with pytest.raises(PatternError, match=told):
        parse(pattern, CONCEPTS)
