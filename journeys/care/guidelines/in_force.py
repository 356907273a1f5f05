"""The guidelines in force, and whether one still means what it meant when it was worked out last."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from journeys.care.guidelines.content import Guideline, guideline_of
from journeys.care.guidelines.standing import Refusals
from journeys.criteria.known import Known
from journeys.criteria.membership.fingerprint import fingerprint, texts_of
from journeys.foundation.errors import Missing
from journeys.foundation.tables import Texts
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.due import DueRefusal
from journeys.store.putting_in_force.definitions import GUIDELINE

MEANING = 1
"""Raised when the same content comes to mean something else, so that every guideline is worked out whole once."""


@dataclass(frozen=True)
class InForce:
    """One guideline in force: its definition, its version, its content as written and as parts."""

    id: int
    slug: str
    name: Texts
    version_id: int
    content: dict[str, Any]

    @property
    def guideline(self) -> Guideline:
        """Its parts by name."""
        return guideline_of(self.content)

    def mark(self, known: Known) -> str:
        """SHA-256 (hex) of the version with the segments and value sets that it names."""
        meant = [MEANING, self.version_id, *named_in(self.content, known)]
        return hashlib.sha256(orjson.dumps(meant, option=orjson.OPT_SORT_KEYS)).hexdigest()


def named_in(content: Mapping[str, Any], known: Known) -> tuple[dict[str, str], dict[str, int]]:
    """What a content means besides its own words: the segments that it names, and the versions of its value sets."""
    names = texts_of(orjson.dumps(content))
    segments = {name: fingerprint(name, known) for name in sorted(names) if name in known.segments}
    value_sets = {name: known.value_sets[name].version_id for name in sorted(names) if name in known.value_sets}
    return segments, value_sets


LIVE = (
    select(Definition.id, Definition.slug, Definition.name, DefinitionVersion.id, DefinitionVersion.content)
    .join(DefinitionVersion, DefinitionVersion.id == Definition.live_version_id)
    .where(Definition.kind == GUIDELINE, Definition.status == "active")
    .order_by(Definition.slug)
)


def guidelines_in_force(session: Session) -> list[InForce]:
    """Every guideline in force, by slug."""
    return [InForce(*row) for row in session.execute(LIVE)]


def guideline_in_force(session: Session, slug: str) -> InForce:
    """The guideline of this slug; Missing when none is in force."""
    found = session.execute(LIVE.where(Definition.slug == slug)).one_or_none()
    if found is None:
        raise Missing(f"There is no published guideline {slug}")
    return InForce(*found)


def refusals_at(guideline_id: int, now: Any) -> Refusals:
    """SELECT who refuses a guideline at a moment, and until which day: the latest of several."""
    is_said = DueRefusal.refused_at <= now
    holds = DueRefusal.withdrawn_at.is_(None) | (DueRefusal.withdrawn_at > now)
    rows = select(DueRefusal.patient_id, func.max(DueRefusal.until_on).label("until_on"))
    return rows.where(DueRefusal.guideline_id == guideline_id, is_said, holds).group_by(DueRefusal.patient_id)
