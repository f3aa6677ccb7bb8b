"""What `pivotlab serve` prints: the tokens, once, and how to point each client at the tenant."""

from __future__ import annotations

from collections.abc import Iterable

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
  export SSL_CERT_FILE={ca} TOKEN=...
  curl --cacert $SSL_CERT_FILE -H "Authorization: Bearer $TOKEN" {url}/v1.0/security/incidents
  curl --cacert $SSL_CERT_FILE -H "Authorization: Bearer $TOKEN" \\
    '{url}{workspace_path}/providers/Microsoft.SecurityInsights/incidents?api-version=2025-09-01'
  curl --cacert $SSL_CERT_FILE -H "Authorization: Bearer $TOKEN" -X POST {url}/practice/clock -d '{{"advance": "PT5M"}}'

msticpy (in the shell that starts Python or Jupyter)
{exports}
Azure SDK for Python (azure-mgmt-securityinsight)
  export SSL_CERT_FILE={ca} REQUESTS_CA_BUNDLE={ca}
  credential = ClientSecretCredential("{tenant_id}", CLIENT_ID, SECRET, authority="{url}", disable_instance_discovery=True)
  client = SecurityInsights(credential, "{subscription}", base_url="{url}", credential_scopes=["{url}/.default"])
  client.incidents.list("{group}", "{workspace}")

Graph SDK for Python (msgraph-sdk; the same exports and credential)
  client = GraphServiceClient(credential, scopes=["{url}/.default"])
  client.request_adapter.base_url = "{url}/v1.0"
  await client.security.incidents.get()

To stop it, press Ctrl+C. Every request is logged on the error stream, as one line of JSON.
"""


def instructions(server: Server, tenant: Tenant) -> str:
    """The whole text, with this server's address, tokens and files."""
    identities = server.identities
    return TEXT.format(
        url=server.url,
        now=tenant.now,
        ca=server.ca_file,
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
        exports="".join(f"  export {name}={value}\n" for name, value in variables(server).items()),
    )


def _lines(pairs: Iterable[tuple[str, str]]) -> str:
    return "".join(f"  {name:30} {value}\n" for name, value in pairs)
