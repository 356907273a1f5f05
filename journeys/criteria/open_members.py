"""Opens the list of a segment's members to somebody: Forbidden when the rule rests on a field they may not see."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.criteria.known import known
from journeys.criteria.seeing import fields_behind, refuse_unseen
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.putting_in_force.definitions import SEGMENT, find


def open_members(
    session: Session, act: Act, slug: str, roles: Collection[str] = (), has_left: bool = False
) -> list[str]:
    """The slugs of the custom fields that membership rests on, for the audit of whoever then reads the members.

    Those who have left may have fitted any of the versions that there were, so all of them count. Missing without such
    a segment.
    """
    audit.nothing_happened(session)
    return fields_of_members(session, act, find(session, SEGMENT, slug), roles, has_left)


def fields_of_members(
    session: Session, act: Act, segment: Definition, roles: Collection[str], has_left: bool
) -> list[str]:
    """The same for a segment that was found already."""
    in_force = known(session)
    fields = fields_behind(rules_of(session, segment, has_left), in_force)
    refuse_unseen(fields, in_force, act, roles)
    return fields


def rules_of(session: Session, segment: Definition, has_left: bool) -> list[dict]:
    """The rules that made the members: that of the version in force, or those of all versions."""
    versions = select(DefinitionVersion.content["rule"]).where(DefinitionVersion.definition_id == segment.id)
    if segment.live_version_id is not None and not has_left:
        versions = versions.where(DefinitionVersion.id == segment.live_version_id)
    return list(session.scalars(versions))
