"""Configuration as data: drafts that people edit, versions that never change.

A definition has a kind (`segment`, `journey`, `template`, `contact-rule`, `stage`, `queue`, …), a slug, and one
draft. Publishing writes a version: whole, numbered, with a checksum. Database triggers refuse to change or delete a
version."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from journeys.foundation.tables import Base, Identified, Texts
from journeys.store.columns import RowVersioned, one_of, together


class Definition(Identified, RowVersioned, Base):
    """One piece of configuration; `live_version_id` is what is in force, null before the first publishing and after
    retiring. `asked_at` and `asked_by` say that somebody asked for the draft, as it is, to be put in force.

    `authors` are all who changed the draft since the last version; `stopped` says why a journey paused by itself."""

    __tablename__ = "definition"
    __table_args__ = (
        UniqueConstraint("kind", "slug"),
        one_of("status", "draft", "active", "paused", "retired"),
        CheckConstraint("status NOT IN ('active', 'paused') OR live_version_id IS NOT NULL", name="active_has_version"),
        together("asked_at", "asked_by"),
    )

    kind: Mapped[str]
    slug: Mapped[str]
    name: Mapped[Texts]
    status: Mapped[str] = mapped_column(default="draft", server_default="draft")
    draft: Mapped[dict[str, Any] | None]
    pack: Mapped[str | None]
    live_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("definition_version.id", use_alter=True, name="fk_definition_live_version")
    )
    changed_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())
    changed_by: Mapped[str]
    asked_at: Mapped[dt.datetime | None]
    asked_by: Mapped[str | None]
    authors: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    stopped: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))

    __mapper_args__ = {"version_id_col": RowVersioned.row_version}

    live_version: Mapped[DefinitionVersion | None] = relationship(foreign_keys=[live_version_id], post_update=True)


class DefinitionVersion(Identified, Base):
    """One immutable version: the content as published, its format number, its SHA-256 (hex) over canonical JSON."""

    __tablename__ = "definition_version"
    __table_args__ = (
        UniqueConstraint("definition_id", "number"),
        CheckConstraint("number > 0", name="number_positive"),
    )

    definition_id: Mapped[int] = mapped_column(ForeignKey("definition.id"))
    number: Mapped[int]
    format: Mapped[int]
    content: Mapped[dict[str, Any]]
    checksum: Mapped[str]
    published_at: Mapped[dt.datetime]
    published_by: Mapped[str]


class JourneyListener(Base):
    """Which events a published journey version listens for, so that an event finds them with one join.

    purpose: entry (an event that lets patients in), exit, goal. `position` is the place in the definition's list.
    `event_kind` is `task.*` where a rule counts tasks, and `*` where anything may matter (see `flow.events.heard`).
    """

    __tablename__ = "journey_listener"
    __table_args__ = (one_of("purpose", "entry", "exit", "goal"),)

    version_id: Mapped[int] = mapped_column(ForeignKey("definition_version.id"), primary_key=True)
    purpose: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    event_kind: Mapped[str] = mapped_column(primary_key=True, index=True)


class VersionPin(Base):
    """Which version of a template or segment a published journey version was checked with, and uses for ever."""

    __tablename__ = "version_pin"

    version_id: Mapped[int] = mapped_column(ForeignKey("definition_version.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(primary_key=True)
    pinned_version_id: Mapped[int] = mapped_column(ForeignKey("definition_version.id"), index=True)
