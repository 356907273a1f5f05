"""Who quotes which wording: templates by their drafts and in force, journeys by the templates that they send."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import Session, aliased

from journeys.contact.texts.wordings import quoted_in
from journeys.foundation.tables import Texts
from journeys.store.configuration import Definition, DefinitionVersion, VersionPin
from journeys.store.putting_in_force.definitions import JOURNEY, TEMPLATE, WORDING


@dataclass(frozen=True)
class Quotation:
    """Something that quotes a wording: `in_force` says whether its published version does, or only its draft;
    `is_outdated` that what it says is not the wording in force."""

    kind: str
    slug: str
    name: Texts
    in_force: bool
    is_outdated: bool


def outdated_templates(session: Session) -> dict[str, tuple[str, ...]]:
    """Templates in force → the wordings that they quote as they no longer are."""
    found: dict[str, list[str]] = {}
    for row in session.execute(quotations().where(is_outdated())):
        found.setdefault(row.slug, []).append(row.wording)
    return {slug: tuple(sorted(wordings)) for slug, wordings in sorted(found.items())}


WORDING_OF = aliased(Definition, name="wording_of")
PIN = aliased(VersionPin, name="wording_pin")


def quotations() -> Select[str, str]:
    """SELECT each template in force with each wording that it quotes."""
    return (
        select(Definition.slug, PIN.slug.label("wording"))
        .join(PIN, and_(PIN.version_id == Definition.live_version_id, PIN.kind == WORDING))
        .join(WORDING_OF, and_(WORDING_OF.kind == WORDING, WORDING_OF.slug == PIN.slug))
        .where(Definition.kind == TEMPLATE, Definition.status == "active")
    )


def is_outdated() -> ColumnElement[bool]:
    """SQL: whether a quotation is not of the version in force."""
    return WORDING_OF.live_version_id.is_distinct_from(PIN.pinned_version_id)


def uses_of_wording(session: Session, slug: str) -> list[Quotation]:
    """Every template and journey that says a wording, in the order of kind and slug."""
    return [*journeys_with(session, slug), *templates_with(session, slug)]


def templates_with(session: Session, slug: str) -> list[Quotation]:
    """Templates that quote it, by what is in force or by their draft."""
    wanted = quotations().add_columns(is_outdated().label("outdated")).where(PIN.slug == slug)
    in_force = {row.slug: row.outdated for row in session.execute(wanted)}
    drafts = session.execute(
        select(Definition.slug, Definition.name, Definition.draft).where(Definition.kind == TEMPLATE).order_by("slug")
    )
    return [
        Quotation(TEMPLATE, row.slug, row.name, row.slug in in_force, bool(in_force.get(row.slug)))
        for row in drafts
        if row.slug in in_force or slug in quoted_in(row.draft)
    ]


def journeys_with(session: Session, slug: str) -> list[Quotation]:
    """Journeys in force that send a template which quotes it."""
    sent = aliased(VersionPin, name="sent")
    quoted = aliased(VersionPin, name="quoted")
    rows = session.execute(
        select(Definition.slug, Definition.name, WORDING_OF.live_version_id.is_distinct_from(quoted.pinned_version_id))
        .join(DefinitionVersion, DefinitionVersion.id == Definition.live_version_id)
        .join(sent, and_(sent.version_id == DefinitionVersion.id, sent.kind == TEMPLATE))
        .join(quoted, and_(quoted.version_id == sent.pinned_version_id, quoted.kind == WORDING, quoted.slug == slug))
        .join(WORDING_OF, and_(WORDING_OF.kind == WORDING, WORDING_OF.slug == slug))
        .where(Definition.kind == JOURNEY)
        .order_by(Definition.slug)
    ).all()
    names = {row[0]: row[1] for row in rows}
    return [
        Quotation(JOURNEY, each, name, in_force=True, is_outdated=any(row[2] for row in rows if row[0] == each))
        for each, name in names.items()
    ]
