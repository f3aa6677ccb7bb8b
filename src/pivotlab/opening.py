"""`pivotlab.open_tenant`: a practice tenant, served, with this process's environment pointed at it."""

from __future__ import annotations

import atexit
import weakref
from pathlib import Path
from typing import TYPE_CHECKING

from pivotlab.api.environment import prepare
from pivotlab.api.server import serve_in_thread
from pivotlab.kql.magic import offer
from pivotlab.places import DATA

if TYPE_CHECKING:
    from pivotlab.tenant import Tenant

_open: weakref.WeakSet[Tenant] = weakref.WeakSet()


def open_tenant(*, bundle: Path = DATA, folder: Path | None = None, connected: bool = True) -> Tenant:
    """Open the practice tenant and point msticpy at it; call this before msticpy is imported.

    `connected=False` opens a tenant in which nothing has been connected yet. `folder` keeps what you do to it; without
    one, every tenant starts afresh. `tenant.url` says where its API is. In a notebook, `%%kql` asks it from now on.
    `tenant.close()`, leaving a `with` block or the end of the process stops it.

    >>> with open_tenant() as tenant:
    ...     bool(tenant.url)
    True
    """
    from pivotlab.tenant import Tenant

    tenant = Tenant.open(bundle, folder=folder, connected=connected)
    try:
        server = serve_in_thread(tenant)
    except BaseException:
        tenant.close()
        raise
    tenant.on_close(server.close)
    tenant.url = server.url
    prepare(server)
    offer(tenant)
    _open.add(tenant)
    return tenant


@atexit.register
def _close_all() -> None:
    for tenant in list(_open):
        tenant.close()
