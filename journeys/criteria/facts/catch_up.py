"""Brings fact rows up to date: of whoever was marked, and of whoever has passed a date that changes something."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, or_, select, text
from sqlalchemy.orm import Session

from journeys.criteria.facts.facts import registered
from journeys.criteria.facts.recompute import CHANGED, begin, recompute
from journeys.criteria.known import Known, known
from journeys.foundation import advisory, audit
from journeys.foundation.acting import Act
from journeys.store.facts import EVERYBODY, FACT_MARK, FactZone, PatientFact
from journeys.store.people import Patient

LOCK = text(f"SELECT pg_advisory_xact_lock({advisory.FACTS})")
"""Held by whoever writes fact rows, to the end of its transaction."""

MOST = 50_000

ROWS = PatientFact.__table__
LATEST = select(func.max(FactZone.__table__.c.as_of))
IS_NEEDED = select(
    or_(
        select(FACT_MARK.c.patient_id).exists(),
        select(ROWS.c.patient_id).where(ROWS.c.stale_at <= bindparam("moment")).exists(),
    )
)


@dataclass(frozen=True)
class CaughtUp:
    """How many patients were looked at (if any, their ids are in CHANGED), whether there may be more, and the moment
    for which all other rows are true too: that of the act, or a later one where a clock is behind.

    `known` is what rules may name, where it had to be read: after the marks were taken.
    """

    count: int
    is_left: bool
    moment: dt.datetime
    known: Known | None = None


def catch_up(session: Session, act: Act, limit: int = MOST) -> CaughtUp:
    """Work out anew the facts of up to `limit` patients as of `act.now`.

    A mark is taken before the records are read, in a statement of its own: who changes a record after that leaves a new
    mark. Nothing is loaded into this process.
    """
    audit.nothing_happened(session)
    session.execute(LOCK)
    moment = moment_for(session, act.now)
    if not is_needed(session, moment):
        return CaughtUp(0, False, moment)
    begin(session)
    spread_marks(session)
    marks, count = take_marked(session, limit)
    count += take_outdated(session, moment, limit - count)
    in_force = None
    if count:
        in_force = known(session)
        recompute(session, moment, registered(session), in_force)
    return CaughtUp(count, max(marks, count) >= limit, moment, in_force)


def is_needed(session: Session, moment: dt.datetime) -> bool:
    """Whether there is a mark, or a row whose time is over; most times there is neither."""
    return bool(session.scalar(IS_NEEDED, {"moment": moment}))


def moment_for(session: Session, now: dt.datetime) -> dt.datetime:
    """Now; or the latest moment for which rows were worked out, when a clock is behind: rows never go back."""
    latest = session.scalar(LATEST)
    return now if latest is None else max(now, latest)


def spread_marks(session: Session) -> None:
    """Where everybody is marked, mark each patient: these can be worked off in batches."""
    if counted(session, delete(FACT_MARK).where(FACT_MARK.c.patient_id == EVERYBODY)):
        # in order, so that each batch is a stretch of patients
        everybody = select(Patient.id).union(select(PatientFact.patient_id)).order_by("id")
        session.execute(insert(FACT_MARK).from_select(["patient_id"], everybody))


def take_marked(session: Session, limit: int) -> tuple[int, int]:
    """Take up to `limit` marks and put the ids of their patients into CHANGED; how many marks, how many patients.

    A patient may be marked several times, and then the other marks go with the first.
    """
    marked = select(FACT_MARK.c.patient_id).limit(limit).cte("marked").prefix_with("MATERIALIZED")
    taken = (
        delete(FACT_MARK)
        .where(FACT_MARK.c.patient_id.in_(select(marked.c.patient_id)))
        .returning(FACT_MARK.c.patient_id)
        .cte("taken")
    )
    put = insert(CHANGED).from_select(["patient_id"], select(taken.c.patient_id).distinct())
    written = put.returning(CHANGED.c.patient_id).cte("written")
    marks = select(func.count()).select_from(marked).scalar_subquery()
    patients = select(func.count()).select_from(written).scalar_subquery()
    row = session.execute(select(marks, patients)).one()
    return row[0], row[1]


def take_outdated(session: Session, moment: dt.datetime, limit: int) -> int:
    """Put the ids of up to `limit` patients into CHANGED whose facts are no longer true, beside those who are there."""
    is_there = select(CHANGED.c.patient_id).where(CHANGED.c.patient_id == ROWS.c.patient_id).exists()
    outdated = select(ROWS.c.patient_id).where(ROWS.c.stale_at <= moment, ~is_there).limit(max(limit, 0))
    return counted(session, insert(CHANGED).from_select(["patient_id"], outdated))


def counted(session: Session, statement: Any) -> int:
    """How many rows a statement has written."""
    kept = {"preserve_rowcount": True}
    return int(session.execute(statement, execution_options=kept).rowcount)  # type: ignore[attr-defined]
