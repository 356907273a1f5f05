"""What a step decides over: the enrolments that stand at it, as one relation.

`rows` is one relation with a row for each claimed enrolment that stands at this step; every expression a step returns
is over that relation, so it holds for one enrolment and for a hundred thousand.

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
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import CTE, ColumnElement, Subquery, and_, literal, select

from journeys.criteria.known import NOTHING_KNOWN, Known
from journeys.criteria.subject import Subject, at_hand

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
