"""Who is signed in, and the token that every change has to carry in its header."""

from typing import Any

from flask import Response
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from app.api.base import DECLARED, Paths, Resource, answer, json_content, operation
from app.base import allowed, expose, portal_roles

CHANGE_HEADER = "X-CSRFToken"


class SessionResource(Resource):
    """`/api/v1/session`."""

    name = "api-session"
    path = "session"

    @expose("")
    @allowed("describe")
    def index(self) -> Response:
        """The caller, and the token."""
        return answer(
            {
                "username": current_user.username,
                "roles": sorted(portal_roles()),
                "purposes": DECLARED,
                "token": generate_csrf(),
            }
        )

    def describe(self) -> Paths:
        """Its address."""
        texts = {"type": "array", "items": {"type": "string"}}
        plain: dict[str, Any] = {"type": "string"}
        parts = {"username": plain, "roles": texts, "purposes": texts, "token": plain}
        schema = {"type": "object", "properties": parts, "required": list(parts)}
        says = {"200": {"description": "The caller", "content": json_content(schema)}}
        about = f"The token goes into the header {CHANGE_HEADER} of every change."
        return {"/session": {"get": operation("Who is signed in", says, description=about, operationId="session")}}
