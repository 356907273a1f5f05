"""Golden cases of every kind: a FHIR resource on the left, the row on the right."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from journeys.store.importing.kept import KEPT
from journeys.store.importing.kinds import KINDS
from journeys.store.importing.kinds.base import Context, Row
from journeys.store.importing.reading import Reading
from tests.make import NOON
from tests.unit.store.resources import ANNA, encounter, observation, panel, patient

CONTEXT = Context(NOON)


def row_of(resource: dict[str, Any]) -> Row | None:
    """The row, from a resource in which nothing is wrong."""
    row, problems = read(resource)
    assert problems == []
    return row


def read(resource: dict[str, Any]) -> tuple[Row | None, list[str]]:
    reading = Reading(resource, resource["resourceType"])
    kind = KINDS.get(resource["resourceType"], KEPT)
    row = kind.read(reading, CONTEXT)
    return row, [f"{problem.where} {problem.says}" for problem in reading.problems]


def utc(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.UTC)  # type: ignore[misc]


CODE = {"coding": [{"system": "s", "code": "c", "display": "d"}]}
ABOUT = {"status": "active", "subject": ANNA, "code": CODE}
REASON = {"coding": [{"system": "s", "code": "r"}]}
DAYS_30 = {"value": 30, "system": "http://unitsofmeasure.org", "code": "d"}
PRESCRIBED = {
    "resourceType": "MedicationRequest",
    "status": "active",
    "intent": "order",
    "subject": ANNA,
    "medicationCodeableConcept": CODE,
    "authoredOn": "2026-03-01T10:00:00Z",
}
CODED = {"code_system": "s", "code": "c", "display": "d"}

GOLDEN: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (
        {"resourceType": "Organization", "id": "1", "name": "Clinic", "type": [CODE], "active": False},
        {"name": "Clinic", "kind": "c", "active": False},
    ),
    (
        {"resourceType": "Location", "id": "1", "description": "Ward", "address": {"country": "US"}},
        {"name": "Ward", "status": "active", "country": "US", "phone": None},
    ),
    ({"resourceType": "Practitioner", "id": "1", "active": True}, {"active": True}),
    (
        {
            "resourceType": "PractitionerRole",
            "id": "1",
            "practitioner": {"reference": "Practitioner/1"},
            "code": [CODE],
            "period": {"start": "2020"},
        },
        {"code": "c", "display": "d", "active": True, "from_on": dt.date(2020, 1, 1), "until_on": None},
    ),
    (
        patient(deceasedDateTime="2026-01-05", communication=[{"language": {"coding": [{"code": "pt-BR"}]}}]),
        {
            "birth_date": dt.date(1974, 3, 2),
            "gender": "female",
            "deceased": True,
            "deceased_at": utc(2026, 1, 5, 12),
            "language": "pt-BR",
        },
    ),
    (
        {"resourceType": "RelatedPerson", "id": "1", "patient": ANNA, "relationship": [{"text": "Mother"}]},
        {"relationship": "Mother", "from_on": None},
    ),
    (
        {"resourceType": "EpisodeOfCare", "id": "1", "status": "active", "patient": ANNA, "type": [CODE]},
        {**CODED, "status": "active", "start_at": None},
    ),
    (
        encounter(type=[CODE]),
        {**CODED, "class_code": "AMB", "start_at": utc(2026, 2, 1, 14), "end_at": utc(2026, 2, 1, 14, 30)},
    ),
    (
        {
            "resourceType": "Condition",
            "id": "1",
            "subject": ANNA,
            "code": CODE,
            "clinicalStatus": {"coding": [{"code": "remission"}]},
            "onsetDateTime": "2020-05",
        },
        {**CODED, "status": "remission", "onset_at": utc(2020, 5, 1, 12)},
    ),
    (observation(), {"code": "4548-4", "value_number": Decimal("6.5"), "value_unit": "%", "value_display": None}),
    (
        observation(valueQuantity={"value": 60, "comparator": ">", "unit": "mL/min"}),
        {"value_number": Decimal(60), "value_unit": "mL/min", "value_display": "> 60"},
    ),
    (
        {**ABOUT, "resourceType": "Procedure", "status": "completed", "performedPeriod": {"start": "2020-01-01"}},
        {**CODED, "status": "completed", "performed_at": utc(2020, 1, 1, 12)},
    ),
    (
        {
            "resourceType": "MedicationRequest",
            "status": "active",
            "intent": "order",
            "subject": ANNA,
            "medicationReference": {"reference": "#m"},
            "contained": [{"resourceType": "Medication", "id": "m", "code": CODE}],
        },
        {**CODED, "intent": "order", "do_not_perform": False, "starts_at": None, "ends_at": None},
    ),
    (
        # thirty days, and once more; the first day counts
        {**PRESCRIBED, "dispenseRequest": {"numberOfRepeatsAllowed": 1, "expectedSupplyDuration": DAYS_30}},
        {"starts_at": utc(2026, 3, 1, 10), "ends_at": utc(2026, 4, 29, 10)},
    ),
    (
        # sixty tablets, two every twelve hours: fifteen days
        {
            **PRESCRIBED,
            "dispenseRequest": {"quantity": {"value": 60}},
            "dosageInstruction": [
                {
                    "timing": {"repeat": {"frequency": 1, "period": 12, "periodUnit": "h"}},
                    "doseAndRate": [{"doseQuantity": {"value": 2}}],
                }
            ],
        },
        {"starts_at": utc(2026, 3, 1, 10), "ends_at": utc(2026, 3, 15, 10)},
    ),
    (
        {
            **PRESCRIBED,
            "doNotPerform": True,
            "reasonCode": [REASON],
            "dosageInstruction": [
                {"timing": {"repeat": {"boundsPeriod": {"start": "2026-03-02", "end": "2026-03-09"}}}}
            ],
        },
        {
            "do_not_perform": True,
            "reason_code": "r",
            "starts_at": utc(2026, 3, 2, 12),
            "ends_at": utc(2026, 3, 9, 12),
        },
    ),
    (
        # what cannot be read of the supply says nothing, and the prescription still comes in
        {**PRESCRIBED, "dispenseRequest": {"expectedSupplyDuration": {"value": "many"}}},
        {"starts_at": utc(2026, 3, 1, 10), "ends_at": None},
    ),
    (
        encounter(hospitalization={"dischargeDisposition": REASON}),
        {"discharge_system": "s", "discharge_code": "r"},
    ),
    (
        # none of a whole value set was done, and why: as QI-Core says it
        {
            **ABOUT,
            "resourceType": "Procedure",
            "status": "not-done",
            "code": {
                "extension": [{"url": "http://x.org/qicore-notDoneValueSet", "valueCanonical": "http://x.org/set"}]
            },
            "extension": [{"url": "http://x.org/qicore-notDoneReason", "valueCodeableConcept": REASON}],
        },
        {"code_system": "urn:ietf:rfc:3986", "code": "http://x.org/set", "reason_code": "r"},
    ),
    (
        {
            "resourceType": "MedicationDispense",
            "status": "completed",
            "subject": ANNA,
            "medicationCodeableConcept": CODE,
            "whenHandedOver": "2026-03-01T10:00:00Z",
            "daysSupply": {"value": 30},
        },
        {**CODED, "starts_at": utc(2026, 3, 1, 10), "ends_at": utc(2026, 3, 30, 10)},
    ),
    (
        {**ABOUT, "resourceType": "Procedure", "status": "not-done", "statusReason": REASON},
        {"status": "not-done", "reason_system": "s", "reason_code": "r"},
    ),
    (
        {
            **ABOUT,
            "resourceType": "DeviceRequest",
            "code": None,
            "codeCodeableConcept": CODE,
            "intent": "order",
            "authoredOn": "2026-03-01T10:00:00Z",
            "modifierExtension": [
                {
                    "url": "http://hl7.org/fhir/5.0/StructureDefinition/extension-DeviceRequest.doNotPerform",
                    "valueBoolean": True,
                }
            ],
        },
        {**CODED, "intent": "order", "do_not_perform": True, "at": utc(2026, 3, 1, 10), "is_beside": False},
    ),
    (
        {
            "resourceType": "Task",
            "status": "completed",
            "intent": "order",
            "for": ANNA,
            "code": CODE,
            "executionPeriod": {"start": "2026-03-01T10:00:00Z", "end": "2026-03-01T11:00:00Z"},
        },
        {**CODED, "at": utc(2026, 3, 1, 10), "starts_at": utc(2026, 3, 1, 10), "ends_at": utc(2026, 3, 1, 11)},
    ),
    (
        {
            "resourceType": "Immunization",
            "status": "not-done",
            "patient": ANNA,
            "vaccineCode": CODE,
            "occurrenceDateTime": "2020-01-01T10:00:00Z",
        },
        {**CODED, "status": "not-done", "occurrence_at": utc(2020, 1, 1, 10)},
    ),
    (
        {**ABOUT, "resourceType": "DiagnosticReport", "status": "final", "issued": "2020-01-01T10:00:00.123Z"},
        {**CODED, "effective_at": utc(2020, 1, 1, 10, 0, 0, 123000)},
    ),
    (
        {
            "resourceType": "CarePlan",
            "status": "active",
            "intent": "plan",
            "subject": ANNA,
            "category": [
                {
                    "coding": [
                        {"system": "http://hl7.org/fhir/us/core/CodeSystem/careplan-category", "code": "assess-plan"}
                    ]
                },
                CODE,
            ],
        },
        {**CODED, "intent": "plan", "start_at": None},
    ),
    (
        {**ABOUT, "resourceType": "ServiceRequest", "priority": "urgent", "occurrencePeriod": {"end": "2020-02-01"}},
        {**CODED, "status": "sent", "priority": "urgent", "due_at": utc(2020, 2, 1, 12)},
    ),
    (
        {
            "resourceType": "Appointment",
            "status": "booked",
            "start": "2026-05-01T10:00:00-04:00",
            "end": "2026-05-01T10:20:00-04:00",
            "serviceType": [CODE],
            "participant": [{"actor": ANNA}],
        },
        {**CODED, "status": "booked", "start_at": utc(2026, 5, 1, 14), "end_at": utc(2026, 5, 1, 14, 20)},
    ),
    (
        {"resourceType": "Claim", "status": "active", "patient": ANNA, "type": CODE, "created": "2020-01-01"},
        {**CODED, "resource_type": "Claim", "status": "active", "at": utc(2020, 1, 1, 12)},
    ),
]


@pytest.mark.parametrize(("resource", "expected"), GOLDEN, ids=[resource["resourceType"] for resource, _ in GOLDEN])
def test_a_resource_becomes_its_row(resource: dict[str, Any], expected: dict[str, Any]) -> None:
    row = row_of(resource)
    assert row is not None
    assert {key: row.values[key] for key in expected} == expected


def test_every_kind_has_a_golden_case() -> None:
    assert set(KINDS) <= {resource["resourceType"] for resource, _ in GOLDEN}


def test_every_kind_writes_columns_that_its_table_has() -> None:
    for resource, _ in GOLDEN:
        row = row_of(resource)
        table = KINDS.get(resource["resourceType"], KEPT).table
        assert row is not None
        columns = {*row.values, *row.references, *(f"{name}_sealed" for name in row.secrets)}
        assert columns <= set(table.__table__.c.keys())


def test_a_panel_has_its_components() -> None:
    row = row_of(panel(142, 91))
    assert row is not None
    assert [(values["code"], values["value_number"]) for values, _ in row.parts] == [("8462-4", 91), ("8480-6", 142)]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"valueString": "cloudy"}, "cloudy"),
        ({"valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 128}}}, "1:128"),
        ({"valueRange": {"low": {"value": 1, "unit": "mg"}, "high": {"value": 5, "unit": "mg"}}}, "1 mg - 5 mg"),
    ],
)
def test_a_value_that_no_column_holds_is_a_sealed_text(value: dict[str, Any], text: str) -> None:
    given = observation()
    del given["valueQuantity"]
    row = row_of({**given, **value})
    assert row is not None
    assert row.secrets["value_text"] == text
    assert row.values["value_number"] is None


@pytest.mark.parametrize(
    ("resource", "problem"),
    [
        (patient(birthDate="1974-13-01"), "Patient.birthDate is not a date"),
        (patient(gender="f"), "Patient.gender is not one of the codes of FHIR R4"),
        (patient(name={"family": "x"}), "Patient.name is not a list"),
        (patient(telecom=[{"system": "phone", "value": 5}]), "Patient.telecom[0].value is not a text"),
        (encounter(status=None), "Encounter.status is missing"),
        (
            encounter(period={"start": "2026-01-02", "end": "2026-01-01"}),
            "Encounter.period.end comes before the beginning",
        ),
        (observation(valueQuantity={"value": "6,5"}), "Observation.valueQuantity.value is not a number"),
        ({"resourceType": "Condition", "id": "1", "code": CODE}, "Condition.subject is missing"),
        ({"resourceType": "Appointment", "status": "booked"}, "Appointment.participant is missing"),
    ],
)
def test_what_is_malformed_is_said_with_its_place(resource: dict[str, Any], problem: str) -> None:
    _, problems = read(resource)
    assert problem in problems


def test_an_end_that_is_only_a_day_is_all_of_that_day() -> None:
    row = row_of(encounter(period={"start": "2026-02-01T23:00:00-05:00", "end": "2026-02-01"}))
    assert row is not None
    assert row.values["end_at"] == row.values["start_at"] == utc(2026, 2, 2, 4)


@pytest.mark.parametrize(
    ("telecom", "status"),
    [
        ({"system": "phone", "value": "212 555 0123"}, "usable"),
        ({"system": "phone", "value": "call my son"}, "invalid"),
        ({"system": "email", "value": "nobody"}, "invalid"),
        ({"system": "phone", "value": "212 555 0123", "use": "old"}, "ended"),
        ({"system": "phone", "value": "212 555 0123", "period": {"end": "2020"}}, "ended"),
    ],
)
def test_an_address_is_usable_unless_something_speaks_against_it(telecom: dict[str, Any], status: str) -> None:
    row = row_of(patient(telecom=[telecom]))
    assert row is not None
    assert [columns["status"] for columns, _ in row.parts.telecoms] == [status]


@pytest.mark.parametrize(
    ("scheduled", "due_on"),
    [
        ({"scheduledPeriod": {"start": "2026-07-01", "end": "2026-07-13"}}, dt.date(2026, 7, 13)),
        ({"scheduledPeriod": {"start": "2026-07-01"}}, dt.date(2026, 7, 1)),
        ({"scheduledTiming": {"event": ["2026-07-13", "2026-07-11T09:00:00Z"]}}, dt.date(2026, 7, 11)),
        ({"scheduledTiming": {"repeat": {"period": 6, "periodUnit": "mo"}}}, None),
    ],
)
def test_an_activity_is_due_when_its_schedule_says(scheduled: dict[str, Any], due_on: dt.date | None) -> None:
    plan = {"resourceType": "CarePlan", "status": "active", "subject": ANNA, "category": [CODE]}
    row = row_of({**plan, "activity": [{"detail": {"status": "scheduled", "code": CODE, **scheduled}}]})
    assert row is not None
    assert [values["due_on"] for values, _ in row.parts] == [due_on]
