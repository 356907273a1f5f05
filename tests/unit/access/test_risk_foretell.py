"""The visits of the next two weeks get a class by points, with their reasons, and nothing else does."""

import datetime as dt

import pytest
from sqlalchemy import select

from journeys.access.risk.foretell import foretell
from journeys.access.risk.points import OF_THE_HOUSE, SLUG, point_problems, points_from, points_in_force
from journeys.foundation.zones import ensure_zones
from journeys.store.attendance import AttendanceRisk
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.putting_in_force.write_version import write_version
from tests import make
from tests.make import NOON, an_act
from tests.unit.access.risk_visits import DAY, FACTS, visit


@pytest.fixture
def patient(session):
    ensure_zones(session, ["America/New_York"])
    return make.person(session, at=make.branch(session))


def foretold(session, now=NOON):
    foretell(session, an_act(now))
    rows = session.scalars(select(AttendanceRisk).order_by(AttendanceRisk.appointment_id)).all()
    for row in rows:
        session.refresh(row)
    return {row.appointment_id: row for row in rows}


def say(session, content):
    definition = save_draft(session, an_act(), "setting", SLUG, content["name"], content)
    write_version(session, an_act(), definition)


def test_who_missed_before_and_booked_long_ago_is_helped_most(session, patient):
    visit(session, patient, NOON - 90 * DAY, "noshow")
    coming = visit(session, patient, NOON + 5 * DAY, booked_at=NOON - 40 * DAY)

    found = foretold(session)[coming.id]

    assert (found.risk, found.used, found.points, found.chance) == ("high", "points", 7, None)
    assert found.reasons == [{"topic": "history", "raises": True}, {"topic": "booking", "raises": True}]
    assert found.patient_id == patient.id


def test_who_always_came_and_books_for_soon_is_not(session, patient):
    for n in (30, 60, 90):
        visit(session, patient, NOON - n * DAY, "fulfilled")
    coming = visit(session, patient, NOON + 2 * DAY, booked_at=NOON - DAY)

    assert foretold(session)[coming.id].risk == "low"


def test_only_visits_that_stand_and_come_soon_are_foretold(session, patient):
    far = visit(session, patient, NOON + 40 * DAY, booked_at=NOON - DAY)
    near = visit(session, patient, NOON + 3 * DAY)
    visit(session, patient, NOON + 4 * DAY, "cancelled", cancelled_at=NOON - DAY)
    visit(session, patient, NOON + 4 * DAY, "waitlist")
    visit(session, patient, NOON - DAY, "booked")

    assert set(foretold(session)) == {near.id}
    assert set(foretold(session, NOON + 35 * DAY)) == {near.id, far.id}


def test_what_says_the_same_is_left_alone_and_news_replaces_it(session, patient):
    coming = visit(session, patient, NOON + 10 * DAY, booked_at=NOON - DAY)
    first = foretold(session)[coming.id].foretold_at

    assert foretold(session, NOON + dt.timedelta(hours=1))[coming.id].foretold_at == first
    visit(session, patient, NOON - 3 * DAY, "noshow")
    after = foretold(session, NOON + dt.timedelta(hours=2))[coming.id]
    assert (after.foretold_at, after.risk) == (NOON + dt.timedelta(hours=2), "high")


def test_a_clinic_says_its_own_points(session, patient):
    coming = visit(session, patient, NOON + 10 * DAY, booked_at=NOON - DAY)
    line = {"fact": "lead_days", "at_least": 5, "points": 9}
    say(session, {**OF_THE_HOUSE, "points": [line]})

    assert foretold(session)[coming.id].points == 9


def test_points_that_cannot_be_read_leave_those_of_the_house(session):
    say(session, {**OF_THE_HOUSE, "classes": {"medium": 5, "high": 2}})

    assert points_in_force(session) == points_from(OF_THE_HOUSE)


def test_lines_compare_and_the_unknown_applies_nowhere():
    line = {"fact": "age", "at_most": 50, "points": 1}
    service = {"fact": "service", "is": "primary-care", "points": 2}
    rule = points_from({**OF_THE_HOUSE, "points": [line, service]})

    assert rule.of(FACTS) == {"age": 1, "service": 2}
    assert rule.of({**FACTS, "age": None, "service": None}) == {}
    assert rule.of({**FACTS, "age": 51, "service": "dental"}) == {}


def test_the_points_of_the_house_are_sound():
    assert list(point_problems(OF_THE_HOUSE)) == []


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"format": 2}, "format"),
        ({"points": []}, "points"),
        ({"points": ["many"]}, "points.0.fact"),
        ({"points": [{"fact": "religion", "is": "x", "points": 1}]}, "points.0.fact"),
        ({"points": [{"fact": "age", "is": 3, "points": 1}]}, "points.0"),
        ({"points": [{"fact": "age", "at_least": 1, "at_most": 3, "points": 1}]}, "points.0"),
        ({"points": [{"fact": "age", "at_least": "old", "points": 1}]}, "points.0.at_least"),
        ({"points": [{"fact": "age", "at_least": 3, "points": 1000}]}, "points.0.points"),
        ({"classes": {"medium": 5, "high": 5}}, "classes"),
        ({"chances": {"medium": 0.2}}, "chances"),
        ({"chances": {"medium": 0.2, "high": float("inf")}}, "chances"),
        ({"payer": "yes"}, "payer"),
    ],
)
def test_what_is_wrong_with_points_is_said_at_its_place(change, where):
    assert [problem.where for problem in point_problems({**OF_THE_HOUSE, **change})] == [where]
