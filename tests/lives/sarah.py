"""What the EMRs of two branches know of Sarah Mitchell, as FHIR resources, in the order of her year."""

from typing import Any

Resource = dict[str, Any]

LOINC, SNOMED = "http://loinc.org", "http://snomed.info/sct"
SARAH = {"reference": "Patient/sarah"}
REVIEW = "75367002"
PHONE = "+1 212 555 0142"


def coded(system: str, code: str, display: str) -> Resource:
    return {"coding": [{"system": system, "code": code, "display": display}]}


def patient(given: str = "Sarah", family: str = "Mitchell") -> Resource:
    return {
        "resourceType": "Patient",
        "id": "sarah",
        "name": [{"use": "official", "family": family, "given": [given]}],
        "birthDate": "1962-03-14",
        "gender": "female",
        "telecom": [{"system": "phone", "value": PHONE, "use": "mobile"}],
    }


def hypertension() -> Resource:
    return {
        "resourceType": "Condition",
        "id": "hypertension",
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "code": coded(SNOMED, "38341003", "Hypertensive disorder"),
        "subject": SARAH,
        "onsetDateTime": "2023-02-01",
    }


def visit(day: str) -> Resource:
    return {
        "resourceType": "Encounter",
        "id": f"visit-{day}",
        "status": "finished",
        "class": {"code": "AMB"},
        "subject": SARAH,
        "period": {"start": f"{day}T09:00:00-05:00", "end": f"{day}T09:30:00-05:00"},
    }


def pressure(day: str, systolic: int, diastolic: int) -> Resource:
    def part(code: str, display: str, value: int) -> Resource:
        return {"code": coded(LOINC, code, display), "valueQuantity": {"value": value, "code": "mm[Hg]"}}

    return {
        "resourceType": "Observation",
        "id": f"pressure-{day}",
        "status": "final",
        "code": coded(LOINC, "85354-9", "Blood pressure panel"),
        "subject": SARAH,
        "effectiveDateTime": f"{day}T09:10:00-05:00",
        "component": [part("8480-6", "Systolic", systolic), part("8462-4", "Diastolic", diastolic)],
    }


def hba1c(day: str, value: float) -> Resource:
    return {
        "resourceType": "Observation",
        "id": f"hba1c-{day}",
        "status": "final",
        "code": coded(LOINC, "4548-4", "Hemoglobin A1c"),
        "subject": SARAH,
        "effectiveDateTime": f"{day}T09:10:00-05:00",
        "valueQuantity": {"value": value, "code": "%"},
    }


def care_plan(changed: str, review_on: str, days: int) -> Resource:
    """Blood pressure again on a day, and every so many days."""
    return {
        "resourceType": "CarePlan",
        "id": "plan",
        "meta": {"lastUpdated": f"{changed}T15:00:00Z"},
        "status": "active",
        "intent": "plan",
        "subject": SARAH,
        "period": {"start": "2026-01-12"},
        "activity": [
            {
                "detail": {
                    "status": "scheduled",
                    "code": coded(SNOMED, REVIEW, "Blood pressure review"),
                    "scheduledTiming": {
                        "event": [review_on],
                        "repeat": {"frequency": 1, "period": days, "periodUnit": "d"},
                    },
                }
            }
        ],
    }


def referral(day: str) -> Resource:
    return {
        "resourceType": "ServiceRequest",
        "id": "cardiology",
        "status": "active",
        "intent": "order",
        "category": [coded(SNOMED, "3457005", "Patient referral")],
        "code": coded(SNOMED, "183519002", "Referral to cardiology"),
        "subject": SARAH,
        "authoredOn": f"{day}T10:00:00-05:00",
    }


def report(day: str) -> Resource:
    return {
        "resourceType": "DiagnosticReport",
        "id": "echocardiogram",
        "status": "final",
        "code": coded(LOINC, "34552-0", "Echocardiography study"),
        "subject": SARAH,
        "effectiveDateTime": f"{day}T10:00:00-04:00",
        "issued": f"{day}T16:00:00-04:00",
        "basedOn": [{"reference": "ServiceRequest/cardiology"}],
    }
