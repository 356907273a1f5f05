"""Looking at changes alone finds whom looking at everybody finds, whatever happens and however time goes."""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from journeys.store.access import Appointment
from journeys.store.configuration import Definition
from journeys.store.contact import Consent
from journeys.store.people import Patient
from journeys.store.plans import CarePlan, CarePlanActivity
from tests.servers import Cluster
from tests.unit.criteria.membership.clinic import ZONES, Workers, workers

pytestmark = [pytest.mark.store, pytest.mark.slow]

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
QUIET = settings(
    max_examples=6,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)


def fact(field: str, operator: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"field": field, "is": operator, "value": value, **more}


def visit(status: str, **more: Any) -> dict[str, Any]:
    return {"happened": "appointment", "where": [fact("status", "is", status)], **more}


def check(**more: Any) -> dict[str, Any]:
    return {"happened": "care_plan_activity", **more}


CHANGES = ["visit", "change", "check", "check", "remove", "language", "birth", "consent", "merge"]
ADULT = {"field": "birth_date", "plus": {"years": 18}}
SOME_DAYS_AGO = {"now": True, "plus": {"days": -30}}
CONSENT = {"field": "consent", "of": {"purpose": "care", "channel": "sms"}, "is": "true"}
ON_FACTS = {
    "adults": fact("age", "at_least", 18),
    "spanish": fact("language", "one_of", ["es", "fr"]),
    "overdue": {
        "all": [
            visit("fulfilled"),
            {"none": [visit("fulfilled", window={"last": {"months": 6}})]},
            {"none": [visit("booked", window={"next": {"years": 1}})]},
            CONSENT,
        ]
    },
    "missed-twice": visit("noshow", window={"last": {"days": 90}}, count={"at_least": 2}),
    "spanish-adults": {"all": [{"segment": "adults"}, {"segment": "spanish"}]},
    "seen-in-spring": visit("fulfilled", window={"between": [{"date": "2026-03-01"}, {"now": True}]}),
    "seen-grown-up": visit("fulfilled", window={"between": [ADULT, {"now": True, "plus": {"days": -1}}]}),
    "last-missed": visit("noshow", last_of=[], window={"last": {"days": 90}}),
    "first-missed": visit("noshow", first_of=[fact("status", "none_of", ["booked"])], window={"last": {"days": 30}}),
    "next-fulfilled": visit("fulfilled", next_of=[], window={"next": {"days": 30}}),
    "missed-and-gone": visit(
        "noshow",
        window={"last": {"days": 90}},
        also=[{"none": [visit("fulfilled", window={"after": {"days": 30}})]}],
    ),
    "check-due": check(window={"last": {"months": 1}}),
    "check-ahead": check(window={"next": {"days": 30}}, count={"at_least": 2}),
    "check-overdue": check(window={"between": [{"now": True, "plus": {"years": -1}}, SOME_DAYS_AGO]}),
    "last-check-known": check(last_of=[], where=[fact("code", "is", "a")]),
}
BY_RECORDS = {
    "missed-then-seen": visit("noshow", also=[visit("fulfilled", window={"last": {"days": 90}})]),
}


@pytest.fixture
def clinic(cluster: Cluster) -> Iterator[Workers]:
    fresh = cluster.new()
    with workers(fresh, NOW) as found:
        yield found
    cluster.drop(fresh)


def people(session: Session, count: int) -> list[int]:
    """Patients around eighteen in several zones."""
    born = NOW.date().replace(year=NOW.year - 18)
    rows = [
        Patient(
            birth_date=born + dt.timedelta(days=number % 7 - 2),
            language="es" if number % 3 else "en",
            time_zone=ZONES[number % len(ZONES)],
        )
        for number in range(count)
    ]
    session.add_all(rows)
    session.flush()
    return [row.id for row in rows]


def one_change(draw: Any, session: Session, ids: list[int], now: dt.datetime) -> None:
    """Something happens to somebody."""
    person = draw(st.sampled_from(ids))
    at = now + dt.timedelta(days=draw(st.sampled_from([-182, -181, -90, -89, -1, 0, 1, 30])))
    what = draw(
        st.sampled_from(["visit", "change", "check", "check", "remove", "language", "birth", "consent", "merge"])
    )
    mine = select(Appointment.id).where(Appointment.patient_id == person).limit(1).scalar_subquery()
    status = draw(st.sampled_from(["fulfilled", "booked", "noshow"]))
    if what == "visit":
        session.add(Appointment(patient_id=person, status=status, start_at=at))
    elif what == "change":
        session.execute(update(Appointment).where(Appointment.id == mine).values(status=status, start_at=at))
    elif what == "check":
        plan = CarePlan(patient_id=person, status="active")
        session.add(plan)
        session.flush()
        known = {"due_on": at.date(), "code": draw(st.sampled_from(["a", None]))}
        due = CarePlanActivity(patient_id=person, care_plan_id=plan.id, position=1, status="scheduled", **known)
        session.add(due)
    elif what == "remove":
        session.execute(delete(Appointment).where(Appointment.id == mine))
    elif what == "language":
        session.execute(
            update(Patient).where(Patient.id == person).values(language=draw(st.sampled_from(["es", None])))
        )
    elif what == "birth":
        born = now.date().replace(year=now.year - 18, day=1) + dt.timedelta(days=draw(st.integers(-2, 40)))
        session.execute(update(Patient).where(Patient.id == person).values(birth_date=born))
    elif what == "consent":
        decision = draw(st.sampled_from(["permit", "deny"]))
        until = draw(st.sampled_from([None, at + dt.timedelta(days=400)]))
        values = {"decision": decision, "from_at": at, "until_at": until, "source": "form", "recorded_by": "test"}
        session.add(Consent(patient_id=person, purpose="care", channel="sms", **values))
    elif what == "merge" and person != ids[0]:
        session.execute(update(Patient).where(Patient.id == person).values(merged_into_id=ids[0]))


