"""Recalls of one patient and refusals: kept by a queue, satisfied by a visit, never lost."""

import datetime as dt
import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from journeys.care.guidelines.assign_due import assign_due
from journeys.care.guidelines.close_recall import close_recall
from journeys.care.guidelines.publish_guideline import publish_guideline
from journeys.care.guidelines.recall_patient import Recall, recall_patient
from journeys.care.guidelines.refresh_due import refresh_due
from journeys.care.guidelines.refresh_guideline import refresh_guideline
from journeys.care.guidelines.refuse_due import refuse_due
from journeys.care.guidelines.withdraw_refusal import withdraw_refusal
from journeys.foundation import audit
from journeys.foundation.errors import Invalid, Missing, Stale
from journeys.foundation.zones import ensure_zones
from journeys.store.access import Appointment
from journeys.store.clinical import Encounter, Observation
from journeys.store.due import DueChange, DueItem
from journeys.store.events import Event
from journeys.store.organisation import Practitioner
from journeys.store.people import Patient
from journeys.store.putting_in_force.definitions import GUIDELINE
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.tasks import TaskQueue
from tests import make
from tests.unit.care.guidelines.contents import content

pytestmark = pytest.mark.store

NOW = make.NOON
TODAY = NOW.date()
Days = dt.timedelta
IN_SIX_MONTHS = dt.date(2026, 9, 3)
RECALL = Recall(IN_SIX_MONTHS, "Look at the wound again", queue="recall")


@pytest.fixture(autouse=True)
def in_force(session: Session) -> Iterator[None]:
    ensure_zones(session, ["America/New_York"])
    session.add(TaskQueue(slug="recall", name={"en": "Recall"}))
    whole = content()
    save_draft(session, make.an_act(), GUIDELINE, "bp", whole["name"], whole)
    publish_guideline(session, make.an_act(), "bp")
    return


@pytest.fixture
def patient(session: Session) -> Patient:
    return make.person(session, sms=None, birth_date=dt.date(1980, 1, 1))


def asked(session: Session, patient: Patient, recall: Recall = RECALL) -> DueItem:
    return recall_patient(session, make.an_act(), patient.uid, recall)


def on(session: Session, item: DueItem, day: dt.date) -> tuple[str, str | None]:
    """Where a recall stands after the worker's round of a day."""
    noon = dt.datetime.combine(day, NOW.timetz())
    refresh_due(session, make.an_act(noon))
    session.refresh(item)
    return item.status, item.outcome


def seen(session: Session, patient: Patient, day: dt.date) -> None:
    at = dt.datetime.combine(day, dt.time(10), dt.UTC)
    make.added(session, Encounter(patient_id=patient.id, status="finished", start_at=at))


def test_a_recall_goes_through_its_days_by_itself(session: Session, patient: Patient) -> None:
    item = asked(session, patient)
    assert (item.status, item.queue, item.why) == ("not-due", "recall", "Look at the wound again")
    days = {0: "not-due", 155: "not-due", 156: "soon-due", 184: "due", 213: "due", 214: "overdue", 400: "overdue"}
    assert {each: on(session, item, TODAY + Days(days=each))[0] for each in days} == days
    kinds = session.scalars(select(Event.kind).where(Event.patient_id == patient.id).order_by(Event.id)).all()
    assert [kind for kind in kinds if kind.startswith("due.")] == ["due.soon", "due.due", "due.overdue"]
    ways = session.scalars(select(DueChange.to_status).where(DueChange.item_id == item.id).order_by(DueChange.id))
    assert list(ways) == ["not-due", "soon-due", "due", "overdue"]


def test_a_visit_within_the_window_satisfies_it(session: Session, patient: Patient) -> None:
    item = asked(session, patient)
    seen(session, patient, TODAY + Days(days=100))
    assert on(session, item, IN_SIX_MONTHS) == ("due", None)
    seen(session, patient, IN_SIX_MONTHS - Days(days=1))
    assert on(session, item, IN_SIX_MONTHS) == ("due", "satisfied")


