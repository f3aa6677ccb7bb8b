"""Functions on IP addresses (learn.microsoft.com, "ipv4_is_in_range()" and its neighbours)."""

from __future__ import annotations

import ipaddress
import json
import re

from pivotlab.kql.rewrite import convert
from pivotlab.kql.rewrite.registry import define, python
from pivotlab.kql.terms import Value

define(
    "parse_ipv4(ip:string) -> long",
    "kql_parse_ipv4({ip}, 32)",
    "An IPv4 address as a number; with a prefix, its network; null when it is none.",
)
define(
    "parse_ipv4_mask(ip:string, prefix:long) -> long", "kql_parse_ipv4({ip}, {prefix})", "An IPv4 network as a number."
)
define(
    "ipv4_is_private(ip:string) -> bool",
    "kql_ipv4_is_private({ip})",
    "Whether an address is in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16.",
)
define(
    "ipv4_is_in_range(ip:string, range:string) -> bool",
    "kql_ipv4_is_in({ip}, {range})",
    "Whether an address is in a range such as 192.0.2.0/24.",
)
define(
    "ipv4_is_in_any_range(ip:string, first:any, rest:any*) -> bool",
    lambda ip, *r: _any_range("ipv4", ip, r),
    "Whether an address is in one of several ranges.",
)
define(
    "ipv4_is_match(one:string, other:string, prefix:long?) -> bool",
    "(kql_ipv4_compare({one}, {other}, coalesce({prefix}, 32)) = 0)",
    "Whether two addresses are equal under the shortest of their prefixes.",
)
define(
    "ipv4_compare(one:string, other:string, prefix:long?) -> long",
    "kql_ipv4_compare({one}, {other}, coalesce({prefix}, 32))",
    "-1, 0 or 1: how two addresses are ordered under the shortest of their prefixes.",
)
define(
    "ipv4_netmask_suffix(ip:string) -> long",
    "kql_ipv4_netmask_suffix({ip})",
    "The prefix length of an IPv4 network; 32 for one address.",
)
define(
    "ipv4_range_to_cidr_list(start:string, stop:string) -> dynamic",
    "CAST(kql_ipv4_cidrs({start}, {stop}) AS JSON)",
    "The networks that cover a range of addresses.",
)
define("parse_ipv6(ip:string) -> string", "kql_parse_ipv6({ip}, 128)", "An address in the full IPv6 form.")
define(
    "parse_ipv6_mask(ip:string, prefix:long) -> string",
    "kql_parse_ipv6({ip}, {prefix})",
    "A network in the full IPv6 form.",
)
define(
    "ipv6_is_in_range(ip:string, range:string) -> bool",
    "kql_ipv6_is_in({ip}, {range})",
    "Whether an IPv6 address is in a range.",
)
define(
    "ipv6_is_in_any_range(ip:string, first:any, rest:any*) -> bool",
    lambda ip, *r: _any_range("ipv6", ip, r),
    "Whether an IPv6 address is in one of several ranges.",
)
define(
    "ipv6_is_match(one:string, other:string, prefix:long?) -> bool",
    "(kql_ipv6_compare({one}, {other}, coalesce({prefix}, 128)) = 0)",
    "Whether two addresses are equal under the shortest of their prefixes.",
)
define(
    "ipv6_compare(one:string, other:string, prefix:long?) -> long",
    "kql_ipv6_compare({one}, {other}, coalesce({prefix}, 128))",
    "-1, 0 or 1: how two addresses are ordered under the shortest of their prefixes.",
)
define(
    "format_ipv4(ip:any, prefix:long?) -> string",
    lambda ip, p=None: Value(
        f"coalesce(kql_format_ipv4({convert.text(ip).sql}, {p.sql if p else '32'}, FALSE), '')",
        "string",
        nullable=False,
    ),
    "A number or address as an address, cut to a prefix.",
)
define(
    "format_ipv4_mask(ip:any, prefix:long?) -> string",
    lambda ip, p=None: Value(
        f"coalesce(kql_format_ipv4({convert.text(ip).sql}, {p.sql if p else '32'}, TRUE), '')", "string", nullable=False
    ),
    "A number or address as a network with its prefix.",
)
define(
    "has_ipv4(text:string, ip:string) -> bool",
    "kql_has_ipv4({text}, to_json([{ip}])::VARCHAR, FALSE)",
    "Whether a text contains an IPv4 address.",
)
define(
    "has_any_ipv4(text:string, first:any, rest:any*) -> bool",
    lambda t, *r: _has(t, r, "FALSE"),
    "Whether a text contains one of several IPv4 addresses.",
)
define(
    "has_ipv4_prefix(text:string, prefix:string) -> bool",
    "kql_has_ipv4({text}, to_json([{prefix}])::VARCHAR, TRUE)",
    "Whether a text contains an IPv4 address that starts so.",
)
define(
    "has_any_ipv4_prefix(text:string, first:any, rest:any*) -> bool",
    lambda t, *r: _has(t, r, "TRUE"),
    "Whether a text contains an IPv4 address that starts in one of several ways.",
)
define(
    "ipv6_is_private(ip:string) -> bool",
    "kql_ipv6_is_private({ip})",
    "Whether an IPv6 address is in fc00::/7 or fe80::/10.",
)


