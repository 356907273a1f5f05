"""Parts enrolments by how likely the visit they are about is missed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, func, select

from journeys.flow.steps.base import Rows, Step
from journeys.flow.text.catalogue import Catalogue
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_
from journeys.store.attendance import HIGH, LOW, MEDIUM
from journeys.store.attendance import AttendanceRisk as Table

APPOINTMENT = "appointment"
UNKNOWN = "unknown"


@dataclass(frozen=True)
class AttendanceRisk(Step):
    """Sends each enrolment by the class that was last foretold of its appointment, or by `unknown` before that.

    It is the only place where attendance risk can be asked for. What comes after it may help and nothing else: where
    its ways part there are messages, tasks and waits (check `risk_only_helps`).
    """

    label: ClassVar[str] = N_("Part by attendance risk")
    help: ClassVar[str] = N_("Gives more help to whoever may miss the visit: one reminder more, a call.")
    icon: ClassVar[str] = "branch"
    reads: ClassVar[frozenset[str]] = frozenset({Table.__tablename__})

    def ports(self) -> tuple[str, ...]:
        """The classes, and not foretold yet."""
        return (HIGH, MEDIUM, LOW, UNKNOWN)

    def exit(self, rows: Rows) -> ColumnElement[Any]:
        """The class that stands now."""
        foretold = (
            select(Table.risk)
            .where(Table.appointment_id == rows.c.focus_id, rows.c.focus_kind == APPOINTMENT)
            .correlate_except(Table)
            .scalar_subquery()
        )
        return func.coalesce(foretold, UNKNOWN)

    def problems(self, where: str, catalogue: Catalogue) -> Iterable[Problem]:
        """Only a journey about appointments has one."""
        if catalogue.focus != APPOINTMENT:
            yield Problem(where, N_("Only a journey about appointments can ask for attendance risk"))
