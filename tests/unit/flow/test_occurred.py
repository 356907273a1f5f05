"""What the page of a journey by the clock says: when it ran last, how many it took, when it runs next."""

import datetime as dt

import pytest

from journeys.flow.entry.occurred import LATEST, occurred
from journeys.flow.pauses.pause import pause
from journeys.store.putting_in_force.definitions import find
from tests.unit.flow.clinic import a_journey, a_step, publish_plain

pytestmark = pytest.mark.store

HALF_PAST_EIGHT = dt.datetime(2026, 3, 10, 8, 30, tzinfo=dt.UTC)
AT_NINE = HALF_PAST_EIGHT + dt.timedelta(minutes=30)
DAY = dt.timedelta(days=1)
BY_THE_CLOCK = a_journey(
    {"pause": a_step("wait", "end", for_={"hours": 1}), "end": a_step("end")},
    entry={"segment": "everyone", "schedule": {"at": "09:00"}},
    reentry={"allowed": "after-exit"},
)


@pytest.fixture
def clinic(clinic):
    """The clinic of a day in March; two patients."""
    clinic.do(publish_plain, "setting", "organisation", {"format": 1, "time_zone": "UTC", "languages": ["en"]})
    clinic.now = HALF_PAST_EIGHT
    clinic.people(2)
    return clinic


def told(clinic):
    """What the page says: (outcome, how many came in) of the latest times, the next time, whether it is due now."""
    found = clinic.do(lambda session, doing: occurred(session, doing, find(session, "journey", "journey")))
    if found is None:
        return None
    return [(each.outcome, each.entered) for each in found.latest], found.coming, found.is_due


def test_it_tells_the_next_time_before_it_has_taken_anybody(clinic):
    clinic.publish(BY_THE_CLOCK)
    assert told(clinic) == ([], AT_NINE, False)
    clinic.now = AT_NINE
    assert told(clinic) == ([], AT_NINE + DAY, True)


def test_it_tells_the_last_times_the_newest_first(clinic):
    clinic.publish(BY_THE_CLOCK)
    clinic.now = AT_NINE
    clinic.enrol()
    assert told(clinic) == ([("done", 2)], AT_NINE + DAY, False)
    for _ in range(LATEST):
        clinic.pass_time(days=1)
        clinic.enrol()
    clinic.people()
    clinic.pass_time(days=1)
    clinic.enrol()
    latest, coming, _ = told(clinic)
    assert latest == [("done", 3), *[("done", 2)] * (LATEST - 1)]
    assert coming == clinic.now + DAY


def test_what_is_paused_has_no_next_time(clinic):
    clinic.publish(BY_THE_CLOCK)
    clinic.now = AT_NINE
    clinic.enrol()
    clinic.do(pause, "journey")
    assert told(clinic) == ([("done", 2)], None, False)


def test_without_a_schedule_nothing_is_told_but_what_was(clinic):
    plain = {**BY_THE_CLOCK, "entry": {"segment": "everyone"}}
    clinic.publish(plain)
    assert told(clinic) is None
    clinic.publish(BY_THE_CLOCK)
    clinic.now = AT_NINE
    clinic.enrol()
    clinic.publish(plain)
    assert told(clinic) == ([("done", 2)], None, False)
