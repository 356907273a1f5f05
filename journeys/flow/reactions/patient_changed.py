"""A record turns out to be another person's, or is no longer in use: nothing goes on under it. Open tasks and journeys
go on under the record that is kept, and come back when the merge is taken back."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from journeys.flow.events.merging import give_back_journeys, hand_over
from journeys.flow.reactions.base import Reaction
from journeys.flow.running.revoking import stop_everything_for
from journeys.foundation.acting import Act
from journeys.store.people import Patient

MERGED = "merged"
INACTIVE = "inactive"


class PatientChanged(Reaction):
    """Nobody is written to under a record that is not theirs any more; what staff have promised is still done."""

    kinds: ClassVar[tuple[str, ...]] = ("patient.changed",)

    def react(self, session: Session, act: Act, events: Select[Any]) -> None:
        """Those merged into another record, and those no longer active; everybody else is left alone."""
        changed = select(Patient.id).where(Patient.id.in_(select(events.subquery().c.patient_id)))
        gone = {
            MERGED: changed.where(Patient.merged_into_id.is_not(None)),
            INACTIVE: changed.where(~Patient.active, Patient.merged_into_id.is_(None)),
        }
        for reason, patients in gone.items():
            if session.scalar(select(patients.exists())):
                if reason == MERGED:
                    hand_over(session, act, patients)
                stop_everything_for(session, act, patients, reason)
        give_back_journeys(session, act, changed)
