"""The faster loops read a query exactly as the runtime's own lexer and parser do."""

from __future__ import annotations

from typing import Any

import pytest
from antlr4 import CommonTokenStream, InputStream
from antlr4.tree.Tree import TerminalNode
from duckdb_kql._antlr.KqlLexer import KqlLexer
from duckdb_kql._antlr.KqlParser import KqlParser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pivotlab.kql.syntax.grammar import Lexer
from pivotlab.kql.syntax.tree import parse

QUERIES = (
    "T | where a == 'x\\n' and b has_any (\"é\", @'\\d') // a comment, ü\n| summarize n=count() by bin(t, 1h), d['k'][0]",
    "let f = (x:long, T:(a:string)) { T | extend y = x ** 2 };\nunion kind=outer (f(1, A)), B* | top 3 by y desc nulls last",
    "print 1..2, 1.e, 1.5e-3, 0x1F, 1d, -5, dynamic({'a':[1, null]}), datetime(2026-01-02), h'secret', `x`",
    "T | make-series n=count() default=0 on t from ago(7d) to now() step 1d by a | extend (x, y) = series_fit_line(n)",
    "T | where a between (1 .. 2) or not(b in~ ('x')) | join kind=leftouter hint.strategy=shuffle (U) on $left.a == $right.b",
)
BITS = st.sampled_from(
    ["|", "(", ")", "'", '"', "\n", "\r\n", "é", "//", "..", "1.", "@", " ", "\t", "{", "=", "==", "\x00"]
)


class _Lexed(KqlLexer):  # type: ignore[misc]
    """The runtime's lexer, silent."""

    def __init__(self, text: str) -> None:
        super().__init__(InputStream(text))
        self.removeErrorListeners()


def _token(token: Any) -> tuple[Any, ...]:
    return token.type, token.channel, token.start, token.stop, token.line, token.column


def _shape(tree: Any) -> Any:
    if isinstance(tree, TerminalNode):
        return _token(tree.symbol)
    ends = tree.start.start, tree.stop.stop if tree.stop else None
    return type(tree).__name__, ends, [_shape(tree.getChild(place)) for place in range(tree.getChildCount())]


@pytest.mark.parametrize("text", QUERIES)
def test_a_query_has_the_runtimes_tree(text: str) -> None:
    parser = KqlParser(CommonTokenStream(_Lexed(text)))
    parser.removeErrorListeners()
    tree = parser.top()
    found = parse(text)
    if parser.getNumberOfSyntaxErrors():
        assert found.findings
    else:
        assert not found.findings
        assert _shape(found.tree) == _shape(tree)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(query=st.sampled_from(QUERIES), place=st.floats(0, 1), length=st.integers(0, 9), bit=BITS)
def test_any_text_has_the_runtimes_tokens(query: str, place: float, length: int, bit: str) -> None:
    at = int(place * len(query))
    text = query[:at] + bit + query[at + length :]
    theirs = _Lexed(text)
    assert [_token(token) for token in Lexer(text).read()[:-1]] == [_token(token) for token in theirs.getAllTokens()]
