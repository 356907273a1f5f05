"""The custom values of one record of any kind: reading them, and changing some of them at once."""

import uuid
from typing import Any

from flask import Response, abort

from app.api.base import Paths, Resource, answer, json_content, operation, posted, purpose, read_marks
from app.base import allowed, expose, perform_for, portal_roles, reading
from app.custom.records import Record, change_values, find_record, mark_of
from journeys.criteria.custom.read_custom_values import read_custom_values
from journeys.foundation import audit
from journeys.foundation.errors import Invalid, Problem, Stale
from journeys.foundation.words import N_

KINDS = {
    "patients": "patient",
    "appointments": "appointment",
    "referrals": "referral",
    "tasks": "task",
    "conversations": "conversation",
}
"""What stands in addresses → the kind of record."""

ADDRESS = f"/<any({','.join(KINDS)}):records>/<uuid:uid>/fields"
WHERE = "custom."
UID_PARAMETER = {"name": "uid", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}


class ValuesResource(Resource):
    """`/api/v1/<records>/<uid>/fields`."""

    name = "api-values"
    path = ""

    @expose(ADDRESS)
    @allowed("patients")
    def show(self, records: str, uid: uuid.UUID) -> Response:
        """The values that the caller may see."""
        with reading(purpose()) as (session, act):
            record = find_record(session, KINDS[records], uid)
            values = read_custom_values(session, act, record.kind, [record.id], portal_roles())[record.id]
            audit.note(session, "R", record.kind, [record.id], [record.patient_id])
        return answer(values, mark_of(record.kind, record.id, values))

    @expose(ADDRESS, methods=("PATCH",))
    @allowed("change-fields")
    def change(self, records: str, uid: uuid.UUID) -> Response:
        """Change what is given (JSON Merge Patch: null takes a value away) and answer with all that stands then."""
        why, given, marks = purpose(), posted(), read_marks()
        if not isinstance(given, dict) or not given:
            raise Invalid([Problem("", N_("Write named values"))])
        with reading(why) as (session, _act):
            record = find_record(session, KINDS[records], uid)
        values = changed(why, record, given, marks)
        return answer(values, mark_of(record.kind, record.id, values))

    def describe(self) -> Paths:
        """Its addresses, one for each kind of record."""
        return {f"/{records}/{{uid}}/fields": path_of(kind) for records, kind in KINDS.items()}


def changed(why: str, record: Record, given: dict[str, Any], marks: set[str]) -> dict[str, Any]:
    """Change the values. Problems stand at the names that were sent; whoever read something older is told so: 412."""
    try:
        return perform_for(why, change_values, record, given, marks, "api", portal_roles())
    except Invalid as invalid:
        raise Invalid(
            Problem(problem.where.removeprefix(WHERE), problem.says, problem.data, problem.severity)
            for problem in invalid.problems
        ) from None
    except Stale:
        abort(412)


def path_of(kind: str) -> dict[str, Any]:
    """One address as the document says it."""
    values = {"$ref": f"#/components/schemas/{kind}-fields"}
    changes = {"$ref": f"#/components/schemas/{kind}-field-changes"}
    why, token = ({"$ref": f"#/components/parameters/{name}"} for name in ("purpose", "token"))
    mark = {"name": "If-Match", "in": "header", "required": True, "schema": {"type": "string"}}
    says = {"200": {"description": "The values, with their version as ETag", "content": json_content(values)}}
    refused = {code: {"$ref": "#/components/responses/problem"} for code in ("404", "412", "413", "415", "428")}
    body = {"required": True, "content": {"application/merge-patch+json": {"schema": changes}}}
    return {
        "parameters": [UID_PARAMETER],
        "get": operation(f"Custom values: {kind}", says, operationId=f"{kind}-fields", parameters=[why]),
        "patch": operation(
            f"Change custom values: {kind}",
            {**says, **refused},
            operationId=f"change-{kind}-fields",
            parameters=[why, token, mark],
            requestBody=body,
        ),
    }
