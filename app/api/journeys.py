"""Lets chosen patients into a journey in force, and says before who would be held and why."""

import uuid
from typing import Any

from flask import Response, request

from app.api.base import Paths, Resource, answer, json_content, operation, posted, purpose
from app.base import allowed, expose, perform_for
from journeys.flow.entry.choosing import MOST_CHOSEN, REASONS, Chosen
from journeys.flow.entry.enrol_chosen import enrol_chosen
from journeys.flow.entry.preview_chosen import preview_chosen
from journeys.foundation.errors import Invalid, Problem, refuse_errors
from journeys.foundation.words import N_

KEY_HEADER = "Idempotency-Key"
UID = {"type": "string", "format": "uuid"}


class JourneysResource(Resource):
    """`/api/v1/journeys`."""

    name = "api-journeys"
    path = "journeys"

    @expose("/<slug>/enrolments/preview", methods=["POST"])
    @allowed("enrol")
    def preview(self, slug: str) -> Response:
        """Who would come in; nothing is changed."""
        return answer(as_json(perform_for(purpose(), preview_chosen, slug, wanted_patients())))

    @expose("/<slug>/enrolments", methods=["POST"])
    @allowed("enrol")
    def enrol(self, slug: str) -> Response:
        """Let them in."""
        key = request.headers.get(KEY_HEADER)
        return answer(as_json(perform_for(purpose(), enrol_chosen, slug, wanted_patients(), key)))

    def describe(self) -> Paths:
        """Its addresses."""
        listed = {"type": "array", "items": UID, "minItems": 1, "maxItems": MOST_CHOSEN}
        asked = {"type": "object", "properties": {"patients": listed}, "required": ["patients"]}
        held = {"type": "object", "additionalProperties": {"type": "string", "enum": list(REASONS)}}
        parts = {"entering": {"type": "array", "items": UID}, "held": held}
        found = {"type": "object", "properties": parts, "required": list(parts)}
        says = {"200": {"description": "Who comes in, and who is held", "content": json_content(found)}}
        body = {"required": True, "content": json_content(asked)}
        slug = {"name": "slug", "in": "path", "required": True, "schema": {"type": "string"}}
        key = {"name": KEY_HEADER, "in": "header", "schema": {"type": "string"}}
        common: dict[str, Any] = {"requestBody": body}
        parameters = [slug, {"$ref": "#/components/parameters/purpose"}]
        previews = operation(
            "Who would come in", says, operationId="previewEnrolments", parameters=parameters, **common
        )
        enrols = operation("Let patients in", says, operationId="enrol", parameters=[*parameters, key], **common)
        return {
            "/journeys/{slug}/enrolments/preview": {"post": previews},
            "/journeys/{slug}/enrolments": {"post": enrols},
        }


def wanted_patients() -> list[uuid.UUID]:
    """The patients that the body names; Invalid at the place of each that is no uid."""
    said = posted()
    given = said.get("patients") if isinstance(said, dict) and set(said) == {"patients"} else None
    if not isinstance(given, list):
        raise Invalid([Problem("patients", N_("Send an object with a list of patients"))])
    if len(given) > MOST_CHOSEN:
        raise Invalid([Problem("patients", N_("Between 1 and %(most)s patients"), {"most": MOST_CHOSEN})])
    found, problems = [], []
    for number, each in enumerate(given):
        try:
            found.append(uuid.UUID(each))
        except (ValueError, AttributeError, TypeError):
            problems.append(Problem(f"patients.{number}", N_("This is no uid of a patient")))
    refuse_errors(problems)
    return found


def as_json(chosen: Chosen) -> dict[str, Any]:
    """Who comes in, and the reason of each who is held."""
    held = {str(uid): reason for uid, reason in chosen.held.items()}
    return {"entering": [str(uid) for uid in chosen.entering], "held": held}
