"""Writes a difference down: occurrences closed, changed and opened, the history of their statuses, and events.

    due.soon, due.due, due.overdue   an occurrence came to that status
    due.satisfied                    one that asked for something was satisfied, or what was not due yet was
    due.ended                        one that asked for something asks no more, although nothing satisfied it: `outcome`
                                     says why (refused, exclusion, deceased, left, replaced, withdrawn, done, cancelled)

Lanes are locked before any row is written, and without a difference none is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from typing import cast as as_type

from sqlalchemy import (
    BigInteger,
    Table,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    insert,
    literal,
    not_,
    null,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.orm import Session

from journeys.care.guidelines.content import Guideline
from journeys.care.guidelines.difference import ANALYZE, CHANGE, CLOSE, DIFFERENCE, ITEM, KEPT, NEXT, OPEN
from journeys.care.guidelines.standing import (
    DECEASED,
    DUE,
    EXCLUSION,
    NOT_ACTIONABLE,
    OVERDUE,
    REFUSED,
    SATISFIED,
    SOON,
)
from journeys.foundation.acting import Act
from journeys.foundation.lanes import ALL_LANES, lock_lanes
from journeys.store.due import DueChange
from journeys.store.events import events_of, remember

EVENTS = {SOON: "due.soon", DUE: "due.due", OVERDUE: "due.overdue", SATISFIED: "due.satisfied"}
ENDED_KIND = "due.ended"
MANY = 2_000
"""Above so many the planner is told how many there are."""

CHANGES = as_type(Table, DueChange.__table__)
D = DIFFERENCE.c
NOW = bindparam("now", type_=ITEM.c.opened_at.type)
BY = bindparam("by", type_=Text)
GUIDELINE = bindparam("guideline", type_=BigInteger)
VERSION = bindparam("version", type_=BigInteger)
ROLE, QUEUE, SLUG = (bindparam(name, type_=Text) for name in ("role", "queue", "slug"))

IS_OTHER = or_(D.what == OPEN, D.what == NEXT, D.old_status != D.status)
"""Whether the status is another one than before."""

ENDED = (
    update(ITEM)
    .where(ITEM.c.id == D.item_id, D.what.in_((CLOSE, NEXT)))
    .values(closed_at=func.greatest(NOW, ITEM.c.opened_at), outcome=D.outcome, row_version=ITEM.c.row_version + 1)
)
CHANGED = (
    update(ITEM)
    .where(ITEM.c.id == D.item_id, D.what == CHANGE)
    .values(
        **{name: D[name] for name in KEPT},
        version_id=VERSION,
        role=ROLE,
        queue=QUEUE,
        status_at=case((D.old_status != D.status, func.greatest(NOW, ITEM.c.status_at)), else_=ITEM.c.status_at),
        row_version=ITEM.c.row_version + 1,
    )
)
FIXED = {"guideline_id": GUIDELINE, "version_id": VERSION, "role": ROLE, "queue": QUEUE}
OPENED = insert(ITEM).from_select(
    ["patient_id", "opened_at", "status_at", *FIXED, *KEPT],
    select(D.patient_id, NOW, NOW, *FIXED.values(), *[D[name] for name in KEPT]).where(D.what.in_((OPEN, NEXT))),
    include_defaults=False,
)
CURRENT = and_(ITEM.c.guideline_id == GUIDELINE, ITEM.c.patient_id == D.patient_id, ITEM.c.closed_at.is_(None))
ENDS = select(D.patient_id, D.item_id, NOW, D.old_status, cast(null(), Text), D.outcome, BY).where(
    D.what.in_((CLOSE, NEXT))
)
BEFORE = case((D.what == CHANGE, D.old_status), else_=cast(null(), Text))
BEGINS = (
    select(
        D.patient_id,
        ITEM.c.id,
        NOW,
        case((D.what == CHANGE, D.old_status), else_=cast(null(), Text)),
        D.status,
        D.reason,
        BY,
    )
    .join(ITEM, CURRENT)
    .where(D.what != CLOSE, IS_OTHER)
)
HISTORY = insert(CHANGES).from_select(
    ["patient_id", "item_id", "at", "from_status", "to_status", "reason", "caused_by"], ENDS.union_all(BEGINS)
)
HAPPENED = case(
    (and_(D.what == NEXT, D.outcome == "satisfied"), literal(EVENTS[SATISFIED])),
    (and_(D.what == CHANGE, D.status == SATISFIED), literal(EVENTS[SATISFIED])),
    *[(D.status == status, literal(kind)) for status, kind in EVENTS.items() if status != SATISFIED],
)
ABOUT = [literal("due_item").label("subject_kind"), SLUG.label("code"), D.severity.label("outcome")]
TIMES = [NOW.label("recorded_at"), NOW.label("at"), BY.label("caused_by")]
EVENTS_OF = (
    select(
        *TIMES,
        HAPPENED.label("kind"),
        D.patient_id,
        case((and_(D.what == NEXT, D.outcome == "satisfied"), D.item_id), else_=ITEM.c.id).label("subject_id"),
        *ABOUT,
    )
    .join(ITEM, CURRENT)
    .where(D.what != CLOSE, IS_OTHER, HAPPENED.is_not(None))
    .order_by(D.patient_id)
)
ASKED = D.old_status.in_((SOON, DUE, OVERDUE, NOT_ACTIONABLE))
IS_SATISFIED = func.coalesce(D.outcome == "satisfied", literal(False))
STOPS = and_(
    ASKED,
    or_(
        and_(D.what.in_((CLOSE, NEXT)), not_(IS_SATISFIED)),
        and_(D.what == CHANGE, D.old_status != D.status, D.reason.in_((REFUSED, EXCLUSION, DECEASED))),
    ),
)
"""Whether an occurrence asks no more for anything, and nothing satisfied it."""
STOPPED = (
    select(
        *TIMES,
        literal(ENDED_KIND).label("kind"),
        D.patient_id,
        literal("due_item").label("subject_kind"),
        D.item_id.label("subject_id"),
        SLUG.label("code"),
        func.coalesce(D.outcome, D.reason).label("outcome"),
    )
    .where(STOPS)
    .order_by(D.patient_id)
)
WHAT = select(D.what, func.count()).group_by(D.what)
EMITTED = select(HAPPENED).where(D.what != CLOSE, IS_OTHER, HAPPENED.is_not(None)).distinct()
ENDING = select(literal(ENDED_KIND)).where(select(D.patient_id).where(STOPS).exists())


@dataclass(frozen=True)
class Written:
    """How many occurrences began, changed and ended."""

    opened: int = 0
    changed: int = 0
    ended: int = 0

    @property
    def total(self) -> int:
        """How many patients that were."""
        return self.opened + self.changed + self.ended


def write(
    session: Session, act: Act, guideline: Guideline, about: Mapping[str, Any], lanes: Collection[int] = ALL_LANES
) -> Written:
    """Write DIFFERENCE as of `act.now`; `about` names the guideline (`guideline`, `version`, `slug`), `lanes` are those
    of its patients."""
    counts = {row[0]: int(row[1]) for row in session.execute(WHAT)}
    if not counts:
        return Written()
    if sum(counts.values()) > MANY:
        session.execute(ANALYZE)
    lock_lanes(session, lanes)
    values = {"now": act.now, "by": act.by, **about, **{key: guideline.owner[key] for key in ("role", "queue")}}
    for statement in (ENDED, CHANGED, OPENED, HISTORY, events_of(STOPPED), events_of(EVENTS_OF)):
        session.execute(statement, values)
    for kind in session.scalars(union_all(EMITTED, ENDING)):
        remember(session, kind, are_locked=True)
    nexts = counts.get(NEXT, 0)
    return Written(counts.get(OPEN, 0) + nexts, counts.get(CHANGE, 0), counts.get(CLOSE, 0) + nexts)
