"""Finds what names a segment: other segments, contact rules, and journeys in their entry, branches, goals and exits."""

from sqlalchemy import or_
from sqlalchemy.orm import Session

from journeys.criteria.using import Use, uses_by
from journeys.store.configuration import Definition
from journeys.store.putting_in_force.definitions import SEGMENT

NAMED = "$.** ? (@.segment == $slug || @.segments[*] == $slug)"
"""An SQL/JSON path: any part of a definition that names the segment."""


def uses_of(session: Session, slug: str) -> list[Use]:
    """Every other definition that names a segment, in the order of kind and slug."""
    return uses_by(session, NAMED, slug, or_(Definition.kind != SEGMENT, Definition.slug != slug))
