"""The numbers and addresses of somebody beside a patient, with the tokens they are found by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from journeys.contact.caregivers.shapes import token_of
from journeys.foundation.acting import Act
from journeys.store.caregivers import RelatedPersonToken
from journeys.store.people import PatientTelecom, RelatedPerson

ENDED = "ended"


def addresses_of_person(session: Session, person_id: int) -> Sequence[PatientTelecom]:
    """Those in use, the newest first."""
    mine = (PatientTelecom.related_person_id == person_id, PatientTelecom.status != ENDED)
    return session.scalars(select(PatientTelecom).where(*mine).order_by(PatientTelecom.id.desc())).all()


def write_addresses(session: Session, act: Act, person: RelatedPerson, wanted: Mapping[str, str], region: str) -> None:
    """Keep these (system → value) and end the others: what was learnt of a number that stays is not forgotten."""
    kept = {}
    for row in addresses_of_person(session, person.id):
        if wanted.get(row.system) == row.value and row.system not in kept:
            kept[row.system] = row
        else:
            row.status, row.status_at = ENDED, act.now
    for system, value in wanted.items():
        if system not in kept:
            row = PatientTelecom(patient_id=person.patient_id, related_person_id=person.id, system=system, value=value)
            session.add(row)
    session.execute(delete(RelatedPersonToken).where(RelatedPersonToken.related_person_id == person.id))
    tokens = {token_of(system, value, region) for system, value in wanted.items()}
    session.add_all(
        RelatedPersonToken(kind=found[0], token=found[1], related_person_id=person.id, patient_id=person.patient_id)
        for found in tokens
        if found is not None
    )
    session.flush()
