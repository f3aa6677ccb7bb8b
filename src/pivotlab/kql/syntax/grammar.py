"""The generated lexer and parser with tighter inner loops: the same tokens and the same trees, in a third of the time.

The ANTLR runtime interprets the grammar in Python, one call per character, per lookahead and per wrapper rule. What it
learns it keeps in automata; once an automaton knows the way, walking it needs no more than a list index per step. Where
it does not know the way yet, the runtime's own method goes on, and learns.
"""

from __future__ import annotations

from typing import Any

from antlr4 import InputStream
from antlr4.atn.LexerATNSimulator import LexerATNSimulator
from antlr4.atn.ParserATNSimulator import ParserATNSimulator
from antlr4.atn.PredictionMode import PredictionMode
from antlr4.error.ErrorListener import ErrorListener
from antlr4.error.Errors import IllegalStateException, ParseCancellationException
from antlr4.error.ErrorStrategy import BailErrorStrategy
from antlr4.tree.Tree import TerminalNodeImpl
from duckdb_kql._antlr.KqlLexer import KqlLexer
from duckdb_kql._antlr.KqlParser import KqlParser

_END = -1
_NEWLINE = 10
_LAST_CACHED = LexerATNSimulator.MAX_DFA_EDGE


class _LexerLoop(LexerATNSimulator):  # type: ignore[misc]
    """Walks the lexer's automaton over a token's characters."""

    def match(self, stream: InputStream, mode: int) -> int:
        start = self.decisionToDFA[mode].s0
        if start is None:
            return int(super().match(stream, mode))
        data, index, size = stream.data, stream._index, stream._size
        state, accepted, end, failed = start, None, index, self.ERROR
        while index < size:
            sign = data[index]
            edges = state.edges
            state = edges[sign] if edges is not None and sign <= _LAST_CACHED else None
            if state is None:
                return int(super().match(stream, mode))
            if state is failed:
                break
            index += 1
            if state.isAcceptState:
                accepted, end = state, index
        if accepted is None or index == size:
            return int(super().match(stream, mode))
        self.mode, self.startIndex = mode, stream._index
        line, column = self.line, self.column + end - stream._index
        for place in range(stream._index, end):
            if data[place] == _NEWLINE:
                line, column = line + 1, end - place - 1
        self.accept(stream, accepted.lexerActionExecutor, self.startIndex, end, line, column)
        return int(accepted.prediction)


class Lexer(KqlLexer):  # type: ignore[misc]
    """The grammar's lexer. `errors` hears of what is no token."""

    _interp: Any

    def __init__(self, text: str, errors: ErrorListener | None = None) -> None:
        super().__init__(InputStream(text))
        loop = self._interp
        self._interp = _LexerLoop(self, loop.atn, loop.decisionToDFA, loop.sharedContextCache)
        self.removeErrorListeners()
        if errors is not None:
            self.addErrorListener(errors)

    def read(self) -> list[Any]:
        """All tokens, hidden ones among them; the last is the end of the text."""
        tokens = [self.nextToken()]
        while tokens[-1].type != _END:
            tokens.append(self.nextToken())
        return tokens


class Tokens:
    """What the parser reads: the tokens without the hidden ones, by position."""

    __slots__ = ("_last", "index", "tokenSource", "tokens")

    def __init__(self, lexer: Lexer, tokens: list[Any]) -> None:
        self.tokenSource = lexer
        self.tokens = [token for token in tokens if token.channel == 0]
        self._last = len(self.tokens) - 1
        self.index = 0

    def LT(self, offset: int) -> Any:  # noqa: N802 - the runtime's name, as below
        """The token so far ahead."""
        place = self.index + offset - (offset > 0)
        return self.tokens[min(place, self._last)] if place >= 0 and offset else None

    def LA(self, offset: int) -> int:  # noqa: N802
        """Its type."""
        return int(self.tokens[min(self.index + offset - 1, self._last)].type)

    def consume(self) -> None:
        """Go on by one token."""
        if self.index == self._last:
            raise IllegalStateException("cannot consume EOF")
        self.index += 1

    def get(self, index: int) -> Any:
        """The token at a position."""
        return self.tokens[index]

    def seek(self, index: int) -> None:
        """Go to a position."""
        self.index = index

    def mark(self) -> int:
        """Nothing to mark: see `release`."""
        return 0

    def release(self, marker: int) -> None:
        """Nothing to release: all tokens are there."""

    def getText(self, start: Any = None, stop: Any = None) -> str:  # noqa: N802
        """The text between two tokens."""
        return str(start.getInputStream().getText(start.start, stop.stop))


