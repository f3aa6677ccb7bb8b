"""The few geospatial functions that hunting uses: distances, circles, geohashes, and what an address is."""

from __future__ import annotations

import ipaddress
import json
import math

from pivotlab.kql.rewrite import convert
from pivotlab.kql.rewrite.registry import Refusal, define, python
from pivotlab.kql.terms import Value

EARTH = 6_371_010.0
"""Mean radius in metres; Kusto computes on a sphere."""


def _distance(lon1: Value, lat1: Value, lon2: Value, lat2: Value, spheroid: Value | None = None) -> Value:
    if spheroid is not None and spheroid.const not in (False, 0):
        raise Refusal("geo_distance_2points() on a spheroid needs a geospatial library that the lab does not carry")
    return Value(f"kql_geo_distance({lon1.sql}, {lat1.sql}, {lon2.sql}, {lat2.sql})", "real")


define(
    "geo_distance_2points(lon1:real, lat1:real, lon2:real, lat2:real, spheroid:any?) -> real",
    _distance,
    "The shortest distance of two places, in metres.",
)
define(
    "geo_point_in_circle(lon:real, lat:real, center_lon:real, center_lat:real, radius:real) -> bool",
    "CASE WHEN {radius} > 0 THEN kql_geo_distance({lon}, {lat}, {center_lon}, {center_lat}) <= {radius} END",
    "Whether a place is within a circle; the radius is in metres.",
)
define(
    "geo_point_to_geohash(lon:real, lat:real, accuracy:long?) -> string",
    lambda x, y, n=None: Value(
        f"coalesce(kql_geo_geohash({x.sql}, {y.sql}, {n.sql if n else '5'}), '')", "string", nullable=False
    ),
    "The geohash of a place.",
)
define(
    "geo_geohash_to_central_point(hash:string) -> dynamic",
    "CAST(kql_geo_geohash_center({hash}) AS JSON)",
    "The middle of a geohash, as a GeoJSON point.",
)
define(
    "geo_geohash_neighbors(hash:string) -> dynamic",
    "CAST(kql_geo_geohash_neighbors({hash}) AS JSON)",
    "The eight geohashes around one; null for what is none.",
)
define(
    "geo_geohash_to_polygon(hash:string) -> dynamic",
    "CAST(kql_geo_geohash_polygon({hash}) AS JSON)",
    "The outline of a geohash, as a GeoJSON polygon.",
)
define(
    "geo_info_from_ip_address(ip:any) -> dynamic",
    lambda ip: _geo_info(ip),
    "Country, place and coordinates of an address. The lab has the reserved documentation ranges only.",
)


def _geo_info(ip: Value) -> Value:
    """A literal address outside the reserved ranges is refused; in data, nothing is known about it."""
    text = convert.text(ip)
    if text.is_constant and _is_public(str(text.const)):
        raise Refusal(f"geo_info_from_ip_address({text.const}): the lab knows the reserved documentation ranges only")
    return Value(f"CAST(kql_geo_info({text.sql}) AS JSON)", "dynamic")


def _is_public(text: str) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return address.is_global


def _valid(lon: float | None, lat: float | None) -> bool:
    return lon is not None and lat is not None and -180 <= lon <= 180 and -90 <= lat <= 90


@python("geo_distance", "DOUBLE DOUBLE DOUBLE DOUBLE", "DOUBLE")
def _py_geo_distance(lon1: float | None, lat1: float | None, lon2: float | None, lat2: float | None) -> float | None:
    if not _valid(lon1, lat1) or not _valid(lon2, lat2):
        return None
    a, b, c, d = (math.radians(x or 0.0) for x in (lon1, lat1, lon2, lat2))
    h = math.sin((d - b) / 2) ** 2 + math.cos(b) * math.cos(d) * math.sin((c - a) / 2) ** 2
    return 2 * EARTH * math.asin(min(1.0, math.sqrt(h)))


_ALPHABET = "0123456789bcdefghjkmnpqrstuvwxyz"


@python("geo_geohash", "DOUBLE DOUBLE BIGINT", "VARCHAR")
def _py_geo_geohash(lon: float | None, lat: float | None, length: int | None) -> str:
    if length is None or lon is None or lat is None or not _valid(lon, lat) or not 1 <= length <= 18:
        return ""
    box = [[-180.0, 180.0], [-90.0, 90.0]]
    place, code, text = (lon, lat), 0, ""
    for bit in range(5 * length):
        low, high = box[bit % 2]
        middle = (low + high) / 2
        upper = place[bit % 2] >= middle
        box[bit % 2] = [middle, high] if upper else [low, middle]
        code = code * 2 + upper
        if bit % 5 == 4:
            text, code = text + _ALPHABET[code], 0
    return text


def _box(text: str | None) -> list[list[float]] | None:
    box = [[-180.0, 180.0], [-90.0, 90.0]]
    bit = 0
    if not text or len(text) > 18 or any(sign not in _ALPHABET for sign in text.lower()):
        return None
    for sign in text.lower():
        for shift in (4, 3, 2, 1, 0):
            low, high = box[bit % 2]
            middle = (low + high) / 2
            box[bit % 2] = [middle, high] if _ALPHABET.index(sign) >> shift & 1 else [low, middle]
            bit += 1
    return box


@python("geo_geohash_center", "VARCHAR", "VARCHAR")
def _py_geo_geohash_center(text: str | None) -> str | None:
    box = _box(text)
    return None if box is None else json.dumps({"type": "Point", "coordinates": [sum(side) / 2 for side in box]})


@python("geo_geohash_polygon", "VARCHAR", "VARCHAR")
def _py_geo_geohash_polygon(text: str | None) -> str | None:
    box = _box(text)
    if box is None:
        return None
    (west, east), (south, north) = box
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


_AROUND = ((-1, -1), (-1, 1), (1, -1), (0, 1), (-1, 0), (1, 1), (1, 0), (0, -1))
"""East and north of the middle, in the order of the page's example."""


@python("geo_geohash_neighbors", "VARCHAR", "VARCHAR")
def _py_geo_geohash_neighbors(text: str | None) -> str | None:
    box = _box(text)
    if box is None:
        return None
    (west, east), (south, north) = box
    around = []
    for right, up in _AROUND:
        lon = (west + east) / 2 + right * (east - west)
        lat = (south + north) / 2 + up * (north - south)
        if not -180 < lon < 180 or not -90 < lat < 90:
            raise Refusal("geo_geohash_neighbors() at the edge of the map: the documentation does not show it")
        around.append(_py_geo_geohash(lon, lat, len(text or "")))
    return json.dumps(around)


_PLACES = (
    ("192.0.2.0/24", "Netherlands", "South Holland", "Rotterdam", 51.9244, 4.4777),
    ("198.51.100.0/24", "United Kingdom", "England", "Liverpool", 53.4084, -2.9916),
    ("203.0.113.0/24", "Romania", "Bucharest", "Bucharest", 44.4268, 26.1025),
    ("2001:db8::/32", "Germany", "Hamburg", "Hamburg", 53.5511, 9.9937),
)
"""What the lab pretends about the ranges that RFC 5737 and RFC 3849 reserve for documentation: our choice."""


@python("geo_info", "VARCHAR", "VARCHAR")
def _py_geo_info(text: str | None) -> str:
    try:
        address = ipaddress.ip_address((text or "").strip('"'))
    except ValueError:
        return "{}"
    for network, country, state, city, latitude, longitude in _PLACES:
        if address in ipaddress.ip_network(network):
            return json.dumps(
                {"country": country, "state": state, "city": city, "latitude": latitude, "longitude": longitude}
            )
    return "{}"
