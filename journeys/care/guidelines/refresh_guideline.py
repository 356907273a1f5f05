"""Brings what is due by one guideline up to date by looking at everybody, or at some."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from functools import partial
from typing import Any

from sqlalchemy import DateTime, Select, func, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from journeys.care.guidelines.dating import Looking
from journeys.care.guidelines.difference import HAVE_EMPTY, difference
from journeys.care.guidelines.in_force import InForce, guideline_in_force, refusals_at
from journeys.care.guidelines.standing import standings
from journeys.care.guidelines.writing import Written, write
from journeys.criteria.known import Known, known
from journeys.criteria.limits import limited
from journeys.foundation import advisory, audit
from journeys.foundation.acting import Act
from journeys.foundation.attempting import attempt
from journeys.foundation.lanes import ALL_LANES
from journeys.store.due import DueState

LOCK = text(f"SELECT pg_advisory_xact_lock({advisory.DUE})")
"""Held by whoever writes what is due, to the end of its transaction: two who look at the same patient take turns."""

SECONDS = 300
"""How long one guideline may take a worker."""

NO_FINGERPRINT = ""


def refresh_guideline(session: Session, act: Act, slug: str) -> Written | None:
    """Write where everybody stands as of `act.now`; Missing when the guideline is not in force.

    None when it could not be worked out: why is kept with its state, and what is due stays as it is.
    """
    each = guideline_in_force(session, slug)
    session.execute(LOCK)
    done: list[Written] = []
    error = attempt(session, partial(look_at_all, session, act, each, known(session), done))
    if error is None:
        return done[0]
    keep_failure(session, act, each.id, error)
    audit.note(session, "E", "guideline", ids=[each.id], detail={"slug": slug, "error": error}, outcome="12")
    return None


def look_at_all(session: Session, act: Act, each: InForce, in_force: Known, done: list[Written]) -> None:
    """Look at everybody and keep that; what was written is put into `done`."""
    with limited(session, each.slug, SECONDS) as begin:
        written = look_at(session, act, each, in_force)
        keep_state(session, act, each, in_force, begin)
    note(session, each, written)
    done.append(written)


def look_at(
    session: Session,
    act: Act,
    each: InForce,
    in_force: Known,
    among: Select[int] | None = None,
    lanes: Collection[int] = ALL_LANES,
) -> Written:
    """Write where everybody stands in a guideline, or those of `among`, as of `act.now`; LOCK is held, and `lanes` are
    all that they can be in."""
    guideline = each.guideline
    session.execute(HAVE_EMPTY)
    stands = standings(guideline, Looking(act.now, in_force, among), refusals_at(each.id, act.now))
    session.execute(difference(guideline, each.id, each.version_id, stands, among))
    about = {"guideline": each.id, "version": each.version_id, "slug": each.slug}
    return write(session, act, guideline, about, lanes)


def keep_state(session: Session, act: Act, each: InForce, in_force: Known, begin: dt.datetime) -> None:
    """Keep that everybody was looked at, and what it cost by the database's clock."""
    took = func.clock_timestamp(type_=DateTime(timezone=True)) - begin
    values = {
        "fingerprint": each.mark(in_force),
        "whole_at": act.now,
        "evaluated_at": act.now,
        "looked_at": 0,
        "milliseconds": func.round(func.extract("epoch", took) * 1000),
        "failed_at": None,
        "error": None,
    }
    put(session, each.id, values)


def keep_failure(session: Session, act: Act, guideline_id: int, error: str) -> None:
    """Keep that it failed, and that next time everybody has to be looked at."""
    failed = {"failed_at": act.now, "error": error, "fingerprint": NO_FINGERPRINT}
    nothing = {"whole_at": act.now, "evaluated_at": act.now, "looked_at": 0, "milliseconds": 0}
    put(session, guideline_id, failed, {**nothing, **failed})


def put(session: Session, guideline_id: int, values: dict[str, Any], first: dict[str, Any] | None = None) -> None:
    """Write a state; `first` is what a new row holds."""
    kept = insert(DueState).values(guideline_id=guideline_id, **(first or values))
    session.execute(kept.on_conflict_do_update(index_elements=["guideline_id"], set_=values))


def note(session: Session, each: InForce, written: Written) -> None:
    """Keep in the audit how many occurrences began, changed and ended; nothing where none did."""
    if not written.total:
        audit.nothing_happened(session)
        return
    counts = {"opened": written.opened, "changed": written.changed, "ended": written.ended}
    audit.note(session, "U", "guideline", ids=[each.id], detail={"slug": each.slug, **counts})
