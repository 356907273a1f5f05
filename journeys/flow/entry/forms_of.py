"""Which journeys in force let patients in by a web form: what closing it, or changing it, is about."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.store.configuration import DefinitionVersion
from journeys.store.putting_in_force.definitions import JOURNEY, live_versions


def let_in_by(session: Session, form: str) -> dict[str, DefinitionVersion]:
    """Slug → version in force of every journey that this form opens, by slug."""
    live = sorted(live_versions(session, JOURNEY).items())
    return {slug: version for slug, version in live if (version.content.get("entry") or {}).get("form") == form}
