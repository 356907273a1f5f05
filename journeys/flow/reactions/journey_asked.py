"""A step of a journey asked that its patient begins or leaves another one."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import BigInteger, ColumnElement, Select, case, cast, literal, null, select, update
from sqlalchemy.orm import Session

from journeys.flow.entry.bounds import stop_if_too_many
from journeys.flow.entry.entering import candidates, let_in
from journeys.flow.reactions.base import Reaction
from journeys.flow.running.asking import ASKED
from journeys.flow.running.batch import QUIET
from journeys.flow.running.relation import one_of_ids
from journeys.flow.running.revoking import revoke_where
from journeys.flow.running.versions import PublishedJourney, published
from journeys.flow.text.catalogue import read_defaults
from journeys.foundation.acting import Act
from journeys.store.configuration import Definition
from journeys.store.enrolments import Enrolment
from journeys.store.journey_requests import NOT_LET_IN, START, STARTED, STOP, STOPPED, JourneyRequest
from journeys.store.putting_in_force.definitions import JOURNEY, live_versions

STOPPED_BY_JOURNEY = "stopped-by-journey"

Conditions = tuple[ColumnElement[bool], ...]


class JourneyAsked(Reaction):
    """In the transaction of the step that asks, so that the next look at it knows the outcome.

    A journey that is not in force lets nobody in; those who are in one that is paused can be taken out all the same.
    """

    kinds: ClassVar[tuple[str, ...]] = (ASKED,)

    def react(self, session: Session, act: Act, events: Select[Any]) -> None:
        """One round for each journey that is asked for: those who leave first, so that they may come in anew."""
        about = select(events.subquery("asking").c.subject_id)
        open_ones = (JourneyRequest.id.in_(about), JourneyRequest.outcome.is_(None))
        asked = session.execute(
            select(JourneyRequest.action, JourneyRequest.journey)
            .where(*open_ones)
            .distinct()
            .order_by(JourneyRequest.action.desc(), JourneyRequest.journey)
        ).all()
        for action, slug in asked:
            wanted = (*open_ones, JourneyRequest.action == action, JourneyRequest.journey == slug)
            if action == STOP:
                stop(session, act, slug, wanted)
            elif action == START:
                begin(session, act, slug, wanted)


def stop(session: Session, act: Act, slug: str, wanted: Conditions) -> None:
    """Take the patients of these requests out of a journey, but not the enrolments that ask."""
    patients = select(JourneyRequest.patient_id).where(*wanted)
    asking = select(JourneyRequest.enrolment_id).where(*wanted)
    of_journey = select(Definition.id).where(Definition.kind == JOURNEY, Definition.slug == slug)
    where = Enrolment.patient_id.in_(patients) & Enrolment.definition_id.in_(of_journey) & ~Enrolment.id.in_(asking)
    revoke_where(session, act, where, STOPPED_BY_JOURNEY)
    settle(session, wanted, literal(STOPPED), null())


def begin(session: Session, act: Act, slug: str, wanted: Conditions) -> None:
    """Let the patients of these requests into a journey, and keep which enrolment each has begun."""
    version = live_versions(session, JOURNEY).get(slug)
    if version is not None:
        journey = published(session, [version.id])[version.id]
        who = candidates(act, journey, chosen_by_requests(journey, wanted), None)
        too_many = stop_if_too_many(session, act, journey, who)
        new = [] if too_many else let_in(session, act, read_defaults(session), journey, who)
        mine = (*wanted, one_of_ids(Enrolment.id, new), Enrolment.patient_id == JourneyRequest.patient_id)
        same_record = Enrolment.focus_id.is_not_distinct_from(focus_in(journey))
        settle(session, (*mine, same_record), literal(STARTED), Enrolment.id.expression)
    settle(session, wanted, literal(NOT_LET_IN), null())


def chosen_by_requests(journey: PublishedJourney, wanted: Conditions) -> Select[Any]:
    """SELECT patient_id, focus_id: the record of who asks, where the journey is about such records."""
    return select(JourneyRequest.patient_id, focus_in(journey).label("focus_id")).where(*wanted).distinct()


def focus_in(journey: PublishedJourney) -> ColumnElement[Any]:
    """The record that a request means in a journey; NULL where the journey is about others or about none."""
    same = JourneyRequest.focus_kind == journey.journey.head.focus
    return cast(case((same, JourneyRequest.focus_id)), BigInteger)


def settle(session: Session, wanted: Conditions, outcome: ColumnElement[Any], started: ColumnElement[Any]) -> None:
    """Write what became of the requests that nothing has become of yet."""
    values = {"outcome": outcome, "started_id": started}
    session.execute(update(JourneyRequest).where(*wanted).values(values).execution_options(**QUIET))
