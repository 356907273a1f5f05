"""HL7's data types as FHIR has them: identifiers, names, addresses, telecom, codes, places, people."""

from __future__ import annotations

import re
from typing import Any

from journeys.sync.hl7.mapping.telling import Habits, Says, Telling, without_unsaid
from journeys.sync.hl7.message import Value

SYSTEMS = {
    "LN": "http://loinc.org",
    "LOINC": "http://loinc.org",
    "SCT": "http://snomed.info/sct",
    "SNM": "http://snomed.info/sct",
    "SNOMED-CT": "http://snomed.info/sct",
    "I10": "http://hl7.org/fhir/sid/icd-10-cm",
    "I10C": "http://hl7.org/fhir/sid/icd-10-cm",
    "ICD10": "http://hl7.org/fhir/sid/icd-10",
    "I9": "http://hl7.org/fhir/sid/icd-9-cm",
    "I9C": "http://hl7.org/fhir/sid/icd-9-cm",
    "I9M": "http://hl7.org/fhir/sid/icd-9-cm",
    "CVX": "http://hl7.org/fhir/sid/cvx",
    "MVX": "http://hl7.org/fhir/sid/mvx",
    "NDC": "http://hl7.org/fhir/sid/ndc",
    "RXN": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "RXNORM": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "C4": "http://www.ama-assn.org/go/cpt",
    "CPT": "http://www.ama-assn.org/go/cpt",
    "CPT4": "http://www.ama-assn.org/go/cpt",
    "UCUM": "http://unitsofmeasure.org",
    "NCIT": "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl",
}
"""FHIR's system by what HL7 table 0396 calls it, and systems write besides."""

TABLE = re.compile(r"HL7-?(\d{4})", re.IGNORECASE)
LOCAL = "urn:hl7-v2:local"
OID = re.compile(r"\d+(\.\d+)+")
USES = {"L": "official", "D": "usual", "M": "maiden", "N": "nickname", "A": "anonymous", "S": "anonymous"}
LIVING = {"H": "home", "C": "home", "O": "work", "B": "work", "BA": "old", "TM": "temp"}
PHONES = {"PRN": "home", "ORN": "home", "VHN": "home", "WPN": "work", "PRS": "mobile"}
EQUIPMENT = {"FX": "fax", "BP": "pager", "INTERNET": "email", "X.400": "email"}


def system_of(value: Value, component: int, habits: Habits) -> str:
    """The FHIR system of an assigning authority (HD): a namespace, an OID or another name."""
    namespace = value.text(component, 1) or ""
    universal = value.text(component, 2) or ""
    known = habits.authorities.get(namespace) or habits.authorities.get(universal)
    if known is not None:
        return known
    if OID.fullmatch(universal):
        return f"urn:oid:{universal}"
    name = namespace or universal
    return f"urn:hl7-v2:{name}" if name else habits.own


def identifier(value: Value, habits: Habits) -> Says | None:
    """An identifier (CX), with its kind."""
    number = value.text(1)
    if not number:
        return None
    kind = value.text(5)
    coded = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": kind}]} if kind else None
    return without_unsaid({"system": system_of(value, 4, habits), "value": number, "type": coded})


def entity(value: Value, habits: Habits, kind: str) -> Says | None:
    """An identifier of an order or appointment (EI), of a kind: who placed it, who fills it."""
    number = value.text(1)
    if not number:
        return None
    system = habits.own
    if value.text(2) or value.text(3):
        named = value.text(3)
        oid = f"urn:oid:{named}" if named and OID.fullmatch(named) else None
        space = value.text(2) or named or ""
        system = habits.authorities.get(space) or oid or f"urn:hl7-v2:{space}"
    coded = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": kind}]}
    return {"system": system, "value": number, "type": coded}


def key_of(named: Says) -> str:
    """How a record with this identifier is known."""
    return f"{named['system']}|{named['value']}"


def name(value: Value) -> Says | None:
    """A person's name (XPN, or the name within XCN when it is shifted)."""
    return name_from(value, 1)


def name_from(value: Value, first: int) -> Says | None:
    """A name whose family name is component `first`."""
    family = value.text(first)
    given = [value.text(first + 1), *(value.text(first + 2) or "").split()]
    says = without_unsaid(
        {
            "family": family,
            "given": [each for each in given if each],
            "suffix": [each for each in (value.text(first + 3),) if each],
            "prefix": [each for each in (value.text(first + 4),) if each],
        }
    )
    if not says:
        return None
    use = USES.get((value.text(first + 6) or "").upper()) if first == 1 else None
    return {**says, "use": use} if use else says


