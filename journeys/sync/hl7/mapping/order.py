"""ORC and OBR → ServiceRequest; RF1 and PRD → ServiceRequest that is a referral; RXE → MedicationRequest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from journeys.sync.hl7.mapping.telling import UNSAID, Says, Telling
from journeys.sync.hl7.mapping.types import concept, entity, key_of, listed, staff
from journeys.sync.hl7.message import Message, Segment

CONTROL = {
    "NW": "active",
    "SN": "active",
    "XO": "active",
    "XX": "active",
    "RL": "active",
    "RF": "active",
    "OK": "active",
    "NA": "active",
    "PA": "active",
    "CA": "revoked",
    "OC": "revoked",
    "CR": "revoked",
    "DC": "revoked",
    "OD": "revoked",
    "DR": "revoked",
    "UA": "revoked",
    "HD": "on-hold",
    "OH": "on-hold",
    "HR": "on-hold",
    "DE": "entered-in-error",
}
"""What an order control code (HL7 table 0119) says of the order; any other is told by its status."""

STATUSES = {
    "A": "active",
    "IP": "active",
    "SC": "active",
    "RP": "revoked",
    "CM": "completed",
    "CA": "revoked",
    "DC": "revoked",
    "HD": "on-hold",
    "ER": "entered-in-error",
}
"""What an order status (HL7 table 0038) says."""

PRIORITIES = {"S": "stat", "STAT": "stat", "A": "asap", "ASAP": "asap", "U": "urgent", "R": "routine", "T": "urgent"}
REFERRALS = {"A": "active", "P": "active", "R": "revoked", "E": "revoked", "C": "revoked"}
"""What a referral's status (HL7 table 0283) says."""

ACTIVE = {"status": "active"}
"""What an order is, unless somebody said otherwise."""

REFERRAL = {"coding": [{"system": "http://snomed.info/sct", "code": "3457005"}], "text": "Referral"}
PLACER = "PLAC"
FILLER = "FILL"


@dataclass(frozen=True)
class About:
    """Whom orders are for, and during which visit."""

    patient: Says | None
    visit: Says | None = None

    @property
    def subject(self) -> Any:
        """The patient as a statement has it: UNSAID where a message names none."""
        return self.patient or UNSAID

    @property
    def name(self) -> str:
        """The patient as a key has it."""
        return "" if self.patient is None else str(self.patient["reference"])


def tell_order(control: Segment | None, request: Segment, about: About, telling: Telling) -> Says | None:
    """A reference to the order of an ORC and its OBR; None when no number names it."""
    named = numbers_of(control, request, telling)
    if not named:
        return None
    coded = concept(request.one(4), telling.habits) if request.name == "OBR" else None
    reasons = request.each(31) if request.name == "OBR" else []
    says = {
        "identifier": named,
        "status": status_of(control),
        "intent": "order",
        "code": coded or UNSAID,
        "subject": about.subject,
        "encounter": about.visit or UNSAID,
        "authoredOn": moment_of(control, 9, telling),
        "priority": priority_of(control, request),
        "requester": requester_of(control, request, telling),
        "reasonCode": listed([concept(value, telling.habits) for value in reasons]) or UNSAID,
    }
    return telling.tell("ServiceRequest", key_of(named[0]), says, otherwise=ACTIVE)


def numbers_of(control: Segment | None, request: Segment, telling: Telling) -> list[Says]:
    """The placer's number of an order, then the filler's."""
    placed = None if control is None else entity(control.one(2), telling.habits, PLACER)
    filled = None if control is None else entity(control.one(3), telling.habits, FILLER)
    own = (entity(request.one(2), telling.habits, PLACER), entity(request.one(3), telling.habits, FILLER))
    if request.name != "OBR":
        own = (None, None)
    return listed([placed or own[0], filled or own[1]])


def status_of(control: Segment | None) -> Any:
    """How far an order has come: what is asked to be done with it, else what it is said to be."""
    if control is None:
        return UNSAID
    said = STATUSES.get((control.text(5) or "").upper())
    asked = CONTROL.get((control.text(1) or "").upper())
    return asked if asked not in (None, "active") else said or asked or UNSAID


def moment_of(control: Segment | None, number: int, telling: Telling) -> object:
    """A time of the ORC."""
    return UNSAID if control is None else telling.moment(control.text(number), f"ORC-{number}")


def priority_of(control: Segment | None, request: Segment) -> object:
    """How urgent: ORC-7.6 or OBR-27.6 before 2.5, OBR-5 before 2.3."""
    said = [request.text(27, 6), request.text(5)] if request.name == "OBR" else []
    said += [control.text(7, 6)] if control is not None else []
    return next((PRIORITIES[text.upper()] for text in said if text and text.upper() in PRIORITIES), UNSAID)


def requester_of(control: Segment | None, request: Segment, telling: Telling) -> object:
    """Who ordered it (ORC-12, OBR-16)."""
    found = None if control is None else staff(control.one(12), telling)
    if found is None and request.name == "OBR":
        found = staff(request.one(16), telling)
    return found or UNSAID


def tell_medicine(control: Segment | None, request: Segment, about: About, telling: Telling) -> bool:
    """Say what an RXE or RXO orders; False when no number names it."""
    named = numbers_of(control, request, telling)
    coded = concept(request.one(2 if request.name == "RXE" else 1), telling.habits)
    if not named or coded is None:
        return False
    status = status_of(control)
    says = {
        "identifier": named,
        "status": "stopped" if status == "revoked" else status,
        "intent": "order",
        "medicationCodeableConcept": coded,
        "subject": about.subject,
        "encounter": about.visit or UNSAID,
        "authoredOn": moment_of(control, 9, telling),
        "requester": requester_of(control, request, telling),
    }
    telling.tell("MedicationRequest", key_of(named[0]), says, otherwise=ACTIVE)
    return True


def tell_referral(message: Message, segment: Segment, about: About, telling: Telling) -> bool:
    """Say what an RF1 does; False when no number names the referral."""
    placed = entity(segment.one(6), telling.habits, PLACER)
    filled = entity(segment.one(11), telling.habits, FILLER)
    named = placed or filled
    if named is None:
        return False
    cancelled = message.trigger == "I14"
    status = "revoked" if cancelled else REFERRALS.get((segment.text(1) or "").upper(), "active")
    says = {
        "identifier": listed([placed, filled]),
        "status": status,
        "intent": "order",
        "category": [REFERRAL],
        "code": concept(segment.one(3), telling.habits) or REFERRAL,
        "subject": about.subject,
        "encounter": about.visit or UNSAID,
        "priority": PRIORITIES.get((segment.text(2) or "").upper(), UNSAID),
        "authoredOn": telling.moment(segment.text(7), "RF1-7"),
        "reasonCode": listed([concept(value, telling.habits) for value in segment.each(10)]) or UNSAID,
        "note": notes(message) or UNSAID,
    }
    telling.tell("ServiceRequest", key_of(named), says)
    return True


def notes(message: Message) -> list[Says]:
    """The notes of a referral."""
    texts = [note.one(3).whole() for note in message.each("NTE")]
    return [{"text": text} for text in texts if text]
