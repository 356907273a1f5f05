"""An appointment that was booked here → SIU, in version 2.5.1 (HL7 2.5.1, chapter 10).

It tells who comes, when, where, to whom and to what: no reason, no note. The number of the appointment is ours on both
sides of SCH, because Waymark asks for the time and holds the calendar. Of a patient's numbers those go that the
receiver can know, and ours. What `Written.hash` is made of leaves out the message's own name and time: equal content
is told once.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.store.access import Appointment
from journeys.store.connections import Connection
from journeys.store.organisation import Location, Practitioner
from journeys.store.outgoing_messages import OutgoingMessage
from journeys.store.people import Patient, PatientIdentifier, PatientName
from journeys.store.scheduling import AppointmentType
from journeys.sync.habits import habits_of
from journeys.sync.hl7.characters import codec_of
from journeys.sync.hl7.escapes import Delimiters, escape
from journeys.sync.hl7.mapping.patient import NEVER
from journeys.sync.sending.receiver import Receiver

PLAIN = Delimiters()
VERSION = "2.5.1"
GENDERS = {"male": "M", "female": "F", "other": "O", "unknown": "U"}
STATUSES = {"S12": "Booked", "S13": "Booked", "S15": "Cancelled", "S26": "Noshow"}
"""The filler's status (HL7 table 0278) after each event."""

NAMESPACE = "urn:hl7-v2:"
LENGTH_OF_CONTROL_ID = 20
LETTERS_OF_A_FIELD = 199
"""The longest that older receivers take of a name or a place."""


@dataclass(frozen=True)
class Written:
    """A message as it goes over the wire, and the hash of what it says."""

    data: bytes
    hash: bytes


def control_id(row: OutgoingMessage) -> str:
    """What the receiver knows a message by, however often it is sent."""
    return row.uid.hex[:LENGTH_OF_CONTROL_ID]


def write_message(
    session: Session, row: OutgoingMessage, connection: Connection, receiver: Receiver, now: dt.datetime
) -> Written:
    """Write it. What the receiver's character set has no letter for becomes a question mark."""
    said = "\r".join(segments(session, row, connection, receiver))
    codec = codec_of(receiver.character_set) or "utf-8"
    text = f"{header(row, receiver, now)}\r{said}\r"
    return Written(text.encode(codec, errors="replace"), hashlib.sha256(said.encode()).digest())


def header(row: OutgoingMessage, receiver: Receiver, now: dt.datetime) -> str:
    """MSH: from us to them, what it tells of, its name, and that an answer is wanted."""
    names = (receiver.own_application, receiver.own_facility, receiver.application, receiver.facility)
    kind = f"SIU^{row.event}^SIU_S12"
    fields = ["MSH", "^~\\&", *(escape(name, PLAIN) for name in names), at(now), "", kind, control_id(row)]
    return "|".join([*fields, "P", VERSION, "", "", "", "", "", receiver.character_set])


def segments(session: Session, row: OutgoingMessage, connection: Connection, receiver: Receiver) -> Iterator[str]:
    """SCH, PID and what is needed, each as one line."""
    appointment = session.get_one(Appointment, row.appointment_id)
    kind = session.get_one(AppointmentType, appointment.type_id)
    patient = session.get_one(Patient, appointment.patient_id)
    length = (appointment.end_at or row.start_at) - (appointment.start_at or row.start_at)
    ends = row.start_at + length
    minutes = str(int(length.total_seconds() // 60))
    number = composed(appointment.uid.hex, receiver.own_application)
    named = composed(kind.slug, words(kind.name), "L")
    timing = f"^^{minutes}^{at(row.start_at)}^{at(ends)}"
    yield segment("SCH", {1: number, 2: number, 6: named, 8: named, 9: minutes, 10: "min", 11: timing} | filled(row))
    yield person(session, patient, connection, receiver)
    yield "RGS|1|U"
    yield segment("AIS", {1: "1", 2: "U", 3: named, 4: at(row.start_at), 7: minutes, 8: "min"})
    yield from needed(session, appointment, row.start_at)


def filled(row: OutgoingMessage) -> dict[int, str]:
    """How far the appointment has come (SCH-25)."""
    return {25: STATUSES[row.event]}


def needed(session: Session, appointment: Appointment, starts: dt.datetime) -> Iterator[str]:
    """Where it is, and with whom."""
    place = session.get_one(Location, appointment.location_id)
    where = f"^^^{composed(place.name)}"
    yield segment("AIL", {1: "1", 2: "U", 3: where, 6: at(starts)})
    if appointment.practitioner_id is not None:
        doctor = session.get_one(Practitioner, appointment.practitioner_id)
        yield segment("AIP", {1: "1", 2: "U", 3: composed(doctor.uid.hex, doctor.name or ""), 6: at(starts)})


def person(session: Session, patient: Patient, connection: Connection, receiver: Receiver) -> str:
    """PID: numbers, name, day of birth, gender."""
    named = session.scalars(
        select(PatientName).where(PatientName.patient_id == patient.id).order_by(PatientName.id)
    ).all()
    numbers = [*known_numbers(session, patient, connection), f"{patient.uid.hex}^^^{receiver.own_application}^PI"]
    born = patient.birth_date.strftime("%Y%m%d") if patient.birth_date else ""
    fields = {1: "1", 3: "~".join(numbers), 5: called(named, patient), 7: born, 8: GENDERS[patient.gender]}
    return segment("PID", fields)


def called(named: Sequence[PatientName], patient: Patient) -> str:
    """The official name, else the first, else what staff call the person."""
    best = next((each for each in named if each.use == "official"), named[0] if named else None)
    if best is None or not best.family:
        return composed(patient.name or "")
    given = (best.given or "").split(" ", 1)
    return composed(best.family, *given)


def known_numbers(session: Session, patient: Patient, connection: Connection) -> Iterator[str]:
    """The patient's numbers whose issuer the receiver knows by a name; none of the state's, of insurers or accounts."""
    habits = habits_of(connection)
    names = {system: name for name, system in sorted(habits.authorities.items(), reverse=True)}
    chosen = select(PatientIdentifier).where(PatientIdentifier.patient_id == patient.id).order_by(PatientIdentifier.id)
    for row in session.scalars(chosen):
        system, kind = row.system or "", (row.type_code or "").upper()
        is_own = system == habits.own
        is_named = system.startswith(NAMESPACE) and ":" not in system.removeprefix(NAMESPACE)
        name = "" if is_own else names.get(system) or (system.removeprefix(NAMESPACE) if is_named else None)
        if name is not None and kind not in NEVER:
            yield "^".join([escape(row.value or "", PLAIN), "", "", escape(name, PLAIN), kind or "MR"])


def words(texts: dict[str, str]) -> str:
    """A name of the clinic's, in English where there is one."""
    return texts.get("en") or next((text for _, text in sorted(texts.items()) if text), "")


def composed(*parts: str) -> str:
    """Components of a field, escaped, none longer than receivers take."""
    return "^".join(escape(part[:LETTERS_OF_A_FIELD], PLAIN) for part in parts)


def segment(name: str, fields: dict[int, str]) -> str:
    """One segment with what each field says."""
    return "|".join([name, *(fields.get(number, "") for number in range(1, max(fields) + 1))])


def at(moment: dt.datetime) -> str:
    """A time as HL7 writes it, in UTC and saying so."""
    return moment.astimezone(dt.UTC).strftime("%Y%m%d%H%M%S+0000")
