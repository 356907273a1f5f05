"""Where somebody stood on a day that is over: what began later is not known then."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy.orm import Session

from journeys.care.guidelines.due_of_patient import due_of_patient
from journeys.care.guidelines.publish_guideline import publish_guideline
from journeys.foundation.zones import ensure_zones
from journeys.store.clinical import Condition
from journeys.store.people import Patient
from journeys.store.putting_in_force.definitions import GUIDELINE
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.tasks import TaskQueue
from tests import make
from tests.unit.care.guidelines.contents import content

pytestmark = pytest.mark.store

NOW = make.NOON
IN_JANUARY = NOW - dt.timedelta(days=40)
IN_FEBRUARY = NOW - dt.timedelta(days=20)
CANCER = {"happened": "condition", "where": [{"field": "code", "is": "is", "value": "cancer"}]}


def in_force(session: Session, **parts: Any) -> None:
    ensure_zones(session, ["America/New_York"])
    session.add(TaskQueue(slug="recall", name={"en": "Recall"}))
    whole = content(**parts)
    save_draft(session, make.an_act(), GUIDELINE, "bp", whole["name"], whole)
    publish_guideline(session, make.an_act(), "bp")


def born(session: Session, **more: Any) -> Patient:
    return make.person(session, sms=None, birth_date=dt.date(1980, 1, 1), **more)


def status(session: Session, patient: Patient, at: dt.datetime | None = None) -> str:
    (stand,) = due_of_patient(session, make.an_act(), patient.uid, at).stands
    return str(stand.facts["status"])


def test_the_dead_were_due_while_they_lived(session: Session) -> None:
    in_force(session)
    patient = born(session, deceased=True, deceased_at=IN_FEBRUARY)
    assert status(session, patient) == "excluded"
    assert status(session, patient, IN_FEBRUARY) == "excluded"
    assert status(session, patient, IN_JANUARY) == "overdue"


def test_nobody_is_due_who_is_dead_even_if_the_record_says_later(session: Session) -> None:
    in_force(session)
    patient = born(session, deceased=True, deceased_at=NOW + dt.timedelta(hours=3))
    assert status(session, patient) == "excluded"
    assert status(session, patient, IN_JANUARY) == "overdue"


def test_a_population_of_the_living_had_them_then(session: Session) -> None:
    in_force(session, population={"field": "deceased", "is": "false"})
    patient = born(session, deceased=True, deceased_at=IN_FEBRUARY)
    assert due_of_patient(session, make.an_act(), patient.uid).stands == []
    assert status(session, patient, IN_JANUARY) == "overdue"


def test_a_diagnosis_excludes_from_its_beginning_on(session: Session) -> None:
    in_force(session, exclusions=[{"name": {"en": "Cancer"}, "rule": CANCER}])
    patient = born(session)
    make.added(session, Condition(patient_id=patient.id, code="cancer", status="active", onset_at=IN_FEBRUARY))
    assert status(session, patient) == "excluded"
    assert status(session, patient, IN_JANUARY) == "overdue"