def address(value: Value) -> Says | None:
    """An address (XAD)."""
    lines = [value.text(1), value.text(2)]
    says = without_unsaid(
        {
            "line": [line for line in lines if line],
            "city": value.text(3),
            "state": value.text(4),
            "postalCode": value.text(5),
            "country": value.text(6),
        }
    )
    if not says:
        return None
    use = LIVING.get((value.text(7) or "").upper())
    return {**says, "use": use} if use else says


def telecom(value: Value, use: str) -> Says | None:
    """A number or address to reach somebody by (XTN); `use` where it does not say itself."""
    kind = (value.text(3) or "").upper()
    mail = value.text(4)
    if mail and "@" in mail:
        return {"system": "email", "value": mail, "use": used(value, use)}
    number = value.text(12) or value.text(1) or digits(value)
    if not number:
        return None
    if "@" in number:
        return {"system": "email", "value": number, "use": used(value, use)}
    is_mobile = kind in ("CP", "SAT") or (value.text(2) or "").upper() == "PRS"
    return {"system": EQUIPMENT.get(kind, "phone"), "value": number, "use": "mobile" if is_mobile else used(value, use)}


def used(value: Value, use: str) -> str:
    """What a number is used for."""
    return PHONES.get((value.text(2) or "").upper(), use)


def digits(value: Value) -> str | None:
    """A number from its parts: country, area, number, extension."""
    country, area, local = value.text(5), value.text(6), value.text(7)
    if not local:
        return None
    plain = f"{area or ''}{local}"
    return f"+{country.lstrip('+')}{plain}" if country else plain


def concept(value: Value, habits: Habits) -> Says | None:
    """A coded value (CWE, CE): what is said, its alternative, and what the connection says that is meant by it."""
    codings: list[Says] = []
    for first in (1, 4):
        code, display, table = (value.text(first + shift) for shift in (0, 1, 2))
        if code:
            codings.append(without_unsaid({"system": code_system(table), "code": code, "display": display}))
    meant = [each for each in (meant_by(coding, habits) for coding in codings) if each is not None]
    words = value.text(9) or value.text(2) or value.text(5)
    says = without_unsaid({"coding": [*meant, *codings], "text": words})
    return says or None


def meant_by(coding: Says, habits: Habits) -> Says | None:
    """The coding that is meant by this one, as the connection's code map says."""
    other = habits.codes.get(f"{coding.get('system', '')}|{coding['code']}") or habits.codes.get(coding["code"])
    if other is None:
        return None
    system, _, code = other.rpartition("|")
    return without_unsaid({"system": system, "code": code, "display": coding.get("display")})


def code_system(table: str | None) -> str | None:
    """The FHIR system of a coding system's name; local ones share one."""
    if not table:
        return None
    upper = table.upper()
    if upper in SYSTEMS:
        return SYSTEMS[upper]
    found = TABLE.fullmatch(upper)
    if found is not None:
        return f"http://terminology.hl7.org/CodeSystem/v2-{found[1]}"
    if upper == "L" or upper.startswith("99"):
        return LOCAL
    return f"urn:oid:{table}" if OID.fullmatch(table) else f"urn:hl7-v2:{table}"


def place(value: Value, telling: Telling) -> Says | None:
    """A reference to a place (PL), made known by its facility and names."""
    parts = [value.text(number) for number in (4, 7, 8, 1, 2, 3, 9)]
    names = [part for part in parts if part]
    if not names:
        return None
    shown = value.text(9) or ", ".join(dict.fromkeys(names))
    system = system_of(value, 4, telling.habits) if value.text(4) else telling.habits.own
    key = "|".join(part or "" for part in (system, *parts[1:6]))
    return telling.tell("Location", key, {"name": shown, "status": "active"}, changes=False)


def staff(value: Value, telling: Telling) -> Says | None:
    """A reference to somebody of the staff (XCN), made known by number, else by name."""
    number = value.text(1)
    says = without_unsaid({"name": [each] if (each := name_from(value, 2)) else None})
    if not number and not says:
        return None
    system = system_of(value, 9, telling.habits)
    named: list[Says] = [{"system": system, "value": number}] if number else []
    key = f"{system}|{number}" if number else f"named|{value.raw}"
    return telling.tell("Practitioner", key, {**says, **({"identifier": named} if named else {})}, changes=False)


def listed(values: list[Any]) -> Any:
    """A list without what says nothing."""
    return [value for value in values if value is not None]
