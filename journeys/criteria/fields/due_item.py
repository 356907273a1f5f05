"""What is due by guidelines, and recalls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, case, literal

from journeys.criteria.fields.base import Record, code, day, instant, worked_out
from journeys.criteria.kinds import CODE, NUMBER
from journeys.criteria.shapes import Rule, named_values
from journeys.foundation.words import N_
from journeys.store.configuration import Definition
from journeys.store.due import DueItem as Table

ENDED = "ended"
SEVERITIES = {"low": N_("low"), "moderate": N_("moderate"), "high": N_("high"), "critical": N_("critical")}
STATUSES = {
    "not-due": N_("not due"),
    "soon-due": N_("soon due"),
    "due": N_("due"),
    "overdue": N_("overdue"),
    "satisfied": N_("satisfied"),
    "excluded": N_("excluded"),
    "not-actionable": N_("nothing to be done"),
    ENDED: N_("ended"),
}
REASONS = {
    "met": N_("it was done"),
    "anchor": N_("it counts from a date"),
    "unknown-start": N_("no date is known"),
    "done": N_("everything is done"),
    "exclusion": N_("an exclusion holds"),
    "deceased": N_("the patient has died"),
    "refused": N_("refused"),
    "booked": N_("a visit is booked"),
    "recalled": N_("somebody asked for it"),
}
OUTCOMES = {
    "satisfied": N_("satisfied"),
    "withdrawn": N_("what had satisfied it was a mistake"),
    "replaced": N_("it counts from another date now"),
    "left": N_("the patient is no longer meant"),
    "done": N_("done"),
    "cancelled": N_("cancelled"),
}


def status_now(row: Any) -> ColumnElement[Any]:
    """How an occurrence stands: what is over stands nowhere any more."""
    return case((row.c.closed_at.is_(None), row.c.status), else_=literal(ENDED))


class DueItem(Record):
    """Something that is due, soon due, not due or done, by a guideline or a recall; windows look at the day it is due.

    There is one for each guideline that means the patient, whatever its `status`, and each that has `ended`: a rule
    says which it means. `about` is the guideline of a recall; `recalled_at` is known of recalls only. `tier` and `step`
    count from one, as they stand in the guideline.
    """

    label = N_("a due item")
    singular = N_("due item")
    plural = N_("due items")
    table = Table
    when = "due_on"
    not_counted = ()
    attributes = {
        "due_on": day("due_on", N_("due date")),
        "opens_on": day("opens_on", N_("first day it is soon due")),
        "overdue_on": day("overdue_on", N_("first day it is overdue")),
        "refused_until": day("refused_until", N_("day until which it is refused")),
        "anchor_on": day("anchor_on", N_("day it counts from")),
        "met_on": day("met_on", N_("day it was done last")),
        "opened_at": instant("opened_at", N_("beginning")),
        "status_at": instant("status_at", N_("time of the last change")),
        "closed_at": instant("closed_at", N_("end")),
        "recalled_at": instant("recalled_at", N_("time the recall was asked for")),
        "guideline": code("guideline_id", N_("guideline"), through=(Definition.id, Definition.slug)),
        "about": code("about_id", N_("guideline of the recall"), through=(Definition.id, Definition.slug)),
        "status": worked_out(CODE, N_("status"), status_now, STATUSES),
        "reason": code("reason", N_("reason"), REASONS),
        "severity": code("severity", N_("severity"), SEVERITIES),
        "outcome": code("outcome", N_("outcome"), OUTCOMES),
        "tier": worked_out(NUMBER, N_("tier"), lambda row: row.c.tier + 1),
        "step": worked_out(NUMBER, N_("step"), lambda row: row.c.step + 1),
        "role": code("role", N_("role")),
        "queue": code("queue", N_("queue")),
        "owner": code("owner", N_("owner")),
    }

    def narrowed(self, row: Any, where: Sequence[Rule]) -> ColumnElement[bool] | None:
        """What is not over has an index by its status."""
        wanted = named_values(where, "status")
        if not wanted or ENDED in wanted:
            return None
        return and_(row.c.closed_at.is_(None), row.c.status.in_(wanted))
