"""The site: every lesson, lab and page as HTML that needs no network and whose links lead somewhere."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest

from pivotlab.handbook.site import Page, Site, SiteError
from pivotlab.places import ROOT

FETCHED = re.compile(r"<(?:script|img|link|iframe)[^>]*(?:src|href)=\"((?!data:)[^\"]+)\"")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    site = Site(tmp_path_factory.mktemp("site"))
    for page in site.pages:
        site.write(page)
    return site


def test_every_notebook_and_page_of_the_course_is_in_it(site: Site) -> None:
    sources = [*ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("labs/**/*.ipynb"), *ROOT.glob("docs/*.md")]
    assert all((site.folder / path.relative_to(ROOT)).with_suffix(".html").exists() for path in sources)


def test_nothing_is_fetched_from_anywhere_else(site: Site) -> None:
    for path in site.folder.rglob("*.html"):
        for address in FETCHED.findall(path.read_text("utf-8")):
            assert (path.parent / unquote(unescape(address))).exists(), f"{path.name} fetches {address}"


def test_every_link_within_the_site_leads_to_a_page(site: Site) -> None:
    for path in site.folder.rglob("*.html"):
        for address in re.findall(r"<a [^>]*href=\"([^\"#]+)", path.read_text("utf-8")):
            if "://" not in address:
                assert (path.parent / unquote(address)).exists(), f"{path.name} leads to {address}"


def test_an_output_that_needs_the_lab_says_so(tmp_path: Path) -> None:
    site = Site(tmp_path)
    cell = nbformat.v4.new_code_cell("draw()")
    cell.outputs = [nbformat.v4.new_output("display_data", data={"application/javascript": "root.Bokeh.embed()"})]
    page = Page(ROOT / "notebooks" / "00-start-here.ipynb", "Lessons")
    page.__dict__["notebook"] = nbformat.v4.new_notebook(cells=[cell])
    site.write(page)
    written = (tmp_path / page.place).read_text("utf-8")
    assert "Open the lesson in the lab" in written
    assert "root.Bokeh" not in written


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "report.docx").write_text("mine", "utf-8")
    with pytest.raises(SiteError, match="something else"):
        Site(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["report.docx"]
