"""Every table that a rule can be given to, and which of its rows stay however old they are.

A reason to stay is an SQL condition on the row, given the moment and the cutoff. What it keeps true is said beside it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, cast, exists, func, literal, or_, select
from sqlalchemy.orm import aliased

from journeys.foundation.audit import AuditEntry
from journeys.foundation.words import N_
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.contact import Message, MessageCandidate
from journeys.store.enrolments import Enrolment, EnrolmentHistory, SegmentMember
from journeys.store.events import Event
from journeys.store.inbox import InboundDelivery
from journeys.store.journey_requests import JourneyRequest
from journeys.store.retention import FLOORS
from journeys.store.setting_up.partitions import PARTITIONED
from journeys.store.tasks import Task
from journeys.store.webhooks import WebhookCall

REASONS: dict[str, str] = {
    "under-way": N_("A journey that goes on, or ended not long ago, needs them"),
    "unsettled": N_("It is not settled yet what becomes of them"),
    "re-entry": N_("They say who was in a journey already that nobody enters again, or not yet"),
    "referred-to": N_("Something that is still kept refers to them"),
    "lists": N_("They say which lists were brought already, so that none lets patients in twice"),
}
"""Why rows stay that are older than their rule → in words."""

UNSETTLED = ("planned", "released", "sending", "unknown")
"""Statuses of messages of which something can still become."""

Reasons = Mapping[str, ColumnElement[bool]]


def no_reasons(_now: dt.datetime, _cutoff: dt.datetime) -> Reasons:
    """Age alone decides."""
    return {}


@dataclass(frozen=True)
class History:
    """One table: its class, what people call it and what it holds, and the reasons to stay.

    `grows_by` is the column that grows with the id, so that a walk by ids knows when it has come to younger rows.
    """

    table: Any
    label: str
    holds: str
    grows_by: Any
    reasons: Callable[[dt.datetime, dt.datetime], Reasons] = no_reasons

    @property
    def name(self) -> str:
        """The table's name, which rules and runs carry."""
        return str(self.table.__tablename__)

    @property
    def at(self) -> Any:
        """How old a row is."""
        return getattr(self.table, FLOORS[self.name].at)

    @property
    def floor(self) -> int:
        """The months for which rows are kept whatever the rule says."""
        return FLOORS[self.name].months

    @property
    def is_by_month(self) -> bool:
        """Whether whole months of it can be dropped."""
        return self.name in PARTITIONED


def why_decisions_stay(_now: dt.datetime, _cutoff: dt.datetime) -> Reasons:
    """A message that can still go is explained whole."""
    of_it = exists().where(Message.id == MessageCandidate.message_id, Message.status.in_(UNSETTLED))
    return {"unsettled": of_it}


def why_messages_stay(_now: dt.datetime, _cutoff: dt.datetime) -> Reasons:
    """Each message has its step and its decisions, so that the ledger adds up and every decision can be replayed."""
    other = aliased(Message)
    going_on = exists().where(Enrolment.id == Message.enrolment_id, Enrolment.ended_at.is_(None))
    decided = exists().where(MessageCandidate.message_id == Message.id)
    reminded = exists(select(other.id).where(other.reminds_id == Message.id))
    answered = exists(select(other.id).where(other.in_response_to_id == Message.id))
    return {
        "unsettled": Message.status.in_(UNSETTLED),
        "under-way": going_on,
        "referred-to": or_(decided, reminded, answered),
    }


def why_calls_stay(_now: dt.datetime, _cutoff: dt.datetime) -> Reasons:
    """A call is made once for each visit of a step, as long as there may be another try."""
    going_on = exists().where(Enrolment.id == WebhookCall.enrolment_id, Enrolment.ended_at.is_(None))
    return {"unsettled": WebhookCall.status.in_(("planned", "sending")), "under-way": going_on}


