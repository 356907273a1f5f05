"""What a field's new content changes against the one in force, and what bars it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.criteria.custom.check import field_problems
from journeys.criteria.custom.content import CustomField, of_version
from journeys.criteria.custom.converting import has_to_convert
from journeys.criteria.custom.used_in import binding, uses
from journeys.criteria.known import known
from journeys.foundation.acting import Act
from journeys.foundation.errors import Problem, errors_in
from journeys.foundation.words import N_
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.putting_in_force.definitions import FIELD


def last_version(session: Session, slug: str) -> CustomField | None:
    """The field as it was published last, in force or retired; None for one that never was."""
    version = session.scalar(
        select(DefinitionVersion)
        .join(Definition, Definition.id == DefinitionVersion.definition_id)
        .where(Definition.kind == FIELD, Definition.slug == slug)
        .order_by(DefinitionVersion.number.desc())
        .limit(1)
    )
    return None if version is None else of_version(slug, version)


def draft_problems(
    session: Session, act: Act, slug: str, content: Any, known_roles: Collection[str] | None
) -> list[Problem]:
    """Everything that bars a content from being published: what is wrong in it, and what it would break."""
    found = field_problems(content, slug, known(session), known_roles)
    if errors_in(found):
        return found
    old = last_version(session, slug)
    return found if old is None else [*found, *change_problems(session, act, old, CustomField(slug, content))]


def change_problems(session: Session, act: Act, old: CustomField, new: CustomField) -> Iterator[Problem]:
    """What may not change any more: whose field it is; its type while rules in force or values elsewhere need it."""
    if old.on != new.on:
        yield Problem("on", N_("This cannot change any more; make a new field instead"))
        return
    if not has_to_convert(old, new):
        return
    for use in binding(uses(session).get(old.slug, [])):
        yield Problem("type", IS_USED, {"kind": use.kind, "slug": use.slug})
    # what other branches recorded, and who walks there, is hidden from this act: that it sees none says nothing
    if act.scope.locations is not None:
        yield Problem("type", N_("Values of every branch would change: only who works for every branch may do this"))


IS_USED = N_("It is used in the %(kind)s %(slug)s; take it out there first")
