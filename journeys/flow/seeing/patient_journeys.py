"""Every journey for one patient: in which they stand and what comes next, which they left and why, which they never
entered or are held from."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from journeys.criteria.known import Known
from journeys.flow.entry.barred import IS_PAUSED, Barred, barred
from journeys.flow.running.versions import PublishedJourney, published
from journeys.flow.text.definition import Ending, Journey, Node
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.contact import Message
from journeys.store.enrolments import Enrolment, SegmentMember
from journeys.store.events import Event
from journeys.store.people import Patient
from journeys.store.putting_in_force.definitions import JOURNEY
from journeys.store.setbacks import Setback
from journeys.store.tasks import OPEN_STATUSES, Task

MOST_PAST = 50
QUEUED = ("planned", "released", "sending")
OF_JOURNEYS = "enrolment."


@dataclass(frozen=True)
class InJourney:
    """One enrolment with the version it walks, and what the rules of that version name.

    `number` is the version's; `live` the one in force now, if any.
    """

    enrolment: Enrolment
    slug: str
    journey: Journey
    known: Known
    number: int
    live: int | None


@dataclass(frozen=True)
class Inside(InJourney):
    """An enrolment that goes on: the step, where each way out leads, what is queued or held, and what staff owe.

    `member_since` is since when the patient has been in the segment that let them in; `failed` the class of the error
    that set it aside, if any.
    """

    node: Node | None
    ways: list[tuple[str, Node | None]]
    messages: list[Message]
    tasks: list[Task]
    member_since: dt.datetime | None
    failed: str | None


@dataclass(frozen=True)
class Left(InJourney):
    """An enrolment that ended: `kind` is goal, exit or empty; the goal or exit; and what happened that met it."""

    kind: str
    ending: Ending | None
    event: Event | None


@dataclass(frozen=True)
class Outside:
    """A journey in force in which the patient is not, and why."""

    slug: str
    journey: Journey
    known: Known
    number: int
    why: Barred


@dataclass(frozen=True)
class PatientJourneys:
    """The three kinds; `has_more` says that older ended ones were left off."""

    patient: Patient
    inside: list[Inside]
    left: list[Left]
    outside: list[Outside]
    has_more: bool


def patient_journeys(session: Session, act: Act, uid: uuid.UUID) -> PatientJourneys:
    """Everything about one patient; Missing outside this scope."""
    patient = session.scalar(select(Patient).where(Patient.uid == uid))
    if patient is None:
        raise Missing("There is no such patient")
    rows = session.execute(enrolments_of(patient.id)).all()
    journeys = published(session, {row.Enrolment.version_id for row in rows})
    going_on = [row for row in rows if row.Enrolment.ended_at is None]
    ended = [row for row in rows if row.Enrolment.ended_at is not None]
    inside = insides(session, going_on, journeys)
    left = lefts(session, patient.id, ended[:MOST_PAST], journeys)
    outside = outsides(session, act, patient.id, {row.Enrolment.definition_id for row in going_on})
    ids = [row.Enrolment.id for row in rows]
    audit.note(session, "R", "patient.journeys", ids, [patient.id])
    return PatientJourneys(patient, inside, left, outside, has_more=len(ended) > MOST_PAST)


def enrolments_of(patient_id: int) -> Any:
    """SELECT the enrolments of a patient with their versions, the newest first."""
    live = aliased(DefinitionVersion)
    return (
        select(Enrolment, DefinitionVersion.number, live.number.label("live"), Definition.slug)
        .join(DefinitionVersion, DefinitionVersion.id == Enrolment.version_id)
        .join(Definition, Definition.id == Enrolment.definition_id)
        .outerjoin(live, live.id == Definition.live_version_id)
        .where(Enrolment.patient_id == patient_id)
        .order_by(Enrolment.ended_at.desc().nulls_first(), Enrolment.entered_at.desc(), Enrolment.id)
        .limit(2 * MOST_PAST)
    )


def insides(session: Session, rows: Sequence[Any], journeys: Mapping[int, PublishedJourney]) -> list[Inside]:
    """What goes on, with its messages and tasks."""
    ids = [row.Enrolment.id for row in rows]
    unsent = select(Message).where(Message.enrolment_id.in_(ids), Message.status.in_((*QUEUED, "held", "unknown")))
    messages = session.scalars(unsent.order_by(Message.planned_at, Message.id)).all()
    waiting = select(Task).where(Task.enrolment_id.in_(ids), Task.status.in_(OPEN_STATUSES))
    tasks = session.scalars(waiting.order_by(Task.created_at, Task.id)).all()
    patients = [row.Enrolment.patient_id for row in rows]
    since = stays_of(session, patients[:1])
    failed = failures_of(session, ids)
    found = []
    for row in rows:
        version = journeys[row.Enrolment.version_id]
        journey = version.journey
        node = journey.nodes.get(row.Enrolment.step or "")
        found.append(
            Inside(
                row.Enrolment,
                row.slug,
                journey,
                version.known,
                row.number,
                row.live,
                node,
                ways_of(journey, node),
                [each for each in messages if each.enrolment_id == row.Enrolment.id],
                [each for each in tasks if each.enrolment_id == row.Enrolment.id],
                since.get(journey.head.entry.segment or ""),
                failed.get(row.Enrolment.id),
            )
        )
    return found


def failures_of(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Enrolment → the class of the error that set it aside."""
    on_hold = (Setback.enrolment_id.in_(ids), Enrolment.status == "on-hold")
    found = select(Setback.enrolment_id, Setback.error).join(Enrolment, Enrolment.id == Setback.enrolment_id)
    return dict(session.execute(found.where(*on_hold)).all())


