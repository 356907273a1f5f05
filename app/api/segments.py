"""Segments in force and their members, page by page along the members themselves."""

import uuid
from typing import Any

from flask import Response, request, url_for
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.api.base import Paths, Resource, answer, json_content, operation, purpose
from app.base import allowed, expose, perform_for, portal_roles, reading
from journeys.criteria.open_members import open_members
from journeys.foundation import audit
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_
from journeys.store.enrolments import SegmentMember
from journeys.store.people import Patient
from journeys.store.putting_in_force.definitions import SEGMENT, find, live_versions

SIZE, MOST = 100, 1000
UID = {"type": "string", "format": "uuid"}


class SegmentsResource(Resource):
    """`/api/v1/segments`."""

    name = "api-segments"
    path = "segments"

    @expose("")
    @allowed("segments")
    def index(self) -> Response:
        """Every segment in force."""
        with reading(purpose()) as (session, _act):
            versions = live_versions(session, SEGMENT)
        items = [
            {"slug": slug, "name": version.content.get("name", {}), "version": version.number}
            for slug, version in versions.items()
        ]
        return answer({"items": items})

    @expose("/<slug>/members")
    @allowed("members")
    def members(self, slug: str) -> Response:
        """Who is in it now, in the order of their records; `next` is the address of the next page.

        Forbidden when membership rests on a field that the caller may not see for the purpose.
        """
        size = wanted_size()
        fields = perform_for(purpose(), open_members, slug, portal_roles())
        with reading(purpose()) as (session, _act):
            definition = find(session, SEGMENT, slug)
            rows = session.execute(
                select(SegmentMember.entered_at, Patient.id, Patient.uid)
                .join(Patient, Patient.id == SegmentMember.patient_id)
                .where(SegmentMember.segment_id == definition.id, SegmentMember.left_at.is_(None))
                .where(*beyond(session))
                .order_by(SegmentMember.patient_id)
                .limit(size + 1)
            ).all()
            shown = rows[:size]
            ids = [row.id for row in shown]
            audit.note(session, "R", "segment.members", [definition.id], ids, {"fields": fields})
        body: dict[str, Any] = {"items": [{"uid": str(row.uid), "entered_at": row.entered_at} for row in shown]}
        if len(rows) > size:
            body["next"] = url_for("api-segments.members", slug=slug, after=shown[-1].uid, limit=size)
        return answer(body)

    def describe(self) -> Paths:
        """Its addresses."""
        item = {"type": "object", "properties": {"slug": {"type": "string"}}, "required": ["slug", "name", "version"]}
        member = {
            "type": "object",
            "properties": {"uid": UID, "entered_at": {"type": "string", "format": "date-time"}},
            "required": ["uid", "entered_at"],
        }
        limit = {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": MOST}}
        after = {"name": "after", "in": "query", "schema": UID, "description": "The last member of the page before"}
        slug = {"name": "slug", "in": "path", "required": True, "schema": {"type": "string"}}
        why = {"$ref": "#/components/parameters/purpose"}
        listed = {"200": {"description": "The segments", "content": json_content(items_of(item))}}
        found = {"200": {"description": "Members now", "content": json_content(items_of(member))}}
        parameters = [slug, limit, after, why]
        return {
            "/segments": {"get": operation("Segments in force", listed, operationId="segments", parameters=[why])},
            "/segments/{slug}/members": {
                "get": operation("Members of a segment", found, operationId="members", parameters=parameters)
            },
        }


def items_of(item: dict[str, Any]) -> dict[str, Any]:
    """A page of a list."""
    parts = {"items": {"type": "array", "items": item}, "next": {"type": "string"}}
    return {"type": "object", "properties": parts, "required": ["items"]}


def wanted_size() -> int:
    """How many members a page shall have."""
    typed = request.args.get("limit", str(SIZE))
    if typed.isascii() and typed.isdecimal() and len(typed) < 6 and 1 <= int(typed) <= MOST:
        return int(typed)
    data = {"least": 1, "most": MOST}
    raise Invalid([Problem("limit", N_("Write a whole number between %(least)s and %(most)s"), data)])


def beyond(session: Session) -> list[ColumnElement[bool]]:
    """The condition that a member comes after the one that the address names."""
    typed = request.args.get("after")
    if not typed:
        return []
    try:
        last = session.scalar(select(Patient.id).where(Patient.uid == uuid.UUID(typed)))
    except ValueError:
        last = None
    if last is None:
        raise Invalid([Problem("after", N_("There is no such patient here"))])
    return [SegmentMember.patient_id > last]
