"""The step contract: what a step type declares, so that an executor can run it over many enrolments at once.

A step declares; it never executes. `rows` is one relation with a row for each claimed enrolment that stands at this
step; every expression a step returns is over that relation, so it holds for one enrolment and for a hundred thousand.

Columns of `rows.c`
    enrolment_id, patient_id, lane, definition_id, version_id
    step, stage               where it stands, and what that counts as
    visit                     the how-manieth arrival at a step this is
    now                       the act's time
    entered_at                when the enrolment began
    step_entered_at           when it arrived at this step
    due_at                    when this step was to be looked at (null: only an event wakes it)
    waiting_since             the moment from which events count for this wait
    woken_by, woken_kind      the event that ended the wait early and its kind, or null
    answer                    the outcome of that event, or null
    exit_port                 the port that was decided, or null
    focus_kind, focus_id      the record the enrolment is about, or null
    time_zone, language       the patient's, falling back to the branch, then to the organisation
    location_id, calendar_id  the patient's branch and its business calendar, or null
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sqlalchemy import CTE, ColumnElement, Subquery, and_, literal, or_, select

from journeys.criteria.custom.content import CustomField
from journeys.criteria.custom.facts import PREFIX
from journeys.criteria.known import NOTHING_KNOWN, Known
from journeys.criteria.subject import Subject, at_hand
from journeys.flow.catalogue import Catalogue
from journeys.flow.reader import ENGLISH, Reader
from journeys.foundation.errors import Problem
from journeys.foundation.tables import Base

Kinds = tuple[str, ...]

OF_ONE_ENROLMENT = ("message.", "task.", "webhook.")
"""Kinds of events that answer what one enrolment did: they count for that enrolment alone."""

RECORDED = ".recorded"
A_DAY = dt.timedelta(days=1)
AN_INSTANT = dt.timedelta(microseconds=1)


@dataclass(frozen=True)
class Rows:
    """The enrolments that stand at one step, as a relation, with what the published version says around the step.

    `journey` is its slug; `pins` gives the version id of each template and segment that it was published with; `known`
    what its rules name; `time_zone` is the organisation's. A step asks `rows.pinned(kind, slug)` and never reads the
    newest.
    """

    relation: Subquery | CTE
    now: dt.datetime
    journey: str = ""
    purpose: str = "care"
    priority: int = 50
    focus: str | None = None
    let_in_by_event: bool = False
    time_zone: str = "UTC"
    pins: Mapping[tuple[str, str], int] = field(default_factory=dict)
    known: Known = NOTHING_KNOWN

    @property
    def c(self) -> Any:
        """The columns, as listed above."""
        return self.relation.c

    @property
    def began(self) -> ColumnElement[Any]:
        """From when on events count for an enrolment; the one that let it in does not."""
        return self.c.entered_at + literal(AN_INSTANT) if self.let_in_by_event else self.c.entered_at

    def pinned(self, kind: str, slug: str) -> int:
        """The version id that this journey was published with."""
        return self.pins[kind, slug]

    def subject(self) -> Subject:
        """For whom rules are decided."""
        return Subject(
            patient_id=self.c.patient_id,
            now=self.now,
            focus_kind=self.focus,
            focus_id=self.c.focus_id,
            enrolment_id=self.c.enrolment_id,
            patient=at_hand(self.relation),
        )


@dataclass(frozen=True)
class Insert:
    """One new row of `table` for each enrolment in `rows`; `values` are expressions over it or plain values.

    The table's own key makes the row once per enrolment, step and visit; `where` may leave out enrolments that have it
    already. `emits` is an event about each new row, `rings` a bell for whoever works on the table next. `is_contested`
    says that another enrolment may have taken what the row claims: then there is none for this one.
    """

    table: type[Base]
    values: Mapping[str, Any]
    where: ColumnElement[bool] | None = None
    emits: str | None = None
    rings: str | None = None
    is_contested: bool = False


@dataclass(frozen=True)
class Update:
    """A change of the rows of `table` for which `where` holds, once for each enrolment in `rows`.

    `emits` is an event about each patient in `rows`.
    """

    table: type[Base]
    values: Mapping[str, Any]
    where: ColumnElement[bool]
    emits: str | None = None


@dataclass(frozen=True)
class Tell:
    """An event of a kind about each patient in `rows` for whom `where` holds; declared before the changes it tells of,
    because these make `where` untrue."""

    kind: str
    where: ColumnElement[bool]


Change = Insert | Update | Tell


@dataclass(frozen=True)
class EventFilter:
    """Which events of a kind count: those with one of these codes and outcomes; empty lists ask nothing."""

    code: tuple[str, ...] = ()
    outcome: tuple[str, ...] = ()
    code_system: str | None = None

    def matches(self, event: Any) -> ColumnElement[bool]:
        """The condition over columns of `event`."""
        conditions: list[ColumnElement[bool]] = [literal(True)]
        if self.code:
            conditions.append(event.code.in_(self.code))
        if self.outcome:
            conditions.append(event.outcome.in_(self.outcome))
        if self.code_system is not None:
            conditions.append(event.code_system == self.code_system)
        return and_(*conditions)


@dataclass(frozen=True)
class FieldNeeded:
    """A custom field that a step names, with its prefix: where in the config, and of which types.

    It is one of the patient, or `may_be_of_focus` of the record that the journey is about. What `is_written` has to be
    open to journeys.
    """

    where: str
    name: str
    types: tuple[str, ...]
    is_written: bool = False
    may_be_of_focus: bool = False

    @property
    def slug(self) -> str:
        """The field's slug."""
        return self.name.removeprefix(PREFIX)


