"""Orders: tests, imaging and other services that were ordered and not done.

What names its order by `basedOn` does it. So does what is of the same code and was made after the order; or up to a day
before, where it was not known yet when the order was written: a specimen is often taken first. What was known by then
is why something was ordered again.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_

from journeys.criteria.linked import names
from journeys.foundation.words import N_
from journeys.store.clinical import DiagnosticReport, Observation, Procedure
from journeys.store.sources import KeptRecord
from journeys.work.clocks.entities.base import NEWS, Entity, State

BEFORE = dt.timedelta(days=1)
NO_ORDER = ("proposal", "plan", "option")
UNDONE = ("cancelled", "entered-in-error", "not-done", "registered", "preparation", "unknown")

ORDERED_AT = func.coalesce(KeptRecord.at, KeptRecord.recorded_at)
"""An order without a date is as old as we know it."""


def is_done() -> ColumnElement[bool]:
    """SQL: whether something answers the order."""
    of_report = func.coalesce(DiagnosticReport.issued_at, DiagnosticReport.recorded_at)
    return or_(
        is_answered(DiagnosticReport, DiagnosticReport.effective_at, of_report),
        is_answered(Observation, Observation.effective_at, Observation.recorded_at),
        is_answered(Procedure, Procedure.performed_at, Procedure.recorded_at),
    )


def is_answered(table: Any, at: Any, known_at: Any) -> ColumnElement[bool]:
    """SQL: whether a row of a table does what was ordered; when it was made and when it was known are given."""
    was_under_way = and_(at >= ORDERED_AT - BEFORE, known_at > ORDERED_AT)
    by_code = and_(table.code == KeptRecord.code, or_(at >= ORDERED_AT, was_under_way))
    by_name = names("based_on", table.__table__, KeptRecord.__table__)
    mine = table.patient_id == KeptRecord.patient_id
    return exists().where(mine, table.status.not_in(UNDONE), or_(by_code, by_name))


def was_news() -> ColumnElement[bool]:
    """SQL: whether the order was young when it came first; sources leave many old ones active for ever. One that is
    sent again is as old as before."""
    return KeptRecord.recorded_at - NEWS <= ORDERED_AT


class OpenOrder(Entity):
    """A FHIR ServiceRequest that is no referral; such are kept whole."""

    label = N_("Orders")
    table = KeptRecord
    display = KeptRecord.display
    states = {
        "not-done": State(
            N_("ordered and not done"),
            lambda now: and_(
                KeptRecord.resource_type == "ServiceRequest",
                KeptRecord.status == "active",
                KeptRecord.is_beside.is_(False),
                KeptRecord.do_not_perform.is_(False),
                func.coalesce(KeptRecord.intent, "order").not_in(NO_ORDER),
                now >= ORDERED_AT,
                was_news(),
                ~is_done(),
            ),
            lambda now: ORDERED_AT,
        ),
    }
