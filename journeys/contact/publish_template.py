"""Puts the draft of a template in force: all its problems, or one version that never changes."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.contact.template_problems import template_problems
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Stale
from journeys.store.configuration import DefinitionVersion
from journeys.store.definitions import TEMPLATE, find
from journeys.store.write_version import write_version


def publish_template(session: Session, act: Act, slug: str, row_version: int | None = None) -> DefinitionVersion:
    """Return the version now in force; Invalid with every problem (warnings alone do not bar publishing).

    `row_version` is the draft that was looked at: Stale when somebody saved since.
    """
    definition = find(session, TEMPLATE, slug)
    if row_version is not None and definition.row_version != row_version:
        raise Stale(f"The template {slug} was changed by somebody else")
    found = template_problems(session, definition.draft or {})
    if any(problem.severity == "error" for problem in found):
        raise Invalid(found)
    return write_version(session, act, definition)
