"""Where the JavaScript of Bokeh's pictures comes from, so that they show with no network.

Bokeh's default is a CDN. Inline resources put megabytes into the notebook at every plot. `BOKEH_RESOURCES=server` writes
a host and a port: of the tenant's server (https by a CA that no browser knows), or of one that is long gone when the
stored notebook is opened. So we use `relative`, with a root so deep that every address climbs past the top of the site:
`../../../(...)/static/js/bokeh.min.js`. A browser stops climbing at the root, so this is `/static/js/bokeh.min.js` of
whatever serves the page, for a notebook in any folder. JupyterLab answers that path from Bokeh's own files when it is
started with `lab_arguments()`. A plot then costs the notebook about 40 kB, with no host, no port and no path of a
machine in it. Tried in Chromium with JupyterLab 4.6: it shows when run and, in a trusted notebook, as stored.

Behind a hub the site's root is not ours, and an editor has no site at all; there the JavaScript goes inline.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

FOREIGN_PAGES = ("JUPYTERHUB_SERVICE_PREFIX", "VSCODE_PID", "VSCODE_CWD", "COLAB_RELEASE_TAG")
"""Variables that tell that the page around a notebook is not served by this computer's own JupyterLab."""

DEEPER_THAN_ANY_FOLDER = 24


def bokeh_variables(environment: Mapping[str, str]) -> dict[str, str]:
    """Bokeh's settings for a process with this `environment`, as environment variables."""
    if any(name in environment for name in FOREIGN_PAGES):
        return {"BOKEH_RESOURCES": "inline"}
    below = bokeh_static().parent.joinpath(*["-"] * DEEPER_THAN_ANY_FOLDER)
    return {"BOKEH_RESOURCES": "relative", "BOKEH_ROOTDIR": str(below)}


def bokeh_static() -> Path:
    """The folder of Bokeh's own JavaScript. Found without importing Bokeh, which is slow."""
    spec = find_spec("bokeh")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("Bokeh is not installed. Run `python start.py setup`.")
    return Path(spec.origin).parent / "server" / "static"


def lab_arguments() -> list[str]:
    """Arguments that JupyterLab needs in order to serve Bokeh's JavaScript under `/static/js/`."""
    return [f"--ServerApp.extra_static_paths={bokeh_static()}"]
