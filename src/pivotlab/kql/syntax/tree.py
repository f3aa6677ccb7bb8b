"""The parse tree of a query, from the engine's own grammar, and the few moves that everybody makes in it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from antlr4.atn.PredictionMode import PredictionMode
from antlr4.error.ErrorListener import ErrorListener
from antlr4.tree.Tree import TerminalNode

from pivotlab.kql.syntax.grammar import Lexer, Parser, Tokens

Tree = Any
"""A context of the generated parser, which carries no types."""

_DEEPEST = 12_000
_REST = [Lexer.OPENPAREN, Lexer.ASTERISK, Lexer.COMMA]
_STAGE_ENDS = (Lexer.BAR, Lexer.SEMICOLON, Lexer.CLOSEPAREN, Lexer.CLOSEBRACE, -1)


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
    furthest: SyntaxFinding | None = None
    """How far the parser came before it gave up."""


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
    lexed = _Collector()
    lexer = Lexer(text, lexed)
    read = lexer.read()
    _mend(read)
    findings: list[SyntaxFinding] = []
    furthest: SyntaxFinding | None = None
    tree = Parser(Tokens(lexer, read), PredictionMode.SLL).parsed()
    if tree is None:
        tree, findings, furthest = _diagnosed(lexer, read)
    if findings and _soften(read):
        softened = _diagnosed(lexer, read)
        if not softened[1] or _place(softened[1]) > _place(findings):
            tree, findings, furthest = softened
    tokens = [token for token in read if token.channel == 0 and token.type != -1]
    return Parsed(text, tree, tokens, lexed.findings + findings, furthest)


def words(text: str) -> list[str]:
    """The tokens of `text`, without spaces and comments."""
    return [str(token.text) for token in Lexer(text).read() if token.channel == 0 and token.type != -1]


def _place(findings: list[SyntaxFinding]) -> int:
    """Where the first of several findings is."""
    return min(finding.start for finding in findings)


def _diagnosed(lexer: Lexer, read: list[Any]) -> tuple[Tree, list[SyntaxFinding], SyntaxFinding]:
    """The tree in the exact prediction mode, what did not parse, and how far the parser came."""
    errors = _Collector()
    parser = Parser(Tokens(lexer, read), PredictionMode.LL)
    tree = parser.diagnosed(errors)
    last = parser.furthest
    text = "" if last.type == -1 else last.text
    return tree, errors.findings, SyntaxFinding(last.line, last.column + 1, last.start, text, "")


def _mend(read: list[Any]) -> None:
    """Four places in which the grammar is not the language.

    Its `parse-kv` has no `as`, and the schema behind `evaluate f() : (*, A:string)` no `*`: leave them out. Behind
    `make-series` and `distinct` it reads `Name = function(` as a parameter: give the name the type of a keyword that only
    a name can have. Its `serialize` wants columns: one without any takes the type of the operator that takes none.
    """
    tokens = [token for token in read if token.channel == 0]
    for place, token in enumerate(tokens):
        if token.type == Lexer.PARSEKV:
            word = next((each for each in tokens[place:] if each.type == Lexer.AS), None)
            if word is not None:
                word.channel = 1
        elif token.type == Lexer.COLON and [each.type for each in tokens[place + 1 : place + 4]] == _REST:
            tokens[place + 2].channel = tokens[place + 3].channel = 1
        elif token.type in (Lexer.MAKESERIES, Lexer.DISTINCT):
            shape = [each.type for each in tokens[place + 1 : place + 5]]
            if shape == [Lexer.IDENTIFIER, Lexer.EQUAL, Lexer.IDENTIFIER, Lexer.OPENPAREN]:
                tokens[place + 1].type = Lexer.ACCUMULATE
        elif token.type == Lexer.SERIALIZE and tokens[place + 1].type in _STAGE_ENDS:
            token.type = Lexer.CONSUME


def _soften(read: list[Any]) -> bool:
    """Read `table` as a name, which the service accepts and the grammar does not. Whether there was one."""
    softened = False
    previous = ""
    for token in read:
        if token.type == Lexer.TABLE and previous != "render":
            token.type = Lexer.IDENTIFIER
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
