"""What `start.py` hands over to: `python -m pivotlab.lab lab|reset|doctor|test`."""

from __future__ import annotations

import argparse
import sys

from pivotlab.lab.commands import add_commands


def main(arguments: list[str]) -> int:
    """Run one command of the lab. Returns its exit code."""
    parser = argparse.ArgumentParser(prog="start.py", description="a practice tenant on your laptop")
    add_commands(parser.add_subparsers(required=True, metavar="COMMAND"))
    chosen = parser.parse_args(arguments)
    return int(chosen.run(chosen))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
