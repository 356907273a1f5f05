"""What a rule would remove, before anybody gives it: whole months by the planner's last look, rows as far as a bounded
look at the oldest goes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from journeys.flow.retention.change_rule import history_named, refuse
from journeys.flow.retention.histories import History
from journeys.flow.retention.walking import Walk, look
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Forbidden
from journeys.store.enrolments import SegmentMember
from journeys.store.retention import months_before
from journeys.store.setting_up.partitions import Month, months_of

MOST_LOOKED_AT = 20_000


@dataclass(frozen=True)
class Preview:
    """What is older than `cutoff` and would go: `months` as a whole, or `rows` one by one, `is_more` if there may be
    more of them; `kept` counts by their reason what is old and would stay."""

    cutoff: dt.datetime
    months: tuple[Month, ...] = ()
    rows: int = 0
    is_more: bool = False
    kept: Mapping[str, int] = field(default_factory=dict)


def preview_rule(session: Session, act: Act, name: str, months: int) -> Preview:
    """Look at what would go by a rule of so many months; Missing, Forbidden and Invalid as `change_rule`."""
    history = history_named(name)
    if act.scope.locations is not None:
        raise Forbidden("What would be removed is shown to whoever sees every branch")
    refuse(history, months)
    cutoff = months_before(act.now, months)
    audit.note(session, "R", "retention_rule", detail={"table": name, "months": months})
    if history.is_by_month:
        old = tuple(month for month in months_of(session, name) if month.ends <= cutoff and month.is_used)
        return Preview(cutoff, old, sum(month.rows for month in old))
    going = Walk(history, act.now, cutoff)
    return former_members(session, going) if history.table is SegmentMember else oldest_rows(session, going, history)


def oldest_rows(session: Session, going: Walk, history: History) -> Preview:
    """Judge the oldest rows as a run would."""
    looked_at = look(session, going, 0, MOST_LOOKED_AT)
    key = (looked_at.c.is_old, looked_at.c.stays)
    counted = select(*key, func.count()).group_by(*key)
    found = session.execute(counted).all()
    kept = {stays: count for is_old, stays, count in found if is_old and stays is not None}
    rows = sum(count for is_old, stays, count in found if is_old and stays is None)
    return Preview(going.cutoff, (), rows, sum(count for _, _, count in found) >= MOST_LOOKED_AT, kept)


def former_members(session: Session, going: Walk) -> Preview:
    """Count the stays in segments that ended before."""
    old = select(SegmentMember.segment_id).where(SegmentMember.left_at < going.cutoff).limit(MOST_LOOKED_AT)
    rows = session.scalar(select(func.count()).select_from(old.subquery())) or 0
    return Preview(going.cutoff, (), rows, rows >= MOST_LOOKED_AT)
