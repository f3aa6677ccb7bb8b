"""`pivotlab serve`: the practice tenant alone, for a class, for curl or for any official SDK."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from rich.console import Console

from pivotlab.api import QUERIES_AT_ONCE


def add_commands(commands: Any) -> None:
    """Add `serve` to the command line."""
    serve = commands.add_parser("serve", help="serve the practice tenant to other programs")
    serve.add_argument("--port", type=_port, default=0, metavar="N", help="listen here; else on a free port")
    serve.add_argument(
        "--host", default="127.0.0.1", metavar="ADDRESS", help="listen on this address; else on loopback"
    )
    queries = f"run this many queries at once; else {QUERIES_AT_ONCE}"
    serve.add_argument("--workers", type=_count, default=QUERIES_AT_ONCE, metavar="N", help=queries)
    serve.add_argument("--folder", type=Path, metavar="DIR", help="keep what is done to the tenant there")
    serve.add_argument(
        "--quota", type=_count, metavar="N", help="answer 429 beyond N calls a minute per caller and API"
    )
    serve.set_defaults(run=_serve)


def _serve(arguments: argparse.Namespace) -> int:
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    loading = "Loading the practice tenant ..."
    if not console.is_terminal:
        console.print(loading)
    with console.status(loading):
        from pivotlab.api import serving

        try:
            tenant = serving.load(arguments.folder)
        except serving.ServingError as error:
            return _complain(str(error))
    try:
        serving.serve(
            tenant, host=arguments.host, port=arguments.port, workers=arguments.workers, quota=arguments.quota
        )
    except serving.ServingError as error:
        return _complain(str(error))
    return 0


def _complain(sentence: str) -> int:
    sys.stderr.write(f"pivotlab: {sentence}\n")
    return 2


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is no port. Type a number from 1 to 65535.")
    return int(text)


def _count(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 1_000_000:
        raise argparse.ArgumentTypeError(f"{text!r} is no number. Type 1 or more.")
    return int(text)
