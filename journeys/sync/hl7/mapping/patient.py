"""PID → Patient; NK1, PD1 and the rest stay in the message as it came."""

from __future__ import annotations

from babel.core import get_global

from journeys.sync.hl7.mapping.telling import UNSAID, Says, Telling, outside_id_of
from journeys.sync.hl7.mapping.types import address, concept, identifier, key_of, listed, name, telecom
from journeys.sync.hl7.message import Message, Segment, Value

SHORTEST_NAMES = get_global("language_aliases")
"""ISO 639-1 by 639-2, as BCP 47 wants it (the aliases of CLDR)."""

GENDERS = {"M": "male", "F": "female", "O": "other", "A": "other", "X": "other", "U": "unknown", "N": "unknown"}
NUMBERS = ("MR", "PI", "PE", "MRN", "PT")
"""Kinds of identifiers that name a person at their clinic, the best first; none is named by what an office of the
state or an insurer gave."""

NEVER = ("SS", "DL", "PPN", "MA", "MC", "AN", "VN", "NH", "SB")
PATIENT_LISTS = (3, 2, 4)
"""Where a patient's numbers stand: the list, and what was there before 2.3."""


def numbers_of(segment: Segment, telling: Telling, fields: tuple[int, ...] = PATIENT_LISTS) -> list[Says]:
    """The identifiers of a patient, those that name them first."""
    found: list[Says] = []
    for field in fields:
        for value in segment.each(field):
            known = identifier(value, telling.habits)
            if known is not None and known not in found:
                found.append(known)
    return sorted(found, key=rank)


def rank(known: Says) -> int:
    """How well an identifier names a person: the lower the better."""
    kind = kind_of(known)
    if kind in NUMBERS:
        return NUMBERS.index(kind)
    return len(NUMBERS) + (1 if kind in NEVER else 0)


def kind_of(known: Says) -> str:
    """The kind of an identifier."""
    return str(known["type"]["coding"][0]["code"]).upper() if "type" in known else ""


def tell_patient(segment: Segment, telling: Telling, changes: bool) -> Says | None:
    """A reference to the patient of a PID; None when no number names them."""
    numbers = numbers_of(segment, telling)
    if not numbers or kind_of(numbers[0]) in NEVER:
        return None
    says = {
        "identifier": numbers,
        "name": listed([name(value) for value in segment.each(5)]) or UNSAID,
        "birthDate": telling.day(segment.text(7), "PID-7"),
        "gender": gender_of(segment.text(8)),
        "address": many(segment, 11, [address(value) for value in segment.each(11)]),
        "telecom": telecoms(segment),
        "communication": languages(segment.one(15), telling),
        "maritalStatus": concept(segment.one(16), telling.habits) or UNSAID,
        **death(segment, telling),
    }
    return telling.tell("Patient", key_of(numbers[0]), says, changes)


def gender_of(text: str | None) -> object:
    """FHIR's word; a letter that is none of table 0001 says nothing."""
    if text == "":
        return "unknown"
    return GENDERS.get((text or "").upper(), UNSAID)


def many(segment: Segment, number: int, values: list[Says | None]) -> object:
    """A list as a statement has it."""
    if segment.one(number).is_nothing:
        return None
    return listed(values) or UNSAID


def telecoms(segment: Segment) -> object:
    """Numbers at home and at work (PID-13, PID-14), and others (PID-40 of 2.7): together they are one list."""
    found = [telecom(value, "home") for value in (*segment.each(13), *segment.each(40))]
    found += [telecom(value, "work") for value in segment.each(14)]
    known: list[Says] = []
    for each in found:
        if each is not None and each not in known:
            known.append(each)
    is_nothing = segment.one(13).is_nothing and not segment.one(14)
    return known or (None if is_nothing else UNSAID)


def languages(value: Value, telling: Telling) -> object:
    """The language a patient speaks, as a tag: `spa` and `ES` are `es`."""
    code = value.text(1)
    if code is None:
        return UNSAID
    if code == "":
        return None
    name, *parts = code.replace("_", "-").split("-")
    shortest = SHORTEST_NAMES.get(name.lower(), name.lower())
    tag = "-".join([shortest, *(part.upper() if len(part) == len("US") else part for part in parts)])
    return [{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": tag}]}, "preferred": True}]


def death(segment: Segment, telling: Telling) -> Says:
    """Whether and when a patient died: FHIR knows one of both."""
    at = telling.moment(segment.text(29), "PID-29")
    flag = segment.text(30)
    if at is not UNSAID and at is not None:
        return {"deceasedDateTime": at, "deceasedBoolean": None}
    if flag == "Y":
        return {"deceasedBoolean": True}
    if flag == "N":
        return {"deceasedBoolean": None, "deceasedDateTime": None}
    return {}


def tell_merge(message: Message, telling: Telling) -> bool:
    """Each MRG: its patient is one with the patient before it. False when one of both has no number."""
    survivor: Segment | None = None
    complete = True
    for segment in message.segments:
        if segment.name == "PID":
            survivor = segment
        if segment.name == "MRG" and survivor is not None:
            complete = one_merge(survivor, segment, telling) and complete
    return complete


def one_merge(survivor: Segment, merged: Segment, telling: Telling) -> bool:
    """Let the record of MRG-1 (MRG-4 before 2.7) be replaced by that of the PID before it."""
    kept = tell_patient(survivor, telling, changes=True)
    numbers = numbers_of(merged, telling, (1, 4, 2))
    if kept is None or not numbers:
        return False
    key = key_of(numbers[0])
    if kept["reference"] == f"Patient/{outside_id_of('Patient', key)}":
        return True
    says = {
        "identifier": numbers,
        "name": listed([name(value) for value in merged.each(7)]) or UNSAID,
        "active": False,
        "link": [{"other": kept, "type": "replaced-by"}],
    }
    telling.tell("Patient", key, says)
    return True
