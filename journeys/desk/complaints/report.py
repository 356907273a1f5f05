"""What patients complained about, why it happened, how it was put right, and how long that took."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.complaints import CLOSED, SILENT, Complaint

MOST = 500


@dataclass(frozen=True)
class Count:
    """Complaints of one reason, root cause and remedy; `days` is the median from the first word to the end."""

    reason: str
    cause: str | None
    remedy: str | None
    count: int
    closed: int
    silent: int
    reopened: int
    late: int
    days: float | None


def report(session: Session, act: Act, since: dt.datetime, until: dt.datetime) -> list[Count]:
    """Complaints taken between two moments that this reader may see, the most frequent first. One is late where a
    clock ran out before what it waits for was done, or before now."""
    late = or_(
        func.coalesce(Complaint.acknowledged_at, act.now) > Complaint.acknowledge_due_at,
        func.coalesce(Complaint.contacted_at, Complaint.closed_at, act.now) > Complaint.contact_due_at,
        func.coalesce(Complaint.settled_at, Complaint.closed_at, act.now) > Complaint.settle_due_at,
    )
    length = func.extract("epoch", Complaint.closed_at - Complaint.taken_at) / 86_400
    keys = (Complaint.reason, Complaint.cause, Complaint.remedy)
    number = func.count()
    counted = (
        select(
            *keys,
            number,
            number.filter(Complaint.status == CLOSED),
            number.filter(Complaint.outcome == SILENT),
            number.filter(Complaint.reopened > 0),
            number.filter(late),
            func.percentile_cont(0.5).within_group(length),
        )
        .where(Complaint.taken_at >= since, Complaint.taken_at < until)
        .group_by(*keys)
        .order_by(number.desc(), *keys)
        .limit(MOST)
    )
    audit.note(session, "R", Complaint.__tablename__, [], [], {"what": "counted"})
    return [Count(*row) for row in session.execute(counted).all()]
