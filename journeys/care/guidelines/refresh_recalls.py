"""Brings the recalls that somebody asked for up to date: a few statements for all whose window is open.

A finished visit within the window satisfies one; one that is about a guideline whose patients it is about, a record by
which that is satisfied. A visit that is booked, up to a month after the day on which it is
overdue, makes it wait. Who has died, or whose record was merged away, is called back no more.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, Text, and_, bindparam, case, cast, exists, func, insert, literal, null, select, update
from sqlalchemy.orm import Session

from journeys.care.guidelines.content import BOOKED
from journeys.care.guidelines.difference import CHANGE, CLOSE, DIFFERENCE, HAVE_EMPTY, ITEM
from journeys.care.guidelines.standing import DUE as IS_DUE
from journeys.care.guidelines.standing import NOT_ACTIONABLE, OVERDUE, SATISFIED, SOON
from journeys.care.guidelines.writing import BY, CHANGES, ENDED, ENDED_KIND, EVENTS, NOW, D
from journeys.criteria.compile import MEMBER, PatientRule
from journeys.criteria.dates import FARTHEST_EAST, start_in_utc, start_of_day
from journeys.criteria.known import Known
from journeys.criteria.local_days import LocalDays
from journeys.criteria.subject import Subject
from journeys.foundation.acting import Act
from journeys.foundation.lanes import ALL_LANES, lock_lanes
from journeys.store.access import Appointment
from journeys.store.clinical import Encounter
from journeys.store.configuration import Definition
from journeys.store.events import events_of, remember

RECALLED = "recalled"
RECALL = "recall"
"""What the events of a recall that is about no guideline have for their code."""

A_MONTH = 30

ABOUT = ITEM.alias("about")
IS_CURRENT = ABOUT.c.closed_at.is_(None)

ENDS = select(D.patient_id, D.item_id, NOW, D.old_status, cast(null(), Text), D.outcome, BY).where(D.what == CLOSE)
GOES_ON = select(D.patient_id, D.item_id, NOW, D.old_status, D.status, D.reason, BY).where(D.what == CHANGE)
HISTORY = insert(CHANGES).from_select(
    ["patient_id", "item_id", "at", "from_status", "to_status", "reason", "caused_by"], ENDS.union_all(GOES_ON)
)
CHANGED = (
    update(ITEM)
    .where(ITEM.c.id == D.item_id, D.what == CHANGE)
    .values(
        status=D.status,
        reason=D.reason,
        status_at=func.greatest(NOW, ITEM.c.status_at),
        row_version=ITEM.c.row_version + 1,
    )
)
KIND = case(
    (and_(D.what == CLOSE, D.outcome == SATISFIED), literal(EVENTS[SATISFIED])),
    (D.what == CLOSE, literal(ENDED_KIND)),
    *[(and_(D.what == CHANGE, D.status == status), literal(EVENTS[status])) for status in (SOON, IS_DUE, OVERDUE)],
)
HAPPENED = (
    select(
        NOW.label("recorded_at"),
        NOW.label("at"),
        BY.label("caused_by"),
        KIND.label("kind"),
        D.patient_id,
        literal("due_item").label("subject_kind"),
        D.item_id.label("subject_id"),
        func.coalesce(Definition.slug, bindparam("recall", type_=Text)).label("code"),
        case((KIND == ENDED_KIND, D.outcome), else_=ITEM.c.severity).label("outcome"),
    )
    .join(ITEM, ITEM.c.id == D.item_id)
    .outerjoin(Definition, Definition.id == ITEM.c.about_id)
    .where(KIND.is_not(None))
    .order_by(D.patient_id, D.item_id)
)


def refresh_recalls(session: Session, act: Act) -> int:
    """Move every open recall to the status that it has as of `act.now`; how many moved."""
    session.execute(HAVE_EMPTY)
    put = insert(DIFFERENCE).from_select(
        ["what", "patient_id", "item_id", "old_status", "outcome", "status", "reason"], moved(act)
    )
    kept = {"preserve_rowcount": True}
    count = int(session.execute(put, execution_options=kept).rowcount)  # type: ignore[attr-defined]
    if count:
        lock_lanes(session, ALL_LANES)
        values = {"now": act.now, "by": act.by, "recall": RECALL}
        for statement in (ENDED, CHANGED, HISTORY, events_of(HAPPENED)):
            session.execute(statement, values)
        for kind in session.scalars(select(KIND).where(KIND.is_not(None)).distinct()):
            remember(session, kind, are_locked=True)
    return count


def moved(act: Act) -> Select[Any]:
    """SELECT the open recalls whose status is another one now."""
    days = LocalDays()
    clock = PatientRule(Subject(MEMBER.c.id, act.now, patient=MEMBER), Known(), days).clock
    today = clock.today_for_many()
    rows = days.joined_to(MEMBER).join(ITEM, ITEM.c.patient_id == MEMBER.c.id)
    is_gone = MEMBER.c.deceased | MEMBER.c.merged_into_id.is_not(None)
    is_seen = case((is_worked_out(), is_met()), else_=visited(act, start_of_day(clock.zone, ITEM.c.opens_on)))
    status = case(
        (and_(today < ITEM.c.overdue_on, booked(act, today)), literal(NOT_ACTIONABLE)),
        (today < ITEM.c.due_on, literal(SOON)),
        (today < ITEM.c.overdue_on, literal(IS_DUE)),
        else_=literal(OVERDUE),
    )
    outcome = case((is_gone, literal("left")), (is_seen, literal(SATISFIED)))
    last = literal((act.now + FARTHEST_EAST).date())
    stands = select(ITEM.c.patient_id, ITEM.c.id, ITEM.c.status, outcome.label("outcome"), status.label("now"))
    stands = stands.select_from(rows).where(ITEM.c.guideline_id.is_(None), ITEM.c.closed_at.is_(None))
    now = stands.where(ITEM.c.opens_on <= last, ITEM.c.opens_on <= today).subquery("stands")
    what = case((now.c.outcome.is_not(None), literal(CLOSE)), else_=literal(CHANGE))
    reason = case((now.c.now == NOT_ACTIONABLE, literal("booked")), else_=literal(RECALLED))
    return select(what, now.c.patient_id, now.c.id, now.c.status, now.c.outcome, now.c.now, reason).where(
        now.c.outcome.is_not(None) | (now.c.now != now.c.status)
    )


def is_worked_out() -> Any:
    """Whether a recall is about a guideline in which the patient stands somewhere."""
    return exists().where(ABOUT.c.guideline_id == ITEM.c.about_id, ABOUT.c.patient_id == ITEM.c.patient_id, IS_CURRENT)


def is_met() -> Any:
    """Whether that guideline was satisfied since the window of the recall opened."""
    mine = [ABOUT.c.guideline_id == ITEM.c.about_id, ABOUT.c.patient_id == ITEM.c.patient_id]
    return exists().where(*mine, IS_CURRENT, ABOUT.c.met_on >= ITEM.c.opens_on)


def visited(act: Act, since: Any) -> Any:
    """Whether the patient was seen since the window opened and the recall was asked for."""
    return exists().where(
        Encounter.patient_id == ITEM.c.patient_id,
        Encounter.status == "finished",
        Encounter.start_at <= literal(act.now),
        Encounter.start_at > ITEM.c.recalled_at,
        Encounter.start_at >= since,
    )


def booked(act: Act, today: Any) -> Any:
    """Whether a visit lies ahead that is not too late."""
    latest = func.greatest(ITEM.c.overdue_on, today) + A_MONTH
    return exists().where(
        Appointment.patient_id == ITEM.c.patient_id,
        Appointment.status.in_(BOOKED),
        Appointment.start_at >= literal(act.now),
        Appointment.start_at < start_in_utc(latest),
    )
