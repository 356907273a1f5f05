"""FHIR resources with fixed defaults, for tests of the import."""

from typing import Any

Resource = dict[str, Any]

ANNA = {"reference": "Patient/anna"}


def patient(id: str = "anna", **facts: Any) -> Resource:
    return {
        "resourceType": "Patient",
        "id": id,
        "name": [{"use": "official", "family": "Müller", "given": ["Anna", "Maria"]}],
        "birthDate": "1974-03-02",
        "gender": "female",
        "identifier": [{"system": "urn:clinic", "value": f"MRN-{id}"}],
        "telecom": [{"system": "phone", "value": "(212) 555-0123", "use": "mobile"}],
        **facts,
    }


def encounter(id: str = "visit", **facts: Any) -> Resource:
    return {
        "resourceType": "Encounter",
        "id": id,
        "status": "finished",
        "class": {"code": "AMB"},
        "subject": ANNA,
        "period": {"start": "2026-02-01T09:00:00-05:00", "end": "2026-02-01T09:30:00-05:00"},
        **facts,
    }


def observation(id: str = "finding", **facts: Any) -> Resource:
    return {
        "resourceType": "Observation",
        "id": id,
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "4548-4", "display": "HbA1c"}]},
        "subject": ANNA,
        "encounter": {"reference": "Encounter/visit"},
        "effectiveDateTime": "2026-02-01T09:10:00-05:00",
        "valueQuantity": {"value": 6.5, "unit": "percent", "code": "%"},
        **facts,
    }


def panel(systolic: float = 142, diastolic: float = 91, **facts: Any) -> Resource:
    def part(code: str, value: float) -> Resource:
        unit = {"value": value, "code": "mm[Hg]"}
        return {"code": {"coding": [{"system": "http://loinc.org", "code": code}]}, "valueQuantity": unit}

    given = observation("pressure", component=[part("8462-4", diastolic), part("8480-6", systolic)], **facts)
    given["code"] = {"coding": [{"system": "http://loinc.org", "code": "85354-9"}], "text": "Blood pressure"}
    del given["valueQuantity"]
    return given


def bundle(*entries: tuple[str | None, Resource], kind: str = "transaction") -> Resource:
    listed = [{"fullUrl": url, "resource": resource} if url else {"resource": resource} for url, resource in entries]
    return {"resourceType": "Bundle", "type": kind, "entry": listed}
