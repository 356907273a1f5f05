"""Builds `rows`, the documented relation over which steps speak (columns: `steps.base`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, any_, cast, func, literal, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from journeys.criteria.subject import FACTS, beside
from journeys.flow.running.versions import PublishedJourney
from journeys.flow.steps.base import Rows
from journeys.flow.text.catalogue import Defaults
from journeys.foundation.acting import Act
from journeys.foundation.later import as_sql
from journeys.foundation.zones import ensure_zones, is_zone
from journeys.store.enrolments import Enrolment
from journeys.store.organisation import Location
from journeys.store.people import Patient

OF_ENROLMENT = (
    "patient_id",
    "lane",
    "definition_id",
    "version_id",
    "step",
    "stage",
    "visit",
    "entered_at",
    "step_entered_at",
    "due_at",
    "waiting_since",
    "woken_by",
    "woken_kind",
    "answer",
    "exit_port",
    "focus_kind",
    "focus_id",
)

PLACE: ColumnElement[Any] = literal_column(f"{Enrolment.__tablename__}.ctid")
PLACE_OF_ROW = "place_of_row"
"""Where the row of an enrolment lies. It holds within the statement that read it, for rows that are locked."""

Ids = Sequence[int] | ColumnElement[Any]
"""Ids that are known, or the parameter that stands for them."""


def one_of_ids(column: Any, ids: Ids) -> ColumnElement[bool]:
    """The column is one of these ids, sent as one array."""
    return column == any_(array_of_ids(ids))


def array_of_ids(ids: Ids) -> ColumnElement[Any]:
    """The ids as one array of SQL."""
    given = ids if isinstance(ids, ColumnElement) else literal(list(ids), ARRAY(BigInteger))
    return cast(given, ARRAY(BigInteger))


def rows_where(act: Act, defaults: Defaults, published: PublishedJourney, where: ColumnElement[bool]) -> Rows:
    """The enrolments for which `where` holds, as the relation that steps of this version speak about."""
    columns: list[ColumnElement[Any]] = [getattr(Enrolment, name).label(name) for name in OF_ENROLMENT]
    chosen: Select[Any] = (
        select(
            Enrolment.id.label("enrolment_id"),
            PLACE.label(PLACE_OF_ROW),
            *columns,
            as_sql(act.now).label("now"),
            func.coalesce(Patient.time_zone, Location.time_zone, defaults.time_zone).label("time_zone"),
            func.coalesce(Patient.language, defaults.language).label("language"),
            Patient.managing_location_id.label("location_id"),
            Location.calendar_id.label("calendar_id"),
            *(getattr(Patient, name).label(beside(name)) for name in FACTS),
        )
        .join(Patient, Patient.id == Enrolment.patient_id)
        .outerjoin(Location, Location.id == Patient.managing_location_id)
        .where(Enrolment.version_id == published.version_id, where)
    )
    head = published.journey.head
    return Rows(
        relation=chosen.subquery("standing"),
        now=act.now,
        journey=published.slug,
        purpose=head.purpose,
        priority=head.priority,
        focus=head.focus,
        let_in_by_event=head.entry.heard is not None,
        time_zone=defaults.time_zone,
        pins=published.pins,
        known=published.known,
    )


def know_zones(session: Session, patients: Select[Any], defaults: Defaults) -> None:
    """Make sure that SQL can work with the zones of these patients; a name that is no zone is left alone."""
    zone = func.coalesce(Patient.time_zone, Location.time_zone, defaults.time_zone)
    found = session.scalars(
        select(zone)
        .select_from(Patient)
        .outerjoin(Location, Location.id == Patient.managing_location_id)
        .where(Patient.id.in_(patients))
        .distinct()
    )
    ensure_zones(session, [name for name in found if is_zone(name)])
