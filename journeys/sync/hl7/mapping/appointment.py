"""SCH, TQ1, AIS, AIL, AIP → Appointment."""

from __future__ import annotations

import datetime as dt

from journeys.sync.hl7.mapping.telling import UNSAID, Says, Telling
from journeys.sync.hl7.mapping.types import concept, entity, key_of, listed, place, staff
from journeys.sync.hl7.message import Message, Segment, Value

BY_EVENT = {
    "S12": "booked",
    "S13": "booked",
    "S14": "booked",
    "S15": "cancelled",
    "S16": "cancelled",
    "S17": "entered-in-error",
    "S18": "booked",
    "S19": "booked",
    "S20": "booked",
    "S21": "booked",
    "S22": "booked",
    "S26": "noshow",
}
BY_STATUS = {
    "pending": "pending",
    "waitlist": "waitlist",
    "booked": "booked",
    "scheduled": "booked",
    "overbook": "booked",
    "confirmed": "booked",
    "arrived": "arrived",
    "checkedin": "checked-in",
    "checked-in": "checked-in",
    "started": "arrived",
    "complete": "fulfilled",
    "completed": "fulfilled",
    "cancelled": "cancelled",
    "canceled": "cancelled",
    "dc": "cancelled",
    "deleted": "entered-in-error",
    "noshow": "noshow",
    "no-show": "noshow",
}
"""What a filler's status (HL7 table 0278 and what systems write besides) says."""

ENDS = frozenset({"cancelled", "noshow", "entered-in-error"})
"""What an event says that no status of the message takes back."""

MINUTES = {"s": 1 / 60, "sec": 1 / 60, "min": 1.0, "m": 1.0, "h": 60.0, "hr": 60.0, "d": 1440.0}


def tell_appointment(message: Message, segment: Segment, patient: Says | None, telling: Telling) -> bool:
    """Say what a SCH does; False when no number names the appointment."""
    placed = entity(segment.one(1), telling.habits, "PLAC")
    filled = entity(segment.one(2), telling.habits, "FILL")
    named = filled or placed
    if named is None:
        return False
    starts, ends = times(message, segment, telling)
    status = status_of(message, segment)
    reason = concept(segment.one(6), telling.habits)
    why = concept(segment.one(7), telling.habits)
    kind = concept(segment.one(8), telling.habits)
    says = {
        "identifier": listed([filled, placed]),
        "status": status,
        "start": starts,
        "end": ends,
        "appointmentType": kind or UNSAID,
        "serviceType": services(message, telling) or UNSAID,
        "reasonCode": [why] if why else UNSAID,
        "cancelationReason": reason if reason and status == "cancelled" else UNSAID,
        "comment": comments(message) or UNSAID,
        "participant": participants(message, patient, telling) or UNSAID,
        "basedOn": orders(segment, telling) or UNSAID,
    }
    telling.tell("Appointment", key_of(named), says)
    return True


def status_of(message: Message, segment: Segment) -> str:
    """How far the appointment has come: the event where it ends it, else the filler's status, else the event."""
    event = BY_EVENT.get(message.trigger, "booked")
    said = (segment.text(25, 1) or segment.text(25, 2) or "").casefold().replace(" ", "")
    return event if event in ENDS else BY_STATUS.get(said, event)


def times(message: Message, segment: Segment, telling: Telling) -> tuple[object, object]:
    """When it starts and ends: SCH-11, else TQ1, else its first service, place or person."""
    timing = segment.one(11)
    starts = telling.moment(timing.text(4), "SCH-11")
    ends = telling.moment(timing.text(5), "SCH-11")
    asked = message.first("TQ1")
    if starts is UNSAID and asked is not None:
        starts = telling.moment(asked.text(7), "TQ1-7")
        ends = telling.moment(asked.text(8), "TQ1-8")
    for name, number in (("AIS", 4), ("AIL", 6), ("AIP", 6), ("AIG", 8)):
        part = message.first(name)
        if starts is UNSAID and part is not None:
            starts = telling.moment(part.text(number), f"{name}-{number}")
    if isinstance(starts, str) and ends is UNSAID:
        ends = end_of(starts, length(message, segment))
    return starts, ends


def length(message: Message, segment: Segment) -> float | None:
    """Minutes that it takes: SCH-9 with SCH-10, else AIS-7 with AIS-8."""
    minutes = minutes_of(segment.text(9), segment.text(10))
    service = message.first("AIS")
    if minutes is None and service is not None:
        return minutes_of(service.text(7), service.text(8))
    return minutes


def minutes_of(number: str | None, unit: str | None) -> float | None:
    """A length in minutes; minutes where no unit is said."""
    factor = MINUTES.get((unit or "min").casefold())
    if not number or not number.isdigit() or factor is None:
        return None
    return int(number) * factor


def end_of(starts: str, minutes: float | None) -> object:
    """When it ends, by its length."""
    if not minutes or "T" not in starts:
        return UNSAID
    try:
        ends = dt.datetime.fromisoformat(starts) + dt.timedelta(minutes=minutes)
    except OverflowError:
        return UNSAID
    return ends.isoformat().replace("+00:00", "Z")


def services(message: Message, telling: Telling) -> list[Says]:
    """The services (AIS-3) that are booked."""
    return listed([concept(each.one(3), telling.habits) for each in message.each("AIS")])


def comments(message: Message) -> str | None:
    """The notes of an appointment."""
    texts = [note.one(3).whole() for note in message.each("NTE")]
    return "\n".join(text for text in texts if text) or None


def participants(message: Message, patient: Says | None, telling: Telling) -> list[Says]:
    """The patient, the places and the staff."""
    actors = [patient]
    actors += [place(each.one(3), telling) for each in message.each("AIL")]
    actors += [staff(each.one(3), telling) for each in message.each("AIP")]
    return [{"actor": actor, "status": "accepted"} for actor in listed(actors)]


def orders(segment: Segment, telling: Telling) -> list[Says]:
    """The orders that it answers (SCH-26, SCH-27)."""
    return [
        {"type": "ServiceRequest", "identifier": {"system": named["system"], "value": named["value"]}}
        for named in listed([first(segment.each(26), telling, "PLAC"), first(segment.each(27), telling, "FILL")])
    ]


def first(values: list[Value], telling: Telling, kind: str) -> Says | None:
    """The first number of an order."""
    return entity(values[0], telling.habits, kind) if values else None
