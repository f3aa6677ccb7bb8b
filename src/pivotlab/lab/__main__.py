"""What `start.py` hands over to. It loads this room only, so the lab opens even while another room is broken, and sooner."""

from __future__ import annotations

import argparse
import sys

from pivotlab.lab.commands import add_commands


def main(arguments: list[str]) -> int:
    """Run one command of the lab. Exit codes: 0 fine, 1 a check failed, 2 wrong input, 130 interrupted."""
    parser = argparse.ArgumentParser(prog="start.py", description="A practice tenant on your laptop.")
    add_commands(parser.add_subparsers(title="commands", metavar="COMMAND", required=True))
    chosen = parser.parse_args(arguments)
    try:
        return int(chosen.run(chosen))
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