class _ParserLoop(ParserATNSimulator):  # type: ignore[misc]
    """Walks the parser's automaton of one decision over the tokens ahead. `furthest`: where no decision could go on.

    The runtime reports a mistake deep in a sub-query at the `|` in front of the whole, where it gives up; how far it
    had come tells the place of the mistake.
    """

    furthest = 0

    def noViableAlt(self, stream: Tokens, *rest: Any) -> Any:  # noqa: N802
        self.furthest = max(self.furthest, stream.index)
        return super().noViableAlt(stream, *rest)

    def adaptivePredict(self, stream: Tokens, decision: int, context: Any) -> int:  # noqa: N802
        automaton = self.decisionToDFA[decision]
        state = None if automaton.precedenceDfa else automaton.s0
        tokens, index, fast = stream.tokens, stream.index, self.predictionMode == PredictionMode.SLL
        failed = self.ERROR
        while state is not None and (edges := state.edges) is not None:
            kind = tokens[index].type + 1
            state = edges[kind] if kind < len(edges) else None
            if state is None or state is failed or (state.requiresFullContext and not fast):
                break
            if state.isAcceptState:
                if state.predicates is None:
                    return int(state.prediction)
                break
            index += kind > 0
        return int(super().adaptivePredict(stream, decision, context))


class _FirstError(BailErrorStrategy):  # type: ignore[misc]
    """Gives up at the first error, without looking for one where there is none."""

    def sync(self, recognizer: Any) -> None:
        """Nothing to look for: a wrong token fails where it is matched."""

    def reportError(self, recognizer: Any, error: Any) -> None:  # noqa: N802
        """Nobody listens: a query with an error is parsed again, with the runtime's own strategy."""


class Parser(KqlParser):  # type: ignore[misc]
    """The grammar's parser, in one of ANTLR's two prediction modes."""

    _interp: Any

    def __init__(self, tokens: Tokens, mode: Any) -> None:
        super().__init__(tokens)
        loop = self._interp
        self._interp = _ParserLoop(self, loop.atn, loop.decisionToDFA, loop.sharedContextCache)
        self._interp.predictionMode = mode
        self.removeErrorListeners()

    def parsed(self) -> Any:
        """The tree; `None` when there is an error anywhere."""
        self._errHandler = _FirstError()
        try:
            return self.top()
        except ParseCancellationException:
            return None

    def diagnosed(self, errors: ErrorListener) -> Any:
        """The tree as far as the runtime can mend it; `errors` hears of every error."""
        self.addErrorListener(errors)
        return self.top()

    @property
    def furthest(self) -> Any:
        """The token that no decision could go beyond."""
        return self._input.tokens[self._interp.furthest]

    def enterRule(self, context: Any, state: int, rule: int) -> None:  # noqa: N802
        """Go into a rule: its node becomes a child of the one around it."""
        self._stateNumber = state
        self._ctx = context
        stream = self._input
        context.start = stream.tokens[stream.index]
        parent = context.parentCtx
        if parent is not None:
            if parent.children is None:
                parent.children = [context]
            else:
                parent.children.append(context)

    def exitRule(self) -> None:  # noqa: N802
        """Go back to the rule around it."""
        context, stream = self._ctx, self._input
        context.stop = stream.tokens[stream.index - 1] if stream.index else None
        self._stateNumber = context.invokingState
        self._ctx = context.parentCtx

    def match(self, kind: int) -> Any:
        """Take the next token where it is of the kind that the rule wants."""
        stream, context = self._input, self._ctx
        token = stream.tokens[stream.index]
        if token.type != kind or kind == _END or not isinstance(self._errHandler, _FirstError):
            return super().match(kind)
        stream.index += 1
        node = TerminalNodeImpl(token)
        node.parentCtx = context
        if context.children is None:
            context.children = [node]
        else:
            context.children.append(node)
        return token
