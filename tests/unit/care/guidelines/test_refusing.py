"""Whoever writes down a refusal waits for no worker, and holds up nobody but this patient."""

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, delete, select, text
from sqlalchemy.orm import Session

from journeys.care.guidelines.publish_guideline import publish_guideline
from journeys.care.guidelines.refresh_due import refresh_due
from journeys.care.guidelines.refresh_guideline import LOCK, refresh_guideline
from journeys.care.guidelines.refuse_due import refuse_due
from journeys.foundation.acting import BELLS
from journeys.foundation.advisory import LANES
from journeys.foundation.database import WORKER, connect
from journeys.foundation.lanes import lane_of
from journeys.foundation.zones import ensure_zones
from journeys.store.due import DUE_MARK, DueItem
from journeys.store.people import Patient
from journeys.store.putting_in_force.definitions import GUIDELINE
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.tasks import TaskQueue
from tests import make
from tests.servers import Database
from tests.unit.care.guidelines.contents import content

pytestmark = pytest.mark.store

UNTIL = make.NOON.date() + dt.timedelta(days=90)
HELD = text("SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND classid = :key AND pid = pg_backend_pid()")


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    """A database of its own: what is tested here is what happens between two transactions."""
    engine = connect(database.url, WORKER)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session:
        yield session


@pytest.fixture
def patient(session: Session) -> Patient:
    """Somebody for whom it is overdue; nothing is marked."""
    ensure_zones(session, ["America/New_York"])
    session.add(TaskQueue(slug="recall", name={"en": "Recall"}))
    whole = content()
    save_draft(session, make.an_act(), GUIDELINE, "bp", whole["name"], whole)
    publish_guideline(session, make.an_act(), "bp")
    patient = make.person(session, sms=None, birth_date=dt.date(1980, 1, 1))
    refresh_guideline(session, make.an_act(), "bp")
    session.execute(delete(DUE_MARK))
    session.commit()
    return patient


def stands(session: Session) -> list[str]:
    return list(session.scalars(select(DueItem.status).where(DueItem.closed_at.is_(None))))


def test_while_the_worker_is_at_it_a_mark_is_left_for_its_next_round(
    session: Session, engine: Engine, patient: Patient
) -> None:
    with engine.begin() as worker:
        worker.execute(LOCK)
        refuse_due(session, make.an_act(), patient.uid, "bp", UNTIL, "declined")
        assert "due" in session.info[BELLS]
        session.commit()
        assert stands(session) == ["overdue"]
        session.commit()
    refresh_due(session, make.an_act())
    assert stands(session) == ["not-actionable"]


def test_only_the_lane_of_the_patient_is_held(session: Session, patient: Patient) -> None:
    refuse_due(session, make.an_act(), patient.uid, "bp", UNTIL, "declined")
    assert stands(session) == ["not-actionable"]
    assert list(session.scalars(HELD, {"key": LANES})) == [lane_of(patient.id)]
