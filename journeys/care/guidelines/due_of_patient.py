"""What is due for one patient, with the facts and dates that say so; as of today or of any other day."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from journeys.care.guidelines.content import Guideline
from journeys.care.guidelines.dating import Looking
from journeys.care.guidelines.in_force import InForce, guidelines_in_force, refusals_at
from journeys.care.guidelines.refusing import patient_here
from journeys.care.guidelines.standing import standings
from journeys.criteria.known import known
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.tables import Texts
from journeys.store.configuration import Definition
from journeys.store.due import DueItem
from journeys.store.people import Patient


@dataclass(frozen=True)
class Stand:
    """Where a patient stands in one guideline: the facts of `standing`, and the parts of the guideline in force."""

    slug: str
    name: Texts
    guideline: Guideline
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class RecallRow:
    """An open recall, and what the guideline that it is about is called."""

    item: DueItem
    about: Texts | None


@dataclass(frozen=True)
class DueOfPatient:
    """The patient, where they stand in each guideline that means them, and the recalls that somebody asked for.

    `kept` holds what is written down of each guideline now, by its slug: who has it is not worked out.
    """

    patient: Patient
    stands: list[Stand]
    recalls: list[RecallRow]
    kept: Mapping[str, DueItem]

    def item(self, uid: uuid.UUID) -> DueItem | None:
        """What is open of the patient under this uid."""
        every = [*self.kept.values(), *(each.item for each in self.recalls)]
        return next((item for item in every if item.uid == uid), None)


def due_of_patient(session: Session, act: Act, patient: uuid.UUID, at: dt.datetime | None = None) -> DueOfPatient:
    """Worked out now, as of `at` or `act.now`; Missing when there is no such patient in this scope.

    For a moment that is over, what began later is left out; what carries no dates is taken as it is today.
    """
    found = patient_here(session, patient)
    mine = select(Patient.id).where(Patient.id == found.id)
    moment = at or act.now
    looking = Looking(moment, known(session), mine, past=moment < act.now)
    stands = [stand for each in guidelines_in_force(session) if (stand := stand_in(session, each, looking))]
    about = aliased(Definition)
    rows = (
        select(DueItem, about.name)
        .outerjoin(about, about.id == DueItem.about_id)
        .where(DueItem.patient_id == found.id, DueItem.guideline_id.is_(None), DueItem.closed_at.is_(None))
        .order_by(DueItem.due_on, DueItem.id)
    )
    recalls = [RecallRow(*row) for row in session.execute(rows)]
    kept = (
        select(Definition.slug, DueItem)
        .join(DueItem, DueItem.guideline_id == Definition.id)
        .where(DueItem.patient_id == found.id, DueItem.closed_at.is_(None))
        .order_by(Definition.slug)
    )
    items = {row.slug: row.DueItem for row in session.execute(kept)}
    audit.note(session, "R", "due_item", patients=[found.id])
    return DueOfPatient(found, stands, recalls, items)


def stand_in(session: Session, each: InForce, looking: Looking) -> Stand | None:
    """Where the one patient stands in a guideline; None when it is not about them."""
    asked: Select[Any] = standings(each.guideline, looking, refusals_at(each.id, looking.now))
    row = session.execute(asked).mappings().one_or_none()
    return None if row is None else Stand(each.slug, each.name, each.guideline, dict(row))
