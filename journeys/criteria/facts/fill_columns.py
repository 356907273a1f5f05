"""Fills new columns of the fact rows in, batch by batch in the order of the patients' ids."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from journeys.criteria.facts.catch_up import LOCK, MOST, moment_for
from journeys.criteria.facts.facts import registered
from journeys.criteria.facts.recompute import CHANGED, begin, recompute
from journeys.criteria.facts.summaries import Summary
from journeys.criteria.known import known
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.facts import FACT_MARK, FactColumn, PatientFact

BUILDING = "building"


@dataclass(frozen=True)
class Filled:
    """How many rows were worked out, and the columns that have a value in every row now."""

    count: int
    complete: list[Summary] = field(default_factory=list)


def fill_columns(session: Session, act: Act, limit: int = MOST) -> Filled:
    """Work out the next `limit` fact rows for the columns that are being built.

    Marks stay where they are, for who evaluates segments; and whoever's facts time alone had changed is marked, because
    the row no longer says so.
    """
    audit.nothing_happened(session)
    session.execute(LOCK)
    in_force = known(session)
    building = {name: each for name, each in registered(session, BUILDING).items() if each.is_meant(in_force)}
    if not building:
        return Filled(0)
    begin(session)
    moment = moment_for(session, act.now)
    last = take_next(session, list(building), limit)
    if last is None:
        return Filled(0, list(building.values()))
    mark_outdated(session, moment)
    recompute(session, moment, registered(session), in_force)
    further = update(FactColumn).where(FactColumn.name.in_(list(building)), FactColumn.built_up_to < last)
    session.execute(further.values(built_up_to=last))
    return Filled(session.scalar(select(func.count()).select_from(CHANGED)) or 0)


def take_next(session: Session, names: list[str], limit: int) -> int | None:
    """Put the ids of the next rows into CHANGED and return the last one; None when all are done."""
    done = select(func.min(FactColumn.built_up_to)).where(FactColumn.name.in_(names)).scalar_subquery()
    following = select(PatientFact.patient_id).where(PatientFact.patient_id > done)
    batch = following.order_by(PatientFact.patient_id).limit(limit)
    session.execute(insert(CHANGED).from_select(["patient_id"], batch))
    return session.scalar(select(func.max(CHANGED.c.patient_id)))


def mark_outdated(session: Session, moment: dt.datetime) -> None:
    """Mark whoever in CHANGED has facts that time has changed."""
    outdated = (
        select(PatientFact.patient_id)
        .join(CHANGED, CHANGED.c.patient_id == PatientFact.patient_id)
        .where(PatientFact.stale_at <= moment)
    )
    session.execute(insert(FACT_MARK).from_select(["patient_id"], outdated))
