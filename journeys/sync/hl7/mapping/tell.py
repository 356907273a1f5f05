"""Says what a whole message says, by its kind; or why nothing can be made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from journeys.foundation.words import N_
from journeys.sync.hl7.mapping.appointment import tell_appointment
from journeys.sync.hl7.mapping.document import tell_document, tell_vaccination
from journeys.sync.hl7.mapping.order import About, tell_medicine, tell_order, tell_referral
from journeys.sync.hl7.mapping.patient import tell_merge, tell_patient
from journeys.sync.hl7.mapping.result import panels_of, tell_report
from journeys.sync.hl7.mapping.telling import Habits, Telling
from journeys.sync.hl7.mapping.visit import tell_allergies, tell_problems, tell_visit
from journeys.sync.hl7.message import Message, Segment

MERGES = frozenset({"A18", "A30", "A34", "A36", "A39", "A40", "A46", "A47"})
"""Events in which the number of MRG is from now on that of the PID before it."""

FOR_A_PERSON = {
    "A24": N_("links two people's records, which a person decides here"),
    "A37": N_("takes a link of two people's records apart, which a person decides here"),
    "A35": N_("moves an account between people's records, which a person decides here"),
    "A41": N_("moves an account between people's records, which a person decides here"),
    "A42": N_("moves a visit between people's records, which a person decides here"),
    "A43": N_("moves what is known of one person to another, which a person decides here"),
    "A44": N_("moves an account between people's records, which a person decides here"),
    "A45": N_("moves a visit between people's records, which a person decides here"),
    "A50": N_("gives a visit another number, which a person decides here"),
    "A51": N_("gives a visit another number, which a person decides here"),
}
"""Events that change whose records are whose in ways that are not carried out by themselves."""

OF_PATIENTS = frozenset({"ADT"})
"""Kinds that say who a patient is; others only make known whom nobody knows."""

ORDERS = frozenset({"ORM", "OMG", "OML", "OMI", "OMP", "OSU", "ORR", "ORG", "OMQ"})
RESULTS = frozenset({"ORU", "OUL"})
MEDICINES = ("RXE", "RXO")
DELETED, ADDED = "A29", "A28"
NO_PATIENT = N_("names no patient by a number of theirs (PID-3)")
NO_ORDER = N_("names no order by a number (ORC-2, ORC-3)")


@dataclass(frozen=True)
class Told:
    """What a message says; `problems` are message ids that a person has to look at."""

    telling: Telling
    problems: tuple[str, ...] = ()


def tell(message: Message, habits: Habits) -> Told:
    """The statements of a message, in the order in which they are to be applied."""
    telling = Telling(habits)
    if message.code == "ADT" and message.trigger in FOR_A_PERSON:
        return Told(telling, (FOR_A_PERSON[message.trigger],))
    if message.code == "ADT" and message.trigger in MERGES and message.first("MRG") is not None:
        complete = tell_merge(message, telling)
        return Told(telling, () if complete else (N_("merges records without saying which (PID-3, MRG-1)"),))
    about, problems = whom(message, telling)
    problems += tell_the_rest(message, about, telling)
    if not telling.statements and not problems:
        problems.append(NO_PATIENT)
    return Told(telling, tuple(dict.fromkeys(problems)))


def whom(message: Message, telling: Telling) -> tuple[About, list[str]]:
    """The patient and visit that a message is about, made known; and what a person has to look at."""
    segment = message.first("PID")
    if segment is None:
        return About(None), []
    patient = tell_patient(segment, telling, changes=message.code in OF_PATIENTS)
    if patient is None:
        return About(None), [NO_PATIENT]
    if message.code in OF_PATIENTS and message.trigger in (DELETED, ADDED):
        # whoever is added after a deletion is there again
        there = telling.statements["Patient", patient["reference"].removeprefix("Patient/")]
        there.says["active"] = message.trigger == ADDED
    seen = message.first("PV1")
    if seen is None:
        return About(patient), []
    return About(patient, tell_visit(message, seen, patient, telling, changes=message.code == "ADT")), []


def tell_the_rest(message: Message, about: About, telling: Telling) -> list[str]:
    """What a message says besides who and which visit; returns what a person has to look at."""
    problems = [
        *(
            N_("names no appointment by a number (SCH-1, SCH-2)")
            for schedule in message.each("SCH")
            if not tell_appointment(message, schedule, about.patient, telling)
        ),
        *tell_orders(message, about, telling),
    ]
    if about.patient is None:
        return problems
    problems += tell_results(message, about, telling)
    tell_problems(message, about.patient, about.visit, telling)
    tell_allergies(message, about.patient, telling)
    for referral in message.each("RF1"):
        if not tell_referral(message, referral, about, telling):
            problems.append(N_("names no referral by a number (RF1-6, RF1-11)"))
    for document in message.each("TXA"):
        if not tell_document(message, document, about, telling):
            problems.append(N_("names no document by a number (TXA-12)"))
    return [*problems, *tell_medicines(message, about, telling)]


def tell_orders(message: Message, about: About, telling: Telling) -> list[str]:
    """The orders of a message; one without an OBR is told by its ORC alone."""
    if message.code not in ORDERS:
        return []
    problems: list[str] = []
    for control, request in orders_of(message.segments):
        if tell_order(control, request, about, telling) is None:
            problems.append(NO_ORDER)
    return problems


def orders_of(segments: Sequence[Segment]) -> list[tuple[Segment | None, Segment]]:
    """Each ORC with its OBR, or with itself where none follows; and each OBR that no ORC precedes."""
    found: list[tuple[Segment | None, Segment]] = []
    for segment in segments:
        if segment.name == "ORC":
            found.append((segment, segment))
        if segment.name == "OBR":
            last = found[-1] if found else None
            if last is not None and last[1].name == "ORC":
                found[-1] = (last[0], segment)
            else:
                found.append((None, segment))
        if segment.name in MEDICINES and found and found[-1][1].name == "ORC":
            found.pop()
    return found


def tell_results(message: Message, about: About, telling: Telling) -> list[str]:
    """The results of a message."""
    if message.code not in RESULTS:
        return []
    told = [tell_report(panel, about, telling) for panel in panels_of(message.segments)]
    return [] if all(told) else [N_("names no result by a number or a time (OBR-2, OBR-3, OBR-7)")]


def tell_medicines(message: Message, about: About, telling: Telling) -> list[str]:
    """The medicines that are ordered and the vaccines that were given."""
    problems: list[str] = []
    control: Segment | None = None
    for segment in message.segments:
        if segment.name == "ORC":
            control = segment
        if segment.name in MEDICINES and not tell_medicine(control, segment, about, telling):
            problems.append(NO_ORDER)
        if segment.name == "RXA" and not tell_vaccination(control, segment, about, telling):
            problems.append(N_("names no vaccine (RXA-5)"))
    return problems
