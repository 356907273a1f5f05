"""What is due is kept: one open occurrence a patient, its history, its events; after changes and when days come."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, delete, event, func, select, update
from sqlalchemy.orm import Session

from journeys.care.guidelines.dating import Looking
from journeys.care.guidelines.in_force import guideline_in_force, refusals_at
from journeys.care.guidelines.publish_guideline import publish_guideline
from journeys.care.guidelines.refresh_due import Found, refresh_due
from journeys.care.guidelines.refresh_guideline import refresh_guideline
from journeys.care.guidelines.standing import standings
from journeys.care.guidelines.writing import Written
from journeys.criteria.known import known
from journeys.foundation.zones import ensure_zones
from journeys.store.clinical import Observation
from journeys.store.configuration import Definition
from journeys.store.due import DUE_MARK, DueChange, DueItem, DueRefusal, DueState
from journeys.store.events import Event
from journeys.store.people import Patient
from journeys.store.putting_in_force.definitions import GUIDELINE, find
from journeys.store.putting_in_force.out_of_force import take_out_of_force
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.putting_in_force.write_version import write_version
from journeys.store.tasks import TaskQueue
from tests import make
from tests.unit.care.guidelines.contents import content

pytestmark = pytest.mark.store

NOW = make.NOON
TODAY = NOW.date()
Days = dt.timedelta


@pytest.fixture(autouse=True)
def in_force(session: Session) -> Iterator[None]:
    """A guideline for blood pressure, and a first patient whose last reading is half a year old."""
    ensure_zones(session, ["America/New_York"])
    session.add(TaskQueue(slug="recall", name={"en": "Recall"}))
    put_in_force(session)
    return


def put_in_force(session: Session, slug: str = "bp", **parts: Any) -> None:
    whole = content(**parts)
    save_draft(session, make.an_act(), GUIDELINE, slug, whole["name"], whole)
    publish_guideline(session, make.an_act(), slug)


def reading(session: Session, patient: Patient, days_ago: int, **facts: Any) -> Observation:
    at = NOW - Days(days=days_ago)
    values = {"code": "85354-9", "status": "final", "effective_at": at, **facts}
    return make.added(session, Observation(patient_id=patient.id, **values))


def adult(session: Session, days_ago: int | None = None) -> Patient:
    patient = make.person(session, sms=None, birth_date=dt.date(1980, 1, 1))
    if days_ago is not None:
        reading(session, patient, days_ago)
    return patient


def whole(session: Session, now: dt.datetime = NOW, slug: str = "bp") -> Written:
    written = refresh_guideline(session, make.an_act(now), slug)
    assert written is not None
    session.expire_all()
    return written


def after(session: Session, now: dt.datetime = NOW, **limits: int) -> Found:
    found = refresh_due(session, make.an_act(now), **limits)
    session.expire_all()
    return found


def day_comes(session: Session, now: dt.datetime) -> None:
    """Everybody was looked at the evening before, so only the date brings somebody up."""
    whole(session, now - Days(hours=20))
    assert after(session, now).whole == []


def items(session: Session, patient: Patient) -> list[tuple[str, str | None, dt.date | None]]:
    rows = select(DueItem).where(DueItem.patient_id == patient.id).order_by(DueItem.id)
    return [(each.status, each.outcome, each.due_on) for each in session.scalars(rows)]


def history(session: Session, patient: Patient) -> list[tuple[str | None, str | None, str]]:
    rows = select(DueChange).where(DueChange.patient_id == patient.id).order_by(DueChange.id)
    return [(each.from_status, each.to_status, each.reason) for each in session.scalars(rows)]


def events(session: Session, patient: Patient) -> list[str]:
    mine = select(Event).where(Event.patient_id == patient.id, Event.kind.like("due.%")).order_by(Event.id)
    found = session.scalars(mine).all()
    assert {(each.code, each.subject_kind, each.lane) for each in found} <= {("bp", "due_item", patient.id & 255)}
    return [each.kind for each in found]


def test_everybody_gets_one_open_occurrence(session: Session) -> None:
    fresh, old, child = adult(session, 10), adult(session, 400), make.person(session, birth_date=dt.date(2020, 1, 1))
    assert whole(session) == Written(2, 0, 0)
    assert items(session, fresh) == [("satisfied", None, dt.date(2026, 8, 21))]
    assert items(session, old) == [("overdue", None, dt.date(2025, 7, 27))]
    assert items(session, child) == []
    assert (events(session, fresh), events(session, old)) == ([], ["due.overdue"])
    assert history(session, old) == [(None, "overdue", "met")]


def test_nothing_is_written_where_nothing_changed(session: Session) -> None:
    adult(session, 10)
    whole(session)
    assert whole(session) == Written()
    assert after(session, NOW + Days(hours=1)) == Found([], False)
    assert session.scalar(select(func.count(DueChange.id))) == 1


def test_a_visit_satisfies_and_the_next_recall_comes_by_itself(session: Session) -> None:
    patient = adult(session, 190)
    whole(session)
    reading(session, patient, 1)
    after(session)
    assert items(session, patient) == [
        ("due", "satisfied", dt.date(2026, 2, 25)),
        ("satisfied", None, dt.date(2026, 9, 2)),
    ]
    assert history(session, patient) == [
        (None, "due", "met"),
        ("due", None, "satisfied"),
        (None, "satisfied", "met"),
    ]
    assert events(session, patient) == ["due.due", "due.satisfied"]


def test_days_that_come_change_the_status_and_say_so_once(session: Session) -> None:
    patient = adult(session, 100)
    whole(session)
    for days in (52, 53, 80, 81, 110, 111, 112):
        day_comes(session, NOW + Days(days=days))
    assert events(session, patient)[-3:] == ["due.soon", "due.due", "due.overdue"]
    assert len(items(session, patient)) == 1
    [item] = session.scalars(select(DueItem).where(DueItem.patient_id == patient.id))
    assert (item.status, item.next_on) == ("overdue", None)


def test_a_reading_that_was_a_mistake_brings_it_back(session: Session) -> None:
    patient = adult(session, 400)
    mistaken = reading(session, patient, 5)
    whole(session)
    mistaken.status = "entered-in-error"
    session.flush()
    after(session)
    assert items(session, patient) == [
        ("satisfied", "withdrawn", dt.date(2026, 8, 26)),
        ("overdue", None, dt.date(2025, 7, 27)),
    ]


def test_who_is_no_longer_meant_leaves(session: Session) -> None:
    patient = adult(session, 400)
    whole(session)
    session.execute(update(Patient).where(Patient.id == patient.id).values(birth_date=dt.date(2020, 1, 1)))
    after(session)
    assert items(session, patient) == [("overdue", "left", dt.date(2025, 7, 27))]
    assert history(session, patient)[-1] == ("overdue", None, "left")
    assert events(session, patient) == ["due.overdue", "due.ended"]


def test_who_died_is_excluded_at_once(session: Session) -> None:
    patient = adult(session, 400)
    whole(session)
    session.execute(update(Patient).where(Patient.id == patient.id).values(deceased=True))
    after(session)
    assert [status for status, _, _ in items(session, patient)] == ["excluded"]


def test_a_refusal_ends_by_itself(session: Session) -> None:
    patient = adult(session, 400)
    whole(session)
    refusal = {"refused_at": NOW, "until_on": TODAY + Days(days=10), "reason": "declined", "recorded_by": "test"}
    guideline = find(session, GUIDELINE, "bp").id
    make.added(session, DueRefusal(patient_id=patient.id, guideline_id=guideline, **refusal))
    whole(session)
    assert [each.status for each in session.scalars(select(DueItem))] == ["not-actionable"]
    day_comes(session, NOW + Days(days=9))
    assert [each.status for each in session.scalars(select(DueItem))] == ["not-actionable"]
    day_comes(session, NOW + Days(days=10))
    assert [each.status for each in session.scalars(select(DueItem))] == ["overdue"]


def test_another_meaning_asks_for_everybody(session: Session) -> None:
    adult(session, 100)
    assert after(session) == Found(["bp"], False)
    whole(session)
    assert after(session) == Found([], False)
    put_in_force(session, interval={"months": 3})
    assert after(session) == Found(["bp"], False)
    assert whole(session) == Written(0, 1, 0)
    assert [each.status for each in session.scalars(select(DueItem))] == ["due"]
    assert after(session, NOW + Days(days=1)) == Found(["bp"], False)


def test_what_is_out_of_force_ends(session: Session) -> None:
    patient = adult(session, 400)
    whole(session)
    take_out_of_force(session, make.an_act(), find(session, GUIDELINE, "bp"))
    after(session)
    assert items(session, patient) == [("overdue", "left", dt.date(2025, 7, 27))]
    assert history(session, patient)[-1] == ("overdue", None, "left")
    assert events(session, patient) == ["due.overdue", "due.ended"]
    assert session.scalars(select(DueState)).all() == []


def test_only_marked_patients_are_looked_at(session: Session) -> None:
    one, other = adult(session, 400), adult(session, 400)
    whole(session)
    session.execute(delete(DUE_MARK))
    for patient in (one, other):
        reading(session, patient, 1)
    assert after(session, limit=1).is_more
    assert sorted(len(items(session, patient)) for patient in (one, other)) == [1, 2]
    after(session, limit=5)
    assert sorted(len(items(session, patient)) for patient in (one, other)) == [2, 2]


def test_nobody_is_marked_where_no_guideline_was_worked_out(session: Session) -> None:
    session.execute(delete(DUE_MARK))
    adult(session, 400)
    assert session.scalars(select(DUE_MARK.c.patient_id)).all() == []


def test_a_failure_is_kept_and_costs_nobody_else_anything(session: Session) -> None:
    patient = adult(session, 400)
    put_in_force(session, "other")
    broken = find(session, GUIDELINE, "bp")
    wrong = content(population={"field": "gone", "is": "known"})
    save_draft(session, make.an_act(), GUIDELINE, "bp", {"en": "x"}, wrong)
    session.execute(update(Definition).where(Definition.id == broken.id).values(live_version_id=None, status="draft"))
    session.expire_all()
    write_version(session, make.an_act(), broken)
    assert refresh_guideline(session, make.an_act(), "bp") is None
    whole(session, slug="other")
    assert after(session) == Found([], False)
    state = session.get(DueState, broken.id)
    assert state is not None
    assert state.error == "KeyError"
    assert items(session, patient) == [("overdue", None, dt.date(2025, 7, 27))]


def test_the_number_of_statements_does_not_depend_on_the_patients(engine: Engine, session: Session) -> None:
    counts = []
    for many in (1, 20):
        for patient in [adult(session, 400) for _ in range(many)]:
            reading(session, patient, 300)
        counts.append(statements_of(engine, session))
    assert counts[0] == counts[1]


def statements_of(engine: Engine, session: Session) -> int:
    """How many statements working a guideline out takes."""
    seen: list[str] = []

    def remember(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", remember)
    whole(session)
    event.remove(engine, "before_cursor_execute", remember)
    return len(seen)


def test_days_are_looked_up_once_and_not_wherever_they_are_named(session: Session) -> None:
    each = guideline_in_force(session, "bp")
    stands = standings(each.guideline, Looking(NOW, known(session)), refusals_at(each.id, NOW))
    planned = stands.compile(session.get_bind(), compile_kwargs={"render_postcompile": True})
    plan = session.connection().exec_driver_sql(f"EXPLAIN {planned}", planned.params).scalars()
    places = sum("on zone_span" in line for line in plan)
    assert 0 < places < 10
