"""Values from FHIR extensions: every kind of value that an extension can hold, for batches of any kind of record."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.criteria.custom.extensions import given_by
from journeys.criteria.custom.import_custom_values import Arrived, import_custom_values
from journeys.criteria.custom.values import value_problems
from journeys.foundation import audit
from journeys.store.access import Appointment
from journeys.store.custom_values import CustomValue
from journeys.store.sources import Source, SourceRecord
from tests.unit.criteria.custom.made import a_field, a_patient, an_act, publish

URL = "http://clinic/extension"
FROM = {"import_from": {"extension": URL}}
CODING = {"system": "urn:x", "code": "never"}


@pytest.mark.parametrize(
    ("kind", "given", "meant"),
    [
        ("number", {"valueDecimal": 2.5}, 2.5),
        ("number", {"valueInteger": 3}, 3),
        ("number", {"valueString": "2,5"}, 2.5),
        ("number", {"valueQuantity": {"value": 800, "code": "m"}}, {"number": 800, "unit": "m"}),
        ("number", {"valueQuantity": {"value": 8}}, 8),
        ("yes-no", {"valueBoolean": False}, False),
        ("yes-no", {"valueString": "sí"}, True),
        ("date", {"valueDate": "2026-02-01"}, "2026-02-01"),
        ("date", {"valueDateTime": "2026-02-01T10:00:00Z"}, "2026-02-01"),
        ("choice", {"valueCode": "never"}, "never"),
        ("choice", {"valueCoding": CODING}, "never"),
        ("choice", {"valueCodeableConcept": {"coding": [CODING]}}, "never"),
        ("choice", {"valueCodeableConcept": {"text": "Nunca"}}, "never"),
        ("many-choices", {"valueCode": "never"}, ["never"]),
        ("text", {"valueString": "words"}, "words"),
        ("text", {"valueInteger": 3}, "3"),
        ("text", {"valueBoolean": True}, "yes"),
    ],
)
def test_what_an_extension_means(kind: str, given: Any, meant: Any) -> None:
    field = a_field(kind, **FROM)
    found = given_by({"extension": [{"url": "http://other", "valueString": "no"}, {"url": URL, **given}]}, field)
    assert (found, list(value_problems(field, found, ""))) == (meant, [])


@pytest.mark.parametrize("resource", [{}, {"extension": 7}, {"extension": [None, {"url": URL}, {"url": URL, "x": 1}]}])
def test_a_resource_that_says_nothing_gives_nothing(resource: Any) -> None:
    assert given_by(resource, a_field("text", **FROM)) is None


@pytest.mark.parametrize("given", [{"valueCodeableConcept": {"coding": 7}}, {"valueQuantity": {"unit": "m"}}])
def test_a_broken_extension_is_no_valid_value_and_never_raises(given: Any) -> None:
    for kind in ("number", "choice", "text", "many-choices"):
        field = a_field(kind, **FROM)
        value = given_by({"extension": [{"url": URL, **given}]}, field)
        assert value is None or list(value_problems(field, value, ""))


@pytest.mark.store
def test_a_batch_of_appointments_is_written_with_where_it_came_from(session: Session) -> None:
    publish(session, "transport", "many-choices", on="appointment", required=["import"], **FROM)
    person = a_patient(session)
    source = Source(slug="emr", name={})
    session.add(source)
    session.flush()
    record = SourceRecord(
        source_id=source.id, resource_type="Appointment", outside_id="1", hash=bytes(32), raw_sealed=b""
    )
    visits = [Appointment(patient_id=person, status="booked") for _ in range(3)]
    session.add_all([record, *visits])
    session.flush()
    says = [["never", "former"], ["sometimes"], []]
    session.info.clear()
    batch = [
        Arrived(visit.id, person, record.id, {"extension": [{"url": URL, "valueCode": code} for code in codes]})
        for visit, codes in zip(visits, says, strict=True)
    ]
    assert import_custom_values(session, an_act(), "appointment", batch) == 1
    rows = session.scalars(select(CustomValue).order_by(CustomValue.value_code)).all()
    assert [(row.record_id, row.value_code, row.source_record_id) for row in rows] == [
        (visits[0].id, "former", record.id),
        (visits[0].id, "never", record.id),
    ]
    [note] = session.info[audit.NOTES]
    assert (note.patients, note.detail["refused"], note.detail["missing"]) == (
        [person],
        {"transport": 1},
        {"transport": 2},
    )
    assert import_custom_values(session, an_act(), "appointment", batch) == 0
