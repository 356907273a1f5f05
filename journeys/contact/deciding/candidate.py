"""The one relation that contact rules read: a message on one channel of its ladder, with every fact about it.

`known_facts.FACTS` documents its columns. Planning computes them from the tables; they are kept as JSON in
`message_candidate`, and replay reads them back with the same types, so that the same expressions run over the same
values.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    CTE,
    ColumnElement,
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

from journeys.contact.accounts.carriers import Carrier, of_carriers
from journeys.contact.deciding import facts, person_facts, recipients, rivals
from journeys.contact.deciding.known_facts import FACTS, INSTANT
from journeys.contact.deciding.ladder import DEFAULT_LADDER, PREFERRED, carriers
from journeys.contact.deciding.local_time import wall_time
from journeys.contact.deciding.registered import is_of_text, of_registration, registrations
from journeys.contact.deciding.scoping import Group, memberships, service_line
from journeys.contact.deciding.zones_of_places import place_word, places_at
from journeys.contact.media import USUAL
from journeys.foundation.later import as_sql
from journeys.store.access import Appointment
from journeys.store.contact import Message
from journeys.store.due import DueItem
from journeys.store.enrolments import Enrolment
from journeys.store.organisation import Location
from journeys.store.people import Patient
from journeys.store.plans import CarePlanActivity

WITHOUT_PREFERENCE = USUAL[0]
"""What `preferred` stands for when the patient prefers nothing."""


def candidate(
    messages: Select,
    now: dt.datetime,
    in_use: Iterable[str],
    again: bool = False,
    groups: Sequence[Group] = (),
    carriers: Sequence[Carrier] = (),
) -> CTE:
    """SQL: the relation `candidate` of these messages (a SELECT of message ids), with the columns of `FACTS`.

    `in_use` are the channels of this installation. `again` looks at each message only on the channel it was released
    on, as is done just before it leaves. `groups` are the segments that rules name, `carriers` who would carry it.
    """
    chosen = messages.cte("chosen").prefix_with("MATERIALIZED")
    rung = rungs(chosen, now, in_use, again)
    template = facts.templates(chosen)
    registered = registrations(chosen)
    clock = facts.clock(now)
    telecom = facts.telecom(rung, now)
    said = facts.consent(rung, now)
    giver = person_facts.giver(said, now)
    marks = person_facts.marks(rung, telecom, now)
    place, there = person_facts.place(), places_at(now)
    contacts, elsewhere = facts.contacts(now, again), recipients.contacts_elsewhere(rung, now, again)
    member = memberships(chosen, groups, now)
    sources = {
        **of_message(rung, template, now),
        **of_registration(registered),
        **of_carriers(rung.c.channel, carriers),
        **of_patient(),
        **of_recipient(rung, now),
        **of_address(telecom, marks),
        **of_consent(said, giver, facts.expired_consent(rung, now)),
        **of_clock(clock, rung, there, now),
        **of_surroundings(),
        **of_contacts(contacts, elsewhere, rung),
        **of_scope(member, place),
        "kept_for": rivals.kept_for(rung, now, again),
    }
    columns = [cast(sources[name], fact.type).label(name) for name, fact in FACTS.items()]
    statement = known_of(about_each(select(*columns), chosen, place, there), template, member)
    statement = beside(statement, contacts).join(rung, rung.c.message_id == chosen.c.id)
    statement = statement.outerjoin(clock, clock.c.zone == zone_of(rung, there))
    statement = statement.outerjoin(registered, is_of_text(registered, rung, facts.language(template, rung)))
    return beside(statement, telecom, said, giver, marks, elsewhere).cte("candidate").prefix_with("MATERIALIZED")


def about_each(statement: Select, chosen: CTE, place: FromClause, there: FromClause) -> Select:
    """The statement over the messages, with the rows that each is of and about. What is joined here is looked up once
    for a message, what is joined after its rungs once for each of these."""
    return (
        statement.select_from(chosen)
        .join(Message, Message.id == chosen.c.id)
        .join(Patient, Patient.id == Message.patient_id)
        .outerjoin(Location, Location.id == Patient.managing_location_id)
        .outerjoin(Enrolment, Enrolment.id == Message.enrolment_id)
        .outerjoin(Appointment, facts.is_about("appointment", Appointment))
        .outerjoin(CarePlanActivity, facts.is_about("care_plan_activity", CarePlanActivity))
        .outerjoin(place, true())
        .outerjoin(there, there.c.word == place_word(place))
    )


def known_of(statement: Select, template: CTE, member: FromClause) -> Select:
    """The same with what messages say, and with the segments that their patients are in."""
    statement = statement.outerjoin(template, template.c.id == Message.template_version_id)
    return statement.outerjoin(member, member.c.patient_id == Message.patient_id)


def beside(statement: Select, *sideways: FromClause) -> Select:
    """The statement with what is looked up for each of its rows; nothing found takes no row away."""
    for each in sideways:
        statement = statement.outerjoin(each, true())
    return statement


def of_message(rung: CTE, template: CTE, now: dt.datetime) -> dict[str, Any]:
    """SQL: the facts of the message itself, its channel and its text."""
    return {
        **{name: rung.c[name] for name in ("message_id", "patient_id", "rung", "channel", "speaks", "channel_ready")},
        "now": cast(as_sql(now), INSTANT),
        "planned_at": Message.planned_at,
        "useful_until": Message.useful_until,
        "purpose": Message.purpose,
        "priority": Message.priority,
        "template_known": or_(template.c.id.is_not(None), Message.body_sealed.is_not(None)),
        "template_purpose": template.c.purpose,
        "asks_to_confirm": template.c.asks_to_confirm,
        "content_level": func.coalesce(template.c.content_level, Message.content_level, 0),
        "language": facts.language(template, rung),
    }


def of_patient() -> dict[str, Any]:
    """SQL: the facts of the person that bar every message."""
    return {
        "deceased": Patient.deceased,
        "merged": Patient.merged_into_id.is_not(None),
        "is_test": Patient.is_test,
        "birth_date": Patient.birth_date,
        "active": Patient.active,
    }


def of_recipient(rung: CTE, now: dt.datetime) -> dict[str, Any]:
    """SQL: to whom it goes, and by which right; whether somebody decides for the patient."""
    return {
        "guarded": person_facts.guarded(rung, now),
        **{name: rung.c[name] for name in ("is_beside", "recipient_id", "recipient_level")},
        "patient_refuses": recipients.patient_refuses(rung, now),
    }


def of_address(telecom: FromClause, marks: FromClause) -> dict[str, Any]:
    """SQL: how the person is reached, and what is known that few have."""
    return {
        "telecom_id": telecom.c.id,
        "telecom_status": telecom.c.status,
        "telecom_line": telecom.c.line,
        "telecom_shared": telecom.c.shared,
        "marks": marks.c.kinds,
        "marks_ended": marks.c.ended,
        "only_here": marks.c.only_here,
        "registers_checked_at": marks.c.registers_checked_at,
        "talks_until": marks.c.talks_until,
    }


def of_consent(said: FromClause, giver: FromClause, expired: ColumnElement[bool]) -> dict[str, Any]:
    """SQL: what the person agreed to, and who said so."""
    return {
        "consent_id": said.c.id,
        "consent_decision": said.c.decision,
        "consent_purpose": said.c.purpose,
        "consent_channel": said.c.channel,
        "consent_source": said.c.source,
        "giver_authority": giver.c.authority,
        "giver_ended": giver.c.ended,
        "consent_expired": expired,
    }


def of_contacts(contacts: FromClause, elsewhere: FromClause, rung: CTE) -> dict[str, Any]:
    """SQL: what the person was sent before, and when they wrote; of somebody beside the patient what both were sent."""
    none = cast([], ARRAY(INSTANT))
    own, both = contacts.c.times, recipients.newest_of(contacts.c.times, elsewhere.c.times)
    is_beside = rung.c.is_beside
    return {
        "contact_times": case((is_beside, both), else_=func.coalesce(own, none)),
        "contacts_of_purpose": func.coalesce(contacts.c.of_purpose, none),
        "same_text_at": case((is_beside, elsewhere.c.same_text_at), else_=contacts.c.same_text_at),
        "same_intent_at": case((is_beside, elsewhere.c.same_intent_at), else_=contacts.c.same_intent_at),
        "last_inbound_at": facts.last_inbound(rung),
    }


def of_scope(member: FromClause, place: FromClause) -> dict[str, Any]:
    """SQL: what contact rules for some messages only ask besides channel and purpose."""
    return {
        "segments": func.coalesce(member.c.segments, cast([], ARRAY(Text))),
        "service_line": service_line(),
        "jurisdiction": person_facts.jurisdiction(place),
    }


def zone_said(rung: CTE) -> ColumnElement[Any]:
    """SQL: the zone that somebody said: of whoever is beside the patient, else the patient's."""
    return func.coalesce(rung.c.time_zone, Patient.time_zone)


