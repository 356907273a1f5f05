"""The zones of countries and states are zones, and every state has one."""

import datetime as dt

import pytest

from journeys.contact.deciding.zones_of_places import STATES, zones_of_places
from journeys.foundation.zones import is_zone
from tests.unit.contact.pairwise_tables import HOMES, offset_in

STATES_AND_MORE = 50 + len(("DC", "PR", "VI", "GU", "MP", "AS"))
SUMMER = dt.datetime(2026, 7, 1, tzinfo=dt.UTC)


def test_every_state_has_zones_once():
    states = [state for states in STATES.values() for state in states.split(" ")]
    assert len(states) == len(set(states)) == STATES_AND_MORE


def test_all_zones_are_known():
    places = zones_of_places()
    assert len(places) > 290
    assert all(is_zone(zone) for zones in places.values() for zone in zones)


@pytest.mark.parametrize("place", [place for place in HOMES if place])
def test_a_place_keeps_the_times_that_its_people_know(place):
    ours, theirs = ({offset_in(zone, SUMMER) for zone in zones} for zones in (zones_of_places()[place], HOMES[place]))
    assert (min(ours), max(ours)) == (min(theirs), max(theirs))
