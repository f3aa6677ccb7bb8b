"""The course as a folder of plain HTML: readable in any browser, from a file, with no server and no network."""

from __future__ import annotations

import html
import re
import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

import nbformat
from nbconvert import HTMLExporter
from nbconvert.filters.markdown_mistune import markdown2html_mistune
from pygments.formatters import HtmlFormatter

from pivotlab.places import ROOT

STYLE = Path(__file__).with_name("site.css")
SECTIONS = (
    ("Lessons", "notebooks/*.ipynb"),
    ("Labs", "labs/*.ipynb"),
    ("Solved labs", "labs/solutions/*.ipynb"),
    ("Handbook", "docs/*.md"),
)
WIDGET = "application/vnd.jupyter.widget-view+json"
SCRIPTS = frozenset(
    {"application/javascript", "application/vnd.bokehjs_exec.v0+json", "application/vnd.bokehjs_load.v0+json"}
)
"""Outputs that only the lab can run. A widget's text twin stands in the same output; a plot by script has none."""

INTERACTIVE = nbformat.v4.new_output(
    "stream", text="This picture is interactive. Open the lesson in the lab to see it.\n"
)

_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(([^)#\s]+)(#[^)\s]*)?\)")
_TITLE = re.compile(r"^# (.+)$", re.MULTILINE)


class SiteError(Exception):
    """The site cannot be written there; the message says what to type."""


@dataclass(frozen=True)
class Page:
    """One page: what it is made from, and where in the site it stands."""

    source: Path
    section: str

    @property
    def place(self) -> str:
        """Its address within the site: `notebooks/05-advanced-hunting.html`."""
        return self.source.relative_to(ROOT).with_suffix(".html").as_posix()

    @cached_property
    def notebook(self) -> Any:
        """The notebook; a page of Markdown is one with a single cell."""
        if self.source.suffix == ".ipynb":
            return nbformat.read(self.source, as_version=4)
        text = self.source.read_text(encoding="utf-8")
        return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text)])

    @cached_property
    def title(self) -> str:
        """Its first heading, or the file's name."""
        found = (_TITLE.search(cell.source) for cell in self.notebook.cells if cell.cell_type == "markdown")
        return next((heading[1] for heading in found if heading), self.source.stem)


class Site:
    """A site in a folder. The folder must be empty, or hold an earlier site."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pages = [Page(path, section) for section, pattern in SECTIONS for path in sorted(ROOT.glob(pattern))]
        if folder.exists() and any(folder.iterdir()) and not self.index.exists():
            raise SiteError(f"{folder} holds something else. Name an empty folder: pivotlab handbook site --out DIR")
        self._exporter = HTMLExporter(template_name="basic", exclude_input_prompt=True, exclude_output_prompt=True)
        self._places = {page.source: page.place for page in self.pages}
        self._lay_out()

    @property
    def index(self) -> Path:
        """The page to open first."""
        return self.folder / "index.html"

    def write(self, page: Page) -> None:
        """Write one page."""
        target = self.folder / page.place
        target.parent.mkdir(parents=True, exist_ok=True)
        notebook = nbformat.from_dict(page.notebook)
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = self._linked(cell.source, page)
            else:
                cell.outputs = _readable(cell.outputs)
        body, _ = self._exporter.from_notebook_node(notebook)
        target.write_text(self._framed(page.title, body, page.place), encoding="utf-8", newline="\n")

    def _lay_out(self) -> None:
        """The style, the pictures and the first page."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            shutil.copytree(ROOT / "docs" / "images", self.folder / "docs" / "images", dirs_exist_ok=True)
            light = HtmlFormatter(style="default").get_style_defs(".highlight")
            dark = HtmlFormatter(style="github-dark").get_style_defs(".highlight")
            style = f"{STYLE.read_text('utf-8')}\n{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n"
            (self.folder / "site.css").write_text(style, encoding="utf-8", newline="\n")
            readme = Page(ROOT / "README.md", "")
            body = markdown2html_mistune(self._linked(readme.notebook.cells[0].source, readme))
            self.index.write_text(self._framed(readme.title, body, "index.html"), encoding="utf-8", newline="\n")
        except OSError as error:
            raise SiteError(
                f"{self.folder} cannot be written: {error.strerror}. Try: pivotlab handbook site --out DIR"
            ) from None

    def _linked(self, text: str, page: Page) -> str:
        """Markdown whose links lead to pages of the site. What the site does not hold is text without a link."""

        def to(match: re.Match[str]) -> str:
            words, target, anchor = match[1], match[2], match[3] or ""
            if "://" in target:
                return match[0]
            found = self._places.get((page.source.parent / target).resolve())
            return f"[{words}]({_way(page.place if page.section else 'index.html', found)}{anchor})" if found else words

        return _LINK.sub(to, text)

    def _framed(self, title: str, body: str, place: str) -> str:
        root = _way(place, "")
        entries = []
        for section, _ in SECTIONS:
            links = [
                f'<li><a href="{root}{page.place}"{" aria-current=page" if page.place == place else ""}>'
                f"{html.escape(page.title)}</a></li>"
                for page in self.pages
                if page.section == section
            ]
            entries += [f"<h2>{section}</h2><ul>{''.join(links)}</ul>"] if links else []
        return (
            f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<link rel="stylesheet" href="{root}site.css"></head><body>'
            f'<nav aria-label="Course"><a class="home" href="{root}index.html">pivotlab</a>{"".join(entries)}</nav>'
            f"<main>{body}</main></body></html>\n"
        )


def _way(here: str, there: str) -> str:
    """The relative address that leads from one page of the site to another."""
    return "../" * len(PurePosixPath(here).parent.parts) + there


def _readable(outputs: list[Any]) -> list[Any]:
    """The outputs without what needs the lab: widgets as their text, a plot by script as one sentence."""
    if any(SCRIPTS & set(output.get("data", ())) for output in outputs):
        return [output for output in outputs if output.output_type == "stream"] + [INTERACTIVE]
    return [_without_widget(output) for output in outputs]


def _without_widget(output: Any) -> Any:
    if WIDGET not in output.get("data", {}):
        return output
    return nbformat.from_dict(
        {**output, "data": {kind: part for kind, part in output["data"].items() if kind != WIDGET}}
    )
