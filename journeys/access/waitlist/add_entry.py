"""Staff put a patient on the waitlist."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased

from journeys.access.appointments.book_appointment import patient_to_book
from journeys.access.schedules.finding import refuse_others
from journeys.access.waitlist.ending import BACKFILL
from journeys.access.waitlist.entries import Wish, problems_of
from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.errors import Invalid, Missing, Problem, refuse_errors
from journeys.foundation.words import N_
from journeys.store.access import AHEAD, Appointment
from journeys.store.people import Patient
from journeys.store.scheduling import AppointmentType, Schedule
from journeys.store.waitlist import DESK, OPEN, WAITING, Backfill, WaitlistBranch, WaitlistEntry

ENTRY = str(WaitlistEntry.__tablename__)


def add_entry(session: Session, act: Act, wish: Wish) -> WaitlistEntry:
    """Return the entry. Invalid with every problem, and where the patient waits for this type already; Forbidden for a
    branch of others. Times for which nobody was found are offered again."""
    patient = patient_to_book(session, wish.patient)
    for location in wish.locations:
        refuse_others(act, location)
    refuse_errors(problems_of(wish, act.now))
    kind = session.scalar(select(AppointmentType).where(AppointmentType.slug == wish.type, AppointmentType.active))
    if kind is None:
        raise Missing(N_("There is no such type of appointment"))
    refuse_twice(session, patient.id, kind.id)
    made = WaitlistEntry(patient_id=patient.id, type_id=kind.id, added_at=act.now, added_by=act.by)
    made.appointment_id = earlier_than(session, act, patient, wish)
    made.since = wish.since or act.now
    for name in ("practitioner_id", "priority", "from_on", "until_on", "weekdays", "from_time", "until_time"):
        setattr(made, name, getattr(wish, name))
    session.add(made)
    session.flush()
    session.add_all([WaitlistBranch(entry_id=made.id, location_id=each) for each in sorted(set(wish.locations))])
    session.flush()
    look_again(session, act, wish.locations)
    said = {"type": kind.slug, "priority": made.priority}
    audit.note(session, "C", ENTRY, [made.id], [patient.id], said)
    return made


def refuse_twice(session: Session, patient_id: int, type_id: int) -> None:
    """Invalid where the patient waits for this type already: two offers of one time would go to one person."""
    waits = (WaitlistEntry.patient_id == patient_id, WaitlistEntry.type_id == type_id, WaitlistEntry.status == WAITING)
    if session.scalar(select(WaitlistEntry.id).where(*waits).limit(1)) is not None:
        raise Invalid([Problem("type", N_("The patient waits for this already"))])


def earlier_than(session: Session, act: Act, patient: Patient, wish: Wish) -> int | None:
    """The id of the visit that is to come earlier: one booked here, still ahead."""
    if wish.earlier_than is None:
        return None
    found = session.scalar(
        select(Appointment).where(Appointment.uid == wish.earlier_than, Appointment.patient_id == patient.id)
    )
    if found is None:
        raise Missing(N_("There is no such appointment here"))
    if found.source_record_id is not None or found.schedule_id is None:
        raise Invalid([Problem("earlier_than", N_("This appointment is kept in another system. Move it there."))])
    if found.status not in AHEAD or found.start_at is None or found.start_at <= act.now:
        raise Invalid([Problem("earlier_than", N_("This appointment does not lie ahead"))])
    return found.id


def look_again(session: Session, act: Act, locations: tuple[int, ...]) -> None:
    """Have times looked at again that nobody took in these branches: whoever is new may want them."""
    other = aliased(Backfill)
    is_asked = (other.schedule_id == Backfill.schedule_id, other.start_at == Backfill.start_at, other.status == OPEN)
    again = (
        update(Backfill)
        .where(
            Backfill.status == DESK,
            Backfill.start_at > act.now,
            Backfill.schedule_id.in_(select(Schedule.id).where(Schedule.location_id.in_(locations))),
            ~select(other.id).where(*is_asked).exists(),
        )
        .values(status=OPEN, ended_at=None, next_at=act.now)
    )
    session.execute(again.execution_options(synchronize_session=False))
    ring_after_commit(session, BACKFILL)
