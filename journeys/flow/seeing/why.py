"""Why does this patient stand here? What was decided on the way, what it waits for, what became of its messages."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.deciding.reasons import TAKEN_BACK
from journeys.flow.running.versions import PublishedJourney, published
from journeys.flow.text.definition import Journey, Node
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing
from journeys.foundation.words import N_
from journeys.store.contact import Message
from journeys.store.enrolments import Enrolment, EnrolmentHistory
from journeys.store.setbacks import Setback
from journeys.store.tasks import Task

ENTERED = N_("Entered the journey")
LEFT_BY = N_("%(step)s: left by %(port)s")
WOKEN = N_("%(step)s: left by %(port)s, because something happened that it waited for")
NO_LONGER_KEPT = N_("Its steps are older than the rule of retention, and no longer kept")
WAITS_UNTIL = N_("%(step)s: waits until then at the latest")
WAITS_FOR = N_("%(step)s: waits for %(kinds)s")
IS_DUE = N_("%(step)s: due now")
IS_STILL = N_("%(step)s: waits for a date of the record that is not known")
WROTE = N_("%(step)s: saw to the field %(field)s")
SET_ASIDE = N_("%(step)s: set aside, because it failed (%(error)s)")
ON_HOLD = N_("The journey is paused")
ENDED = N_("Ended: %(reason)s")
GOAL = N_("Ended: the goal is reached: %(name)s")
EXIT = N_("Ended: left early: %(name)s")
MESSAGE = N_("Message of %(step)s: %(status)s")
MESSAGE_HELD = N_("Message of %(step)s: held, because %(reasons)s")
MESSAGE_SKIPPED = N_("Message of %(step)s: skipped, because %(reasons)s")
TASK = N_("Task of %(step)s: %(status)s")
TASK_DONE = N_("Task of %(step)s: done, with the outcome %(outcome)s")


@dataclass(frozen=True)
class Line:
    """One thing that was decided: when, a message id and the values of its places.

    A value that is a mapping is a text of the clinic in several languages. `subject` is (table, id) of what it says.
    """

    at: dt.datetime
    says: str
    data: Mapping[str, Any] = field(default_factory=dict)
    subject: tuple[str, int] | None = None


def why(session: Session, act: Act, uid: uuid.UUID) -> list[Line]:
    """The lines of one enrolment, oldest first, the present state last; Missing when it is not in this scope."""
    enrolment = session.scalar(select(Enrolment).where(Enrolment.uid == uid))
    if enrolment is None:
        raise Missing("There is no such enrolment")
    version = published(session, [enrolment.version_id])[enrolment.version_id]
    journey = version.journey
    lines = [Line(enrolment.entered_at, ENTERED)]
    lines += steps_taken(session, enrolment, version)
    lines += messages_of(session, enrolment, journey)
    lines += tasks_of(session, enrolment, journey)
    lines.sort(key=lambda line: line.at)
    lines.append(state_of(enrolment, journey, act.now, session.get(Setback, enrolment.id)))
    audit.note(session, "R", "enrolment.why", [enrolment.id], [enrolment.patient_id])
    return lines


def name_of(journey: Journey, step_id: str | None) -> Mapping[str, str]:
    """The name of a step as the clinic wrote it."""
    node: Node | None = journey.nodes.get(step_id or "")
    return node.name if node is not None else {"en": step_id or ""}


def steps_taken(session: Session, enrolment: Enrolment, version: PublishedJourney) -> list[Line]:
    """One line for each step that was left; how it ended is the last line. Who has ended has left at least one."""
    rows = session.scalars(
        select(EnrolmentHistory)
        .where(EnrolmentHistory.enrolment_id == enrolment.id)
        .order_by(EnrolmentHistory.visit, EnrolmentHistory.id)
    ).all()
    if not rows and enrolment.ended_at is not None:
        return [Line(enrolment.entered_at, NO_LONGER_KEPT)]
    return [
        Line(row.left_at, *left_by(row, version), ("enrolment_history", row.id))
        for row in rows
        if row.visit < enrolment.visit or enrolment.ended_at is None
    ]


def left_by(row: EnrolmentHistory, version: PublishedJourney) -> tuple[str, dict[str, Any]]:
    """How a step was left; of what it wrote only the field, since not everybody may see the value."""
    data: dict[str, Any] = {"step": name_of(version.journey, row.step), "port": row.port}
    node = version.journey.nodes.get(row.step)
    needed = () if node is None else node.step.custom_fields()
    written = [version.known.custom[each.slug].field for each in needed if each.is_written]
    if written:
        return WROTE, {**data, "field": written[0].name}
    return LEFT_BY if row.woken_by is None else WOKEN, data


def messages_of(session: Session, enrolment: Enrolment, journey: Journey) -> list[Line]:
    """What became of each message that the enrolment planned."""
    rows = session.scalars(select(Message).where(Message.enrolment_id == enrolment.id, Message.direction == "outbound"))
    return [message_line(row, journey) for row in rows]


def message_line(row: Message, journey: Journey) -> Line:
    """One message."""
    data: dict[str, Any] = {"step": name_of(journey, row.step), "status": row.status}
    at = row.sent_at or row.decided_at or row.planned_at
    if row.status != "held":
        return Line(at, MESSAGE, data, ("message", row.id))
    says = MESSAGE_SKIPPED if row.reasons[0] in TAKEN_BACK else MESSAGE_HELD
    return Line(at, says, {**data, "reasons": ", ".join(row.reasons)}, ("message", row.id))


def tasks_of(session: Session, enrolment: Enrolment, journey: Journey) -> list[Line]:
    """What became of each task that the enrolment made."""
    rows = session.scalars(select(Task).where(Task.enrolment_id == enrolment.id))
    return [task_line(row, journey) for row in rows]


def task_line(row: Task, journey: Journey) -> Line:
    """One task."""
    data = {"step": name_of(journey, row.step), "status": row.status, "outcome": row.outcome}
    at = row.completed_at or row.created_at
    return Line(at, TASK if row.outcome is None else TASK_DONE, data, ("task", row.id))


def state_of(enrolment: Enrolment, journey: Journey, now: dt.datetime, setback: Setback | None) -> Line:
    """Where it stands now, and what for; or how it ended; or by which error it was set aside."""
    data: dict[str, Any] = {"step": name_of(journey, enrolment.step)}
    if enrolment.ended_at is not None:
        return how_it_ended(enrolment, journey, enrolment.ended_at)
    if enrolment.status == "on-hold":
        if setback is None:
            return Line(now, ON_HOLD)
        return Line(setback.at, SET_ASIDE, {**data, "error": setback.error})
    if enrolment.due_at is None and enrolment.waits_for:
        return Line(now, WAITS_FOR, {**data, "kinds": ", ".join(enrolment.waits_for)})
    if enrolment.due_at is None:
        return Line(now, IS_STILL, data)
    return Line(enrolment.due_at, IS_DUE if enrolment.due_at <= now else WAITS_UNTIL, data)


def how_it_ended(enrolment: Enrolment, journey: Journey, at: dt.datetime) -> Line:
    """By which goal, exit, or end."""
    names = {f"{purpose}:{position}": ending.name for purpose, position, ending in journey.endings()}
    reason = enrolment.ended_reason or ""
    if reason not in names:
        return Line(at, ENDED, {"reason": reason})
    return Line(at, GOAL if reason.startswith("goal") else EXIT, {"name": names[reason]})
