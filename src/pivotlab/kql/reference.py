"""docs/kql.md: what the engine understands, from the code itself. `pivotlab handbook pages` writes it."""

from __future__ import annotations

from collections.abc import Callable

from pivotlab.kql import engine as _loads_every_stage  # noqa: F401
from pivotlab.kql.rewrite.elsewhere import NOT_RUN
from pivotlab.kql.rewrite.registry import FUNCTIONS
from pivotlab.kql.rewrite.special import SPECIAL
from pivotlab.kql.run.bounds import Limits
from pivotlab.kql.stage import library
from pivotlab.kql.stage.aggregates import AGGREGATES
from pivotlab.kql.stage.evaluate import PLUGINS
from pivotlab.kql.stage.pipeline import OPERATORS
from pivotlab.kql.stage.refused import REASONS

_INTRODUCTION = """# KQL in the practice engine

This page is generated from the code. Change the code, then type `pivotlab handbook pages`.

A query has one of four outcomes, and they are never mixed up:

* rows (`Engine.run` returns a frame);
* the query is wrong (`KqlError`, with line, column, one sentence and one suggestion);
* the query is valid, and the lab does not run it offline (`KqlUnsupported`, with the reason);
* a limit was hit (`KqlLimit`).

The meaning of every construct is Microsoft's: each operator and function below has its page on learn.microsoft.com
under the name that is shown. Where the documentation is silent, the lab decides once and says "our choice".
"""


def reference() -> str:
    """The page's text."""
    limits = Limits()
    parts = [
        _INTRODUCTION,
        "## Limits\n",
        f"* A query may take {limits.seconds:g} seconds, {limits.rows:,} rows and {limits.memory} of memory.",
        "* It reads no file and no network, and it writes nothing, whatever it says.",
        "* `externaldata` reads only addresses that are mapped to local files.",
        "* `now()` and `ago()` use the tenant's clock. A query cannot move it.",
        "* Rows with equal sort keys keep a fixed order, so that answers repeat.\n",
        "## In a notebook\n",
        "`tenant = pivotlab.open_tenant()` also brings the cell magic `%%kql name`: the cell is a query for advanced hunting of",
        "the tenant that was opened last, and its rows are shown and kept under the name, which may be left out.",
        "`%%kql --logs name` asks the workspace's Logs.\n",
        "## Tabular operators\n",
        _table(("Operator", "Meaning"), _operators()),
        "\n## Plugins of `evaluate`\n",
        _table(("Plugin", "Meaning"), [(name, _first_line(plugin)) for name, plugin in sorted(PLUGINS.items())]),
        "\n## Aggregate functions\n",
        _table(("Function", "Meaning"), _aggregates()),
        "\n## Scalar functions\n",
        _table(("Function", "Meaning"), _scalars()),
        "\n## Functions of the products\n",
        "They are KQL over the tables of the practice tenant (`data/functions`).\n",
        _table(("Function", "Meaning"), [(f"{b.name}()", b.meaning.strip()) for b in library.builtins().values()]),
        "\n## ASIM\n",
        "`_Im_<schema>()` unites the sources below; `_ASim_`, `im` and `ASim` are other spellings of it.\n",
        _table(("Schema", "Sources and where their mapping is from"), _schemas()),
        "\n## Valid, and not run offline\n",
        _table(("Construct", "Why"), _refused()),
    ]
    return "\n".join(parts) + "\n"


def _table(head: tuple[str, str], rows: list[tuple[str, str]]) -> str:
    lines = [f"| {head[0]} | {head[1]} |", "|---|---|"]
    return "\n".join([*lines, *(f"| `{name}` | {_escaped(text)} |" for name, text in rows)])


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")


def _first_line(function: Callable[..., object]) -> str:
    return (function.__doc__ or "").strip().split("\n")[0]


def _spelled(rule: str) -> str:
    """`MvexpandOperator` as it is written in a query."""
    name = rule.removesuffix("Operator")
    known = {
        "Mvexpand": "mv-expand", "Mvapply": "mv-apply", "ParseKv": "parse-kv", "ParseWhere": "parse-where",
        "TopNested": "top-nested", "TopHitters": "top-hitters", "MakeSeries": "make-series", "GetSchema": "getschema",
        "SampleDistinct": "sample-distinct", "ReduceBy": "reduce", "FacetBy": "facet", "RangeExpression": "range",
        "ExecuteAndCache": "__executeAndCache", "PartitionBy": "__partitionby", "MacroExpand": "macro-expand",
        "AssertSchema": "assert-schema",
    }  # fmt: skip
    if name in known:
        return known[name]
    return "".join(f"-{sign.lower()}" if sign.isupper() and place else sign.lower() for place, sign in enumerate(name))


def _operators() -> list[tuple[str, str]]:
    shown = {
        rule: operator for rule, operator in OPERATORS.items() if rule not in REASONS and not rule.endswith("Part")
    }
    return sorted((_spelled(rule), _first_line(operator)) for rule, operator in shown.items())


def _aggregates() -> list[tuple[str, str]]:
    extremes = [
        ("arg_max", "The columns of the row with the largest value."),
        ("arg_min", "The columns of the row with the smallest value."),
    ]
    return sorted([*((a.name, a.meaning) for a in AGGREGATES.values()), *extremes])


def _scalars() -> list[tuple[str, str]]:
    return sorted((f.signature, f.meaning) for f in (*FUNCTIONS.values(), *SPECIAL.values()))


def _schemas() -> list[tuple[str, str]]:
    return [
        (f"_Im_{s.name}", f"{s.version}: " + " ".join(f"`{each.table}`: {each.mapping.strip()}" for each in s.sources))
        for s in library.asim().values()
    ]


def _refused() -> list[tuple[str, str]]:
    operators = [(_spelled(rule), reason) for rule, reason in REASONS.items()]
    return sorted([*operators, *((name, f"{reason[0].upper()}{reason[1:]}.") for name, reason in NOT_RUN.items())])