def _listed(values: tuple[Value, ...]) -> str:
    return f"CAST(to_json([{', '.join(convert.dynamic(value).sql for value in values)}]) AS VARCHAR)"


def _any_range(family: str, ip: Value, ranges: tuple[Value, ...]) -> Value:
    return Value(f"kql_{family}_is_in_any({convert.text(ip).sql}, {_listed(ranges)})", "bool")


def _has(text: Value, ips: tuple[Value, ...], prefix: str) -> Value:
    return Value(f"kql_has_ipv4({convert.text(text).sql}, {_listed(ips)}, {prefix})", "bool")


def _v4(text: str | None) -> tuple[int, int] | None:
    """Address and prefix; `None` when the text is no IPv4 address."""
    address, _, prefix = (text or "").strip().partition("/")
    try:
        length = int(prefix) if prefix else 32
        return (int(ipaddress.IPv4Address(address)), length) if 0 <= length <= 32 else None
    except ValueError:
        return None


def _v6(text: str | None) -> tuple[int, int] | None:
    address, _, prefix = (text or "").strip().partition("/")
    four = _v4(address)
    try:
        if four is not None:
            length = (int(prefix) if prefix else 32) + 96
            return (0xFFFF00000000 | four[0], length) if 96 <= length <= 128 else None
        length = int(prefix) if prefix else 128
        return (int(ipaddress.IPv6Address(address)), length) if 0 <= length <= 128 else None
    except ValueError:
        return None


def _mask(length: int, bits: int) -> int:
    return ((1 << length) - 1) << (bits - length) if length > 0 else 0


@python("parse_ipv4", "VARCHAR BIGINT", "BIGINT")
def _py_parse_ipv4(text: str | None, prefix: int | None) -> int | None:
    found = _v4(text)
    if found is None or prefix is None or not 0 <= prefix <= 32:
        return None
    return found[0] & _mask(min(found[1], prefix), 32)


@python("ipv4_is_private", "VARCHAR", "BOOLEAN")
def _py_ipv4_is_private(text: str | None) -> bool | None:
    found = _v4(text)
    if found is None:
        return None
    address = found[0] & _mask(found[1], 32)
    return address >> 24 == 10 or address >> 20 == 0xAC1 or address >> 16 == 0xC0A8


@python("ipv6_is_private", "VARCHAR", "BOOLEAN")
def _py_ipv6_is_private(text: str | None) -> bool | None:
    found = _v6(text)
    return None if found is None else found[0] >> 121 == 0x7E or found[0] >> 118 == 0x3FA


def _within(one: tuple[int, int] | None, other: tuple[int, int] | None, bits: int) -> bool | None:
    if one is None or other is None:
        return None
    mask = _mask(other[1], bits)
    return one[0] & mask == other[0] & mask


@python("ipv4_is_in", "VARCHAR VARCHAR", "BOOLEAN")
def _py_ipv4_is_in(text: str | None, within: str | None) -> bool | None:
    return _within(_v4(text), _v4(within), 32)


@python("ipv6_is_in", "VARCHAR VARCHAR", "BOOLEAN")
def _py_ipv6_is_in(text: str | None, within: str | None) -> bool | None:
    return _within(_v6(text), _v6(within), 128)


