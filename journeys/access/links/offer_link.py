"""Finds the offer of a freed time that a link names, and says how it stands."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.access.links.visit_link import SHOWN_FOR, UNKNOWN
from journeys.contact.texts.offer_links import LINK
from journeys.foundation import links
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing
from journeys.store.people import Patient
from journeys.store.scheduling import AppointmentType, Schedule
from journeys.store.waitlist import (
    ACCEPTED,
    DECLINED,
    FILLED,
    OFFERED,
    TAKEN,
    Backfill,
    WaitlistEntry,
    WaitlistOffer,
)
from journeys.store.waitlist import LOST as STATUS_LOST

ASKING, MINE, REFUSED, LATE, LOST, OVER = "asking", "mine", "refused", "late", "lost", "over"
"""How it stands: it can be answered; they have it; they said no; its time ran out; another has it; all is over."""


@dataclass(frozen=True)
class Offered:
    """An offer, with the time that it is about and the wait that it belongs to."""

    row: WaitlistOffer
    entry: WaitlistEntry
    backfill: Backfill
    schedule: Schedule
    kind: AppointmentType
    patient: Patient
    now: dt.datetime = field(repr=False)

    @property
    def standing(self) -> str:
        """How it stands now, also where the worker has not looked at it since."""
        if self.patient.deceased or self.backfill.start_at + SHOWN_FOR < self.now:
            return OVER
        if self.row.status == ACCEPTED:
            return MINE
        if self.row.status == DECLINED:
            return REFUSED
        if self.row.status == STATUS_LOST or self.backfill.status in (FILLED, TAKEN):
            return LOST
        return ASKING if self.row.status == OFFERED and self.row.expires_at > self.now else LATE


def offer_named(session: Session, act: Act, token: str) -> Offered:
    """The offer of a link; Missing for letters that we did not write."""
    number = links.number_in(LINK, token)
    chosen = (
        select(WaitlistOffer, WaitlistEntry, Backfill, Schedule, AppointmentType, Patient)
        .join(WaitlistEntry, WaitlistEntry.id == WaitlistOffer.entry_id)
        .join(Backfill, Backfill.id == WaitlistOffer.backfill_id)
        .join(Schedule, Schedule.id == Backfill.schedule_id)
        .join(AppointmentType, AppointmentType.id == WaitlistEntry.type_id)
        .join(Patient, Patient.id == WaitlistEntry.patient_id)
        .where(WaitlistOffer.id == number)
    )
    row = None if number is None else session.execute(chosen).one_or_none()
    if row is None:
        raise Missing(UNKNOWN)
    offer, entry, backfill, schedule, kind, patient = row
    return Offered(offer, entry, backfill, schedule, kind, patient, act.now)
