"""Lets the patients of a list into a journey, once for each list."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.flow.entry.choosing import ASKED_BEFORE, TOO_MANY, Chosen
from journeys.flow.entry.enrol_chosen import enrol_chosen
from journeys.flow.entry.find_listed import find_listed
from journeys.flow.entry.heard_before import heard_before
from journeys.flow.entry.listed_before import key_of, listed_before, said_of, source_of
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.lanes import lock_lanes
from journeys.store.people import Patient


def enrol_listed(session: Session, act: Act, slug: str, numbers: Collection[str]) -> Chosen:
    """Let those in who are found and may come in, as `enrol_chosen` does, with its Missing and Invalid.

    A list that was brought to this journey before, by anybody, lets nobody in again. One that stopped the journey,
    because more would have come in than was approved, was not brought.
    """
    uids = find_listed(session, act, numbers).uids()
    lanes = session.scalars(select(Patient.lane).where(Patient.uid.in_(uids))).all()
    lock_lanes(session, set(lanes))
    # only now: the same list has the same lanes, so of two at once the second one finds what the first one kept
    if listed_before(session, slug, numbers):
        audit.note(session, "R", "enrolment.preview", detail={"journey": slug, "asked again": True})
        return Chosen(entering=uids).all_held(ASKED_BEFORE)
    chosen = enrol_chosen(session, act, slug, uids)
    if TOO_MANY not in chosen.held.values():
        heard_before(session, act, source_of(slug), key_of(numbers), said_of(numbers))
    return chosen
