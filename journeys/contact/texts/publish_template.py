"""Puts the draft of a template in force: all its problems, or one version that never changes."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from journeys.contact.texts.template_problems import problems_in_force
from journeys.contact.texts.wordings import live_wordings, quoted_in
from journeys.foundation.acting import Act
from journeys.foundation.errors import refuse_errors
from journeys.store.configuration import DefinitionVersion, VersionPin
from journeys.store.putting_in_force.definitions import TEMPLATE, WORDING, find
from journeys.store.putting_in_force.write_version import write_version


def publish_template(session: Session, act: Act, slug: str, row_version: int | None = None) -> DefinitionVersion:
    """Return the version now in force; Invalid with every problem (warnings alone do not bar publishing).

    `row_version` is the draft that was looked at: Stale when somebody saved since. The wordings that it quotes are
    pinned as they are now: where one has changed, an unchanged draft becomes a new version.
    """
    definition = find(session, TEMPLATE, slug, row_version)
    content = definition.draft or {}
    refuse_errors(problems_in_force(session, TEMPLATE, content))
    pins = pins_of(session, quoted_in(content))
    before = definition.live_version_id
    if before is not None and pins != pins_of_version(session, before):
        # the next version is a new one although the draft is the same
        definition.status = "draft"
        definition.live_version = None
    version = write_version(session, act, definition)
    if version.id != before and pins:
        rows = [
            {"version_id": version.id, "kind": WORDING, "slug": name, "pinned_version_id": pinned}
            for name, pinned in pins.items()
        ]
        session.execute(insert(VersionPin), rows)
    return version


def pins_of(session: Session, quoted: list[str]) -> dict[str, int]:
    """The version in force of each wording, by its short name."""
    in_force = live_wordings(session) if quoted else {}
    return {slug: in_force[slug].version_id for slug in sorted(quoted)}


def pins_of_version(session: Session, version_id: int) -> Mapping[str, int]:
    """The wordings that a published version is pinned to."""
    rows = session.execute(
        select(VersionPin.slug, VersionPin.pinned_version_id).where(
            VersionPin.version_id == version_id, VersionPin.kind == WORDING
        )
    )
    return {slug: pinned for slug, pinned in rows}  # noqa: C416
