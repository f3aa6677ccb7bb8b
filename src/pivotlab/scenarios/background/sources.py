"""The shape of a source of ordinary rows: numbers drawn with numpy, turned into columns by DuckDB."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

import duckdb
import numpy as np

from pivotlab.scenarios.world import World


class Source(ABC):
    """Draws compact numbers once, then describes the tables it feeds as SELECT statements over them."""

    share: ClassVar[float]
    """Part of the rows that are drawn; 0 for a source whose size follows from the company."""

    def __init__(self, world: World, con: duckdb.DuckDBPyConnection) -> None:
        self.world = world
        self.con = con
        self.rng = np.random.default_rng([world.seed, 10, *type(self).__name__.encode()])

    @property
    def described(self) -> int:
        """When apps, accounts and software are listed, in milliseconds: early in the last 30 days, which hunting keeps."""
        return self.world.window.kept + 3_600_000

    @abstractmethod
    def draw(self, rows: int) -> None:
        """Draw so much that the source's tables hold about `rows` rows together."""

    @abstractmethod
    def tables(self) -> dict[str, str]:
        """`<product>/<Table>` -> SELECT with documented columns and `_ingested`."""


def moment(milliseconds: str) -> str:
    """SQL: a timestamp from milliseconds since the window's start."""
    return f"epoch_ms(getvariable('start_ms')::BIGINT + ({milliseconds}))"


def ingested(milliseconds: str, noise: str, shortest: int, spread: int) -> str:
    """SQL: when a row arrives. About one row in two hundred is hours late, as after an offline night."""
    lag = f"{shortest}000 + ({noise}) % {spread} * 1000 + CASE WHEN ({noise}) % 211 = 7 THEN 9000000 ELSE 0 END"
    return f"{moment(f'({milliseconds}) + {lag}')} AS _ingested"


def identifier(*parts: str) -> str:
    """SQL: a GUID that depends on nothing but `parts`."""
    joined = " || '|' || ".join(f"({part})::VARCHAR" for part in parts)
    return f"md5({joined})::UUID::VARCHAR"