def ways_of(journey: Journey, node: Node | None) -> list[tuple[str, Node | None]]:
    """(port, the step it leads to) of a step."""
    if node is None:
        return []
    return [(port, journey.nodes.get(node.next.get(port, ""))) for port in node.step.ports()]


def stays_of(session: Session, patients: Sequence[int]) -> dict[str, dt.datetime]:
    """Segment → since when the patient has been in it."""
    if not patients:
        return {}
    open_stays = (
        select(Definition.slug, SegmentMember.entered_at)
        .join(Definition, Definition.id == SegmentMember.segment_id)
        .where(SegmentMember.patient_id == patients[0], SegmentMember.left_at.is_(None))
    )
    return {row.slug: row.entered_at for row in session.execute(open_stays)}


def lefts(
    session: Session, patient_id: int, rows: Sequence[Any], journeys: Mapping[int, PublishedJourney]
) -> list[Left]:
    """What ended, with the goal or exit and the event that met it."""
    events = events_at(session, patient_id, rows)
    found = []
    for row in rows:
        version = journeys[row.Enrolment.version_id]
        journey = version.journey
        kind, ending = ending_of(journey, row.Enrolment.ended_reason or "")
        event = what_happened(row.Enrolment, ending, events)
        found.append(Left(row.Enrolment, row.slug, journey, version.known, row.number, row.live, kind, ending, event))
    return found


def events_at(session: Session, patient_id: int, rows: Sequence[Any]) -> Sequence[Event]:
    """What happened to the patient while they were in one of these, the newest first."""
    if not rows:
        return []
    first = min(row.Enrolment.entered_at for row in rows)
    last = max(row.Enrolment.ended_at for row in rows)
    happened = select(Event).where(
        Event.patient_id == patient_id,
        Event.recorded_at.between(first, last),
        ~Event.kind.startswith(OF_JOURNEYS),
    )
    return session.scalars(happened.order_by(Event.recorded_at.desc(), Event.id.desc()).limit(1_000)).all()


def ending_of(journey: Journey, reason: str) -> tuple[str, Ending | None]:
    """The goal or exit that an enrolment ended by; none where it came to an end step or was taken out."""
    for purpose, position, ending in journey.endings():
        if reason == f"{purpose}:{position}":
            return purpose, ending
    return "", None


def what_happened(enrolment: Enrolment, ending: Ending | None, events: Sequence[Event]) -> Event | None:
    """The event by which an enrolment ended: of the ending's kind, or what happened at the same moment."""
    ended_at = enrolment.ended_at or enrolment.entered_at
    for event in events:
        if not enrolment.entered_at <= event.recorded_at <= ended_at:
            continue
        if ending is not None and ending.event is not None:
            if event.kind == ending.event:
                return event
        elif event.recorded_at == ended_at:
            return event
    return None


def outsides(session: Session, act: Act, patient_id: int, inside: set[int]) -> list[Outside]:
    """Every journey in force in which the patient is not."""
    found = session.execute(
        select(Definition.id, Definition.slug, Definition.status, Definition.live_version_id, DefinitionVersion.number)
        .join(DefinitionVersion, DefinitionVersion.id == Definition.live_version_id)
        .where(Definition.kind == JOURNEY, Definition.status.in_(("active", "paused")))
        .order_by(Definition.slug)
    ).all()
    wanted = [row for row in found if row.id not in inside]
    journeys = published(session, [row.live_version_id for row in wanted])
    outside = []
    for row in wanted:
        journey = journeys[row.live_version_id]
        why = barred(session, act, journey, patient_id)
        if row.status == "paused":
            why = Barred(why.is_chosen, [(IS_PAUSED, {}), *why.reasons])
        outside.append(Outside(row.slug, journey.journey, journey.known, row.number, why))
    return outside