@dataclass(frozen=True)
class Step:
    """Base of every step type: a frozen dataclass whose fields are what a consultant fills in.

    `reads` and `writes` name tables: where a later step reads what an earlier one wrote, they cannot be one statement.
    `rests` says that enrolments are here for a while; events then count from the end of the stay. `stays` says that
    `exit` may be NULL, `contacts` to how many messages a patient comes here, `looks_back` that it is about the last
    message before. `icon` names a drawing of the portal.
    """

    name: ClassVar[str] = ""
    label: ClassVar[str] = ""
    help: ClassVar[str] = ""
    icon: ClassVar[str] = "activity"
    reads: ClassVar[frozenset[str]] = frozenset()
    writes: ClassVar[frozenset[str]] = frozenset()
    rests: ClassVar[bool] = False
    stays: ClassVar[bool] = False
    contacts: ClassVar[int] = 0
    looks_back: ClassVar[bool] = False

    @property
    def follows_focus(self) -> bool:
        """Whether its time hangs on a date of the focus record, so that a moved date moves it."""
        return False

    @property
    def ends_with(self) -> str | None:
        """The reason with which a journey ends here; None for every step that goes on."""
        return None

    def ports(self) -> tuple[str, ...]:
        """The ways out; each must lead to a step."""
        return ("next",)

    def shortest(self, port: str) -> dt.timedelta:
        """The least time from arriving to leaving by a port."""
        return dt.timedelta(0)

    def pauses(self, port: str) -> bool:
        """Whether leaving by a port takes time or something new every time, so that no circle through it runs by
        itself."""
        return self.rests

    def is_limited(self, port: str) -> bool:
        """Whether an enrolment can leave by a port only so many times."""
        return False

    def may_stay(self, focus: str | None) -> bool:
        """Whether it can stay for ever when nobody does anything; `focus` is the kind of record of the journey."""
        return False

    def due(self, rows: Rows) -> ColumnElement[Any] | None:
        """When an enrolment that arrives now is to be looked at; None is at once."""
        return None

    def waits_for(self, rows: Rows) -> Kinds:
        """The kinds of events that wake it earlier."""
        return ()

    def wakes(self, rows: Rows, event: Any) -> ColumnElement[bool]:
        """Which events of those kinds wake which enrolment."""
        return concerns(rows, event)

    def inserts(self, rows: Rows) -> list[Change]:
        """What it writes when it is looked at; written once, however often it is looked at."""
        return []

    def exit(self, rows: Rows) -> ColumnElement[Any]:
        """The port by which each enrolment leaves; NULL is not yet: it stays and is looked at `again`."""
        return literal("next")

    def again(self, rows: Rows) -> ColumnElement[Any] | None:
        """When an enrolment that stays is looked at again; None is when an event wakes it."""
        return None

    def custom_fields(self) -> Iterable[FieldNeeded]:
        """The custom fields that it reads or writes by itself, pinned when the journey is published."""
        return ()

    def misfits(self, field: CustomField, where: str) -> Iterable[Problem]:
        """What is wrong with what it writes into a field as that is in force; `where` is the place of its config."""
        return ()

    def makes_true(self, known: Known) -> Mapping[str, Mapping[str, Any]]:
        """Field → the rule on it that holds as the step is left, as far as that can be said."""
        return {}

    def rules(self) -> Iterable[Mapping[str, Any]]:
        """The rules it decides by, whose segments are pinned when the journey is published."""
        return ()

    def problems(self, where: str, catalogue: Catalogue) -> Iterable[Problem]:
        """What is wrong with this step by itself; `where` is the place of its config."""
        return ()

    def sentence(self, reader: Reader = ENGLISH) -> str:
        """What a step without problems does, in one sentence."""
        return reader.translate(self.label)


def of_visit(rows: Rows, table: Any) -> ColumnElement[bool]:
    """The row of `table` that this visit of this step wrote."""
    return and_(
        table.enrolment_id == rows.c.enrolment_id,
        table.step == rows.c.step,
        table.visit == rows.c.visit,
    )


def mine(rows: Rows, column: Any) -> ColumnElement[Any]:
    """One column of the row that this visit of this step wrote."""
    table = column.class_
    return select(column).where(of_visit(rows, table)).correlate_except(table).scalar_subquery()


def concerns(rows: Rows, event: Any) -> ColumnElement[bool]:
    """The event is about this enrolment: its patient, and neither another enrolment nor another record of its focus."""
    about_other_record = and_(
        event.subject_kind == rows.c.focus_kind,
        event.subject_id != rows.c.focus_id,
    )
    return and_(
        event.patient_id == rows.c.patient_id,
        or_(
            event.enrolment_id == rows.c.enrolment_id,
            and_(event.enrolment_id.is_(None), not_of_one_enrolment(event)),
        ),
        about_other_record.isnot(True),
    )


def not_of_one_enrolment(event: Any) -> ColumnElement[bool]:
    """The event's kind is not one that answers a single enrolment."""
    return and_(*(~event.kind.startswith(beginning) for beginning in OF_ONE_ENROLMENT))


def happened_since(event: Any, moment: Any) -> ColumnElement[bool]:
    """The event was learnt since a moment, and what it records is not old news."""
    return and_(event.recorded_at >= moment, is_news(event, moment))


def is_news(event: Any, moment: Any) -> ColumnElement[bool]:
    """What the event records did not happen before a moment; a record that arrives today may tell of three years ago.

    Sources often give a day without an hour, hence the day of grace.
    """
    return or_(~event.kind.endswith(RECORDED), event.at >= moment - literal(A_DAY))


__all__ = [
    "Change",
    "EventFilter",
    "FieldNeeded",
    "Insert",
    "Kinds",
    "Rows",
    "Step",
    "Tell",
    "Update",
    "concerns",
    "happened_since",
    "is_news",
    "mine",
    "of_visit",
]
