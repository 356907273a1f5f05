"""What has changed between what is kept and where patients stand now, worked out into a temporary table.

`what` says what becomes of the occurrence that is open: OPEN (there is none yet), CHANGE (it goes on), NEXT (it ends
with an `outcome` and another one begins), CLOSE (it ends).
"""

from __future__ import annotations

from typing import Any
from typing import cast as cast_to

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    MetaData,
    Select,
    Table,
    Text,
    and_,
    case,
    cast,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    text,
)

from journeys.care.guidelines.content import Guideline
from journeys.care.guidelines.standing import DUE, NOT_ACTIONABLE, NOT_DUE, OVERDUE, REFUSED, SATISFIED, SOON
from journeys.store.due import DueItem

OPEN, CHANGE, NEXT, CLOSE = "open", "change", "next", "close"

ITEM = cast_to(Table, DueItem.__table__)
KEPT = (
    "status",
    "reason",
    "due_on",
    "opens_on",
    "overdue_on",
    "next_on",
    "anchor",
    "anchor_on",
    "anchor_record_id",
    "met",
    "met_on",
    "met_record_id",
    "step",
    "tier",
    "excluded_by",
    "refused_until",
    "severity",
)
"""What an occurrence keeps of a standing."""

DIFFERENCE = Table(
    "due_difference",
    MetaData(),
    Column("what", Text),
    Column("patient_id", BigInteger),
    Column("item_id", BigInteger),
    Column("old_status", Text),
    Column("outcome", Text),
    *[Column(name, ITEM.c[name].type) for name in KEPT],
    schema="pg_temp",
)
HAVE_EMPTY = text(
    "CREATE TEMPORARY TABLE IF NOT EXISTS due_difference ("
    "what text, patient_id bigint, item_id bigint, old_status text, outcome text,"
    " status text, reason text, due_on date, opens_on date, overdue_on date, next_on date,"
    " anchor integer, anchor_on date, anchor_record_id bigint, met integer, met_on date, met_record_id bigint,"
    " step integer, tier integer, excluded_by integer, refused_until date, severity text"
    ") ON COMMIT DELETE ROWS; DELETE FROM pg_temp.due_difference"
)
"""Kept by the connection: to make a table and to drop it costs more than what a round has to write."""
ANALYZE = text("ANALYZE pg_temp.due_difference")


def kept_of(guideline: Guideline, standings: Select[Any]) -> Select[Any]:
    """SELECT standings as occurrences keep them: with the severity and the next day on which time changes them."""
    now = standings.subquery("stands")
    severities = [(now.c.tier == place, tier.severity) for place, tier in enumerate(guideline.tiers)]
    severity = case(*severities, else_=guideline.severity) if severities else literal(guideline.severity)
    next_on = case(
        (now.c.status.in_((NOT_DUE, SATISFIED)), now.c.opens_on),
        (now.c.status == SOON, now.c.due_on),
        (now.c.status == DUE, now.c.overdue_on),
        (now.c.reason == REFUSED, now.c.refused_until),
        # the visit that is booked comes to pass, or nobody comes
        (now.c.status == NOT_ACTIONABLE, now.c.today + 1),
    )
    worked_out = {"severity": severity, "next_on": next_on}
    columns = [worked_out[name].label(name) if name in worked_out else now.c[name] for name in KEPT]
    return select(now.c.patient_id, *columns)


def difference(guideline: Guideline, guideline_id: int, version_id: int, standings: Select[Any], among: Any) -> Any:
    """INSERT into DIFFERENCE what differs from the open occurrences of a guideline, of everybody or of `among`."""
    stands = kept_of(guideline, standings).subquery("kept")
    current = select(ITEM).where(ITEM.c.guideline_id == guideline_id, ITEM.c.closed_at.is_(None))
    if among is not None:
        current = current.where(ITEM.c.patient_id.in_(among))
    is_open = current.subquery("current")
    both = stands.join(is_open, is_open.c.patient_id == stands.c.patient_id, full=True)
    what, outcome = becomes(guideline, stands, is_open)
    changed = func.row(*[stands.c[name] for name in KEPT]).is_distinct_from(
        func.row(*[is_open.c[name] for name in KEPT])
    )
    rows = select(
        what,
        func.coalesce(stands.c.patient_id, is_open.c.patient_id),
        is_open.c.id,
        is_open.c.status,
        outcome,
        *[stands.c[name] for name in KEPT],
    ).select_from(both)
    rows = rows.where(or_(stands.c.patient_id.is_(None), is_open.c.version_id.is_distinct_from(version_id), changed))
    return insert(DIFFERENCE).from_select(list(DIFFERENCE.c.keys()), rows)


def becomes(guideline: Guideline, stands: Any, is_open: Any) -> tuple[Any, Any]:
    """(what, outcome): an occurrence that asked for something ends when it is satisfied; other ones just move on."""
    asked = is_open.c.status.in_((SOON, DUE, OVERDUE, NOT_ACTIONABLE))
    is_later = and_(asked, stands.c.met_on > func.coalesce(is_open.c.met_on, cast("-infinity", Date)))
    is_gone = and_(is_open.c.met_on.is_not(None), func.coalesce(stands.c.met_on < is_open.c.met_on, literal(True)))
    is_other: Any = literal(False)
    if guideline.steps:
        is_other = stands.c.anchor_record_id.is_distinct_from(is_open.c.anchor_record_id)
        is_later = and_(is_later, func.coalesce(stands.c.step, -1) != func.coalesce(is_open.c.step, -1))
    outcome = case((is_other, "replaced"), (is_later, "satisfied"), (is_gone, "withdrawn"))
    what = case(
        (is_open.c.id.is_(None), OPEN),
        (stands.c.patient_id.is_(None), CLOSE),
        (outcome.is_not(None), NEXT),
        else_=CHANGE,
    )
    ended = case(
        (stands.c.patient_id.is_(None), "left"), (is_open.c.id.is_not(None), outcome), else_=cast(null(), Text)
    )
    return what, ended
