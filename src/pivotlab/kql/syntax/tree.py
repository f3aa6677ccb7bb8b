"""The parse tree of a query, from the engine's own grammar, and the few moves that everybody makes in it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from antlr4 import CommonTokenStream, InputStream
from antlr4.atn.PredictionMode import PredictionMode
from antlr4.error.ErrorListener import ErrorListener
from antlr4.tree.Tree import TerminalNode
from duckdb_kql._antlr.KqlLexer import KqlLexer
from duckdb_kql._antlr.KqlParser import KqlParser

Tree = Any
"""A context of the generated parser, which carries no types."""

_DEEPEST = 12_000


@dataclass(frozen=True)
class SyntaxFinding:
    """What the parser or the lexer stumbled over. `token` is its text, empty at the end of the query."""

    line: int
    column: int
    start: int
    token: str
    message: str


@dataclass(frozen=True)
class Parsed:
    """A query's tree, its tokens (without spaces and comments), and what did not parse."""

    text: str
    tree: Tree
    tokens: list[Any]
    findings: list[SyntaxFinding]


class _Collector(ErrorListener):  # type: ignore[misc]
    def __init__(self) -> None:
        self.findings: list[SyntaxFinding] = []

    def syntaxError(  # noqa: N802 - the name that ANTLR calls
        self, recognizer: Any, symbol: Any, line: int, column: int, message: str, error: Any
    ) -> None:
        token = "" if symbol is None or symbol.type == -1 else symbol.text
        start = symbol.start if symbol is not None else getattr(error, "startIndex", 0)
        self.findings.append(SyntaxFinding(line, column + 1, start, token, message))


@lru_cache(maxsize=128)
def parse(text: str) -> Parsed:
    """The tree of `text`. Never raises on bad input; `findings` says what is wrong.

    Nobody changes a tree, so a query that comes again, as in a class, is parsed once: parsing takes most of the time.
    The fast prediction mode comes first; only a query that it rejects is parsed again in the exact one.
    """
    if sys.getrecursionlimit() < _DEEPEST:
        sys.setrecursionlimit(_DEEPEST)
    lexer = KqlLexer(InputStream(text))
    lexer.removeErrorListeners()
    lexed = _Collector()
    lexer.addErrorListener(lexed)
    stream = CommonTokenStream(lexer)
    stream.fill()
    _mend(stream)
    tree, findings = _parse(stream, PredictionMode.SLL)
    if findings:
        stream.seek(0)
        tree, findings = _parse(stream, PredictionMode.LL)
    if findings and _soften(stream):
        stream.seek(0)
        softened = _parse(stream, PredictionMode.LL)
        tree, findings = softened if not softened[1] else (tree, findings)
    tokens = [token for token in stream.tokens if token.channel == 0 and token.type != -1]
    return Parsed(text, tree, tokens, lexed.findings + findings)


def words(text: str) -> list[str]:
    """The tokens of `text`, without spaces and comments."""
    lexer = KqlLexer(InputStream(text))
    lexer.removeErrorListeners()
    return [str(token.text) for token in lexer.getAllTokens() if token.channel == 0]


def _parse(stream: CommonTokenStream, mode: Any) -> tuple[Tree, list[SyntaxFinding]]:
    parser = KqlParser(stream)
    parser.removeErrorListeners()
    collector = _Collector()
    parser.addErrorListener(collector)
    parser._interp.predictionMode = mode
    return parser.top(), collector.findings


def _mend(stream: CommonTokenStream) -> None:
    """Two places in which the grammar is not the language.

    Its `parse-kv` has no `as`: leave it out. Behind `make-series` and `distinct` it reads `Name = function(` as a
    parameter: give the name the type of a keyword that only a name can have.
    """
    tokens = [token for token in stream.tokens if token.channel == 0]
    for place, token in enumerate(tokens):
        if token.type == KqlLexer.PARSEKV:
            word = next((each for each in tokens[place:] if each.type == KqlLexer.AS), None)
            if word is not None:
                word.channel = 1
        elif token.type in (KqlLexer.MAKESERIES, KqlLexer.DISTINCT):
            shape = [each.type for each in tokens[place + 1 : place + 5]]
            if shape == [KqlLexer.IDENTIFIER, KqlLexer.EQUAL, KqlLexer.IDENTIFIER, KqlLexer.OPENPAREN]:
                tokens[place + 1].type = KqlLexer.ACCUMULATE


def _soften(stream: CommonTokenStream) -> bool:
    """Read `table` as a name, which the service accepts and the grammar does not. Whether there was one."""
    softened = False
    previous = ""
    for token in stream.tokens:
        if token.type == KqlLexer.TABLE and previous != "render":
            token.type = KqlLexer.IDENTIFIER
            softened = True
        previous = token.text if token.channel == 0 else previous
    return softened


def kind_of(tree: Tree) -> str:
    """The grammar rule of a node, as in `WhereOperator`."""
    return type(tree).__name__.removesuffix("Context")


def core(tree: Tree) -> Tree:
    """The first node below that is more than a wrapper: the grammar wraps every expression in a dozen rules."""
    while tree.getChildCount() == 1:
        child = tree.getChild(0)
        if isinstance(child, TerminalNode):
            return tree
        tree = child
    return tree


def bare(tree: Tree) -> Tree:
    """`core`, seen through parentheses."""
    tree = core(tree)
    while kind_of(tree) == "ParenthesizedExpression":
        tree = core(tree.Expression)
    return tree


def position(tree: Tree) -> tuple[int, int]:
    """Line and column of a node, both from 1."""
    token = getattr(tree, "start", None) or tree.symbol
    return token.line, token.column + 1


def source_text(tree: Tree) -> str:
    """The text that a node was parsed from, spaces and all."""
    start, stop = tree.start, tree.stop or tree.start
    return str(start.getInputStream().getText(start.start, stop.stop))
