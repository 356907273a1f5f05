"""PV1 → Encounter; DG1 → Condition; AL1 → AllergyIntolerance."""

from __future__ import annotations

from journeys.sync.hl7.mapping.telling import UNSAID, Says, Telling, without_unsaid
from journeys.sync.hl7.mapping.types import concept, identifier, key_of, listed, place, staff
from journeys.sync.hl7.message import Message, Segment

CLASSES = {
    "I": ("IMP", "inpatient encounter"),
    "O": ("AMB", "ambulatory"),
    "E": ("EMER", "emergency"),
    "P": ("PRENC", "pre-admission"),
    "R": ("AMB", "ambulatory"),
    "B": ("IMP", "inpatient encounter"),
}
STATUSES = {
    "A05": "planned",
    "A14": "planned",
    "A38": "cancelled",
    "A27": "cancelled",
    "A11": "cancelled",
    "A04": "in-progress",
    "A10": "arrived",
    "A03": "finished",
    "A16": "in-progress",
    "A13": "in-progress",
    "A23": "entered-in-error",
}
"""What an event says of a visit."""

GOES_ON = frozenset({"A01", "A02", "A06", "A07", "A12"})
"""Events that say that a visit goes on, unless it has an end."""

ATTENDANTS = ((7, "ATND"), (8, "REF"), (9, "CON"), (17, "ADM"))
"""Fields of PV1 that name staff, and what they do there."""

PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
ACTS = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
ALLERGIES = {"DA": "medication", "FA": "food", "EA": "environment", "LA": "environment", "PA": "environment"}


def tell_visit(message: Message, segment: Segment, patient: Says, telling: Telling, changes: bool) -> Says | None:
    """A reference to the visit of a PV1; None when no number names it."""
    number = identifier(segment.one(19), telling.habits)
    if number is None:
        return None
    ends = telling.moment(segment.text(45), "PV1-45")
    period = without_unsaid({"start": telling.moment(segment.text(44), "PV1-44"), "end": ends})
    where = place(segment.one(3), telling)
    says = {
        "identifier": [number],
        "status": status_of(message, ends),
        "class": class_of(segment.text(2)),
        "subject": patient,
        "period": period or UNSAID,
        "location": [{"location": where}] if where else UNSAID,
        "participant": attendants(segment, telling) or UNSAID,
    }
    return telling.tell("Encounter", key_of(number), says, changes, otherwise={"status": "in-progress"})


def status_of(message: Message, ends: object) -> object:
    """How far a visit has come, by the event, else by its end; a message that only corrects says nothing of it."""
    if message.code == "ADT" and message.trigger in STATUSES:
        return STATUSES[message.trigger]
    if isinstance(ends, str):
        return "finished"
    return "in-progress" if message.trigger in GOES_ON else UNSAID


def class_of(letter: str | None) -> object:
    """What kind of visit it is."""
    code, display = CLASSES.get((letter or "").upper(), ("", ""))
    return {"system": ACTS, "code": code, "display": display} if code else UNSAID


def attendants(segment: Segment, telling: Telling) -> list[Says]:
    """Who takes part in a visit."""
    found = []
    for number, role in ATTENDANTS:
        for value in segment.each(number):
            person = staff(value, telling)
            if person is not None:
                found.append({"type": [{"coding": [{"system": PARTICIPATION, "code": role}]}], "individual": person})
    return found


def tell_problems(message: Message, patient: Says, visit: Says | None, telling: Telling) -> None:
    """The diagnoses of a message. One that is said again is the same one: it is known by its patient and code."""
    for segment in message.each("DG1"):
        coded = concept(segment.one(3), telling.habits) or ({"text": segment.text(4)} if segment.text(4) else None)
        if coded is None:
            continue
        wrong = segment.text(21) == "D"
        says = {
            "subject": patient,
            "encounter": visit or UNSAID,
            "code": coded,
            "category": [coding("http://terminology.hl7.org/CodeSystem/condition-category", "encounter-diagnosis")],
            "clinicalStatus": None if wrong else UNSAID,
            "verificationStatus": clinical("condition-ver-status", "entered-in-error") if wrong else UNSAID,
            "recordedDate": telling.moment(segment.text(19) or segment.text(5), "DG1-5"),
        }
        key = f"{patient['reference']}|{words_of(coded)}"
        telling.tell("Condition", key, says, otherwise=CONFIRMED if not wrong else None)


def coding(system: str, code: str) -> Says:
    """A concept of one coding."""
    return {"coding": [{"system": system, "code": code}]}


def clinical(name: str, code: str) -> Says:
    """A concept of one of FHIR's own status systems."""
    return coding(f"http://terminology.hl7.org/CodeSystem/{name}", code)


CONFIRMED = {
    "clinicalStatus": clinical("condition-clinical", "active"),
    "verificationStatus": clinical("condition-ver-status", "confirmed"),
}
"""What a diagnosis is, unless somebody said otherwise."""


def tell_allergies(message: Message, patient: Says, telling: Telling) -> None:
    """The allergies of a message, each known by its patient and substance."""
    for segment in message.each("AL1"):
        coded = concept(segment.one(3), telling.habits)
        if coded is None:
            continue
        kind = ALLERGIES.get((segment.text(2) or "").upper())
        reactions = [{"manifestation": [{"text": text}]} for text in listed([segment.text(5)])]
        says = {
            "patient": patient,
            "code": coded,
            "category": [kind] if kind else UNSAID,
            "clinicalStatus": clinical("allergyintolerance-clinical", "active"),
            "reaction": reactions or UNSAID,
            "onsetDateTime": telling.moment(segment.text(6), "AL1-6"),
        }
        telling.tell("AllergyIntolerance", f"{patient['reference']}|{words_of(coded)}", says)


def words_of(coded: Says) -> str:
    """What a concept is known by: its last coding (what the sender said), else its words."""
    codings = coded.get("coding") or []
    return f"{codings[-1].get('system', '')}|{codings[-1]['code']}" if codings else str(coded.get("text"))
