"""Identifiers that look random and repeat: derived from what they name, never drawn."""

from __future__ import annotations

import hashlib
import uuid

TENANT_ID = "72f3b1c4-5b0e-4c7a-9a55-0c6f7d21e9b0"
WORKSPACE_ID = "5e1f8a7d-3c42-4b6e-8f19-a2d07c4b9e31"
SUBSCRIPTION_ID = "0b9d6c3e-7f21-4e58-9c84-d15a3e60b7f2"
DOMAIN = "contoso.example"
NETBIOS = "contoso"
COMPANY = "Contoso Harbour"


def digest(*parts: object) -> bytes:
    """32 bytes that depend on nothing but `parts`."""
    return hashlib.sha256("|".join(map(str, parts)).encode()).digest()


def guid(*parts: object) -> str:
    """A version-4-shaped GUID for `parts`, in lower case."""
    return str(uuid.UUID(bytes=digest("guid", *parts)[:16], version=4))


def hexadecimal(length: int, *parts: object) -> str:
    """`length` hexadecimal digits for `parts`, as a device id (40) or a SHA-256 (64) is written."""
    return digest("hex", *parts).hex()[:length]


def number(below: int, *parts: object) -> int:
    """A whole number from 0 to `below` - 1 for `parts`."""
    return int.from_bytes(digest("number", *parts)[:8], "big") % below
