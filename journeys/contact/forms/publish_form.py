"""Puts the draft of a form in force: from then on it stands at its address."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.forms.check import form_problems
from journeys.contact.forms.content import fields_for_forms
from journeys.foundation.acting import Act
from journeys.foundation.errors import Problem, Stale, refuse_errors
from journeys.store.configuration import DefinitionVersion
from journeys.store.organisation import Location
from journeys.store.putting_in_force.definitions import FORM, find
from journeys.store.putting_in_force.write_version import write_version


def publish_form(session: Session, act: Act, slug: str, row_version: int | None = None) -> DefinitionVersion:
    """Return the version now in force; Invalid with every problem, Stale when somebody saved since `row_version`."""
    definition = find(session, FORM, slug)
    if row_version is not None and definition.row_version != row_version:
        raise Stale(f"The form {slug} was changed by somebody else")
    refuse_errors(problems_of(session, definition.draft or {}))
    return write_version(session, act, definition)


def problems_of(session: Session, content: object) -> list[Problem]:
    """What keeps a draft from being published as things stand."""
    branches = session.scalars(select(Location.slug).where(Location.slug.is_not(None))).all()
    return form_problems(content, fields_for_forms(session), [slug for slug in branches if slug is not None])
