"""Where in the world an address claims to be, for sign-ins and audit records."""

from __future__ import annotations

from dataclasses import dataclass

from pivotlab.scenarios.company import Site


@dataclass(frozen=True)
class Place:
    """A city as both products write it."""

    city: str
    country: str
    latitude: str
    longitude: str
    state: str = ""


ABROAD = {
    "Rotterdam": Place("Rotterdam", "NL", "51.92", "4.48", "South Holland"),
    "Hamburg": Place("Hamburg", "DE", "53.55", "9.99", "Hamburg"),
    "Toronto": Place("Toronto", "CA", "43.65", "-79.38", "Ontario"),
    "Dublin": Place("Dublin", "IE", "53.35", "-6.26", "Leinster"),
    "Singapore": Place("Singapore", "SG", "1.35", "103.82", "Singapore"),
    "Zurich": Place("Zurich", "CH", "47.37", "8.54", "Zurich"),
    "Lisbon": Place("Lisbon", "PT", "38.72", "-9.14", "Lisbon"),
    "Boston": Place("Boston", "US", "42.36", "-71.06", "Massachusetts"),
}


def place_of(site: Site) -> Place:
    """The place of one of the company's own sites."""
    return Place(site.city, site.country, site.latitude, site.longitude, site.state)
