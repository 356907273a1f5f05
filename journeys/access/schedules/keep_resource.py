"""An administrator describes a room or a device that can be booked, or changes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.access.schedules.finding import refuse_others
from journeys.access.schedules.keep_type import BAD_SLUG
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing, Problem, refuse_errors
from journeys.foundation.ids import is_slug
from journeys.foundation.new_once import new_once
from journeys.foundation.tables import Texts
from journeys.foundation.words import N_
from journeys.store.scheduling import BookableResource, Schedule

TAKEN = N_("There is a room or device of this name already")


@dataclass(frozen=True)
class Resource:
    """A room or device as it is to be (see `BookableResource`)."""

    slug: str
    name: Texts
    location_id: int
    active: bool = True


def keep_resource(session: Session, act: Act, resource: Resource, is_new: bool) -> BookableResource:
    """Return it. Invalid with every problem, Missing where there is none to change, Forbidden for a branch of others.

    One that schedules book stays at its branch.
    """
    refuse_others(act, resource.location_id)
    chosen = select(BookableResource).where(BookableResource.slug == resource.slug).with_for_update()
    found = session.scalar(chosen)
    if found is None and not is_new:
        raise Missing(N_("There is no such room or device here"))
    if found is not None and not is_new:
        refuse_others(act, found.location_id)
    refuse_errors(problems_of(session, resource, found, is_new))
    if found is None:
        found = BookableResource(slug=resource.slug)
        session.add(found)
    found.name, found.location_id, found.active = resource.name, resource.location_id, resource.active
    with new_once(session, TAKEN):
        session.flush()
    audit.note(session, "C" if is_new else "U", "bookable_resource", [found.id], detail={"resource": resource.slug})
    return found


def problems_of(
    session: Session, resource: Resource, found: BookableResource | None, is_new: bool
) -> Iterator[Problem]:
    """What is wrong with it."""
    if not is_slug(resource.slug):
        yield Problem("slug", BAD_SLUG)
    if found is not None and is_new:
        yield Problem("slug", TAKEN)
    if not any(resource.name.values()):
        yield Problem("name", N_("Say what it is"))
    if found is not None and not is_new and found.location_id != resource.location_id:
        booking = select(Schedule.id).where(Schedule.resource_id == found.id).limit(1)
        if session.scalar(booking) is not None:
            yield Problem("location_id", N_("A schedule books it at its branch. Make another one for the new branch."))