def zone_of(rung: CTE, there: FromClause) -> ColumnElement[Any]:
    """SQL: the zone that was said, else that of the patient's branch, else the one in which most live where they do."""
    return func.coalesce(zone_said(rung), Location.time_zone, there.c.zone)


def of_clocks_in_question(clock: FromClause, rung: CTE, there: FromClause, now: dt.datetime) -> dict[str, Any]:
    """SQL: the earliest and the latest clock that may be the recipient's, where nobody said which zone it is.

    The branch's zone settles which of several zones of a state it is. Where it is none of them, and where there is no
    branch to ask, all of them are in question.
    """
    branch = case((Location.time_zone.is_not(None), clock.c.offset_minutes))
    earliest = func.least(there.c.least, branch)
    latest = func.greatest(there.c.most, branch)
    is_settled = func.coalesce(branch.between(there.c.least, there.c.most), earliest == latest, True)
    in_question = zone_said(rung).is_(None) & ~is_settled
    return {
        name: case((in_question, wall_time(cast(as_sql(now), INSTANT), offset)))
        for name, offset in (("local_earliest", earliest), ("local_latest", latest))
    }


def of_clock(clock: FromClause, rung: CTE, there: FromClause, now: dt.datetime) -> dict[str, Any]:
    """SQL: the facts of the recipient's wall clock and calendar."""
    local_now = wall_time(cast(as_sql(now), INSTANT), clock.c.offset_minutes)
    return {
        **of_clocks_in_question(clock, rung, there, now),
        "zone": zone_of(rung, there),
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
    is_due = Message.focus_kind == DueItem.__tablename__
    due_status, due_changed = of_due_item()
    return {
        "enrolment_status": Enrolment.status,
        "has_higher_journey": rivals.has_higher_journey(),
        "is_reminder": Message.reminds_id.is_not(None),
        "superseded": facts.superseded(),
        "reminded_answered": facts.reminded_answered(),
        "focus_kind": Message.focus_kind,
        "focus_status": case((is_appointment, Appointment.status), (is_due, due_status), else_=CarePlanActivity.status),
        "focus_at": case((is_appointment, Appointment.start_at)),
        "focus_confirmed_at": case((is_appointment, Appointment.confirmed_at)),
        "focus_ended_at": case((is_appointment, Appointment.cancelled_at), (is_due, due_changed)),
    }


def of_due_item() -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """SQL: how the due item that a message is about stands, and since when; looked up for no other message."""
    status = case((DueItem.closed_at.is_(None), DueItem.status), else_="ended")
    since = func.coalesce(DueItem.closed_at, DueItem.status_at)
    found = [select(each).where(DueItem.id == Message.focus_id).correlate(Message) for each in (status, since)]
    return found[0].scalar_subquery(), found[1].scalar_subquery()


def rungs(chosen: CTE, now: dt.datetime, in_use: Iterable[str], again: bool) -> CTE:
    """SQL: each message to each of its recipients on each channel of its ladder once, at the best place at which the
    channel stands.

    Every message has at least one rung, so that every one is decided.
    """
    target = recipients.targets(again)
    beside = recipients.people_beside(target, now, again)
    # where nobody may, the place of the first: never that of the patient, whose own candidates stay
    person = func.coalesce(beside.c.place, cast(target.c.is_beside, Integer))
    known = carriers(in_use)
    step = func.unnest(ladder(again)).table_valued(column("word", Text), with_ordinality="place", name="step")
    step = step.render_derived()
    preferred = case((~target.c.is_beside, Patient.preferred_channel))
    word = case((step.c.word == PREFERRED, func.coalesce(preferred, WITHOUT_PREFERENCE)), else_=step.c.word)
    channel = func.coalesce(known.c.channel, word)
    return (
        select(
            Message.id.label("message_id"),
            Message.patient_id,
            facts.records_of(Message.patient_id).label("records"),
            target.c.is_beside.label("is_beside"),
            beside.c.id.label("recipient_id"),
            beside.c.level.label("recipient_level"),
            beside.c.language.label("language"),
            beside.c.time_zone.label("time_zone"),
            (person * func.cardinality(ladder(again)) + step.c.place).label("rung"),
            channel.label("channel"),
            func.coalesce(known.c.speaks, word).label("speaks"),
            func.string_to_array(func.coalesce(known.c.systems, ""), " ", type_=ARRAY(Text)).label("systems"),
            func.coalesce(known.c.ready, False).label("channel_ready"),
        )
        .ext(distinct_on(Message.id, person, channel))
        .select_from(chosen)
        .join(Message, Message.id == chosen.c.id)
        .join(Patient, Patient.id == Message.patient_id)
        .join(target, true())
        .outerjoin(beside, true())
        .join(step, true())
        .outerjoin(known, known.c.word == word)
        .order_by(Message.id, person, channel, step.c.place)
        .cte("rung")
        .prefix_with("MATERIALIZED")
    )


def ladder(again: bool) -> ColumnElement[Any]:
    """SQL: the words of a message's ladder; `again` only the channel it was released on."""
    if again:
        return array([Message.channel])
    default = literal(list(DEFAULT_LADDER), ARRAY(Text))
    return case((func.cardinality(Message.channels) > 0, Message.channels), else_=default)
