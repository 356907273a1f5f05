"""Lets patients into a journey whom a person or a program has chosen, one by one or as a list."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.flow.entry.bounds import stop_if_too_many
from journeys.flow.entry.choosing import ASKED_BEFORE, TOO_MANY, Chosen, journey_in_force, judge_chosen, select_chosen
from journeys.flow.entry.entering import candidates, let_in
from journeys.flow.entry.heard_before import heard_before
from journeys.flow.text.catalogue import read_defaults
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.lanes import lock_lanes
from journeys.store.people import Patient


def enrol_chosen(
    session: Session, act: Act, slug: str, patients: Collection[uuid.UUID], key: str | None = None
) -> Chosen:
    """Let those in who may come in, and say why the others may not.

    What was asked under the same `key` before is not done again: nobody comes in then.

    The journey's segment or event is not asked for; its rule of coming in again, its goals and exits hold, so whoever
    is in already stays as they are however often this is asked. Missing when the journey is not in force, Invalid when
    it is about a record or the list is empty or too long. Where more would come in than was approved, nobody does, and
    the journey is paused.
    """
    lanes = session.scalars(select(Patient.lane).where(Patient.uid.in_(list(patients)))).all()
    lock_lanes(session, set(lanes))
    # only now: whoever pauses, retires or publishes may have come first while the lanes were waited for
    journey = journey_in_force(session, slug)
    chosen = judge_chosen(session, act, journey, patients)
    if key is not None and heard_before(session, act, f"enrol:{act.by}:{slug}", key, said_of(patients)):
        audit.note(session, "R", "enrolment.preview", detail={"journey": slug, "asked again": True})
        return chosen.all_held(ASKED_BEFORE)
    who = candidates(act, journey, select_chosen(chosen.entering), None)
    if chosen.entering and stop_if_too_many(session, act, journey, who):
        return chosen.all_held(TOO_MANY)
    new = let_in(session, act, read_defaults(session), journey, who) if chosen.entering else []
    counts = {"journey": slug, "enrolled": len(new), "held": len(chosen.held)}
    audit.note(session, "C", "enrolment", new, detail=counts)
    return chosen


def said_of(patients: Collection[uuid.UUID]) -> str:
    """A list of patients as one text, whatever their order."""
    return " ".join(sorted(str(each) for each in set(patients)))
