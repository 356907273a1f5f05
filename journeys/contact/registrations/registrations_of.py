"""What networks say of a template: of each of its versions, in each language, on each medium that registers texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.media import media_that
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.text_registrations import TextRegistration

MOST_VERSIONS = 10
"""So many of the newest versions are offered: journeys keep the version that they were published with."""

REGISTERS = media_that(lambda medium: bool(medium.register))
"""The media whose networks register texts."""


@dataclass(frozen=True)
class Registered:
    """One text as one network has it; `newest` is None where nobody wrote anything down."""

    version: DefinitionVersion
    language: str
    medium: str
    newest: TextRegistration | None = None


@dataclass(frozen=True)
class Registrations:
    """The newest versions of a template, what holds of each of their texts, and every statement, the newest first."""

    versions: Sequence[DefinitionVersion]
    texts: Sequence[Registered]
    statements: Sequence[tuple[TextRegistration, int]]


def registrations_of(session: Session, definition: Definition) -> Registrations:
    """By two statements, however many texts there are."""
    of_template = DefinitionVersion.definition_id == definition.id
    versions = session.scalars(
        select(DefinitionVersion).where(of_template).order_by(DefinitionVersion.number.desc()).limit(MOST_VERSIONS)
    ).all()
    statements = session.execute(
        select(TextRegistration, DefinitionVersion.number)
        .join(DefinitionVersion, DefinitionVersion.id == TextRegistration.version_id)
        .where(of_template)
        .order_by(TextRegistration.id.desc())
    ).all()
    newest = {(row.version_id, row.language, row.medium): row for row, _ in reversed(statements)}
    texts = [
        Registered(version, language, medium, newest.get((version.id, language, medium)))
        for version in versions
        for language in sorted(version.content["texts"])
        for medium in REGISTERS
    ]
    return Registrations(versions, texts, [(row, number) for row, number in statements])
