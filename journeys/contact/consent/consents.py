"""What a patient has agreed to, at any moment: statements are appended, and the newest one in force holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.channels import CHANNELS
from journeys.contact.deciding.facts import newest_consent
from journeys.contact.media import media_that
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing, Problem, refuse_errors
from journeys.foundation.words import N_
from journeys.store.channel_accounts import ChannelAccount
from journeys.store.contact import PURPOSES, Consent
from journeys.store.events import emit
from journeys.store.people import Patient, RelatedPerson


@dataclass(frozen=True)
class ConsentState:
    """What holds for a purpose on a medium: the decision and the statement it rests on; None where nothing was said."""

    purpose: str
    channel: str
    decision: str | None = None
    statement_id: int | None = None


def allows(state: ConsentState, unasked: Collection[str]) -> bool:
    """Whether we may write as this stands. Purposes `unasked` need no permission; a refusal counts for them too."""
    return state.decision == "permit" or (state.decision is None and state.purpose in unasked)


def consent_state(
    session: Session, patient_id: int, purpose: str, channel: str, at: dt.datetime, person: int | None = None
) -> ConsentState:
    """What held at a moment: "could we have written on the third of May?"; of what the `person` beside the patient said
    about messages to themselves, where one is named."""
    row = session.execute(newest_consent(patient_id, purpose, channel, at, person=person)).first()
    if row is None:
        return ConsentState(purpose, channel)
    return ConsentState(purpose, channel, row.decision, row.id)


def media_asked_for(session: Session) -> tuple[str, ...]:
    """What patients are asked about: the usual media, and what an account in use carries; a statement may name any
    other too."""
    kinds = session.scalars(select(ChannelAccount.kind).where(ChannelAccount.active).distinct())
    carried = {CHANNELS[kind].speaks for kind in kinds if kind in CHANNELS}
    return media_that(lambda medium: medium.is_usual or medium.name in carried)


def consent_states(
    session: Session, patient_id: int, at: dt.datetime, media: Sequence[str], person: int | None = None
) -> list[ConsentState]:
    """What held at a moment for every purpose on every one of these media."""
    asked = [(purpose, channel) for purpose in PURPOSES for channel in media]
    return [consent_state(session, patient_id, purpose, channel, at, person) for purpose, channel in asked]


def check_statement(
    session: Session,
    patient_id: int,
    purpose: str | None,
    ends: dt.datetime | None,
    now: dt.datetime,
    *beside: int | None,
) -> None:
    """Refuse a statement that cannot be: Missing without such a patient, or such people beside them as say it or as it
    is about; Invalid with every problem."""
    if session.scalar(select(Patient.id).where(Patient.id == patient_id)) is None:
        raise Missing(f"There is no patient {patient_id}")
    for person in beside:
        whose = select(RelatedPerson.patient_id).where(RelatedPerson.id == person)
        if person is not None and session.scalar(whose) != patient_id:
            raise Missing(f"There is no person {person} beside the patient {patient_id}")
    problems = []
    if purpose is not None and purpose not in PURPOSES:
        problems.append(Problem("purpose", N_("Choose one of: %(known)s"), {"known": ", ".join(PURPOSES)}))
    if ends is not None and ends <= now:
        problems.append(Problem("until_at", N_("A consent ends after it begins")))
    refuse_errors(problems)


def append(
    session: Session, act: Act, kind: str, patients: Iterable[int], statement: Mapping[str, Any]
) -> list[Consent]:
    """Append one statement for each of these patients, with its event (`consent.given` or `consent.withdrawn`); what
    somebody beside the patient says of messages to themselves is no event of the patient's."""
    rows = [
        Consent(patient_id=patient, from_at=act.now, recorded_at=act.now, recorded_by=act.by, **statement)
        for patient in patients
    ]
    session.add_all(rows)
    session.flush()
    happened = [
        {
            "patient_id": row.patient_id,
            "subject_kind": "consent",
            "subject_id": row.id,
            "code": row.purpose,
            "outcome": row.channel,
        }
        for row in rows
        if row.about_person_id is None
    ]
    if happened:
        emit(session, act, kind, happened)
    audit.note(session, "C", "consent", [row.id for row in rows], [row.patient_id for row in rows])
    return rows
