"""Brings what is due up to date with what has changed and with what time alone has changed, in one transaction.

Looked at are patients whom a change marked and those for whom a date has come. A guideline that is new, or means
something else by now, or was not worked out whole for a day, is named for `refresh_guideline`: a rule may depend on the
time in ways that no date of an occurrence shows.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import BigInteger, Column, MetaData, Select, Table, delete, insert, literal, select, text, update
from sqlalchemy.orm import Session

from journeys.care.guidelines.in_force import InForce, guidelines_in_force
from journeys.care.guidelines.refresh_guideline import LOCK, NO_FINGERPRINT, keep_failure, look_at, note
from journeys.care.guidelines.refresh_recalls import refresh_recalls
from journeys.care.guidelines.standing import NOT_ACTIONABLE
from journeys.care.guidelines.writing import ENDED_KIND
from journeys.criteria.compile import MEMBER, PatientRule
from journeys.criteria.dates import FARTHEST_EAST
from journeys.criteria.known import Known, known
from journeys.criteria.local_days import LocalDays
from journeys.criteria.subject import Subject
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.attempting import attempt
from journeys.foundation.lanes import ALL_LANES, lock_lanes
from journeys.store.configuration import Definition
from journeys.store.due import ASKING, DUE_MARK, DueChange, DueItem, DueState
from journeys.store.events import emit_from

MOST_CHANGED = 50_000
"""How many patients one transaction takes."""

BETWEEN_WHOLE = dt.timedelta(days=1)
EVERYBODY = 0

LOOKED_AT = Table("due_looked_at", MetaData(), Column("patient_id", BigInteger), schema="pg_temp")
HAVE_EMPTY = text(
    "CREATE TEMPORARY TABLE IF NOT EXISTS due_looked_at (patient_id bigint PRIMARY KEY) ON COMMIT DELETE ROWS;"
    " DELETE FROM pg_temp.due_looked_at"
)
ANALYZE = text("ANALYZE pg_temp.due_looked_at")
AMONG: Select[int] = select(LOOKED_AT.c.patient_id)


@dataclass(frozen=True)
class Found:
    """What a round left: `whole` are the slugs for `refresh_guideline`; `is_more` asks for another round."""

    whole: list[str]
    is_more: bool


def refresh_due(session: Session, act: Act, limit: int = MOST_CHANGED) -> Found:
    """Look at up to `limit` patients who changed and as many whom a date has come for, in every guideline in force."""
    audit.nothing_happened(session)
    session.execute(LOCK)
    session.execute(HAVE_EMPTY)
    guidelines = guidelines_in_force(session)
    states = {row.guideline_id: row for row in session.execute(select(DueState.__table__))}
    end_others(session, act, guidelines, states)
    refresh_recalls(session, act)
    count = take_marked(session, limit)
    crossed = take_crossed(session, act, limit)
    in_force = known(session)
    whole = [each for each in guidelines if needs_all(each, states.get(each.id), act, in_force)]
    current = [each for each in guidelines if each not in whole]
    if count or crossed:
        session.execute(ANALYZE)
        for each in current:
            look_at_some(session, act, each, in_force)
    keep(session, act, current, count + crossed)
    return Found([each.slug for each in whole], max(count, crossed) >= limit)


def needs_all(each: InForce, state: Any, act: Act, in_force: Known) -> bool:
    """Whether everybody has to be looked at; one that failed waits for a day, unless it is another by now."""
    if state is None:
        return True
    rests = act.now - max(state.whole_at, state.failed_at or state.whole_at) < BETWEEN_WHOLE
    if state.fingerprint == NO_FINGERPRINT:
        return not rests
    return not rests or state.fingerprint != each.mark(in_force)


def take_marked(session: Session, limit: int) -> int:
    """Take up to `limit` marks, before any record is read; who is marked later is looked at in the next round.

    A mark for everybody makes every guideline be worked out whole.
    """
    marked = select(DUE_MARK.c.patient_id).limit(limit).cte("marked").prefix_with("MATERIALIZED")
    taken = delete(DUE_MARK).where(DUE_MARK.c.patient_id.in_(select(marked.c.patient_id)))
    gone = taken.returning(DUE_MARK.c.patient_id).cte("taken")
    put = insert(LOOKED_AT).from_select(["patient_id"], select(gone.c.patient_id).distinct())
    found = session.scalars(put.returning(LOOKED_AT.c.patient_id)).all()
    if EVERYBODY in found:
        session.execute(update(DueState).values(fingerprint="everybody"))
    return len(found)


def take_crossed(session: Session, act: Act, limit: int) -> int:
    """Add up to `limit` patients for whom the day has come on which time alone changes something."""
    days = LocalDays()
    today = PatientRule(Subject(MEMBER.c.id, act.now, patient=MEMBER), Known(), days).clock.today_for_many()
    item = DueItem.__table__
    last = (act.now + FARTHEST_EAST).date()
    came = (
        select(item.c.patient_id)
        .select_from(days.joined_to(MEMBER).join(item, item.c.patient_id == MEMBER.c.id))
        .where(item.c.closed_at.is_(None), item.c.guideline_id.is_not(None))
        .where(item.c.next_on <= literal(last), item.c.next_on <= today)
        .where(item.c.patient_id.not_in(AMONG))
        .distinct()
        .limit(limit)
    )
    kept = {"preserve_rowcount": True}
    put = insert(LOOKED_AT).from_select(["patient_id"], came)
    return int(session.execute(put, execution_options=kept).rowcount)  # type: ignore[attr-defined]


def look_at_some(session: Session, act: Act, each: InForce, in_force: Known) -> None:
    """Write where those stand who are to be looked at; a failure is kept and costs the other guidelines nothing."""

    def work() -> None:
        note(session, each, look_at(session, act, each, in_force, AMONG))

    error = attempt(session, partial(work))
    if error is not None:
        keep_failure(session, act, each.id, error)


def keep(session: Session, act: Act, guidelines: list[InForce], count: int) -> None:
    """Keep that what is due by these is true for this moment."""
    ids = [each.id for each in guidelines]
    mine = update(DueState).where(DueState.guideline_id.in_(ids), DueState.fingerprint != NO_FINGERPRINT)
    session.execute(mine.values(evaluated_at=act.now, looked_at=count))


def literals(*values: Any) -> list[Any]:
    """Values as columns."""
    return [literal(each) for each in values]


def end_others(session: Session, act: Act, guidelines: list[InForce], states: dict[int, Any]) -> None:
    """Close what is open by guidelines that are not in force any more, and forget their states."""
    gone = states.keys() - {each.id for each in guidelines}
    if not gone:
        return
    open_ones = (DueItem.guideline_id.in_(gone), DueItem.closed_at.is_(None))
    lock_lanes(session, ALL_LANES)
    mine = select(DueItem.patient_id, DueItem.id, *literals(act.now), DueItem.status, *literals("left", act.by))
    history = ["patient_id", "item_id", "at", "from_status", "reason", "caused_by"]
    session.execute(insert(DueChange).from_select(history, mine.where(*open_ones)))
    stopped: Any = select(
        DueItem.patient_id,
        literal("due_item").label("subject_kind"),
        DueItem.id.label("subject_id"),
        Definition.slug.label("code"),
        literal("left").label("outcome"),
    ).join(Definition, Definition.id == DueItem.guideline_id)
    emit_from(session, act, ENDED_KIND, stopped.where(*open_ones, DueItem.status.in_((*ASKING, NOT_ACTIONABLE))))
    ended = update(DueItem).where(*open_ones)
    session.execute(ended.values(closed_at=act.now, outcome="left", row_version=DueItem.row_version + 1))
    session.execute(delete(DueState).where(DueState.guideline_id.in_(gone)))
    audit.note(session, "U", "guideline", ids=sorted(gone), detail={"what": "no longer in force"})
