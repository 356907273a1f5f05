"""An administrator describes a type of appointments, or changes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Problem, Stale, refuse_errors
from journeys.foundation.ids import is_slug
from journeys.foundation.new_once import new_once
from journeys.foundation.tables import Texts
from journeys.foundation.words import N_
from journeys.store.scheduling import A_DAY, AppointmentType

A_YEAR = 366 * A_DAY
BAD_SLUG = N_("Use lower-case letters, digits and hyphens, for example recall-due")


@dataclass(frozen=True)
class Kind:
    """A type as it is to be (see `AppointmentType`)."""

    slug: str
    name: Texts
    minutes: int
    lead_minutes: int = 0
    cancel_minutes: int = A_DAY
    patients_may_book: bool = False
    service_line_id: int | None = None
    active: bool = True


def keep_type(session: Session, act: Act, kind: Kind, row_version: int | None = None) -> AppointmentType:
    """Return the type; without `row_version` it is new. Invalid with every problem, Stale when somebody changed it.

    What is booked already keeps its length.
    """
    found = session.scalar(select(AppointmentType).where(AppointmentType.slug == kind.slug))
    refuse_errors(problems_of(kind, is_taken=found is not None and row_version is None))
    if found is None:
        found = AppointmentType(slug=kind.slug)
        session.add(found)
    elif found.row_version != row_version:
        raise Stale(f"The type {kind.slug} has been changed")
    for name in ("name", "minutes", "lead_minutes", "cancel_minutes", "patients_may_book", "service_line_id", "active"):
        setattr(found, name, getattr(kind, name))
    with new_once(session, N_("There is a type of this name already")):
        session.flush()
    action = "C" if row_version is None else "U"
    audit.note(session, action, AppointmentType.__tablename__, [found.id], detail={"type": kind.slug})
    return found


def problems_of(kind: Kind, is_taken: bool) -> Iterator[Problem]:
    """What is wrong with a type."""
    if not is_slug(kind.slug):
        yield Problem("slug", BAD_SLUG)
    if is_taken:
        yield Problem("slug", N_("There is a type of this name already"))
    if not any(kind.name.values()):
        yield Problem("name", N_("Say what it is"))
    for where, least, most in (("minutes", 1, A_DAY), ("lead_minutes", 0, A_YEAR), ("cancel_minutes", 0, A_YEAR)):
        if not least <= getattr(kind, where) <= most:
            yield Problem(where, N_("Give a number from %(least)s to %(most)s"), {"least": least, "most": most})