def _flat(listed: str | None) -> list[str]:
    flat: list[str] = []
    for part in json.loads(listed or "[]"):
        flat += [str(p) for p in part] if isinstance(part, list) else [str(part)]
    return flat


@python("ipv4_is_in_any", "VARCHAR VARCHAR", "BOOLEAN")
def _py_ipv4_is_in_any(text: str | None, listed: str | None) -> bool | None:
    found = _v4(text)
    return None if found is None else any(_within(found, _v4(each), 32) for each in _flat(listed))


@python("ipv6_is_in_any", "VARCHAR VARCHAR", "BOOLEAN")
def _py_ipv6_is_in_any(text: str | None, listed: str | None) -> bool | None:
    found = _v6(text)
    return None if found is None else any(_within(found, _v6(each), 128) for each in _flat(listed))


def _compare(one: tuple[int, int] | None, other: tuple[int, int] | None, prefix: int | None, bits: int) -> int | None:
    if one is None or other is None or prefix is None or not 0 <= prefix <= bits:
        return None
    mask = _mask(min(one[1], other[1], prefix), bits)
    a, b = one[0] & mask, other[0] & mask
    return (a > b) - (a < b)


@python("ipv4_compare", "VARCHAR VARCHAR BIGINT", "BIGINT")
def _py_ipv4_compare(one: str | None, other: str | None, prefix: int | None) -> int | None:
    return _compare(_v4(one), _v4(other), prefix, 32)


@python("ipv6_compare", "VARCHAR VARCHAR BIGINT", "BIGINT")
def _py_ipv6_compare(one: str | None, other: str | None, prefix: int | None) -> int | None:
    return _compare(_v6(one), _v6(other), prefix, 128)


@python("ipv4_netmask_suffix", "VARCHAR", "BIGINT")
def _py_ipv4_netmask_suffix(text: str | None) -> int | None:
    found = _v4(text)
    return None if found is None else found[1]


@python("ipv4_cidrs", "VARCHAR VARCHAR", "VARCHAR")
def _py_ipv4_cidrs(start: str | None, stop: str | None) -> str | None:
    a, b = _v4(start), _v4(stop)
    if a is None or b is None or a[0] > b[0]:
        return None
    networks = ipaddress.summarize_address_range(ipaddress.IPv4Address(a[0]), ipaddress.IPv4Address(b[0]))
    return json.dumps([str(network) for network in networks])


@python("parse_ipv6", "VARCHAR BIGINT", "VARCHAR")
def _py_parse_ipv6(text: str | None, prefix: int | None) -> str:
    found = _v6(text)
    if found is None or prefix is None or not 0 <= prefix <= 128:
        return ""
    return ipaddress.IPv6Address(found[0] & _mask(min(found[1], prefix), 128)).exploded


_NUMBER = re.compile(r"[0-9]{1,10}")


@python("format_ipv4", "VARCHAR BIGINT BOOLEAN", "VARCHAR")
def _py_format_ipv4(text: str | None, prefix: int | None, with_mask: bool) -> str:
    found = (int(text), 32) if text and _NUMBER.fullmatch(text) and int(text) < 2**32 else _v4(text)
    if found is None or prefix is None or not 0 <= prefix <= 32:
        return ""
    length = min(found[1], prefix)
    address = str(ipaddress.IPv4Address(found[0] & _mask(length, 32)))
    return f"{address}/{length}" if with_mask else address


_ADDRESS = re.compile(r"(?<![0-9A-Za-z.])(\d{1,3}(?:\.\d{1,3}){3})(?![0-9A-Za-z]|\.\d)")


@python("has_ipv4", "VARCHAR VARCHAR BOOLEAN", "BOOLEAN")
def _py_has_ipv4(text: str | None, listed: str | None, prefix: bool) -> bool:
    found = [address for address in _ADDRESS.findall(text or "") if _v4(address) is not None]
    wanted = _flat(listed)
    if prefix:
        starts = [start for start in wanted if re.fullmatch(r"(\d{1,3}\.){1,3}|(\d{1,3}\.){3}\d{1,3}", start)]
        return any(
            address.startswith(start) if start.endswith(".") else address == start
            for address in found
            for start in starts
        )
    return any(address in found for address in wanted if _v4(address) is not None)
