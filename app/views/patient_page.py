"""One person on one page: who, what comes next, how to reach them, what was agreed, and everything that happened."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.base import clock, reading, say_texts
from app.custom.records import Record
from app.custom.showing import section_of
from app.views.consent_words import consent_words
from app.views.patient_timeline import timeline_of
from app.views.patient_words import ALERTS, beside_words, facts_of, reach_words
from journeys.store.configuration import Definition
from journeys.store.definitions import STAGE, live_versions
from journeys.store.enrolments import Enrolment
from journeys.store.open_patient import open_patient
from journeys.store.tasks import OPEN_STATUSES, Task


@dataclass(frozen=True)
class Standing:
    """Where a patient stands in one journey."""

    journey: str
    stage: str
    step: str
    due_at: dt.datetime | None
    is_waiting: bool


def page_of(uid: uuid.UUID) -> dict[str, Any]:
    """What the page is drawn from, read in one transaction."""
    with reading(verb=open_patient) as (session, act):
        head = open_patient(session, act, uid)
        patient = head.patient
        return {
            "head": head,
            "patient": patient,
            "age": head.age(clock.now().date()),
            "facts": facts_of(head),
            "reach": [reach_words(telecom) for telecom in head.telecoms],
            "beside": [beside_words(person, head) for person in head.related],
            "consents": [consent_words(consent) for consent in head.consents],
            "alerts": [(ALERTS[alert.kind], alert.text) for alert in head.alerts],
            "standings": standings_of(session, patient.id),
            "tasks": tasks_of(session, patient.id),
            "custom": section_of(session, act, Record("patient", patient.id, patient.id)),
            **timeline_of(session, act, patient.id),
        }


def tasks_of(session: Session, patient_id: int) -> list[Task]:
    """What is open, the soonest due first."""
    mine = select(Task).where(Task.patient_id == patient_id, Task.status.in_(OPEN_STATUSES))
    return list(session.scalars(mine.order_by(Task.due_at.asc().nulls_last(), Task.id)))


def standings_of(session: Session, patient_id: int) -> list[Standing]:
    """Where the patient stands in every journey that goes on."""
    stages = {slug: say_texts(version.content["name"]) for slug, version in live_versions(session, STAGE).items()}
    wanted = select(Enrolment, Definition).join(Definition, Definition.id == Enrolment.definition_id)
    going_on = wanted.where(Enrolment.patient_id == patient_id, Enrolment.ended_at.is_(None))
    rows = session.execute(going_on.order_by(Enrolment.entered_at, Enrolment.id))
    return [
        Standing(
            journey=say_texts(definition.name),
            stage=stages.get(enrolment.stage or "", ""),
            step=step_name(definition, enrolment.step or ""),
            due_at=enrolment.due_at,
            is_waiting=bool(enrolment.waits_for),
        )
        for enrolment, definition in rows
    ]


def step_name(definition: Definition, step_id: str) -> str:
    """The name of a step as it is published now."""
    content = definition.live_version.content if definition.live_version else {}
    return say_texts(content.get("steps", {}).get(step_id, {}).get("name")) or step_id
