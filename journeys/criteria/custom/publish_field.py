"""Publishes a field: all problems of its draft, or one immutable version in force, with its values converted."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.criteria.custom.changing import draft_problems, last_version
from journeys.criteria.custom.content import CustomField, of_version
from journeys.criteria.custom.converting import Outcome, convert, has_to_convert
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem, refuse_errors
from journeys.foundation.words import N_
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.putting_in_force.definitions import FIELD, find
from journeys.store.putting_in_force.write_version import write_version


def publish_field(
    session: Session,
    act: Act,
    slug: str,
    row_version: int | None = None,
    leave_behind: bool = False,
    known_roles: Collection[str] | None = None,
) -> DefinitionVersion:
    """Put the draft of a field in force and return the version; Invalid with every problem when it cannot be.

    When the type changes, every current value is converted in the same act. Values that cannot be converted bar it,
    unless they may be left behind: they are ended then, and stay in the history. `row_version` is the draft that was
    looked at: Stale when somebody saved since. `known_roles` are the portal's roles, None where they cannot be asked.
    """
    definition = find(session, FIELD, slug, row_version)
    session.execute(select(Definition.id).where(Definition.id == definition.id).with_for_update())
    refuse_errors(draft_problems(session, act, slug, definition.draft or {}, known_roles))
    old = last_version(session, slug)
    with session.begin_nested():
        version = write_version(session, act, definition)
        new = of_version(slug, version)
        if old is not None and has_to_convert(old, new):
            keep_values(session, act, old, new, leave_behind)
    return version


def keep_values(session: Session, act: Act, old: CustomField, new: CustomField, leave_behind: bool) -> None:
    """Convert the values of a field whose type has changed; Invalid when some would be left behind unasked."""
    outcome = convert(session, act, old, new)
    if outcome.lost and not leave_behind:
        raise Invalid([loss(outcome)])
    if outcome.records:
        detail = {"field": new.slug, "converted": outcome.fitting, "left_behind": outcome.lost}
        audit.note(session, "U", "custom_value", detail=detail)


def loss(outcome: Outcome) -> Problem:
    """That values would not be there any more."""
    says = N_("%(count)s of %(all)s values cannot be converted; look at them first, or leave them behind")
    return Problem("type", says, {"count": outcome.lost, "all": outcome.records})
