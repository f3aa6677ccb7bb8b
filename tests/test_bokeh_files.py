"""Bokeh's JavaScript comes from the page's own server: no CDN, no host, no port, no path of this machine."""

from __future__ import annotations

import os
import subprocess
import sys
from urllib.parse import urljoin

import pytest

from pivotlab.bokeh_files import FOREIGN_PAGES, bokeh_static, bokeh_variables, lab_arguments

ASK_BOKEH = "from bokeh.resources import Resources; print('\\n'.join(Resources().js_files))"


@pytest.fixture(scope="module")
def addresses() -> list[str]:
    """The addresses that Bokeh writes into a notebook."""
    environment = {**os.environ, **bokeh_variables({})}
    asked = subprocess.run(
        [sys.executable, "-c", ASK_BOKEH], env=environment, capture_output=True, text=True, check=True
    )
    return asked.stdout.split()


@pytest.mark.parametrize("page", ["/lab/tree/05-hunting.ipynb", "/lab/tree/notebooks/deep/er/05.ipynb", "/lab"])
def test_every_address_leads_to_the_sites_static_folder(addresses: list[str], page: str) -> None:
    for address in addresses:
        found = urljoin(f"http://127.0.0.1:8888{page}", address)
        assert found.startswith("http://127.0.0.1:8888/static/js/bokeh")


def test_jupyterlab_is_told_where_those_files_are(addresses: list[str]) -> None:
    folder = lab_arguments()[0].partition("=")[2]
    assert folder == str(bokeh_static())
    for address in addresses:
        assert (bokeh_static() / "js" / address.rpartition("/")[2]).is_file()


def test_the_addresses_name_no_machine(addresses: list[str]) -> None:
    for address in addresses:
        assert address.startswith("../")
        assert "site-packages" not in address and "127.0.0.1" not in address


@pytest.mark.parametrize("variable", FOREIGN_PAGES)
def test_on_a_page_that_we_do_not_serve_the_javascript_goes_inline(variable: str) -> None:
    assert bokeh_variables({variable: "x"}) == {"BOKEH_RESOURCES": "inline"}
