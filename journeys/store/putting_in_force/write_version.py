"""Writes the draft of a definition as its next immutable version and puts it in force.

Whoever calls this has checked the content whole: this verb stores, it does not judge.
"""

from __future__ import annotations

import hashlib
from typing import Any

import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.configuration import Definition, DefinitionVersion


def write_version(session: Session, act: Act, definition: Definition) -> DefinitionVersion:
    """Return the version that is now in force; an unchanged draft makes no new one."""
    content = definition.draft or {}
    checksum = checksum_of(content)
    live = definition.live_version
    if live is None or live.checksum != checksum:
        live = next_version(session, act, definition, content, checksum)
    definition.live_version = live
    # the reference is written after the row itself, and only what has a version may be active
    session.flush()
    definition.status = "active"
    definition.changed_at = act.now
    definition.changed_by = act.by
    definition.asked_at = definition.asked_by = None
    definition.authors = []
    session.flush()
    detail = {"slug": definition.slug, "number": live.number, "checksum": checksum}
    audit.note(session, "C", f"version.{definition.kind}", ids=[live.id], detail=detail)
    return live


def next_version(
    session: Session, act: Act, definition: Definition, content: dict[str, Any], checksum: str
) -> DefinitionVersion:
    """Add the version after the last one; the definition's row is locked, so that two publishers take turns."""
    session.flush()
    session.execute(select(Definition.id).where(Definition.id == definition.id).with_for_update())
    versions = select(func.max(DefinitionVersion.number)).where(DefinitionVersion.definition_id == definition.id)
    number = (session.scalar(versions) or 0) + 1
    version = DefinitionVersion(
        definition_id=definition.id,
        number=number,
        format=int(content.get("format", 1)),
        content=content,
        checksum=checksum,
        published_at=act.now,
        published_by=act.by,
    )
    session.add(version)
    session.flush()
    return version


def checksum_of(content: dict[str, Any]) -> str:
    """SHA-256 (hex) of the content as canonical JSON: keys sorted, no white space."""
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()
