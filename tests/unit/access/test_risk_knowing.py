"""What was known of a visit at a moment, and nothing that came later."""

import datetime as dt

import pytest

from journeys.access.risk.knowing import asked_now, asked_of_the_past, known_at, seen_in
from journeys.access.risk.visits import visits_of_store
from journeys.foundation.zones import ensure_zones
from tests import make
from tests.make import NOON
from tests.unit.access.risk_visits import DAY, visit

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def patient(session):
    ensure_zones(session, ["America/New_York"])
    return make.person(session, at=make.branch(session), birth_date=dt.date(1980, 3, 4))


@pytest.fixture
def known_now(session, patient):
    """`known_now(now)`: the facts of every visit to come, by id."""

    def known_now(now=NOON):
        visits = visits_of_store().cte("visits")
        asking = asked_now(visits, now).cte("asking")
        return {each.id: each.facts for each in seen_in(session.execute(known_at(visits, asking)))}

    return known_now


def known_of_past(session, has_payer=False):
    visits = visits_of_store(has_payer=has_payer).cte("visits")
    asking = asked_of_the_past(visits).cte("asking")
    return {each.id: each for each in seen_in(session.execute(known_at(visits, asking)))}


def test_a_visit_is_known_by_its_local_day_and_by_what_came_before(session, patient, known_now):
    visit(session, patient, NOON - 60 * DAY, "fulfilled")
    visit(session, patient, NOON - 30 * DAY, "noshow")
    visit(session, patient, NOON - 20 * DAY, "cancelled", cancelled_at=NOON - 25 * DAY)
    # 20:30 in New York of the 10th is the 11th in UTC
    coming = visit(session, patient, dt.datetime(2026, 3, 11, 0, 30, tzinfo=dt.UTC), booked_at=NOON - 3 * DAY)
    other = visit(session, patient, NOON + 9 * DAY, booked_at=NOON - DAY)

    facts = known_now()[coming.id]

    assert facts == {
        "lead_days": 10,
        "booked_minute": 12 * 60,
        "weekday": 2,
        "minute": 20 * 60 + 30,
        "age": 46,
        "service": None,
        "circumstance": None,
        "kept": 1,
        "missed": 1,
        "last_outcome": "missed",
        "days_since": 37,
        "same_day": 0,
        "ahead": 1,
        "missed_share": pytest.approx(1.4 / 4),
    }
    assert known_now()[other.id]["ahead"] == 1


def test_what_comes_later_is_not_known(session, patient, known_now):
    coming = visit(session, patient, NOON + 5 * DAY)
    today = visit(session, patient, NOON - 2 * HOUR)
    before = known_now()[coming.id]

    today.status = "noshow"  # nobody has said it everywhere yet
    visit(session, patient, NOON + 5 * DAY + HOUR, booked_at=NOON + HOUR)  # booked after the question

    assert known_now()[coming.id] == before


def test_a_cancellation_counts_from_its_own_moment(session, patient, known_now):
    coming = visit(session, patient, NOON + 5 * DAY)
    visit(session, patient, NOON + 5 * DAY + HOUR, "cancelled", cancelled_at=NOON + HOUR)

    assert known_now()[coming.id]["same_day"] == 1
    assert known_now(NOON + 2 * HOUR)[coming.id]["same_day"] == 0


def test_the_past_is_asked_about_as_it_was_a_day_ahead(session, patient):
    early = visit(session, patient, NOON - 30 * DAY, "noshow")
    late = visit(session, patient, NOON - 29 * DAY, "fulfilled")
    later = visit(session, patient, NOON - 27 * DAY, "fulfilled")

    found = known_of_past(session)

    assert [found[each.id].facts["missed"] for each in (early, late, later)] == [0, 0, 1]
    assert [found[each.id].facts["kept"] for each in (early, late, later)] == [0, 0, 1]
    assert found[early.id].outcome == "missed"


def test_only_what_was_kept_or_missed_is_learnt_from(session, patient):
    told = [visit(session, patient, NOON - n * DAY, status) for n, status in ((3, "arrived"), (4, "noshow"))]
    for n, status in ((5, "cancelled"), (6, "booked"), (7, "proposed"), (8, "entered-in-error"), (9, "waitlist")):
        visit(session, patient, NOON - n * DAY, status)
    visit(session, patient, NOON - 10 * DAY, "fulfilled", booked_at=NOON - 8 * DAY)  # booked after its own day

    assert set(known_of_past(session)) == {each.id for each in told}


def test_nothing_of_the_visit_itself_moves_what_was_known_of_it(session, patient):
    """S-01: whatever is said of it after it, permuted, changes nothing."""
    visit(session, patient, NOON - 40 * DAY, "noshow")
    one = visit(session, patient, NOON - 20 * DAY, "fulfilled")
    facts = known_of_past(session)[one.id].facts

    one.status, one.cancelled_at, one.confirmed_at = "noshow", NOON, NOON
    session.flush()

    assert known_of_past(session)[one.id].facts == facts


def test_the_payer_is_read_only_where_somebody_reviewed_it(session, patient):
    patient.payer_class = "self-pay"
    one = visit(session, patient, NOON - 20 * DAY, "fulfilled")

    assert known_of_past(session)[one.id].facts["circumstance"] is None
    assert known_of_past(session, has_payer=True)[one.id].facts["circumstance"] == "self-pay"


def test_patients_who_are_tests_are_left_out(session, patient):
    visit(session, patient, NOON - 20 * DAY, "fulfilled")
    patient.is_test = True
    session.flush()

    assert known_of_past(session) == {}
