"""Point unmodified msticpy, and every other client in this process, at the practice tenant.

Only environment variables and one temporary file are used; nothing is patched. What each is for:

* `MSTICPYCONFIG`: the temporary `msticpyconfig.yaml`. Its `resource_manager_url` makes msticpy ask our server where the
  cloud's services are.
* `IDENTITY_ENDPOINT`, `IDENTITY_HEADER`: an App Service managed identity, which msticpy's `msi` method uses.
* `SSL_CERT_FILE`, `REQUESTS_CA_BUNDLE`: our certificate authority and no other. When the server is gone msticpy falls
  back to the public Azure hosts; with our CA only, that fails closed.
* `PYTEST_CURRENT_TEST`: removed, because msticpy ignores the redirect when it is set.
* `TLDEXTRACT_CACHE`: a cache filled from tldextract's own snapshot, so that `ioc_extract` asks no network.
* `BOKEH_RESOURCES`, `BOKEH_ROOTDIR`: where a picture's JavaScript comes from; `pivotlab.bokeh_files` says why there.
"""

from __future__ import annotations

import atexit
import os
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pivotlab.api.auth import IDENTITY_PATH
from pivotlab.api.scratch import scratch_folder
from pivotlab.api.server import Server
from pivotlab.bokeh_files import bokeh_variables
from pivotlab.tenant.identifiers import RESOURCE_GROUP, SUBSCRIPTION_ID, TENANT_ID, WORKSPACE, WORKSPACE_ID

CONFIG_FILE = "msticpyconfig.yaml"


def prepare(server: Server) -> None:
    """Prepare this process for `server`. Do it before msticpy is imported: it reads its settings once."""
    os.environ.update({**variables(server), "TLDEXTRACT_CACHE": str(_suffix_cache())})
    os.environ.pop("PYTEST_CURRENT_TEST", None)
    for name, value in bokeh_variables(os.environ).items():
        os.environ.setdefault(name, value)


def variables(server: Server) -> dict[str, str]:
    """The environment variables for `server`, after writing the files that they name into its temporary folder."""
    config = server.folder / CONFIG_FILE
    config.write_text(yaml.safe_dump(settings(server), sort_keys=False), encoding="utf-8")
    return {
        "MSTICPYCONFIG": str(config),
        "IDENTITY_ENDPOINT": server.url + IDENTITY_PATH,
        "IDENTITY_HEADER": server.identities.identity_header,
        "SSL_CERT_FILE": str(server.ca_file),
        "REQUESTS_CA_BUNDLE": str(server.ca_file),
    }


def settings(server: Server) -> dict[str, Any]:
    """The content of `msticpyconfig.yaml` for `server`: what a learner would write for a workspace of their own."""
    learner = server.identities.learner
    return {
        "Azure": {"cloud": "global", "resource_manager_url": server.url, "auth_methods": ["msi"]},
        "AzureSentinel": {
            "Workspaces": {
                "Default": {
                    "WorkspaceId": WORKSPACE_ID,
                    "TenantId": TENANT_ID,
                    "SubscriptionId": SUBSCRIPTION_ID,
                    "ResourceGroup": RESOURCE_GROUP,
                    "WorkspaceName": WORKSPACE,
                }
            }
        },
        "DataProviders": {
            "MicrosoftDefender": {
                "Args": {
                    "ClientId": learner.client_id,
                    "TenantId": TENANT_ID,
                    "ClientSecret": learner.secret,
                    "apiRoot": f"{server.url}/",
                }
            }
        },
    }


@cache
def _suffix_cache() -> Path:
    """A cache for tldextract, one per process, filled from the list of public suffixes that it ships.

    tldextract reads `TLDEXTRACT_CACHE` when it is imported, so the variable has to be there before.
    """
    folder = scratch_folder()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["TLDEXTRACT_CACHE"] = str(folder)
    from tldextract import tldextract
    from tldextract.cache import DiskCache
    from tldextract.suffix_list import extract_tlds_from_suffix_list

    snapshot = Path(tldextract.__file__).with_name(".tld_set_snapshot").read_text(encoding="utf-8")
    DiskCache(str(folder)).set(
        namespace="publicsuffix.org-tlds",
        key={"urls": tldextract.PUBLIC_SUFFIX_LIST_URLS, "fallback_to_snapshot": True},
        value=extract_tlds_from_suffix_list(snapshot),
    )
    return folder
