"""What an entity is: a table, the columns that the board shows of it, and the states in which a clock may run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import BigInteger, ColumnElement, DateTime, Select, Text, cast, func, literal, null, select, true
from sqlalchemy.dialects.postgresql import JSONB

from journeys.store.people import Patient

PRIORITIES = ("routine", "urgent", "asap", "stat")
SEVERITIES = ("abnormal", "critical")

NEWS = dt.timedelta(days=30)
"""What is older than this when it arrives is history that a source brings along: no clock of this house runs on it."""


@dataclass(frozen=True)
class State:
    """One state: its words, which rows of the table are in it at a moment, and since when.

    Where it `is_ahead` the clock counts back from `since`, which is still to come. `of_deceased` says that somebody has
    to see to it although the patient has died.
    """

    label: str
    holds: Callable[[dt.datetime], ColumnElement[bool]]
    since: Callable[[dt.datetime], Any]
    is_ahead: bool = False
    of_deceased: bool = False


class Entity:
    """Base of every entity. Class attributes that are columns of the table may be left out where it has none.

    `owner` is a username; `title` holds texts of the configuration, `display` the words of a code. Nothing sealed.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    table: ClassVar[Any]
    states: ClassVar[Mapping[str, State]]
    location_id: ClassVar[Any] = None
    owner: ClassVar[Any] = None
    queue_id: ClassVar[Any] = None
    priority: ClassVar[Any] = None
    severity: ClassVar[Any] = None
    title: ClassVar[Any] = None
    display: ClassVar[Any] = None
    is_work: ClassVar[bool] = False
    """Whether it is a task itself, so that nobody needs to make one of it."""
    called: ClassVar[str] = ""
    """As what tasks are about it, where its table holds other kinds of records too."""

    @classmethod
    def subject_kind(cls) -> str:
        """The kind of record that it is: the table's name, as in events, if nothing else."""
        return cls.called or str(cls.table.__tablename__)

    @classmethod
    def open_in(cls, state: str, now: dt.datetime) -> Select[Any]:
        """SELECT what stands in a state at a moment, with the columns below, in this order."""
        kept = cls.states[state]
        table = cls.table
        alive = true() if kept.of_deceased else ~Patient.deceased
        return (
            select(
                table.patient_id,
                literal(cls.subject_kind(), Text).label("subject_kind"),
                table.id.label("subject_id"),
                table.uid.label("subject_uid"),
                cast(kept.since(now), DateTime(timezone=True)).label("since"),
                func.coalesce(typed(cls.location_id, BigInteger), Patient.managing_location_id).label("location_id"),
                typed(cls.owner, Text).label("owner"),
                typed(cls.queue_id, BigInteger).label("queue_id"),
                func.coalesce(typed(cls.priority, Text), "routine").label("priority"),
                typed(cls.severity, Text).label("severity"),
                typed(cls.title, JSONB).label("title"),
                typed(cls.display, Text).label("display"),
            )
            .join_from(table, Patient, Patient.id == table.patient_id)
            .where(kept.holds(now), alive)
        )


def typed(column: Any, kind: Any) -> ColumnElement[Any]:
    """A column, or NULL of its type: the parts of a UNION have to agree."""
    return cast(null(), kind) if column is None else column
