"""The one relation that contact rules read: a message on one channel of its ladder, with every fact about it.

`FACTS` documents its columns. Planning computes them from the tables; they are kept as JSON in `message_candidate`, and
replay reads them back with the same types, so that the same expressions run over the same values.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ARRAY,
    CTE,
    BigInteger,
    Boolean,
    ColumnElement,
    DateTime,
    FromClause,
    Integer,
    Select,
    Text,
    case,
    cast,
    column,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import array, distinct_on
from sqlalchemy.types import TypeEngine

from journeys.contact import facts, rivals
from journeys.contact.ladder import DEFAULT_LADDER, PREFERRED, carriers
from journeys.contact.local_time import wall_time
from journeys.store.access import Appointment
from journeys.store.contact import Message
from journeys.store.enrolments import Enrolment
from journeys.store.organisation import Location
from journeys.store.people import Patient
from journeys.store.plans import CarePlanActivity

WITHOUT_PREFERENCE = "sms"
"""What `preferred` stands for when the patient prefers nothing."""


@dataclass(frozen=True)
class Fact:
    """One column: its type, and what it says."""

    type: TypeEngine[Any]
    says: str


INSTANT = DateTime(timezone=True)
WALL = DateTime(timezone=False)

FACTS: dict[str, Fact] = {
    "message_id": Fact(BigInteger(), "The message."),
    "patient_id": Fact(BigInteger(), "To whom."),
    "rung": Fact(Integer(), "The place of this channel in the ladder, from 1."),
    "channel": Fact(Text(), "The channel, or the word of the ladder that no channel answers."),
    "speaks": Fact(Text(), "The medium that consent is kept for: sms, email."),
    "channel_ready": Fact(Boolean(), "Whether the installation can send on it."),
    "now": Fact(INSTANT, "When this was decided."),
    "planned_at": Fact(INSTANT, "When the message was asked for."),
    "useful_until": Fact(INSTANT, "After that it would come too late; null: never."),
    "purpose": Fact(Text(), "transactional, care, experience or promotional."),
    "priority": Fact(Integer(), "Larger goes first."),
    "template_known": Fact(Boolean(), "Whether there is a published template, or a text of the message's own."),
    "template_purpose": Fact(Text(), "The purpose the template was approved for; null without a template."),
    "content_level": Fact(Integer(), "What the text reveals, 0 to 3; 0 without a template."),
    "language": Fact(Text(), "The language of the text chosen for this patient; null when none fits."),
    "deceased": Fact(Boolean(), "Whether the patient has died."),
    "merged": Fact(Boolean(), "Whether the record was replaced by another one of the same person."),
    "is_test": Fact(Boolean(), "Whether this is a test patient."),
    "active": Fact(Boolean(), "Whether the patient is a patient of the practice."),
    "telecom_id": Fact(BigInteger(), "The best number or address for this channel; null when there is none."),
    "telecom_status": Fact(Text(), "usable, invalid, wrong-person, bounced or ended."),
    "consent_id": Fact(BigInteger(), "The newest statement in force for this purpose and channel: the evidence."),
    "consent_decision": Fact(Text(), "permit or deny; null when nothing in force was stated."),
    "consent_purpose": Fact(Text(), "The purpose that statement names; null: every purpose."),
    "consent_channel": Fact(Text(), "The channel that statement names; null: every channel."),
    "consent_expired": Fact(Boolean(), "Whether there was a permission that has run out."),
    "zone": Fact(Text(), "The patient's zone, else that of their branch."),
    "local_now": Fact(WALL, "The patient's wall clock; null when the zone is not known."),
    "offset_minutes": Fact(Integer(), "Minutes east of UTC now."),
    "offset_from": Fact(INSTANT, "Since when the zone keeps this offset."),
    "offset_until": Fact(INSTANT, "Until when the zone keeps this offset."),
    "offset_before": Fact(Integer(), "The offset before that."),
    "offset_after": Fact(Integer(), "The offset after that."),
    "is_holiday": Fact(Boolean(), "Whether the calendar of the patient's branch names today as closed."),
    "contact_times": Fact(
        ARRAY(INSTANT),
        "When the patient was written to in the last eight days, newest first; what is about to leave counts as now.",
    ),
    "kept_for": Fact(
        ARRAY(INSTANT),
        "When waiting messages of higher priority may go, the soonest first; none once this one is released.",
    ),
    "has_higher_journey": Fact(
        Boolean(), "Whether the patient is in a journey of the same group that has a higher priority."
    ),
    "enrolment_status": Fact(Text(), "The status of the enrolment that asked for the message."),
    "reminded_answered": Fact(Boolean(), "Whether what this reminds of has been answered; false for no reminder."),
    "focus_kind": Fact(Text(), "What the message is about: appointment, care_plan_activity, …"),
    "focus_status": Fact(Text(), "The status of that record; null when it is gone or of another kind."),
    "focus_at": Fact(INSTANT, "When an appointment begins."),
    "focus_ended_at": Fact(INSTANT, "When an appointment was cancelled."),
}


def candidate(messages: Select, now: dt.datetime, in_use: Iterable[str], again: bool = False) -> CTE:
    """SQL: the relation `candidate` of these messages (a SELECT of message ids), with the columns of `FACTS`.

    `in_use` are the channels of this installation. `again` looks at each message only on the channel it was released
    on, as is done just before it leaves.
    """
    chosen = messages.cte("chosen").prefix_with("MATERIALIZED")
    rung = rungs(chosen, in_use, again)
    template = facts.templates(chosen)
    clock = facts.clock(now)
    telecom = facts.telecom(rung, now)
    said = facts.consent(rung, now)
    zone = func.coalesce(Patient.time_zone, Location.time_zone)
    sources = {
        **of_message(rung, template, now),
        **of_patient(telecom, said, facts.expired_consent(rung, now)),
        **of_clock(clock, zone, now),
        **of_surroundings(),
        "contact_times": facts.contacts(rung, now, again),
        "kept_for": rivals.kept_for(rung, now, again),
        "has_higher_journey": rivals.has_higher_journey(),
    }
    statement = (
        select(*[cast(sources[name], fact.type).label(name) for name, fact in FACTS.items()])
        .select_from(rung)
        .join(Message, Message.id == rung.c.message_id)
        .join(Patient, Patient.id == rung.c.patient_id)
        .outerjoin(Location, Location.id == Patient.managing_location_id)
        .outerjoin(template, template.c.id == Message.template_version_id)
        .outerjoin(Enrolment, Enrolment.id == Message.enrolment_id)
        .outerjoin(Appointment, facts.is_about("appointment", Appointment))
        .outerjoin(CarePlanActivity, facts.is_about("care_plan_activity", CarePlanActivity))
        .outerjoin(clock, clock.c.zone == zone)
        .outerjoin(telecom, true())
        .outerjoin(said, true())
    )
    return statement.cte("candidate").prefix_with("MATERIALIZED")


def of_message(rung: CTE, template: CTE, now: dt.datetime) -> dict[str, Any]:
    """SQL: the facts of the message itself, its channel and its text."""
    return {
        **{name: rung.c[name] for name in ("message_id", "patient_id", "rung", "channel", "speaks", "channel_ready")},
        "now": literal(now, INSTANT),
        "planned_at": Message.planned_at,
        "useful_until": Message.useful_until,
        "purpose": Message.purpose,
        "priority": Message.priority,
        "template_known": or_(template.c.id.is_not(None), Message.body_sealed.is_not(None)),
        "template_purpose": template.c.purpose,
        "content_level": func.coalesce(template.c.content_level, 0),
        "language": facts.language(template),
    }


def of_patient(telecom: FromClause, said: FromClause, expired: ColumnElement[bool]) -> dict[str, Any]:
    """SQL: the facts of the person: what bars every message, how to reach them, what they agreed to."""
    return {
        "deceased": Patient.deceased,
        "merged": Patient.merged_into_id.is_not(None),
        "is_test": Patient.is_test,
        "active": Patient.active,
        "telecom_id": telecom.c.id,
        "telecom_status": telecom.c.status,
        "consent_id": said.c.id,
        "consent_decision": said.c.decision,
        "consent_purpose": said.c.purpose,
        "consent_channel": said.c.channel,
        "consent_expired": expired,
    }


def of_clock(clock: FromClause, zone: ColumnElement[Any], now: dt.datetime) -> dict[str, Any]:
    """SQL: the facts of the patient's wall clock and calendar."""
    local_now = wall_time(literal(now, INSTANT), clock.c.offset_minutes)
    return {
        "zone": zone,
        "local_now": local_now,
        "offset_minutes": clock.c.offset_minutes,
        "offset_from": clock.c.from_at,
        "offset_until": clock.c.to_at,
        "offset_before": clock.c.offset_before,
        "offset_after": clock.c.offset_after,
        "is_holiday": facts.holiday(Location.calendar_id, local_now),
    }


