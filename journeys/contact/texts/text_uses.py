"""What a template is for: messages of journeys, answers that staff choose, scripts of calls, words on a clinic's site.

All of them are written, judged, approved by a second person, published and flagged alike: an approved wording that
they quote feeds them all. A template that says nothing of its uses is for messages.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation.words import N_
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.putting_in_force.definitions import TEMPLATE, live_versions

MESSAGE, REPLY, CALL, WEB = "message", "reply", "call", "web"

USES: dict[str, str] = {
    MESSAGE: N_("Messages of journeys"),
    REPLY: N_("Saved reply"),
    CALL: N_("Call script"),
    WEB: N_("Web text"),
}

SENT = frozenset({MESSAGE, REPLY})
"""The uses in which it is sent, so that laws and networks have their say."""


def uses_of(content: Mapping[str, Any]) -> tuple[str, ...]:
    """The uses of a template, in the order of `USES`; what cannot be read is for messages, and is told elsewhere."""
    named = content.get("uses")
    return tuple(use for use in USES if use in named) if isinstance(named, list) and named else (MESSAGE,)


def are_uses(named: Any) -> bool:
    """Whether this can stand as the uses of a template."""
    return isinstance(named, list) and bool(named) and all(isinstance(each, str) and each in USES for each in named)


def live_text(session: Session, slug: str, use: str) -> DefinitionVersion | None:
    """The version in force of one template, if it is for this use."""
    version = session.scalar(
        select(DefinitionVersion)
        .join(Definition, Definition.live_version_id == DefinitionVersion.id)
        .where(Definition.kind == TEMPLATE, Definition.slug == slug)
    )
    return version if version is not None and use in uses_of(version.content) else None


def live_texts(session: Session, use: str) -> dict[str, DefinitionVersion]:
    """Slug → version in force of every template for one use."""
    live = live_versions(session, TEMPLATE).items()
    return {slug: version for slug, version in live if use in uses_of(version.content)}
