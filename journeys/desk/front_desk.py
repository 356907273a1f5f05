"""Who comes today to a branch, in the order of time, with what is due for each: in seven statements."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from journeys.care.supplies.need import open_items, supplied
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing
from journeys.foundation.tables import Texts
from journeys.foundation.words import N_
from journeys.store.access import Appointment
from journeys.store.configuration import Definition
from journeys.store.conversations import CLOSED, Conversation
from journeys.store.due import ASKING, DueItem
from journeys.store.organisation import Location, Practitioner
from journeys.store.people import Patient
from journeys.store.supplies import SupplyItem, SupplyStock
from journeys.store.tasks import OPEN_STATUSES, Task

MOST = 500
LEFT_OUT = ("entered-in-error", "waitlist", "proposed", "cancelled")


@dataclass(frozen=True)
class Gap:
    """Care that is due; `name` is the guideline's."""

    name: Texts | None
    status: str
    due_on: dt.date | None


@dataclass(frozen=True)
class Supply:
    """What a visit uses up, and how much of it the branch has; None where nobody counted."""

    name: Texts
    quantity: int
    stock: int | None


@dataclass(frozen=True)
class ToDo:
    """An open task or conversation about the patient."""

    uid: uuid.UUID
    title: Texts | None
    status: str
    due_at: dt.datetime | None


@dataclass
class Arrival:
    """One visit of today; `name` never shows in a `repr`."""

    visit: Appointment
    patient_uid: uuid.UUID
    name: str = field(repr=False)
    practitioner: str | None
    gaps: Sequence[Gap] = ()
    supplies: Sequence[Supply] = ()
    tasks: Sequence[ToDo] = ()
    conversations: Sequence[ToDo] = ()


def front_desk(session: Session, act: Act, location_id: int, from_at: dt.datetime, until: dt.datetime) -> list[Arrival]:
    """The visits of a branch between two moments; Missing for a branch of others. The list is noted for the audit."""
    is_mine = act.scope.locations is None or location_id in act.scope.locations
    if not is_mine or session.get(Location, location_id) is None:
        raise Missing(N_("There is no such branch here"))
    rows = session.execute(
        select(Appointment, Patient, Practitioner)
        .join(Patient, Patient.id == Appointment.patient_id)
        .outerjoin(Practitioner, Practitioner.id == Appointment.practitioner_id)
        .where(Appointment.location_id == location_id, Appointment.start_at >= from_at, Appointment.start_at < until)
        .where(Appointment.status.not_in(LEFT_OUT))
        .order_by(Appointment.start_at, Appointment.id)
        .limit(MOST)
    ).all()
    patients = sorted({row.Patient.id for row in rows})
    gaps, supplies = gaps_of(session, patients), supplies_of(session, patients, location_id)
    tasks, talks = tasks_of(session, patients), conversations_of(session, patients)
    visits = [row.Appointment.id for row in rows]
    audit.note(session, "R", "appointment", visits, [row.Patient.id for row in rows], {"what": "front-desk"})
    return [
        Arrival(
            row.Appointment,
            row.Patient.uid,
            row.Patient.name or "",
            row.Practitioner.name if row.Practitioner else None,
            gaps[row.Patient.id],
            supplies[row.Patient.id],
            tasks[row.Patient.id],
            talks[row.Patient.id],
        )
        for row in rows
    ]


def gaps_of(session: Session, patients: Sequence[int]) -> dict[int, list[Gap]]:
    """What care is due for each of these, the longest due first."""
    found: dict[int, list[Gap]] = defaultdict(list)
    chosen = (
        select(DueItem.patient_id, Definition.name, DueItem.status, DueItem.due_on)
        .outerjoin(Definition, Definition.id == func.coalesce(DueItem.guideline_id, DueItem.about_id))
        .where(DueItem.patient_id.in_(patients), DueItem.closed_at.is_(None), DueItem.status.in_(ASKING))
        .order_by(DueItem.due_on, DueItem.id)
    )
    for patient, name, status, due_on in session.execute(chosen):
        found[patient].append(Gap(name, status, due_on))
    return found


def supplies_of(session: Session, patients: Sequence[int], location_id: int) -> dict[int, list[Supply]]:
    """What the open care of each of these uses up, and what the branch has of it."""
    found: dict[int, list[Supply]] = defaultdict(list)
    needed = supplied()
    here = and_(SupplyStock.item_id == SupplyItem.id, SupplyStock.location_id == location_id)
    chosen = (
        select(DueItem.patient_id, SupplyItem.name, func.sum(needed.c.quantity), SupplyStock.quantity)
        .join(needed, open_items(needed))
        .join(SupplyItem, SupplyItem.id == needed.c.item_id)
        .outerjoin(SupplyStock, here)
        .where(DueItem.patient_id.in_(patients), DueItem.status.in_(ASKING))
        .group_by(DueItem.patient_id, SupplyItem.id, SupplyStock.quantity)
        .order_by(DueItem.patient_id, SupplyItem.slug)
    )
    for patient, name, quantity, stock in session.execute(chosen):
        found[patient].append(Supply(name, int(quantity), stock))
    return found


def tasks_of(session: Session, patients: Sequence[int]) -> dict[int, list[ToDo]]:
    """The open tasks about each of these, those that a conversation shows left out."""
    found: dict[int, list[ToDo]] = defaultdict(list)
    shown = select(Conversation.id).where(Conversation.task_id == Task.id, Conversation.status != CLOSED)
    chosen = (
        select(Task.patient_id, Task.uid, Task.title, Task.status, Task.due_at)
        .where(Task.patient_id.in_(patients), Task.status.in_(OPEN_STATUSES), ~shown.exists())
        .order_by(Task.due_at, Task.id)
    )
    for patient, uid, title, status, due_at in session.execute(chosen):
        found[patient].append(ToDo(uid, title, status, due_at))
    return found


def conversations_of(session: Session, patients: Sequence[int]) -> dict[int, list[ToDo]]:
    """The conversations with each of these that are not over, those first in which it is our turn."""
    found: dict[int, list[ToDo]] = defaultdict(list)
    chosen = (
        select(Conversation.patient_id, Conversation.uid, Task.title, Conversation.status, Conversation.due_at)
        .outerjoin(Task, Task.id == Conversation.task_id)
        .where(Conversation.patient_id.in_(patients), Conversation.status != CLOSED)
        .order_by(Conversation.due_at, Conversation.id)
    )
    for patient, uid, title, status, due_at in session.execute(chosen):
        found[patient].append(ToDo(uid, title, status, due_at))
    return found
