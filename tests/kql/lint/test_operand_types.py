"""Values of a type that an operator, a function or an aggregate does not take; and their nearest valid relatives."""

from __future__ import annotations

import pytest

from pivotlab.kql import Engine

ROW = """datatable(b:bool, t:datetime, d:dynamic, g:guid, n:long, r:real, s:string, p:timespan)[]
"""

BROKEN = [
    "| where n",
    "| where s",
    "| where d.flag",
    "| where b and n",
    "| where b or s",
    "| extend x = iff(n, 1, 2)",
    "| extend x = not(s)",
    "| extend x = case(n, 'a', 'b')",
    "| extend x = case(b, 'a', not(b), 'b')",
    "| where s > 1",
    "| where s < 'm'",
    "| where t > '2026-01-01'",
    "| where t > 1d",
    "| where p > 5",
    "| where d > ago(1d)",
    "| where s between (1 .. 2)",
    "| where t between (ago(1d) .. 5)",
    "| where n has '1'",
    "| where n contains '1'",
    "| where g startswith 'a'",
    "| where n =~ '1'",
    "| where n in~ ('a')",
    "| where t has_any ('a')",
    "| extend x = n + b",
    "| extend x = strlen(n)",
    "| extend x = extract('a', 0, n)",
    "| extend x = replace_string(n, '1', '2')",
    "| extend x = trim('a', n)",
    "| extend x = parse_json(n)",
    "| extend x = parse_url(n)",
    "| extend x = startofday(s)",
    "| extend x = startofday('2026-01-01')",
    "| extend x = format_datetime(n, 'yyyy')",
    "| extend x = datetime_diff('days', t, t)",
    "| extend x = datetime_add(s, 1, t)",
    "| extend x = datetime_part('weekday', t)",
    "| extend x = ago('1d')",
    "| extend x = bin(n, 1d)",
    "| extend x = bin(t, 1)",
    "| extend x = bin(s, 1d)",
    "| extend x = sqrt(s)",
    "| extend x = array_length(s)",
    "| extend x = bag_keys(s)",
    "| extend x = set_union(d, s)",
    "| extend x = coalesce(n, 'a')",
    "| extend x = coalesce(n)",
    "| extend x = max_of(n, s)",
    "| extend x = min_of(n)",
    "| summarize sum(s)",
    "| summarize sum(d)",
    "| summarize avg(s)",
    "| summarize stdev(b)",
    "| summarize max(d)",
    "| summarize arg_max(d, *)",
    "| summarize make_bag(s)",
    "| summarize countif(n)",
    "| summarize sumif(n, s)",
    "| summarize make_set_if(s, s)",
    "| summarize count() by d",
    "| summarize n",
    "| summarize x = n by s",
    "| summarize toupper(s)",
    "| summarize n + count() by s",
    "| distinct d",
    "| sort by d",
    "| mv-expand s",
    "| mv-expand d to typeof(foo)",
    "| mv-apply s on (take 1)",
    "| take n",
    "| take 'five'",
    "| take 2.5",
    "| top n by t",
    "| sample 'five'",
    "| project n, n",
    "| project a = n, a = s",
    "| extend a = n, a = s",
    "| extend n, n",
    "| summarize n = count() by n",
    "| summarize a = count(), a = dcount(s)",
    "| summarize count() by s, s",
    "| distinct s, s",
    "| project-rename s = n",
    "| project-rename x = n, x = s",
    "| join (print n = 'a') on n",
    "| join (print k = 1) on $left.s == $right.k",
    "| join (print k = 's') on $left.s != $right.k",
    "| join (print k = dynamic([1])) on $left.d == $right.k",
    "| lookup kind=fullouter (print s = 'a') on s",
    "| union kind=left (print s = 'a')",
]
VALID = [
    "| where b and d.flag",
    "| where d.n > 5 and d.name has 'x' and d.name =~ 'y' and d.name in~ ('a')",
    "| where n > 1.5 and b >= 0 and d > n",
    "| where n == '1' and s == 1",
    "| where t between (ago(1d) .. 2h)",
    "| extend x = toupper(n), y = substring(t, 0, 4), z = indexof(n, 5), w = split(n, ',')",
    "| extend x = reverse(t), y = strcmp(n, r), z = isempty(n), w = tolower(b)",
    "| extend x = strlen(d.name), y = parse_json(d.name), z = parse_url(d.link)",
    "| extend x = case(n == 1, 'a', n == 2, 5, d), y = iff(b, d.a, 'text')",
    "| extend x = coalesce(n, toint(r)), y = max_of(t, ago(1d)), z = bin(r, 2), w = bin(p, 1h)",
    "| extend x = datetime_diff('Day', t, ago(1d)), y = datetime_add('week', n, t), z = datetime_part('week_of_year', t)",
    "| summarize sum(p), avg(t), max(s), min(b), percentile(n, 5), dcount(d), make_set(d), arg_max(n, d), take_any(d)",
    "| summarize x = 5, strcat('a', 'b'), count() + 1, max(n) - min(n) by s, bin(t, 1h)",
    "| summarize count() by s, tostring(s)",
    "| extend s = n, x = s",
    "| project n, tostring(n), x = n",
    "| project-rename s = n, n = s",
    "| top 3 by d.n",
    "| take toint('5')",
    "| join (print k = toint(1)) on $left.n == $right.k",
    "| mv-expand d, x = split(s, ',')",
]


@pytest.mark.parametrize("stage", BROKEN)
def test_the_wrong_type_is_refused_on_its_line(engine: Engine, stage: str) -> None:
    found = engine.check(ROW + stage)
    assert [diagnostic.line for diagnostic in found] and found[0].line == 2


@pytest.mark.parametrize("stage", VALID)
def test_its_valid_relative_is_not(engine: Engine, stage: str) -> None:
    assert engine.check(ROW + stage) == []
    engine.run(ROW + stage)
