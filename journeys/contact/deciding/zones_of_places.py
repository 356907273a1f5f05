"""In which time zones somebody may live, by the country and the state of their address; never by their number.

Countries are those of tzdata's own table, states of the United States those of 49 CFR 71. Where one has several zones
the address alone does not say which, and the patient's clock is known only to lie between two.
"""

from __future__ import annotations

import datetime as dt
import functools
import importlib.resources
import zoneinfo
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    FromClause,
    Integer,
    TableValuedAlias,
    Text,
    bindparam,
    case,
    column,
    func,
    literal,
)

from journeys.foundation.zones import offset_at

EASTERN, CENTRAL, MOUNTAIN, PACIFIC = (
    *("America/New_York", "America/Chicago"),
    *("America/Denver", "America/Los_Angeles"),
)
STATES = {
    (EASTERN,): "CT DC DE GA MA MD ME NC NH NJ NY OH PA RI SC VA VT WV",
    (EASTERN, CENTRAL): "FL IN KY MI",
    (CENTRAL, EASTERN): "TN",
    (CENTRAL,): "AL AR IA IL LA MN MO MS OK WI",
    (CENTRAL, MOUNTAIN): "KS ND NE SD TX",
    (MOUNTAIN,): "CO MT NM UT WY",
    ("America/Phoenix", MOUNTAIN): "AZ",
    (MOUNTAIN, PACIFIC): "ID",
    (PACIFIC,): "CA WA",
    (PACIFIC, MOUNTAIN): "NV OR",
    ("America/Anchorage", "America/Adak"): "AK",
    ("Pacific/Honolulu",): "HI",
    ("America/Puerto_Rico",): "PR VI",
    ("Pacific/Guam",): "GU MP",
    ("Pacific/Pago_Pago",): "AS",
}
"""Zones, the one in which most live first → the states that have them."""

LEAST = bindparam("least_clocks", type_=ARRAY(Integer))
MOST = bindparam("most_clocks", type_=ARRAY(Integer))
"""What `clocks_at` says, in statements that are made before their moment is known."""


@functools.cache
def zones_of_places() -> Mapping[str, tuple[str, ...]]:
    """`US-FL`, `US`, `DE` → its zones."""
    places = {f"US-{state}": zones for zones, states in STATES.items() for state in states.split(" ")}
    for country, zone in lines_of_tzdata():
        places[country] = (*places.get(country, ()), zone)
    return places


def lines_of_tzdata() -> Iterator[tuple[str, str]]:
    """(country, zone) of tzdata's table, as it comes."""
    table = importlib.resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    for line in table.splitlines():
        if not line.startswith("#"):
            country, _, zone, *_ = line.split("\t")
            yield country, zone


def place_word(place: FromClause) -> ColumnElement[str]:
    """SQL: a place as the table calls it: the state in the United States, elsewhere the country; null: not known."""
    written = func.upper(place.c.country)
    country = case((written == "USA", "US"), else_=written)
    has_state = func.length(place.c.state) == 2
    return case((has_state & (country == "US"), func.concat("US-", func.upper(place.c.state))), else_=country)


@functools.cache
def infos_of_places() -> tuple[tuple[zoneinfo.ZoneInfo, ...], ...]:
    """The zones themselves, in the order of places: kept, because reading four hundred of them takes a tenth of a
    second, and Python keeps eight."""
    return tuple(tuple(zoneinfo.ZoneInfo(zone) for zone in zones) for zones in zones_of_places().values())


def clocks_at(now: dt.datetime) -> dict[str, list[int]]:
    """Between which two clocks (minutes east of UTC) the people of each place live now, in the order of places."""
    least, most = [], []
    for infos in infos_of_places():
        offsets = [round(offset_at(info, now).total_seconds() / 60) for info in infos]
        least.append(min(offsets))
        most.append(max(offsets))
    return {LEAST.key: least, MOST.key: most}


def places_at(now: Any) -> TableValuedAlias:
    """SQL: each place now: its word, the zone in which most live, and between which two clocks (minutes east of UTC)
    its people live. Where the moment is a parameter, so are the clocks."""
    words = list(zones_of_places())
    zones_first = [zones[0] for zones in zones_of_places().values()]
    least: Any = LEAST
    most: Any = MOST
    if not isinstance(now, ColumnElement):
        clocks = clocks_at(now)
        least = literal(clocks[LEAST.key], ARRAY(Integer))
        most = literal(clocks[MOST.key], ARRAY(Integer))
    return (
        # arrays, because a statement with VALUES is built anew each time
        func.unnest(literal(words, ARRAY(Text)), literal(zones_first, ARRAY(Text)), least, most)
        .table_valued(
            column("word", Text),
            column("zone", Text),
            column("least", Integer),
            column("most", Integer),
            name="zones_there",
        )
        .render_derived()
    )
