"""Who beside which patients has the number or address that an unknown reply came from."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.caregivers.heard import caregivers_with
from journeys.contact.channels import CHANNELS
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.people import Patient, RelatedPerson


@dataclass(frozen=True)
class Possible:
    """One of them: their name and what they are to the patient, whose page leads further."""

    patient: Patient
    name: str | None = field(repr=False)
    relationship: str | None


def who_it_may_be(session: Session, act: Act, channel: str, sender: str, region: str) -> list[Possible]:
    """Those of whom this scope sees the patient; the look is audited."""
    kind = CHANNELS.get(channel)
    token = kind.medium.token(sender, region) if kind is not None and kind.knows_by_address and sender else None
    found = caregivers_with(session, token)
    rows = session.execute(
        select(Patient, RelatedPerson)
        .join(RelatedPerson, RelatedPerson.patient_id == Patient.id)
        .where(RelatedPerson.id.in_([each.person_id for each in found]))
        .order_by(RelatedPerson.id)
    ).all()
    if not rows:
        audit.nothing_happened(session)
        return []
    audit.note(session, "R", "related_person", [row[1].id for row in rows], [row[0].id for row in rows])
    return [Possible(row[0], row[1].name, row[1].relationship) for row in rows]
