"""`pivotlab handbook pages` and `pivotlab handbook site`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from rich.console import Console


def add_commands(commands: Any) -> None:
    """Add the `handbook` commands to the command line."""
    handbook = commands.add_parser("handbook", help="write the pages of docs/, or the course as a site").add_subparsers(
        required=True
    )
    pages = handbook.add_parser("pages", help="write the generated pages of docs/ anew")
    pages.set_defaults(run=_pages)
    site = handbook.add_parser("site", help="write the lessons, labs and pages as plain HTML")
    site.add_argument(
        "--out", type=Path, default=Path("site"), metavar="DIR", help="where to write it (default: site/)"
    )
    site.set_defaults(run=_site)


def _pages(arguments: argparse.Namespace) -> int:
    from pivotlab.handbook.pages import write  # the questions and the KQL engine load when the command runs

    changed = write()
    Console().print("\n".join(f"written {path}" for path in changed) or "Every page is up to date.")
    return 0


def _site(arguments: argparse.Namespace) -> int:
    from rich.progress import track

    from pivotlab.handbook.site import Site, SiteError  # nbconvert loads when the command runs

    try:
        site = Site(arguments.out)
        for page in track(site.pages, "Writing the site", console=Console()):
            site.write(page)
    except SiteError as error:
        Console().print(str(error))
        return 2
    Console().print(f"Open {site.index}")
    return 0
