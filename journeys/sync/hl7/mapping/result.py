"""OBR and OBX → DiagnosticReport and Observation."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from journeys.sync.hl7.mapping.order import About
from journeys.sync.hl7.mapping.telling import UNSAID, Says, Telling, without_unsaid
from journeys.sync.hl7.mapping.types import code_system, concept, entity, key_of, listed
from journeys.sync.hl7.message import Segment, Value

REPORTS = {
    "O": "registered",
    "I": "registered",
    "S": "registered",
    "A": "partial",
    "R": "partial",
    "P": "preliminary",
    "M": "corrected",
    "C": "corrected",
    "N": "unknown",
    "F": "final",
    "X": "cancelled",
    "Y": "unknown",
    "Z": "unknown",
}
"""How far a report has come (OBR-25, HL7 table 0123)."""

FINDINGS = {
    "C": "corrected",
    "D": "entered-in-error",
    "F": "final",
    "I": "registered",
    "P": "preliminary",
    "R": "preliminary",
    "S": "preliminary",
    "U": "final",
    "V": "final",
    "B": "amended",
    "A": "amended",
    "W": "entered-in-error",
    "X": "cancelled",
}
"""How far a finding has come (OBX-11, HL7 table 0085); O and N say that there is none."""

NUMBER = re.compile(r"\s*(<=|>=|<|>)?\s*([-+]?\d{1,15}(?:\.\d{1,15})?)\s*")
"""Longer ones are kept as they are written: JSON has no room for their digits."""
COMPARATORS = ("<", "<=", ">=", ">")
CODED = ("CE", "CWE", "CNE", "CF", "IS", "ID")
TIMES = ("TS", "DTM", "DT")
ELSEWHERE = ("ED", "RP", "HD")
"""Types whose value is a document or a place where one is."""

RESULT_CODES = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
UCUM = "http://unitsofmeasure.org"
LABORATORY = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0074", "code": "LAB"}]}


@dataclass
class Panel:
    """An OBR with the ORC before it, the OBX after it, and the notes to each."""

    request: Segment
    control: Segment | None = None
    findings: list[tuple[Segment, list[str]]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def panels_of(segments: Iterable[Segment]) -> list[Panel]:
    """The panels of a message, in order."""
    found: list[Panel] = []
    control: Segment | None = None
    for segment in segments:
        if segment.name == "ORC":
            control = segment
        elif segment.name == "OBR":
            found.append(Panel(segment, control))
        elif segment.name == "OBX" and found:
            found[-1].findings.append((segment, []))
        elif segment.name == "NTE" and found:
            text = segment.one(3).whole()
            to = found[-1].findings[-1][1] if found[-1].findings else found[-1].notes
            to += [text] if text else []
    return found


def ordered(panel: Panel, telling: Telling) -> list[Says]:
    """The order that a panel answers, by the number of whoever placed it, else of whoever fills it."""
    habits = telling.habits
    request, control = panel.request, panel.control
    placed = entity(request.one(2), habits, "PLAC") or (control and entity(control.one(2), habits, "PLAC"))
    filled = entity(request.one(3), habits, "FILL") or (control and entity(control.one(3), habits, "FILL"))
    return [
        {"type": "ServiceRequest", "identifier": {"system": named["system"], "value": named["value"]}}
        for named in (placed, filled)
        if named
    ]


def tell_report(panel: Panel, about: About, telling: Telling) -> bool:
    """Say what a panel reports; False when no number names it."""
    request = panel.request
    named = number_of(panel, telling)
    coded = concept(request.one(4), telling.habits)
    at = request.text(7) or request.text(22)
    if named is None and not at:
        return False
    # a laboratory without numbers reports one thing of one patient once at a time
    key = f"{key_of(named) if named else f'{about.name}|{at}'}|{request.text(4) or ''}"
    results = tell_findings(panel, key, about, telling)
    status = REPORTS.get((request.text(25) or "").upper()) or status_by(panel)
    says = {
        "identifier": [named] if named else UNSAID,
        "status": status,
        "category": [section(request) or LABORATORY],
        "code": coded or UNSAID,
        "subject": about.subject,
        "encounter": about.visit or UNSAID,
        "effectiveDateTime": telling.moment(request.text(7), "OBR-7"),
        "issued": instant(telling.moment(request.text(22), "OBR-22")),
        "result": results or UNSAID,
        "basedOn": ordered(panel, telling) or UNSAID,
        "conclusion": "\n".join(panel.notes) or UNSAID,
    }
    telling.tell("DiagnosticReport", key, says)
    return True


def number_of(panel: Panel, telling: Telling) -> Says | None:
    """What a report is known by: the filler's number, else the placer's."""
    habits = telling.habits
    own = entity(panel.request.one(3), habits, "FILL") or entity(panel.request.one(2), habits, "PLAC")
    if own is not None or panel.control is None:
        return own
    return entity(panel.control.one(3), habits, "FILL") or entity(panel.control.one(2), habits, "PLAC")


def section(request: Segment) -> Says | None:
    """Which service reports (OBR-24)."""
    code = request.text(24)
    return {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0074", "code": code}]} if code else None


def status_by(panel: Panel) -> str:
    """How far a report has come that does not say so: as far as its findings."""
    said = {FINDINGS.get((segment.text(11) or "").upper()) for segment, _ in panel.findings} - {None}
    if not said:
        return "unknown"
    if said <= {"final", "corrected", "amended"}:
        return "corrected" if "corrected" in said else "final"
    return "preliminary" if said - {"cancelled", "entered-in-error"} else "cancelled"


def instant(read: Any) -> Any:
    """An instant: a date alone is none."""
    return UNSAID if isinstance(read, str) and "T" not in read else read


def tell_findings(panel: Panel, key: str, about: About, telling: Telling) -> list[Says]:
    """References to the findings of a panel; each is known by its panel, code and sub-id."""
    found: list[Says] = []
    seen: dict[str, int] = {}
    for segment, notes in panel.findings:
        status = FINDINGS.get((segment.text(11) or "F").upper())
        coded = concept(segment.one(3), telling.habits)
        if status is None or coded is None or segment.text(2) in ELSEWHERE:
            continue
        name = f"{key}|{segment.text(3) or segment.text(3, 2)}|{segment.text(4) or ''}"
        seen[name] = seen.get(name, 0) + 1
        own = name if seen[name] == 1 else f"{name}|{seen[name]}"
        found.append(tell_finding(segment, own, {"status": status, "code": coded}, (panel, notes, about), telling))
    return found


def tell_finding(
    segment: Segment, key: str, known: Says, beside: tuple[Panel, list[str], About], telling: Telling
) -> Says:
    """A reference to the finding of an OBX."""
    panel, notes, about = beside
    effective = telling.moment(segment.text(14), "OBX-14")
    if effective is UNSAID:
        effective = telling.moment(panel.request.text(7), "OBR-7")
    says = {
        **known,
        "category": [
            {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory"}]}
        ],
        "subject": about.subject,
        "encounter": about.visit or UNSAID,
        "effectiveDateTime": effective,
        "interpretation": interpretations(segment) or UNSAID,
        "referenceRange": [{"text": text}] if (text := segment.one(7).whole()) else UNSAID,
        "note": [{"text": text} for text in notes] or UNSAID,
        **value_of(segment, telling),
    }
    return telling.tell("Observation", key, says)


def interpretations(segment: Segment) -> list[Says]:
    """What a finding means (OBX-8)."""
    codes = [value.text(1) for value in segment.each(8)]
    return [{"coding": [{"system": RESULT_CODES, "code": code}]} for code in codes if code]


VALUES = ("valueQuantity", "valueCodeableConcept", "valueString", "valueDateTime", "valueRange", "valueRatio")
"""Only one of them is said at a time: a new version takes the others away."""


def value_of(segment: Segment, telling: Telling) -> Says:
    """The value of a finding, by its type (OBX-2)."""
    says = read_value((segment.text(2) or "ST").upper(), segment, telling)
    return {**dict.fromkeys(VALUES), **says} if says else {}


def read_value(kind: str, segment: Segment, telling: Telling) -> Says:
    """What an OBX-5 says; a number that is none is a text."""
    value = segment.one(5)
    if not value:
        return {}
    if kind == "NM" and (number := quantity(value.text(1), segment)) is not None:
        return {"valueQuantity": number}
    if kind == "SN":
        return structured(value, segment)
    if kind in CODED and (coded := concept(value, telling.habits)) is not None:
        return {"valueCodeableConcept": coded}
    if kind in TIMES and isinstance(at := telling.moment(value.text(1), "OBX-5"), str):
        return {"valueDateTime": at}
    texts = [each.whole() for each in segment.each(5)]
    whole = "\n".join(text for text in texts if text)
    return {"valueString": whole} if whole else {}


def quantity(text: str | None, segment: Segment, comparator: str | None = None) -> Says | None:
    """A number with its unit (OBX-6); None when it is no number."""
    found = NUMBER.fullmatch(text or "")
    if found is None:
        return None
    return without_unsaid({"value": number(found[2]), "comparator": comparator or found[1], **unit_of(segment)})


def number(text: str) -> object:
    """A number as JSON has it: whole ones stay whole."""
    try:
        exact = Decimal(text)
    except InvalidOperation:  # pragma: no cover - the pattern lets only numbers through
        return UNSAID
    return int(exact) if exact == exact.to_integral_value() and "." not in text else float(exact)


def unit_of(segment: Segment) -> Says:
    """The unit of a number: what it is called, and its code where the sender says whose code it is."""
    value = segment.one(6)
    code = value.text(1)
    system = code_system(value.text(3))
    return {"unit": value.text(2) or code, "system": system, "code": code if system == UCUM else None}


def structured(value: Value, segment: Segment) -> Says:
    """A structured number (SN): `>^90`, `^100^-^200`, `^1^:^128`."""
    comparator, first, separator, second = (value.text(number) for number in (1, 2, 3, 4))
    if separator == "-" and second is not None:
        low, high = quantity(first, segment), quantity(second, segment)
        return {"valueRange": without_unsaid({"low": low, "high": high})}
    if separator in (":", "/") and second is not None:
        return {"valueRatio": {"numerator": quantity(first, segment), "denominator": quantity(second, segment)}}
    if comparator in (*COMPARATORS, None, "="):
        whole = quantity(first, segment, comparator if comparator in COMPARATORS else None)
        if whole is not None:
            return {"valueQuantity": whole}
    words = "".join(text for text in listed([comparator, first, separator, second]) if text)
    return {"valueString": words} if words else {}
