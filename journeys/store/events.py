"""Events: what happened to a patient that somebody may wait for. Appended with the change itself, never altered.

Kinds are `subject.happened` (`appointment.booked`, `message.answered`, `task.completed`, `consent.withdrawn`,
`patient.deceased`,
`observation.recorded`). Rows hold ids, codes and coded outcomes, never text. `transaction` is PostgreSQL's
transaction id:
reactions read the events of their own transaction by it, and readers that follow the log read below the horizon
(`pg_snapshot_xmin`), never by "id greater than the last".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Index,
    Insert,
    PrimaryKeyConstraint,
    Select,
    Sequence,
    SmallInteger,
    Table,
    func,
    insert,
    literal,
    literal_column,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.types import UserDefinedType

from journeys.foundation.acting import Act
from journeys.foundation.lanes import lane_of
from journeys.foundation.later import as_sql
from journeys.foundation.tables import Base

EVENT_ID = Sequence("event_id_seq", metadata=Base.metadata)
EMITTED = "waymark.events"
NOTHING_MORE: Mapping[str, ColumnElement[Any]] = {}
TO_LOCK = "waymark.events.to-lock"


class TransactionId(UserDefinedType[Any]):
    """PostgreSQL's xid8."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """The name of the type."""
        return "xid8"


class Event(Base):
    """One thing that happened. Partitioned by month of `recorded_at`; `at` is when it happened in the world.

    `subject_kind`/`subject_id` name the row it is about; `enrolment_id` is set when it answers one enrolment only
    (the task
    or message that this enrolment made); `code` and `outcome` are what waits and rules may ask for.
    """

    __tablename__ = "event"
    __table_args__ = (
        PrimaryKeyConstraint("id", "recorded_at"),
        Index("ix_event_patient", "patient_id", "recorded_at"),
        Index("ix_event_transaction", "transaction"),
        {"postgresql_partition_by": "RANGE (recorded_at)"},
    )

    id: Mapped[int] = mapped_column(BigInteger, EVENT_ID, server_default=EVENT_ID.next_value())
    recorded_at: Mapped[dt.datetime]
    at: Mapped[dt.datetime]
    kind: Mapped[str]
    patient_id: Mapped[int]
    lane: Mapped[int] = mapped_column(SmallInteger)
    subject_kind: Mapped[str | None]
    subject_id: Mapped[int | None]
    enrolment_id: Mapped[int | None]
    code_system: Mapped[str | None]
    code: Mapped[str | None]
    outcome: Mapped[str | None]
    caused_by: Mapped[str]
    transaction: Mapped[Any] = mapped_column(TransactionId(), server_default=text("pg_current_xact_id()"))


def emit(session: Session, act: Act, kind: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Append events of one kind; each row needs `patient_id` and may give any other column (`at` defaults to now)."""
    common = {"recorded_at": act.now, "at": act.now, "kind": kind, "caused_by": act.by}
    given = [{**common, "lane": lane_of(row["patient_id"]), **row} for row in rows]
    if given:
        session.execute(insert(Event), given)
        remember(session, kind)


def emit_from(session: Session, act: Act, kind: str, rows: Select[Any]) -> int:
    """Append one event of one kind per row of a SELECT (see `events_from`) and return how many."""
    kept = {"preserve_rowcount": True}
    count = session.execute(events_from(act, kind, rows), execution_options=kept).rowcount  # type: ignore[attr-defined]
    if count:
        remember(session, kind)
    return int(count)


def events_from(act: Act, kind: str, rows: Select[Any]) -> Insert:
    """INSERT of one event of one kind per row of a SELECT.

    The SELECT's labelled columns name event columns; `patient_id` is needed, the lane and the times are added here.
    Whoever makes it a part of a statement of their own says so by `remember`.
    """
    common: dict[str, ColumnElement[Any]] = {
        "recorded_at": as_sql(act.now),
        "at": as_sql(act.now),
        "kind": literal(kind),
        "caused_by": as_sql(act.by),
    }
    return events_of(rows, common)


def events_of(rows: Select[Any], common: Mapping[str, ColumnElement[Any]] = NOTHING_MORE) -> Insert:
    """The same, where the SELECT says everything itself but the lane and what is `common` to all."""
    source = rows.subquery("happened")
    given = {column.name: column for column in source.c}
    columns = {**common, "lane": source.c.patient_id.op("&")(255), **given}
    return insert(cast(Table, Event.__table__)).from_select(list(columns), select(*columns.values()))


def remember(session: Session, kind: str, *, are_locked: bool = False) -> None:
    """Keep that this transaction emitted events of a kind, so that reactions run for it.

    `are_locked` says that it holds the lanes of their patients already.
    """
    session.info.setdefault(EMITTED, set()).add(kind)
    if not are_locked:
        session.info[TO_LOCK] = True


def emitted(session: Session) -> tuple[set[str], bool]:
    """Take the kinds emitted since the last asking, and whether lanes of their patients are still to be locked."""
    kinds: set[str] = session.info.pop(EMITTED, set())
    return kinds, session.info.pop(TO_LOCK, False)


def of_this_transaction(kind: str | None = None) -> Select[Any]:
    """SELECT the events that this very transaction has emitted, of one kind or of all."""
    mine = select(Event).where(Event.transaction == literal_column("pg_current_xact_id()"))
    return mine if kind is None else mine.where(Event.kind == kind)


def horizon() -> ColumnElement[Any]:
    """SQL: the oldest transaction that may still be running; events of older ones are complete."""
    return func.pg_snapshot_xmin(func.pg_current_snapshot())
