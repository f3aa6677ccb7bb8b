"""JupyterLab on the learner's folder: on loopback, with settings of its own, asking nothing of the outside."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path

from pivotlab.bokeh_files import lab_arguments
from pivotlab.loopback.ports import bound

PORTS = range(8888, 8988)
SETTINGS = Path(__file__).parent / "settings"
"""JupyterLab's settings here: loopback, no news, no update check, no extension catalogue, and none of the server
extensions that other packages bring along, which no lesson uses and which cost seconds at every start."""


KERNEL_SETTINGS = {"IPKernelApp": {"log_level": "ERROR"}}
"""A kernel warns at every start that loopback is not encrypted. Nothing of it leaves this computer."""


class PortInUseError(Exception):
    """Another program listens there. The message says what to type."""


def choose_port(wanted: int | None) -> int:
    """The port to listen on: the one asked for, or the first free one from 8888 on. Raises PortInUseError."""
    free = next((port for port in PORTS if port != wanted and is_free(port)), None)
    if wanted is None and free is not None:
        return free
    if wanted is not None and is_free(wanted):
        return wanted
    advice = f"python start.py lab --port {free}" if free else "python start.py lab --port N, with another number"
    raise PortInUseError(f"Port {wanted or PORTS[0]} is in use by another program; type: {advice}")


def is_free(port: int) -> bool:
    """Whether a server could listen on this loopback port."""
    try:
        bound("127.0.0.1", port).close()
    except OSError:
        return False
    return True


def keep_settings_in(folder: Path) -> None:
    """Point Jupyter and IPython, in this process and those that it starts, at settings of their own under `folder`.

    The user's Jupyter folders are neither read nor written; of the user's variables only JUPYTER_TOKEN stays.
    """
    for name in [name for name in os.environ if name.startswith(("JUPYTER_", "JUPYTERLAB_"))]:
        if name != "JUPYTER_TOKEN":
            del os.environ[name]
    jupyter = folder / "jupyter"
    profile = folder / "ipython" / "profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    (profile / "ipython_kernel_config.json").write_text(json.dumps(KERNEL_SETTINGS), "ascii")
    os.environ.update(
        JUPYTER_CONFIG_DIR=str(jupyter / "config"),
        JUPYTER_DATA_DIR=str(jupyter / "data"),
        JUPYTER_RUNTIME_DIR=str(jupyter / "runtime"),
        JUPYTER_PREFER_ENV_PATH="1",
        IPYTHONDIR=str(folder / "ipython"),
    )


def trust(notebooks: list[Path]) -> None:
    """Mark notebooks that we laid out as trusted, so that their stored charts show before they are run.

    The signatures go into Jupyter's data folder: call `keep_settings_in` before.
    """
    from nbformat import read
    from nbformat.sign import NotebookNotary

    notary = NotebookNotary()
    for notebook in notebooks:
        notary.sign(read(notebook, as_version=4))


def serve(root: Path, first: str | None, port: int, *, browser: bool) -> None:
    """Run JupyterLab on `root` in this process until it is stopped; `first` is the notebook to open, relative to it."""
    from jupyterlab.labapp import main

    logging.getLogger("asyncio").addFilter(_is_news)
    main(
        [
            f"--config={SETTINGS / 'jupyter_server_config.json'}",
            f"--LabApp.app_settings_dir={SETTINGS}",
            f"--ServerApp.port={port}",
            f"--ServerApp.root_dir={root}",
            f"--ServerApp.open_browser={browser}",
            f"--ServerApp.allow_root={hasattr(os, 'geteuid') and os.geteuid() == 0}",
            f"--LabApp.default_url=/lab/tree/{first}" if first else "--LabApp.default_url=/lab",
            *lab_arguments(),
        ]
    )


def _is_news(record: logging.LogRecord) -> bool:
    """Whether a message in the log says more than that a browser tab was closed or a laptop slept."""
    from tornado.websocket import WebSocketClosedError

    return not (record.exc_info and isinstance(record.exc_info[1], WebSocketClosedError))