def midnight_after(now: dt.datetime, zone: str) -> dt.datetime:
    """When the next day begins in a zone."""
    there = now.astimezone(ZoneInfo(zone)) + dt.timedelta(days=1)
    return there.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(dt.UTC)


def test_changes_alone_find_everybody(cluster: Cluster) -> None:
    seen: set[str] = set()

    @QUIET
    @given(data=st.data())
    def agree(data: Any) -> None:
        fresh = cluster.new()
        with workers(fresh, NOW) as clinic:
            with clinic.session() as session, session.begin():
                ids = people(session, 12)
            clinic.publish({**ON_FACTS, **BY_RECORDS})
            clinic.promote()
            clinic.refresh()
            assert clinic.members() == clinic.wanted()
            for _ in range(8):
                with clinic.session() as session, session.begin():
                    for _ in range(data.draw(st.integers(0, 4))):
                        one_change(data.draw, session, ids, clinic.now)
                clinic.now += data.draw(st.sampled_from([dt.timedelta(minutes=2), dt.timedelta(hours=7)]))
                clinic.now += data.draw(st.sampled_from([0, 0, 1, 31])) * dt.timedelta(days=1)
                if data.draw(st.booleans()):
                    clinic.now = midnight_after(clinic.now, data.draw(st.sampled_from(ZONES)))
                whole = clinic.refresh(limit=data.draw(st.sampled_from([3, 50_000])))
                assert set(whole) <= set(BY_RECORDS)
                assert clinic.members() == clinic.wanted()
            seen.update(state.how for state in clinic.states().values())
        cluster.drop(fresh)

    agree()
    assert seen == {"all", "changes"}


def test_time_alone_moves_members_without_looking_at_everybody(clinic: Workers) -> None:
    with clinic.session() as session, session.begin():
        ids = people(session, 1)
        session.execute(update(Patient).values(birth_date=dt.date(2008, 3, 3), time_zone="Asia/Tokyo"))
    clinic.publish({"adults": ON_FACTS["adults"]})
    clinic.promote()
    clinic.refresh()
    assert clinic.members() == {}
    # the third of March begins in Tokyo at three in the afternoon of the second, in UTC
    clinic.now = dt.datetime(2026, 3, 2, 14, 59, tzinfo=dt.UTC)
    assert clinic.refresh() == []
    assert clinic.members() == {}
    clinic.now = dt.datetime(2026, 3, 2, 15, 0, tzinfo=dt.UTC)
    assert clinic.refresh() == []
    assert clinic.members() == {"adults": set(ids)}
    state = clinic.states()["adults"]
    assert (state.how, state.looked_at, state.entered_count, state.members) == ("changes", 1, 1, 1)


def test_what_changed_while_a_segment_was_not_looked_at_is_not_forgotten(clinic: Workers) -> None:
    """Its facts come later: rounds before have taken the marks of patients whom nobody evaluated for it."""
    with clinic.session() as session, session.begin():
        ids = people(session, 2)
    clinic.publish({"missed": visit("noshow", window={"last": {"days": 90}})})
    clinic.refresh()
    with clinic.session() as session, session.begin():
        session.add(Appointment(patient_id=ids[1], status="noshow", start_at=NOW))
        session.execute(update(Patient).where(Patient.id == ids[1]).values(language="fr"))
    clinic.now += dt.timedelta(seconds=10)
    assert clinic.refresh() == []
    clinic.promote()
    clinic.now += dt.timedelta(minutes=2)
    assert clinic.refresh() == ["missed"]
    assert clinic.members() == {"missed": {ids[1]}}


def test_a_segment_that_is_no_longer_in_force_has_no_members(clinic: Workers) -> None:
    with clinic.session() as session, session.begin():
        people(session, 3)
    clinic.publish({"spanish": ON_FACTS["spanish"]})
    clinic.refresh()
    assert len(clinic.members()["spanish"]) == 2
    with clinic.session() as session, session.begin():
        session.execute(update(Definition).where(Definition.slug == "spanish").values(status="retired"))
    clinic.refresh()
    assert clinic.members() == {}
    assert clinic.states() == {}
