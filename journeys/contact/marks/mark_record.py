"""Everything that is known about a patient and their numbers which contact rules look at, and what a mark would do."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.deciding.candidate import candidate
from journeys.contact.deciding.judge import checked, decided, judged, ranked
from journeys.contact.deciding.kept import these
from journeys.contact.deciding.ladder import EVERY_CHANNEL
from journeys.contact.deciding.patient_zones import ensure_patient_zones
from journeys.contact.deciding.rule_set import RuleSet, rules_in_force
from journeys.contact.ledger.ledger import Why, in_words
from journeys.contact.marks.set_mark import Said, mark_of, problems_of
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing, refuse_errors
from journeys.foundation.tables import Texts
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.contact import Message
from journeys.store.contact_marks import ContactMark
from journeys.store.people import Patient, PatientTelecom

WAITING = ("planned", "released")
MOST = 200
"""So many waiting messages are looked at."""


@dataclass(frozen=True)
class MarkRecord:
    """A patient's marks, the newest first, and their numbers and addresses, those in use first."""

    patient: Patient
    marks: Sequence[ContactMark]
    telecoms: Sequence[PatientTelecom]


@dataclass(frozen=True)
class Follows:
    """What a mark would do to one waiting message: what is so now, and what would be, in verdicts and reasons."""

    template: Texts | None
    now: str
    then: str
    reasons: tuple[Why, ...]


def mark_record(session: Session, act: Act, uid: uuid.UUID) -> MarkRecord:
    """Missing for a patient whom this scope does not see."""
    patient = session.scalar(select(Patient).where(Patient.uid == uid))
    if patient is None:
        raise Missing("There is no such patient")
    newest_first = (ContactMark.from_at.desc(), ContactMark.id.desc())
    marks = session.scalars(select(ContactMark).where(ContactMark.patient_id == patient.id).order_by(*newest_first))
    of_patient = select(PatientTelecom).where(
        PatientTelecom.patient_id == patient.id, PatientTelecom.related_person_id.is_(None)
    )
    telecoms = session.scalars(of_patient.order_by(PatientTelecom.status == "ended", PatientTelecom.id))
    found = MarkRecord(patient, marks.all(), telecoms.all())
    audit.note(session, "R", "contact_mark", [each.id for each in found.marks], [patient.id])
    return found


def preview_mark(session: Session, act: Act, patient_id: int, said: Said) -> list[Follows]:
    """What would follow for the patient's waiting messages; the mark is set, looked at and taken back again.

    Invalid with every problem of what was said.
    """
    refuse_errors(problems_of(session, act, patient_id, said))
    waiting = select(Message.id).where(Message.patient_id == patient_id, Message.status.in_(WAITING))
    messages = session.scalars(waiting.order_by(Message.id).limit(MOST)).all()
    audit.note(session, "R", "message", messages, [patient_id])
    if not messages:
        return []
    ensure_patient_zones(session, messages)
    rules = rules_in_force(session, act)
    now = verdicts(session, act, messages, rules)
    with session.begin_nested() as only_tried:
        session.add(mark_of(act, patient_id, said))
        session.flush()
        then = verdicts(session, act, messages, rules)
        only_tried.rollback()
    names = names_of(session, messages)
    return [
        Follows(names.get(each), now[each][0], then[each][0], in_words(then[each][1]))
        for each in messages
        if now[each] != then[each]
    ]


def verdicts(session: Session, act: Act, messages: Sequence[int], rules: RuleSet) -> dict[int, tuple[str, list[str]]]:
    """Message → what planning would decide about it now, and its reasons."""
    result = decided(ranked(judged(checked(candidate(these(messages), act.now, EVERY_CHANNEL), rules), rules)))
    rows = session.execute(select(result.c.message_id, result.c.verdict, result.c.reasons))
    return {row.message_id: (row.verdict, row.reasons or []) for row in rows}


def names_of(session: Session, messages: Sequence[int]) -> dict[int, Texts]:
    """Message → the name of its template."""
    rows = session.execute(
        select(Message.id, Definition.name)
        .join(DefinitionVersion, DefinitionVersion.id == Message.template_version_id)
        .join(Definition, Definition.id == DefinitionVersion.definition_id)
        .where(Message.id.in_(messages))
    )
    return {row.id: row.name for row in rows}