def why_enrolments_stay(now: dt.datetime, _cutoff: dt.datetime) -> Reasons:
    """Nobody comes in again whom the journey in force would not let in, and whatever names the enrolment finds it."""
    live = aliased(DefinitionVersion)
    allowed = func.coalesce(live.content["reentry"]["allowed"].astext, "never")
    days = cast(live.content["reentry"]["days"].astext, Integer)
    rests = Enrolment.ended_at > literal(now) - func.make_interval(0, 0, 0, days)
    bars = or_(allowed.in_(("never", "per-focus")), and_(allowed == "cool-down", rests))
    of_it = (
        select(live.id)
        .join(Definition, Definition.live_version_id == live.id)
        .where(Definition.id == Enrolment.definition_id, bars)
    )
    named = (
        exists().where(Message.enrolment_id == Enrolment.id),
        exists().where(Task.enrolment_id == Enrolment.id),
        exists().where(WebhookCall.enrolment_id == Enrolment.id),
        exists().where(JourneyRequest.started_id == Enrolment.id),
    )
    return {"re-entry": exists(of_it.correlate(Enrolment)), "referred-to": or_(*named)}


def why_steps_stay(_now: dt.datetime, cutoff: dt.datetime) -> Reasons:
    """The way of whoever is in a journey, or was until the cutoff, is kept whole: it is counted, and it explains."""
    ended = or_(Enrolment.ended_at.is_(None), Enrolment.ended_at >= literal(cutoff))
    return {"under-way": exists().where(Enrolment.id == EnrolmentHistory.enrolment_id, ended)}


def why_events_stay(_now: dt.datetime, _cutoff: dt.datetime) -> Reasons:
    """Whoever waits looks back as far as their journey began."""
    going_on = exists().where(
        Enrolment.patient_id == Event.patient_id,
        Enrolment.ended_at.is_(None),
        Enrolment.entered_at <= Event.recorded_at,
    )
    return {"under-way": going_on}


def why_deliveries_stay(_now: dt.datetime, _cutoff: dt.datetime) -> Reasons:
    """What waits for a person stays, and so does what says that a list was brought before."""
    waits = InboundDelivery.status.in_(("received", "quarantined"))
    return {"unsettled": waits, "lists": InboundDelivery.source.startswith("list:")}


HISTORIES: dict[str, History] = {
    each.name: each
    for each in (
        History(
            MessageCandidate,
            N_("Decisions about contacts"),
            N_("For each message and channel, what the contact rules said and on which facts."),
            MessageCandidate.decided_at,
            why_decisions_stay,
        ),
        History(
            Message,
            N_("Messages"),
            N_("Every message to and from patients, with what became of it."),
            Message.planned_at,
            why_messages_stay,
        ),
        History(
            WebhookCall,
            N_("Calls to other systems"),
            N_("What journeys told other systems, and whether it was heard."),
            WebhookCall.planned_at,
            why_calls_stay,
        ),
        History(
            Enrolment,
            N_("Finished enrolments"),
            N_("Who was in which journey until when. Those who are still in one always stay."),
            Enrolment.entered_at,
            why_enrolments_stay,
        ),
        History(
            EnrolmentHistory,
            N_("Steps taken"),
            N_("The way of each patient through a journey, step by step."),
            EnrolmentHistory.left_at,
            why_steps_stay,
        ),
        History(
            Event,
            N_("Events"),
            N_("What happened to patients that journeys can wait for."),
            Event.recorded_at,
            why_events_stay,
        ),
        History(
            SegmentMember,
            N_("Former members of segments"),
            N_("Who was in a segment from when until when. Present members always stay."),
            SegmentMember.left_at,
        ),
        History(
            InboundDelivery,
            N_("What arrived, as it arrived"),
            N_("Raw answers and lists, kept so that a second delivery changes nothing."),
            InboundDelivery.received_at,
            why_deliveries_stay,
        ),
        History(
            AuditEntry,
            N_("Audit"),
            N_("Who saw or changed what, when and why."),
            AuditEntry.at,
        ),
    )
}
"""Name of the table → what is known of it, in the order of the work."""
