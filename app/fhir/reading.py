"""Read and search under `/fhir`: `GET /fhir/Type/id`, `GET /fhir/Type?…`, `POST /fhir/Type/_search`."""

import re
import uuid
from typing import Any

from flask import Blueprint, Response, request

from app.base.screens import by_link
from app.fhir.answers import Refused, answer, answer_errors, issue, refused
from app.fhir.asking import base, caller_may, perform_as, with_token
from app.fhir.paging import PAGE, Turn, turn_in
from journeys.sync.facade.scopes import OFFERED, READ, SEARCH
from journeys.sync.facade.searching import MOST, SEARCHES, read_resource, search

blueprint = Blueprint("fhir-reading", __name__)
answer_errors(blueprint)

PER_ADDRESS = "1200 per 1 minute"
USUAL = 50
OF_THE_ANSWER = ("_count", "_format", "_pretty", PAGE)
JSON_NAMES = ("json", "application/json", "application/fhir+json", "application/fhir json")
A_NAME = re.compile(r"[A-Za-z_.:-]{1,40}")
EVERY_METHOD = ("GET", "POST", "PUT", "PATCH", "DELETE")


@blueprint.get("/fhir/<kind>/<uuid:uid>")
@with_token
def read_one(kind: str, uid: uuid.UUID) -> Response:
    """One resource with its version; 304 for whoever has that version."""
    asker = caller_may(offered(kind), READ)
    refuse_other_formats()
    found = perform_as(asker, read_resource, kind, uid)
    mark = found["meta"]["versionId"]
    if request.if_none_match.contains_weak(mark):
        return Response(status=304, headers={"ETag": f'W/"{mark}"'})
    response = answer(found)
    response.set_etag(mark, weak=True)
    return response


@blueprint.get("/fhir/<kind>")
@blueprint.post("/fhir/<kind>/_search")
@with_token
def search_type(kind: str) -> Response:
    """A page. By POST nothing that is looked for stands in an address."""
    asker = caller_may(offered(kind), SEARCH)
    refuse_other_formats()
    asked = [*request.args.items(multi=True), *request.form.items(multi=True)]
    letters = dict(asked).get(PAGE)
    turn = turn_in(letters, kind, asker.slug) if letters else turn_of(kind, asked)
    if turn is None:
        raise Refused(400, "This page is not known: begin the search again")
    unknown = [name for name, _ in asked if name not in SEARCHES[kind] and name not in OF_THE_ANSWER]
    if unknown and "handling=strict" in request.headers.get("Prefer", "").replace(" ", ""):
        raise Refused(400, f"Not searched by here: {shown(unknown)}", "not-supported")
    page = perform_as(asker, search, kind, turn.parameters, turn.size, turn.after)
    links = [{"relation": "self", "url": address_of(turn, asker.slug)}]
    if page.after is not None:
        following = Turn(kind, turn.parameters, turn.size, page.after)
        links.append({"relation": "next", "url": address_of(following, asker.slug)})
    return answer(bundle(page.resources, links, unknown))


@blueprint.route("/fhir/", defaults={"rest": ""}, methods=EVERY_METHOD)
@blueprint.route("/fhir/<path:rest>", methods=EVERY_METHOD)
@by_link
def nothing(rest: str) -> Response:
    """Whatever else is asked for under this address."""
    kind = rest.partition("/")[0]
    return refused(405 if kind in OFFERED and request.method != "GET" else 404)


def offered(kind: str) -> str:
    """The type, which must be one that there is."""
    if kind not in OFFERED:
        raise Refused(404, "There is no such resource type here", "not-supported")
    return kind


def turn_of(kind: str, asked: list[tuple[str, str]]) -> Turn:
    """The search as it was asked for: what is not known is left out, and said."""
    counted = dict(asked).get("_count", str(USUAL))
    if not (counted.isascii() and counted.isdecimal() and len(counted) < 10):
        raise Refused(400, "_count is a number")
    return Turn(kind, [(name, value) for name, value in asked if name in SEARCHES[kind]], min(int(counted), MOST))


def refuse_other_formats() -> None:
    """JSON is what is spoken here."""
    wanted = request.args.get("_format", "json")
    accepted = request.accept_mimetypes
    if wanted not in JSON_NAMES or not (
        not accepted or accepted["application/fhir+json"] or accepted["application/json"]
    ):
        raise Refused(406, "Answers are application/fhir+json")


def bundle(resources: list[dict[str, Any]], links: list[dict[str, str]], unknown: list[str]) -> dict[str, Any]:
    """A page as FHIR has it; with a warning where a parameter was not heard."""
    entries: list[dict[str, Any]] = [
        {
            "fullUrl": f"{base()}/{each['resourceType']}/{each['id']}",
            "resource": each,
            "search": {"mode": "match"},
        }
        for each in resources
    ]
    if unknown:
        says = issue("not-supported", f"Not searched by here, and left out: {shown(unknown)}", "warning")
        warning = {"resourceType": "OperationOutcome", "issue": [says]}
        entries.append({"resource": warning, "search": {"mode": "outcome"}})
    made: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset", "link": links}
    return {**made, "entry": entries} if entries else made


def shown(names: list[str]) -> str:
    """Names of parameters, as far as they can be names."""
    return ", ".join(name if A_NAME.fullmatch(name) else "…" for name in dict.fromkeys(names))


def address_of(turn: Turn, slug: str) -> str:
    """Where a page is asked for."""
    return f"{base()}/{turn.kind}?{PAGE}={turn.written(slug)}"
