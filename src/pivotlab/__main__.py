"""`python -m pivotlab` is the command line."""

import sys

from pivotlab.cli import main

if __name__ == "__main__":
    sys.exit(main())
