"""What is open about a patient: what it is, whose it is, by when. One statement over everything that waits.

Work of people and what patients are owed come before what a journey looks at by itself; what is due soonest first.
Days are those of the patient: what is due on a day is late when that day is over where they live.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Date, DateTime, Select, Text, Uuid, cast, func, literal, null, or_, select, union_all
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from journeys.criteria.dates import zone_of
from journeys.foundation.database import PREPARED
from journeys.foundation.tables import Texts
from journeys.foundation.zones import is_zone
from journeys.store.access import Appointment
from journeys.store.configuration import Definition
from journeys.store.due import ASKING, DueItem
from journeys.store.enrolments import Enrolment
from journeys.store.plans import CarePlanActivity, Request
from journeys.store.referrals import OVER, Referral
from journeys.store.tasks import OPEN_STATUSES, Task, TaskQueue

NO_TEXT, NO_TEXTS = cast(null(), Text), cast(null(), JSONB)
NO_DAY, NO_MOMENT = cast(null(), Date), cast(null(), DateTime(timezone=True))
TO_COME = ("proposed", "pending", "booked", "arrived", "checked-in", "waitlist")
ASKED = ("not-started", "scheduled", "in-progress", "on-hold")
OPEN_REQUESTS = ("active", "on-hold")
JOURNEY = "enrolment"
DUE = "due"
NEVER_LATE = ("appointment", JOURNEY)
MOST = 50


FAR = dt.datetime.max.replace(tzinfo=dt.UTC)


@dataclass(frozen=True)
class NextStep:
    """One thing that waits. `texts` or `words` say what, `owner` is a person, `queue` the list it stands on.

    It is to be done by a moment (`by`) or on a day (`on`); `zone` is the one in which the patient's days are counted.
    """

    kind: str
    uid: uuid.UUID
    status: str
    texts: Texts | None
    words: str | None
    owner: str | None
    queue: Texts | None
    by: dt.datetime | None
    on: dt.date | None
    zone: str

    def is_late(self, now: dt.datetime) -> bool:
        """Whether the time has passed by which it was to be done; an appointment or a wait is never late, and
        something due only when it is overdue."""
        if self.kind == DUE:
            return self.status == "overdue"
        if self.on is not None:
            return self.on < now.astimezone(zone_called(self.zone)).date()
        return self.by is not None and self.by < now and self.kind not in NEVER_LATE

    def begins(self) -> dt.datetime:
        """The moment after which others come: of a day, its beginning; far ahead where there is none."""
        if self.on is not None:
            return dt.datetime.combine(self.on, dt.time(), zone_called(self.zone))
        return self.by or FAR


def next_steps(session: Session, patient_id: int, now: dt.datetime) -> list[NextStep]:
    """Everything that waits, what comes first first."""
    every = union_all(*(of_kind(patient_id, now) for of_kind in KINDS)).subquery()
    soonest = func.coalesce(every.c.by, cast(every.c.on, DateTime(timezone=True))).asc().nulls_last()
    chosen = select(every, zone_of(patient_id).label("zone")).limit(MOST)
    ordered = chosen.order_by(every.c.kind == JOURNEY, soonest, every.c.kind, every.c.uid)
    steps = [NextStep(**row) for row in session.execute(ordered.execution_options(**PREPARED)).mappings()]
    return sorted(steps, key=lambda step: (step.kind == JOURNEY, step.begins(), step.kind, str(step.uid)))


def zone_called(name: str) -> dt.tzinfo:
    """The zone of this name; UTC for a name that is none."""
    return ZoneInfo(name) if is_zone(name) else dt.UTC


def columns(kind: str, row: Any, **given: Any) -> list[Any]:
    """The columns of one kind."""
    of = {
        "texts": NO_TEXTS,
        "words": NO_TEXT,
        "owner": NO_TEXT,
        "queue": NO_TEXTS,
        "by": NO_MOMENT,
        "on": NO_DAY,
        **given,
    }
    return [
        literal(kind).label("kind"),
        cast(row.uid, Uuid).label("uid"),
        cast(of.get("status", row.status), Text).label("status"),
        cast(of["texts"], JSONB).label("texts"),
        cast(of["words"], Text).label("words"),
        cast(of["owner"], Text).label("owner"),
        cast(of["queue"], JSONB).label("queue"),
        cast(of["by"], DateTime(timezone=True)).label("by"),
        cast(of["on"], Date).label("on"),
    ]


def tasks(patient_id: int, now: dt.datetime) -> Select[Any]:
    """Tasks that somebody has to do."""
    given = columns("task", Task, texts=Task.title, owner=Task.owner, queue=TaskQueue.name, by=Task.due_at)
    chosen = select(*given).join(TaskQueue, TaskQueue.id == Task.queue_id)
    return chosen.where(Task.patient_id == patient_id, Task.status.in_(OPEN_STATUSES))


def referrals(patient_id: int, now: dt.datetime) -> Select[Any]:
    """Referrals that are not closed."""
    given = columns(
        "referral", Referral, words=Referral.display, owner=Referral.owner, queue=TaskQueue.name, by=Referral.due_at
    )
    chosen = select(*given).outerjoin(TaskQueue, TaskQueue.id == Referral.queue_id)
    return chosen.where(Referral.patient_id == patient_id, Referral.status.not_in(OVER))


def requests(patient_id: int, now: dt.datetime) -> Select[Any]:
    """What the patient asked for."""
    given = columns("request", Request, words=Request.kind, owner=Request.owner, by=Request.due_at)
    return select(*given).where(Request.patient_id == patient_id, Request.status.in_(OPEN_REQUESTS))


def appointments(patient_id: int, now: dt.datetime) -> Select[Any]:
    """Appointments to come."""
    given = columns("appointment", Appointment, words=Appointment.display, by=Appointment.start_at)
    ahead = or_(Appointment.start_at.is_(None), Appointment.start_at >= now)
    return select(*given).where(Appointment.patient_id == patient_id, Appointment.status.in_(TO_COME), ahead)


def activities(patient_id: int, now: dt.datetime) -> Select[Any]:
    """What a care plan asks for on a day."""
    row = CarePlanActivity
    given = columns("care-plan-activity", row, words=func.coalesce(row.display, row.code), on=row.due_on)
    return select(*given).where(row.patient_id == patient_id, row.due_on.is_not(None), row.status.in_(ASKED))


def due_items(patient_id: int, now: dt.datetime) -> Select[Any]:
    """What guidelines and recalls ask for."""
    row = DueItem
    given = columns(DUE, row, texts=Definition.name, owner=row.owner, queue=TaskQueue.name, on=row.due_on)
    chosen = select(*given).outerjoin(Definition, Definition.id == func.coalesce(row.guideline_id, row.about_id))
    chosen = chosen.outerjoin(TaskQueue, TaskQueue.slug == row.queue)
    return chosen.where(row.patient_id == patient_id, row.closed_at.is_(None), row.status.in_(ASKING))


def waits(patient_id: int, now: dt.datetime) -> Select[Any]:
    """Journeys that look again by themselves."""
    given = columns(JOURNEY, Enrolment, texts=Definition.name, by=Enrolment.due_at)
    chosen = select(*given).join(Definition, Definition.id == Enrolment.definition_id)
    return chosen.where(Enrolment.patient_id == patient_id, Enrolment.ended_at.is_(None))


KINDS = (tasks, referrals, requests, appointments, activities, due_items, waits)
"""Each kind of what can wait, as a SELECT with the same columns."""
