"""One patient: plain facts, and the custom values that the caller may see."""

import uuid
from typing import Any

from flask import Response

from app.api.base import Paths, Resource, answer, json_content, operation, purpose
from app.api.values import UID_PARAMETER
from app.base import allowed, expose, portal_roles, reading
from app.custom.records import mark_of
from journeys.criteria.custom.read_custom_values import read_custom_values
from journeys.store.finding.open_patient import PatientHead, open_patient

KIND = "patient"


class PatientsResource(Resource):
    """`/api/v1/patients`."""

    name = "api-patients"
    path = "patients"

    @expose("/<uuid:uid>")
    @allowed("patients")
    def show(self, uid: uuid.UUID) -> Response:
        """One patient. The ETag is that of the custom values, which are what can be changed."""
        with reading(purpose()) as (session, act):
            head = open_patient(session, act, uid)
            values = read_custom_values(session, act, KIND, [head.patient.id], portal_roles())[head.patient.id]
            facts = facts_of(head)
        return answer({**facts, "fields": values}, mark_of(KIND, head.patient.id, values))

    def describe(self) -> Paths:
        """Its address."""
        text = {"type": ["string", "null"]}
        parts: dict[str, Any] = {
            "uid": {"type": "string", "format": "uuid"},
            "name": text,
            "birth_date": {"type": ["string", "null"], "format": "date"},
            "gender": {"type": "string"},
            "deceased": {"type": "boolean"},
            "language": text,
            "time_zone": text,
            "payer_class": {"type": "string"},
            "branches": {"type": "array", "items": {"type": "string"}},
            "fields": {"$ref": "#/components/schemas/patient-fields"},
        }
        schema = {"type": "object", "properties": parts, "required": list(parts)}
        says = {"200": {"description": "The patient", "content": json_content(schema)}}
        parameters = [UID_PARAMETER, {"$ref": "#/components/parameters/purpose"}]
        reads = operation("One patient", says, operationId="patient", parameters=parameters)
        return {"/patients/{uid}": {"get": reads}}


def facts_of(head: PatientHead) -> dict[str, Any]:
    """The plain facts of a patient, under the names of the engine."""
    patient = head.patient
    return {
        "uid": str(patient.uid),
        "name": patient.name,
        "birth_date": patient.birth_date,
        "gender": patient.gender,
        "deceased": patient.deceased,
        "language": patient.language,
        "time_zone": patient.time_zone,
        "payer_class": patient.payer_class,
        "branches": [branch.slug for branch in head.branches if branch.slug],
    }
