"""Whether what is put in force needs a second person."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.definitions import ORGANISATION, SETTING


def needs_two(session: Session) -> bool:
    """Whether somebody else approves than wrote or asked; the setting `organisation` can say `two_people: false`."""
    content = session.scalar(
        select(DefinitionVersion.content)
        .join(Definition, Definition.live_version_id == DefinitionVersion.id)
        .where(Definition.kind == SETTING, Definition.slug == ORGANISATION)
    )
    return (content or {}).get("two_people", True) is not False
