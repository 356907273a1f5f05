"""The custom fields in force that the caller may see."""

from flask import Response

from app.api.base import Paths, Resource, answer, json_content, operation, purpose
from app.api.schemas import schema_of
from app.base import allowed, expose, portal_roles, reading
from journeys.criteria.custom.content import CustomField, live_fields
from journeys.criteria.custom.may import may_edit, may_see


class FieldsResource(Resource):
    """`/api/v1/fields`."""

    name = "api-fields"
    path = "fields"

    @expose("")
    @allowed("fields")
    def index(self) -> Response:
        """Every field, with what a value must be."""
        why = purpose()
        with reading(why) as (session, _act):
            fields = live_fields(session)
        roles = portal_roles()
        seen = [each for each in fields.values() if may_see(each, roles, why)]
        return answer({"items": [item_of(each, may_edit(each, roles, why)) for each in seen]})

    def describe(self) -> Paths:
        """Its address."""
        item = {"type": "object", "required": ["slug", "on", "type", "schema"]}
        schema = {"type": "object", "properties": {"items": {"type": "array", "items": item}}, "required": ["items"]}
        says = {"200": {"description": "The fields, in the order of forms", "content": json_content(schema)}}
        return {"/fields": {"get": operation("Custom fields in force", says, operationId="fields")}}


def item_of(field: CustomField, is_editable: bool) -> dict[str, object]:
    """One field: its words in every language, where it is needed, and the schema of its values."""
    return {
        "slug": field.slug,
        "on": field.on,
        "type": field.type,
        "name": field.name,
        "help": field.help,
        "group": field.group,
        "sensitivity": field.sensitivity,
        "required": field.content.get("required") or [],
        "may_edit": is_editable,
        "schema": schema_of(field),
    }
