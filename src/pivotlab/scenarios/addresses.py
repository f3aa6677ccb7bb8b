"""Names and addresses of the outside world, all reserved: RFC 2606 names, RFC 5737 and RFC 3849 addresses."""

from __future__ import annotations

import ipaddress

from pivotlab.scenarios.company import Company
from pivotlab.scenarios.identifiers import number
from pivotlab.scenarios.vocabulary import vocabulary

DOCUMENTATION = tuple(
    ipaddress.ip_network(network) for network in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
)
"""The only public networks in the data (RFC 5737, RFC 3849)."""

RESERVED_SUFFIXES = (".example", ".test", ".invalid", ".localhost", "example.com", "example.net", "example.org")
"""The only public names in the data (RFC 2606)."""


def address_of(domain: str) -> str:
    """The public address that a domain resolves to. Ordinary sites and attackers share the same networks."""
    return f"203.0.113.{1 + number(250, 'site', domain)}"


def service_address(domain: str) -> str:
    """The public address of one of the cloud services that the company itself uses."""
    return f"192.0.2.{130 + number(60, 'service', domain)}"


def is_reserved_address(text: str) -> bool:
    """Whether an address is private, local or from a documentation network."""
    address = ipaddress.ip_address(text)
    if any(address in network for network in DOCUMENTATION if network.version == address.version):
        return True
    return (
        address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_unspecified
    )


def destinations(company: Company) -> dict[str, list[tuple[str, str]]]:
    """Pool name -> (name, address) of what devices talk to. Internal pools are named after device roles."""
    words = vocabulary("names")
    pools = {
        "internet": [(domain, address_of(domain)) for domain in words["internet"]],
        "services": [(domain, service_address(domain)) for domain in words["services"]],
    }
    for role in ("dc", "file", "sql", "web", "management", "print", "server"):
        pools[role] = [(device.name, device.address) for device in company.with_role(role)]
    for pool in ("internet", "services"):
        pools |= {domain: [(domain, address)] for domain, address in pools[pool]}
    return pools