def of_surroundings() -> dict[str, Any]:
    """SQL: the facts of the enrolment, of what a reminder is about, and of the record that the message is about."""
    is_appointment = Message.focus_kind == "appointment"
    return {
        "enrolment_status": Enrolment.status,
        "reminded_answered": facts.reminded_answered(),
        "focus_kind": Message.focus_kind,
        "focus_status": case((is_appointment, Appointment.status), else_=CarePlanActivity.status),
        "focus_at": case((is_appointment, Appointment.start_at)),
        "focus_ended_at": case((is_appointment, Appointment.cancelled_at)),
    }


def rungs(chosen: CTE, in_use: Iterable[str], again: bool) -> CTE:
    """SQL: each message on each channel of its ladder once, at the best place at which the channel stands.

    Every message has at least one rung, so that every one is decided.
    """
    known = carriers(in_use)
    step = func.unnest(ladder(again)).table_valued(column("word", Text), with_ordinality="place", name="step")
    step = step.render_derived()
    word = case(
        (step.c.word == PREFERRED, func.coalesce(Patient.preferred_channel, WITHOUT_PREFERENCE)), else_=step.c.word
    )
    channel = func.coalesce(known.c.channel, word)
    return (
        select(
            Message.id.label("message_id"),
            Message.patient_id,
            step.c.place.label("rung"),
            channel.label("channel"),
            func.coalesce(known.c.speaks, word).label("speaks"),
            func.string_to_array(func.coalesce(known.c.systems, ""), " ", type_=ARRAY(Text)).label("systems"),
            func.coalesce(known.c.ready, False).label("channel_ready"),
        )
        .ext(distinct_on(Message.id, channel))
        .select_from(chosen)
        .join(Message, Message.id == chosen.c.id)
        .join(Patient, Patient.id == Message.patient_id)
        .join(step, true())
        .outerjoin(known, known.c.word == word)
        .order_by(Message.id, channel, step.c.place)
        .cte("rung")
        .prefix_with("MATERIALIZED")
    )


def ladder(again: bool) -> ColumnElement[Any]:
    """SQL: the words of a message's ladder; `again` only the channel it was released on."""
    if again:
        return array([Message.channel])
    default = literal(list(DEFAULT_LADDER), ARRAY(Text))
    return case((func.cardinality(Message.channels) > 0, Message.channels), else_=default)
