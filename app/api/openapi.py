"""The OpenAPI document, written anew for every request from the fields in force."""

from typing import Any

from flask import Response, current_app

from app.api import schemas
from app.api.base import DECLARED, PURPOSE_HEADER, VERSION, Paths, Resource, answer, json_content, operation, purpose
from app.api.session import CHANGE_HEADER
from app.base import allowed, expose, portal_roles, reading
from app.base.machines import PROBLEM
from journeys.criteria.custom.content import CustomField, live_fields
from journeys.criteria.custom.may import may_edit, may_see
from journeys.store.custom_values import RECORD_KINDS

OPENAPI = "3.1.0"


class OpenApi(Resource):
    """`/api/v1/openapi.json`."""

    name = "api"
    path = ""

    @expose("/openapi.json")
    @allowed("describe")
    def index(self) -> Response:
        """The document, with the fields that the caller may see or change for the purpose that is named."""
        why = purpose()
        with reading(why) as (session, _act):
            fields = live_fields(session)
        return answer(document(list(fields.values()), why))

    def describe(self) -> Paths:
        """Its address."""
        says = {"200": {"description": "This document", "content": json_content({"type": "object"})}}
        return {"/openapi.json": {"get": operation("This document", says, operationId="openapi")}}


def document(fields: list[CustomField], why: str) -> dict[str, Any]:
    """The whole document, with those of the fields that the caller may see for a purpose."""
    resources = [view for view in current_app.appbuilder.baseviews if isinstance(view, Resource)]
    return {
        "openapi": OPENAPI,
        "info": {"title": "Waymark", "version": "1", "description": "Plain facts and custom fields of the clinic."},
        "servers": [{"url": VERSION}],
        "security": [{"session": []}],
        "paths": {address: of_path for each in resources for address, of_path in each.describe().items()},
        "components": {
            "securitySchemes": security_schemes(),
            "parameters": {"purpose": purpose_parameter(), "token": token_parameter()},
            "responses": {"problem": {"description": "What is wrong", "content": {PROBLEM: {"schema": problem()}}}},
            "schemas": field_schemas(fields, why),
        },
    }


def field_schemas(fields: list[CustomField], why: str) -> dict[str, Any]:
    """For each kind of record what can be read of it, and what can be changed."""
    roles = portal_roles()
    found: dict[str, Any] = {}
    for kind in RECORD_KINDS:
        seen = {each.slug: each for each in fields if each.on == kind and may_see(each, roles, why)}
        edited = {slug: each for slug, each in seen.items() if may_edit(each, roles, why)}
        found[f"{kind}-fields"] = schemas.values_of(seen)
        found[f"{kind}-field-changes"] = schemas.changes_of(edited)
    return found


def security_schemes() -> dict[str, Any]:
    """The session's cookie."""
    cookie = current_app.config["SESSION_COOKIE_NAME"]
    return {"session": {"type": "apiKey", "in": "cookie", "name": cookie, "description": "The session of the portal"}}


def purpose_parameter() -> dict[str, Any]:
    """The header that says what a call is for."""
    about = "What this is for. It decides on what may be seen, and stands in the audit."
    schema = {"type": "string", "enum": list(DECLARED), "default": "care"}
    return {"name": PURPOSE_HEADER, "in": "header", "description": about, "schema": schema}


def token_parameter() -> dict[str, Any]:
    """The header that every change has to carry."""
    about = "The token of the session; see /session."
    return {"name": CHANGE_HEADER, "in": "header", "required": True, "description": about, "schema": {"type": "string"}}


def problem() -> dict[str, Any]:
    """Problem details (RFC 9457); `errors` holds every problem with its place."""
    error = {"type": "object", "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}}}
    return {
        "type": "object",
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "errors": {"type": "array", "items": error},
        },
        "required": ["type", "title", "status"],
    }
