"""Something happened: end those who should leave, wake those who waited, let in those whom it lets in.

Works on the events that this very transaction has emitted, for all their patients at once.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Select, Text, any_, bindparam, literal, or_, select
from sqlalchemy.orm import Session, aliased

from journeys.flow.entry.bounds import stop_if_too_many
from journeys.flow.entry.entering import candidates, let_in
from journeys.flow.entry.letting_in import chosen_by_events
from journeys.flow.events.heard import ENTRY, EXIT, GOAL, heard_as
from journeys.flow.running.batch import Batch
from journeys.flow.running.ending import end_where_due
from journeys.flow.running.executing import wake
from journeys.flow.running.versions import published
from journeys.flow.steps.base import is_news
from journeys.flow.text.catalogue import read_defaults
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.database import PREPARED
from journeys.foundation.lanes import lock_lanes
from journeys.store.configuration import Definition, JourneyListener
from journeys.store.enrolments import Enrolment
from journeys.store.events import Event, of_this_transaction
from journeys.store.people import Patient

ONLY_RECORDS = ("enrolment.", "task.", "message.", "webhook.", "journey.")
"""Beginnings of the kinds of events after which only rules over such records themselves read anything new."""

LISTENING = (
    select(JourneyListener.purpose)
    .where(JourneyListener.event_kind == any_(bindparam("kinds", type_=ARRAY(Text))))
    .distinct()
    .execution_options(**PREPARED)
)
"""Made once: it is asked after every act in which anything happened."""


def resolve(session: Session, act: Act, kinds: Collection[str], after: int = 0) -> None:
    """Do what the events of these kinds call for that this transaction emitted after event `after`.

    The lanes of their patients are locked: an enrolment that is being moved was waited for.
    """
    events = of_this_transaction().where(Event.kind.in_(kinds), Event.id > after)
    listening = listeners(session, kinds)
    if end(session, act, events, kinds, listening):
        wake_waiting(session, act, events, kinds, after)
    if ENTRY in listening:
        enter(session, act, events, kinds)


def listeners(session: Session, kinds: Collection[str]) -> set[str]:
    """For what purposes versions listen for any of these kinds."""
    return set(session.scalars(LISTENING, {"kinds": heard_as(kinds)}))


def lock_lanes_of(session: Session, events: Select[Any]) -> None:
    """Hold the lanes of the events' patients until the transaction ends, and of the records they were merged into."""
    happened = events.subquery()
    merged = select(Patient.merged_into_id).where(Patient.id.in_(select(happened.c.patient_id)))
    kept = select(Patient.lane).where(Patient.id.in_(merged.where(Patient.merged_into_id.is_not(None))))
    lock_lanes(session, session.scalars(select(happened.c.lane).union(kept)))


def patients_of(events: Select[Any]) -> Select[Any]:
    """SELECT the patients of the events."""
    return events.with_only_columns(Event.patient_id)


def end(session: Session, act: Act, events: Select[Any], kinds: Collection[str], listening: Collection[str]) -> bool:
    """Look at the goals and exits of every enrolment of these patients that an event may have ended.

    False when none of these patients is in any journey, so that nobody can be waiting either.
    """
    wanted = Enrolment.ended_at.is_(None) & Enrolment.patient_id.in_(patients_of(events))
    if not changes_facts(kinds):
        if not {GOAL, EXIT} & set(listening):
            return True
        wanted &= Enrolment.version_id.in_(ended_by(kinds))
    found = by_version(session, wanted)
    for version_id, ids in found:
        journey = published(session, [version_id])[version_id]
        end_where_due(Batch(session, act, read_defaults(session), journey, ids), events)
    return bool(found) or not changes_facts(kinds)


def changes_facts(kinds: Collection[str]) -> bool:
    """Whether rules of any kind may read something new after events of these kinds."""
    return any(not kind.startswith(ONLY_RECORDS) for kind in kinds)


def ended_by(kinds: Collection[str]) -> Select[Any]:
    """SELECT the versions whose endings listen for these events, or count the records that they are about."""
    return select(JourneyListener.version_id).where(
        JourneyListener.event_kind.in_(heard_as(kinds)), JourneyListener.purpose != ENTRY
    )


def by_version(session: Session, where: ColumnElement[bool]) -> list[tuple[int, list[int]]]:
    """(version, enrolments) for which `where` holds, each version once."""
    rows = session.execute(
        select(Enrolment.version_id, Enrolment.id)
        .where(where)
        .order_by(Enrolment.version_id, Enrolment.patient_id)
        .with_for_update()
    )
    found: dict[int, list[int]] = {}
    for version_id, enrolment_id in rows:
        found.setdefault(version_id, []).append(enrolment_id)
    return list(found.items())


@cache
def waiting_for(kinds: frozenset[str]) -> Any:
    """SELECT who waits for an event of these kinds later than event `after`; made once for the same kinds."""
    later = Event.id > bindparam("after", type_=BigInteger)
    events = of_this_transaction().where(Event.kind.in_(sorted(kinds)), later)
    return (
        select(Enrolment.version_id, Enrolment.step, Enrolment.id)
        .where(
            Enrolment.patient_id.in_(patients_of(events)),
            # those that wait for events at all have an index of their own
            Enrolment.waits_for.is_not(None),
            Enrolment.ended_at.is_(None),
            Enrolment.woken_by.is_(None),
            or_(*(literal(kind) == any_(Enrolment.waits_for) for kind in sorted(kinds))),
        )
        .order_by(Enrolment.version_id, Enrolment.step, Enrolment.patient_id)
    )


def wake_waiting(session: Session, act: Act, events: Select[Any], kinds: Collection[str], after: int) -> None:
    """Make due the enrolments that waited for one of the events."""
    waiting = session.execute(waiting_for(frozenset(kinds)), {"after": after}).all()
    if not waiting:
        return
    defaults = read_defaults(session)
    places: dict[tuple[int, Any], list[int]] = {}
    for version_id, step_id, enrolment_id in waiting:
        places.setdefault((version_id, step_id), []).append(enrolment_id)
    happened = aliased(Event, events.subquery("happened"))
    for (version_id, step_id), ids in places.items():
        batch = Batch(session, act, defaults, published(session, [version_id])[version_id], ids)
        rows = batch.rows()
        if wake(batch, batch.node(step_id), rows, happened, is_news(happened, rows.c.waiting_since)):
            ring_after_commit(session, "advance")


def enter(session: Session, act: Act, events: Select[Any], kinds: Collection[str]) -> None:
    """Enrol the patients whom the events let into journeys that are in force."""
    listening = session.scalars(
        select(JourneyListener.version_id)
        .join(Definition, Definition.live_version_id == JourneyListener.version_id)
        .where(
            Definition.status == "active",
            JourneyListener.purpose == ENTRY,
            JourneyListener.event_kind.in_(kinds),
        )
        .order_by(JourneyListener.version_id)
    ).all()
    for journey in published(session, listening).values() if listening else ():
        chosen = chosen_by_events(act, journey, events)
        who = candidates(act, journey, chosen, None)
        if not stop_if_too_many(session, act, journey, who):
            let_in(session, act, read_defaults(session), journey, who)