def test_a_visit_that_is_booked_lets_it_wait(session: Session, patient: Patient) -> None:
    item = asked(session, patient)
    at = dt.datetime.combine(IN_SIX_MONTHS + Days(days=5), dt.time(10), dt.UTC)
    booked = make.added(session, Appointment(patient_id=patient.id, status="booked", start_at=at))
    assert on(session, item, IN_SIX_MONTHS) == ("not-actionable", None)
    booked.status = "noshow"
    session.flush()
    assert on(session, item, IN_SIX_MONTHS + Days(days=6)) == ("due", None)


def test_a_visit_soon_after_does_not_satisfy_a_short_recall(session: Session, patient: Patient) -> None:
    item = asked(session, patient, Recall(TODAY + Days(days=21), "The wound", queue="recall"))
    seen(session, patient, TODAY + Days(days=1))
    assert on(session, item, TODAY + Days(days=2)) == ("not-due", None)
    assert on(session, item, TODAY + Days(days=11)) == ("soon-due", None)
    seen(session, patient, TODAY + Days(days=20))
    assert on(session, item, TODAY + Days(days=20)) == ("soon-due", "satisfied")


def test_what_a_recall_is_about_has_to_be_done(session: Session, patient: Patient) -> None:
    item = asked(session, patient, Recall(IN_SIX_MONTHS, about="bp"))
    noon = dt.datetime.combine(IN_SIX_MONTHS, NOW.timetz())
    refresh_guideline(session, make.an_act(noon), "bp")
    seen(session, patient, IN_SIX_MONTHS - Days(days=2))
    assert on(session, item, IN_SIX_MONTHS) == ("due", None)
    reading = {"code": "85354-9", "status": "final", "effective_at": noon - Days(days=1)}
    make.added(session, Observation(patient_id=patient.id, **reading))
    refresh_due(session, make.an_act(noon))
    assert on(session, item, IN_SIX_MONTHS) == ("due", "satisfied")


def ended(session: Session, patient: Patient) -> list[tuple[str | None, str | None]]:
    rows = select(Event).where(Event.patient_id == patient.id, Event.kind == "due.ended").order_by(Event.id)
    return [(each.code, each.outcome) for each in session.scalars(rows)]


def test_who_died_is_called_back_no_more(session: Session, patient: Patient) -> None:
    item = asked(session, patient)
    session.execute(update(Patient).where(Patient.id == patient.id).values(deceased=True))
    assert on(session, item, IN_SIX_MONTHS) == ("not-due", "left")
    assert ended(session, patient) == [("recall", "left")]


def test_two_clicks_are_one_recall(session: Session, patient: Patient) -> None:
    assert asked(session, patient).id == asked(session, patient).id
    other = Recall(IN_SIX_MONTHS, "Something else", queue="recall")
    assert asked(session, patient, other).id != asked(session, patient).id


def test_a_guideline_lends_its_window_and_owner(session: Session, patient: Patient) -> None:
    item = asked(session, patient, Recall(IN_SIX_MONTHS, about="bp"))
    assert (item.queue, item.role, item.opens_on) == ("recall", "staff", dt.date(2026, 8, 6))


