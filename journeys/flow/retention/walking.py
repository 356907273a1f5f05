"""Takes rows out of a table in bounded batches, along its ids: nothing is locked but the rows that go."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, case, delete, func, not_, null, select, tuple_
from sqlalchemy.orm import Session

from journeys.flow.retention.histories import History
from journeys.flow.running.relation import one_of_ids
from journeys.foundation.tables import Base
from journeys.store.enrolments import Enrolment, SegmentMember
from journeys.store.retention import GO_WITH_ENROLMENT
from journeys.store.setting_up.partitions import Month

BATCH = 5_000
"""Rows that one transaction looks at."""


@dataclass(frozen=True)
class Taken:
    """What one batch did: where the next one goes on (None: nowhere), rows removed, what is old and stays."""

    position: int | None
    removed: int
    kept: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Walk:
    """A table, the moment and the cutoff; `month` bounds it to one month of a partitioned table."""

    history: History
    now: dt.datetime
    cutoff: dt.datetime
    month: Month | None = None

    def stays(self) -> ColumnElement[Any]:
        """SQL: the reason for which a row stays, NULL for none."""
        reasons = self.history.reasons(self.now, self.cutoff)
        arms = [(condition, reason) for reason, condition in reasons.items()]
        return case(*arms, else_=null()) if arms else null()

    def within(self) -> list[ColumnElement[bool]]:
        """SQL: the bounds of the month."""
        if self.month is None:
            return []
        return [self.history.at >= self.month.begins, self.history.at < self.month.ends]


def walk(session: Session, going: Walk, after: int) -> Taken:
    """Look at the next rows after an id and remove those that are old and not needed."""
    history = going.history
    if history.table is SegmentMember:
        return take_stays(session, going)
    looked_at = look(session, going, after, BATCH)
    found = session.execute(select(looked_at)).all()
    removed = remove(session, going, [row.id for row in found if row.is_old and row.stays is None])
    kept = Counter(row.stays for row in found if row.is_old and row.stays is not None)
    is_last = len(found) < BATCH or not any(row.may_be_followed for row in found)
    return Taken(None if is_last else found[-1].id, removed, kept)


def look(session: Session, going: Walk, after: int, most: int) -> Any:
    """SQL: the next rows by id, each with whether it is old, why it stays, and whether old ones may follow it."""
    history = going.history
    table = history.table
    return (
        select(
            table.id.label("id"),
            func.coalesce(history.at < going.cutoff, False).label("is_old"),
            going.stays().label("stays"),
            (history.grows_by < going.cutoff).label("may_be_followed"),
        )
        .where(table.id > after, *going.within())
        .order_by(table.id)
        .limit(most)
        .subquery("looked_at")
    )


def remove(session: Session, going: Walk, ids: Sequence[int]) -> int:
    """Remove these, with what belongs to them; who has become needed since they were looked at stays."""
    if not ids:
        return 0
    table = going.history.table
    reasons = going.history.reasons(going.now, going.cutoff).values()
    is_old = and_(going.history.at < going.cutoff, *going.within())
    these = and_(one_of_ids(table.id, ids), is_old, *(not_(reason) for reason in reasons))
    if table is Enrolment:
        for name in GO_WITH_ENROLMENT:
            details = Base.metadata.tables[name]
            session.execute(delete(details).where(details.c.enrolment_id.in_(select(Enrolment.id).where(these))))
    return deleted(session, delete(table).where(these))


def take_stays(session: Session, going: Walk) -> Taken:
    """The same for stays in segments, which have no id: the oldest ends first."""
    stay = SegmentMember
    key = (stay.segment_id, stay.patient_id, stay.entered_at)
    oldest = select(*key).where(stay.left_at < going.cutoff).order_by(stay.left_at).limit(BATCH)
    removed = deleted(session, delete(stay).where(tuple_(*key).in_(oldest), stay.left_at < going.cutoff))
    return Taken(None if removed < BATCH else 0, removed)


def deleted(session: Session, statement: Any) -> int:
    """How many rows a DELETE removed."""
    result = session.execute(statement, execution_options={"synchronize_session": False})
    return int(result.rowcount)  # type: ignore[attr-defined]
