"""What `pivotlab serve` prints: the tokens, once, and how to point each client at the tenant."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pivotlab.api.environment import variables
from pivotlab.api.identities import Role
from pivotlab.api.server import Server
from pivotlab.tenant import Tenant
from pivotlab.tenant.identifiers import RESOURCE_GROUP, SUBSCRIPTION_ID, TENANT_ID, WORKSPACE, WORKSPACE_PATH

TEXT = """\
The practice tenant is served at {url}
Its clock stands at {now:%Y-%m-%d %H:%M} UTC until you move it.

Tokens (shown once, valid until it stops)
{tokens}
App registrations, for SDKs that sign in by themselves (tenant {tenant_id})
{clients}
curl
{for_curl}
  {curl} {url}/v1.0/security/incidents
  {curl} '{url}{workspace_path}/providers/Microsoft.SecurityInsights/incidents?api-version=2025-09-01'
  {curl} -X POST {url}/practice/clock -d '{step}'

msticpy (in the shell that starts Python or Jupyter)
{for_msticpy}

Azure SDK for Python (azure-mgmt-securityinsight)
{for_azure}
  credential = ClientSecretCredential("{tenant_id}", CLIENT_ID, SECRET, authority="{url}", disable_instance_discovery=True)
  client = SecurityInsights(credential, "{subscription}", base_url="{url}", credential_scopes=["{url}/.default"])
  client.incidents.list("{group}", "{workspace}")

Graph SDK for Python (msgraph-sdk; the same variables and credential)
  client = GraphServiceClient(credential, scopes=["{url}/.default"])
  client.request_adapter.base_url = "{url}/v1.0"
  await client.security.incidents.get()

To stop it, press Ctrl+C. Every request is logged on the error stream, as one line of JSON.
"""


@dataclass(frozen=True)
class Shell:
    """How a shell sets a variable, reads one, calls curl, and quotes JSON for it."""

    setting: str
    reading: str
    curl: str
    quote: str

    def variables(self, values: Mapping[str, str]) -> str:
        """One line for each variable."""
        return "\n".join("  " + self.setting.format(name=name, value=value) for name, value in values.items())

    def read(self, name: str) -> str:
        """The value of a variable, inside a command."""
        return self.reading.format(name=name)


POSIX = Shell("export {name}={value}", "${name}", "curl", '"')
POWERSHELL = Shell('$env:{name} = "{value}"', "$env:{name}", "curl.exe", '\\"')
"""Windows' own shell, whose `curl` is another program, and which takes quotes off what it hands over."""


def instructions(server: Server, tenant: Tenant, shell: Shell = POWERSHELL if os.name == "nt" else POSIX) -> str:
    """The whole text, with this server's address, tokens and files, for the shell of this computer."""
    identities = server.identities
    authority = str(server.ca_file)
    return TEXT.format(
        url=server.url,
        now=tenant.now,
        for_curl=shell.variables({"SSL_CERT_FILE": authority, "TOKEN": "..."}),
        curl=f'{shell.curl} --cacert {shell.read("SSL_CERT_FILE")} -H "Authorization: Bearer {shell.read("TOKEN")}"',
        step='{"advance": "PT5M"}'.replace('"', shell.quote),
        for_msticpy=shell.variables(variables(server)),
        for_azure=shell.variables({"SSL_CERT_FILE": authority, "REQUESTS_CA_BUNDLE": authority}),
        tenant_id=TENANT_ID,
        subscription=SUBSCRIPTION_ID,
        group=RESOURCE_GROUP,
        workspace=WORKSPACE,
        workspace_path=WORKSPACE_PATH,
        tokens=_lines((role.title, identities.token(role)) for role in Role),
        clients=_lines(
            (role.title, f"{identities.clients[role].client_id} secret {identities.clients[role].secret}")
            for role in Role
        ),
    )


def _lines(pairs: Iterable[tuple[str, str]]) -> str:
    return "".join(f"  {name:30} {value}\n" for name, value in pairs)
