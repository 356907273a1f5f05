"""What every resource of the API stands on."""

from collections.abc import Mapping
from typing import Any, ClassVar

import orjson
from flask import Response, abort, request

from app.base import Screen, say
from journeys.criteria.custom.may import PURPOSES
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_
from journeys.store.importing.safe_json import UnsafeJson, parse

VERSION = "/api/v1"

RIGHTS = ("describe", "fields", "patients", "change-fields", "segments", "members", "enrol")
"""What `seed/roles.yaml` can grant under `api`; every resource knows all of them, because they share that name."""

PURPOSE_HEADER = "Waymark-Purpose"
DECLARED = tuple(purpose for purpose in PURPOSES if purpose != "emergency")
"""The purposes that a caller can name. Emergencies are for people, who break the glass and say why."""

MOST_BYTES = 256 * 1024
JSON_TYPES = ("application/json", "application/merge-patch+json")

Paths = dict[str, Any]
"""The part of an OpenAPI document that describes addresses."""


class Resource(Screen):
    """One kind of thing under `/api/v1/`. `path` is its address there, `name` its endpoint."""

    path: ClassVar[str]
    base_permissions = [f"can_{right}" for right in RIGHTS]

    def __init_subclass__(cls, **options: Any) -> None:
        """Take the address from `path`; the rights of all resources stand under one name."""
        super().__init_subclass__(**options)
        cls.route_base = f"{VERSION}/{cls.path}".rstrip("/")
        cls.class_permission_name = "api"

    def describe(self) -> Paths:
        """Its addresses as OpenAPI writes them, for whoever asks."""
        raise NotImplementedError


def answer(body: Any, mark: str = "") -> Response:
    """JSON, with its version as ETag where it has one."""
    response = Response(orjson.dumps(body), mimetype="application/json")
    if mark:
        response.set_etag(mark)
    return response


def purpose() -> str:
    """What the caller says this is for; care where nothing is said. Invalid names what is possible."""
    named = request.headers.get(PURPOSE_HEADER, "care")
    if named not in DECLARED:
        says = N_("The header %(header)s may say: %(choices)s")
        raise Invalid([Problem("", says, {"header": PURPOSE_HEADER, "choices": ", ".join(DECLARED)})])
    return named


def posted() -> Any:
    """The JSON that was sent: of the right type, small, and meaning one thing only."""
    request.max_content_length = MOST_BYTES
    if request.mimetype not in JSON_TYPES:
        abort(415)
    if request.content_length is None:
        abort(411)
    if request.content_length > MOST_BYTES:
        abort(413)
    try:
        value, _written = parse(request.get_data())
    except UnsafeJson as unsafe:
        says = N_("The text cannot be read as JSON: it %(why)s")
        raise Invalid([Problem("", says, {"why": say(unsafe.says)})]) from None
    return value


def read_marks() -> set[str]:
    """The versions (ETags) that the caller has read. Without If-Match nothing is changed: 428."""
    if "If-Match" not in request.headers:
        abort(428)
    return {"*"} if request.if_match.star_tag else request.if_match.as_set()


def operation(summary: str, says: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """One method of an address for the document, with the answers that all of them can give."""
    always = {code: {"$ref": "#/components/responses/problem"} for code in ("401", "403", "422", "500", "503")}
    return {"summary": summary, "responses": {**says, **always}, **more}


def json_content(schema: Mapping[str, Any]) -> dict[str, Any]:
    """JSON of a schema, as the document says it."""
    return {"application/json": {"schema": schema}}