@pytest.mark.parametrize(
    ("recall", "places"),
    [
        (Recall(TODAY, "Why", queue="recall"), ["due_on"]),
        (Recall(dt.date(2036, 3, 4), "Why", queue="recall"), ["due_on"]),
        (Recall(IN_SIX_MONTHS, queue="recall"), ["why"]),
        (Recall(IN_SIX_MONTHS, "x" * 2_001, queue="recall"), ["why"]),
        (Recall(IN_SIX_MONTHS, "Why", queue="nowhere"), ["queue"]),
        (Recall(IN_SIX_MONTHS, "Why"), ["queue"]),
    ],
)
def test_what_is_wrong_is_said(session: Session, patient: Patient, recall: Recall, places: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        asked(session, patient, recall)
    assert [problem.where for problem in refused.value.problems] == places


def test_a_recall_is_closed_once(session: Session, patient: Patient) -> None:
    item = asked(session, patient)
    with pytest.raises(Stale):
        close_recall(session, make.an_act(), item.uid, "done", row_version=7)
    with pytest.raises(Invalid):
        close_recall(session, make.an_act(), item.uid, "forgotten")
    assert close_recall(session, make.an_act(), item.uid, "done").outcome == "done"
    assert ended(session, patient) == [("recall", "done")]
    with pytest.raises(Stale):
        close_recall(session, make.an_act(), item.uid, "done")


def test_a_refusal_is_seen_at_once_and_can_be_taken_back(session: Session, patient: Patient) -> None:
    refresh_guideline(session, make.an_act(), "bp")
    refuse_due(session, make.an_act(), patient.uid, "bp", TODAY + Days(days=90), "declined", "Not this year")
    assert stands(session) == [("not-actionable", "refused")]
    assert ended(session, patient) == [("bp", "refused")]
    assert withdraw_refusal(session, make.an_act(), patient.uid, "bp") == 1
    assert stands(session) == [("overdue", "anchor")]
    with pytest.raises(Stale):
        withdraw_refusal(session, make.an_act(), patient.uid, "bp")


def stands(session: Session) -> list[tuple[str, str]]:
    rows = session.execute(select(DueItem.status, DueItem.reason).where(DueItem.closed_at.is_(None)))
    return [(status, reason) for status, reason in rows]


def test_a_refusal_needs_an_end_and_a_reason(session: Session, patient: Patient) -> None:
    with pytest.raises(Invalid) as refused:
        refuse_due(session, make.an_act(), patient.uid, "bp", TODAY, "no", "x" * 2_001)
    assert [problem.where for problem in refused.value.problems] == ["until_on", "reason", "note"]
    with pytest.raises(Missing):
        refuse_due(session, make.an_act(), patient.uid, "gone", TODAY + Days(days=9), "declined")


def test_who_has_it_is_kept_until_it_is_over_and_written_down(session: Session, patient: Patient) -> None:
    session.add(Practitioner(username="rosa"))
    item = asked(session, patient)
    read = item.row_version
    assert assign_due(session, make.an_act(), item.uid, "rosa", read).owner == "rosa"
    [note] = [each for each in session.info[audit.NOTES] if each.detail.get("what") == "assigned"]
    assert (note.subject, note.ids, note.patients) == ("due_item", [item.id], [patient.id])
    with pytest.raises(Stale):
        assign_due(session, make.an_act(), item.uid, None, read)
    assert on(session, item, IN_SIX_MONTHS + Days(days=60)) == ("overdue", None)
    assert item.owner == "rosa"
    assert assign_due(session, make.an_act(), item.uid, None).owner is None
    close_recall(session, make.an_act(), item.uid, "done")
    with pytest.raises(Stale):
        assign_due(session, make.an_act(), item.uid, "rosa")


def test_only_somebody_who_works_here_can_have_it(session: Session, patient: Patient) -> None:
    session.add(Practitioner(username="gone", active=False))
    item = asked(session, patient)
    for name in ("gone", "nobody"):
        with pytest.raises(Invalid, match="owner"):
            assign_due(session, make.an_act(), item.uid, name)
    with pytest.raises(Missing):
        assign_due(session, make.an_act(), uuid.uuid4(), None)


def test_what_a_guideline_asks_keeps_its_owner_while_it_is_open(session: Session) -> None:
    person = make.person(session, sms=None, birth_date=dt.date(1980, 1, 1))
    session.add(Practitioner(username="rosa"))
    refresh_guideline(session, make.an_act(), "bp")
    chosen = select(DueItem).where(DueItem.patient_id == person.id).order_by(DueItem.id)
    [first] = session.scalars(chosen).all()
    assign_due(session, make.an_act(), first.uid, "rosa")
    seen_by = Observation(patient_id=person.id, status="final", code="85354-9", effective_at=NOW + Days(days=1))
    make.added(session, seen_by)
    refresh_guideline(session, make.an_act(NOW + Days(days=2)), "bp")
    session.expire_all()
    over, following = session.scalars(chosen).all()
    assert (over.outcome, over.owner) == ("satisfied", "rosa")
    assert (following.closed_at, following.owner) == (None, None)
