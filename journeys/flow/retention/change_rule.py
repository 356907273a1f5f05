"""An administrator says how long a table is kept."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.flow.retention.histories import HISTORIES, History
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Forbidden, Invalid, Missing, Problem, Stale
from journeys.foundation.words import N_
from journeys.store.retention import RetentionRule

MOST_MONTHS = 1_200
NO_VERSION = 0
"""What a table without a rule is read as."""

TOO_SHORT = N_("Kept for %(months)s months at least")
TOO_LONG = N_("%(months)s months at most; leave it empty to keep them for ever")


def change_rule(session: Session, act: Act, name: str, months: int | None, row_version: int) -> None:
    """Keep the rows of a table for so many months, or for ever (None); it removes nothing for a day.

    Missing when nothing is ever removed from the table; Forbidden for who does not see every branch, whose preview
    would count their own patients only; Invalid below the least time; Stale when somebody else changed it first.
    """
    history = history_named(name)
    if act.scope.locations is not None:
        raise Forbidden("How long history is kept is for whoever sees every branch")
    refuse(history, months)
    rule = session.get(RetentionRule, name, with_for_update=True)
    if (rule.row_version if rule is not None else NO_VERSION) != row_version:
        raise Stale("Somebody else changed this rule first")
    before = rule.keep_months if rule is not None else None
    if rule is None:
        rule = RetentionRule(table_name=name)
        session.add(rule)
    rule.keep_months = months
    rule.changed_at = act.now
    rule.changed_by = act.by
    audit.note(session, "U", "retention_rule", detail={"table": name, "months": months, "before": before})


def history_named(name: str) -> History:
    """The table of this name; Missing when no rule can be given to it."""
    if name not in HISTORIES:
        raise Missing(f"Nothing is ever removed from {name}")
    return HISTORIES[name]


def refuse(history: History, months: int | None) -> None:
    """Invalid for a time that is too short or too long."""
    if months is not None and months < history.floor:
        raise Invalid([Problem("months", TOO_SHORT, {"months": history.floor})])
    if months is not None and months > MOST_MONTHS:
        raise Invalid([Problem("months", TOO_LONG, {"months": MOST_MONTHS})])
