"""Where the facts of a candidate come from: one lookup per topic, each joined sideways to the rungs of the ladders."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    ARRAY,
    CTE,
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    Subquery,
    and_,
    any_,
    case,
    cast,
    exists,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import JSONPATH
from sqlalchemy.orm import aliased

from journeys.contact.media import media_that
from journeys.foundation.calendars import BusinessCalendar
from journeys.foundation.zones import ZoneSpan
from journeys.store.configuration import DefinitionVersion
from journeys.store.contact import Consent, Message
from journeys.store.people import Patient, PatientTelecom

MOBILE = media_that(lambda medium: medium.needs_mobile)
WITH_WINDOW = media_that(lambda medium: medium.has_window)

REMEMBERED = dt.timedelta(days=32)
"""How far back contacts are looked at: a month of the patient's days, and the hours by which days differ."""

MOST_CONTACTS = 20
ENGLISH = "en"
ASKS_TO_CONFIRM = cast(literal_column("'$.answers.* ? (@ == \"confirm\")'"), JSONPATH)
"""Where a template says that one of its replies confirms."""

STILL_GOES = ("planned", "released", "sending", "accepted", "delivered")


def in_force(now: dt.datetime, begins: Any, ends: Any) -> ColumnElement[bool]:
    """SQL: whether now lies from `begins` (included) to `ends` (not included); unknown ends are open."""
    return and_(or_(begins.is_(None), begins <= now), or_(ends.is_(None), ends > now))


def telecom(rung: CTE, now: dt.datetime) -> FromClause:
    """The best number or address of the recipient that the channel can reach: usable, of the best system, mobile."""
    of_channel = and_(
        PatientTelecom.patient_id == rung.c.patient_id,
        PatientTelecom.related_person_id.is_not(None) == rung.c.is_beside,
        PatientTelecom.related_person_id.is_not_distinct_from(rung.c.recipient_id),
        PatientTelecom.system == any_(rung.c.systems),
        in_force(now, PatientTelecom.valid_from, PatientTelecom.valid_until),
    )
    return (
        select(PatientTelecom.id, PatientTelecom.status, PatientTelecom.line, PatientTelecom.shared)
        .where(of_channel)
        .order_by(
            PatientTelecom.status.not_in(("usable", "unverified")),
            and_(rung.c.speaks.in_(MOBILE), PatientTelecom.line == "landline").is_(True),
            (PatientTelecom.status != "usable"),
            (PatientTelecom.use == "old").is_(True),
            func.array_position(rung.c.systems, PatientTelecom.system),
            (PatientTelecom.use == "mobile").is_not(True),
            PatientTelecom.rank.asc().nulls_last(),
            PatientTelecom.id,
        )
        .limit(1)
        .lateral("telecom")
    )


def records_of(patient_id: Any) -> ColumnElement[Any]:
    """SQL: the ids of a person's records as an array: the one that is kept and those merged into it.

    One array, because with an OR the index on the patient would not be used.
    """
    gone = Patient.__table__.alias("gone")
    merged = select(gone.c.id).where(gone.c.merged_into_id == patient_id).correlate_except(gone)
    return func.array_append(func.array(merged.scalar_subquery()), patient_id, type_=ARRAY(BigInteger))


def consent_about(
    patient_id: Any, purpose: Any, speaks: Any, records: Any = None, person: Any = None
) -> ColumnElement[bool]:
    """SQL: statements of a patient, or of the `person` beside them, that speak about a purpose on a channel, whether
    they name them or not.

    A refusal kept on a record that was merged into this one binds too; a permission there does not. `records` are the
    person's records where they are known already.
    """
    known = records_of(patient_id) if records is None else records
    return and_(
        Consent.patient_id == any_(known),
        Consent.about_person_id.is_(None) if person is None else Consent.about_person_id.is_not_distinct_from(person),
        or_(Consent.patient_id == patient_id, Consent.decision == "deny"),
        or_(Consent.purpose.is_(None), Consent.purpose == purpose),
        or_(Consent.channel.is_(None), Consent.channel == speaks),
    )


def newest_consent(
    patient_id: Any,
    purpose: Any,
    speaks: Any,
    at: Any,
    to_write: bool = False,
    records: Any = None,
    person: Any = None,
) -> Select:
    """SELECT the statement that holds at a moment: the newest in force; of two of the same moment, the refusal.

    `to_write` asks whether a message may go: then every refusal counts that is kept and has not ended, because one may
    come in while the asker waits for the lane, or by a clock that is ahead; its moment lies after the asker's then.
    """
    begun = Consent.from_at <= at
    return (
        select(
            Consent.id, Consent.decision, Consent.purpose, Consent.channel, Consent.source, Consent.related_person_id
        )
        .where(
            consent_about(patient_id, purpose, speaks, records, person),
            or_(begun, Consent.decision == "deny") if to_write else begun,
            or_(Consent.until_at.is_(None), Consent.until_at > at),
        )
        .order_by(Consent.from_at.desc(), Consent.decision, Consent.id.desc())
        .limit(1)
    )


def consent(rung: CTE, now: dt.datetime) -> FromClause:
    """What the recipient has said about this purpose on this channel."""
    patient, speaks, person = rung.c.patient_id, rung.c.speaks, rung.c.recipient_id
    said = newest_consent(patient, Message.purpose, speaks, now, to_write=True, records=rung.c.records, person=person)
    return said.lateral("said")


def expired_consent(rung: CTE, now: dt.datetime) -> ColumnElement[bool]:
    """Whether a permission about this purpose on this channel has run out."""
    about = consent_about(rung.c.patient_id, Message.purpose, rung.c.speaks, rung.c.records, rung.c.recipient_id)
    return exists(select(1).where(about, Consent.decision == "permit", Consent.until_at <= now))


def contacts(now: dt.datetime, again: bool = False) -> FromClause:
    """When the patient, under any of their records, or somebody beside them for them, was written to over all journeys,
    without the message itself, the newest first; when for this purpose; and when the patient last with this text, last
    with it about this record."""
    other = Message.__table__.alias("contact")
    moment, counts = counted(other, now, again)
    at = moment.label("at")
    said = (other.c.purpose, other.c.recipient_id, other.c.template_version_id, other.c.focus_kind, other.c.focus_id)
    recent = (
        select(at, *said)
        .where(other.c.patient_id == any_(records_of(Message.patient_id)), counts, other.c.id != Message.id)
        .order_by(at.desc())
        .limit(MOST_CONTACTS)
        .correlate(Message)
        .subquery("recent")
    )
    same_text = and_(recent.c.recipient_id.is_(None), recent.c.template_version_id == Message.template_version_id)
    same_record = and_(recent.c.focus_kind == Message.focus_kind, recent.c.focus_id == Message.focus_id)
    return select(
        func.array_agg(recent.c.at).label("times"),
        func.array_agg(recent.c.at).filter(recent.c.purpose == Message.purpose).label("of_purpose"),
        func.max(recent.c.at).filter(same_text).label("same_text_at"),
        func.max(recent.c.at).filter(same_text, same_record).label("same_intent_at"),
    ).lateral("contacts")


def counted(other: FromClause, now: dt.datetime, again: bool) -> tuple[ColumnElement[Any], ColumnElement[bool]]:
    """SQL: when another message is a contact, and whether it is one that still counts.

    What is released or being sent leaves now, however long ago it was released. When it is looked at `again`, of those
    released only the ones that go first count: of several that an outage held up one goes, and the others wait.
    """
    waits = other.c.status == "released"
    leaving = or_(other.c.status == "sending", and_(waits, goes_first(other) if again else true()))
    is_recent = and_(~waits, other.c.counted_at > now - REMEMBERED)
    return (
        case((leaving, now), else_=other.c.counted_at),
        and_(other.c.counted_at.is_not(None), or_(leaving, is_recent)),
    )


def goes_first(other: FromClause) -> ColumnElement[bool]:
    """SQL: whether another message is sent before this one: the same order as sending's."""
    theirs = tuple_(-other.c.priority, other.c.planned_at, other.c.id)
    return theirs < tuple_(-Message.priority, Message.planned_at, Message.id)


def clock(now: dt.datetime) -> Subquery:
    """Every zone now: its offset, since when and until when it keeps it, and the ones before and after."""
    before = ZoneSpan.__table__.alias("before")
    after = ZoneSpan.__table__.alias("after")
    here = ZoneSpan.__table__.alias("here")
    return (
        select(
            here.c.zone,
            here.c.offset_minutes,
            here.c.from_at,
            here.c.to_at,
            func.coalesce(before.c.offset_minutes, here.c.offset_minutes).label("offset_before"),
            func.coalesce(after.c.offset_minutes, here.c.offset_minutes).label("offset_after"),
        )
        .outerjoin(before, and_(before.c.zone == here.c.zone, before.c.to_at == here.c.from_at))
        .outerjoin(after, and_(after.c.zone == here.c.zone, after.c.from_at == here.c.to_at))
        .where(here.c.from_at <= now, here.c.to_at > now)
        .subquery("clock")
    )


def holiday(calendar_id: Any, local_now: Any) -> ColumnElement[bool]:
    """Whether a branch's calendar names the patient's day among its closed days."""
    day = func.to_char(local_now, "YYYY-MM-DD")
    return exists(select(1).where(BusinessCalendar.id == calendar_id, BusinessCalendar.closed_days.has_key(day)))


def templates(messages: CTE) -> CTE:
    """The templates of these messages once each, because their content is long and their messages are many."""
    content = DefinitionVersion.content
    used = select(Message.template_version_id).join(messages, messages.c.id == Message.id)
    names = func.jsonb_object_keys(content["texts"]).table_valued("name")
    return (
        select(
            DefinitionVersion.id,
            content["purpose"].astext.label("purpose"),
            func.coalesce(content["content_level"].as_integer(), 0).label("content_level"),
            content["fallback"].astext.label("fallback"),
            func.jsonb_path_exists(content, ASKS_TO_CONFIRM).label("asks_to_confirm"),
            select(func.array_agg(names.c.name)).scalar_subquery().label("languages"),
        )
        .where(DefinitionVersion.id.in_(used))
        .cte("template")
        .prefix_with("MATERIALIZED")
    )


def language(template: CTE, rung: CTE) -> ColumnElement[Any]:
    """The language of the text for this recipient: their own, its base ("es" for "es-MX"), or the template's fallback.

    Who is beside the patient speaks what the patient does, unless it is written down. Where no language is known it is
    the fallback, else English, else whatever there is. A message with a text of its own is in the language it says.
    """
    wanted = func.coalesce(rung.c.language, Patient.language)
    base = func.split_part(wanted, "-", 1)
    unknown = func.coalesce(template.c.fallback, english(template), template.c.languages[1])
    return case(
        (Message.template_version_id.is_(None), func.coalesce(Message.language, wanted, ENGLISH)),
        (wanted.is_(None), unknown),
        (wanted == any_(template.c.languages), wanted),
        (base == any_(template.c.languages), base),
        (template.c.fallback == any_(template.c.languages), template.c.fallback),
        else_=null(),
    )


def english(template: CTE) -> ColumnElement[Any]:
    """`en` when the template has it."""
    return case((literal(ENGLISH) == any_(template.c.languages), ENGLISH), else_=null())


def superseded() -> ColumnElement[bool]:
    """SQL: whether the same text about the same record was asked for again since, for the same people; reminders are
    none of these."""
    later = aliased(Message, name="later")
    again = exists().where(
        later.patient_id == Message.patient_id,
        later.planned_at > Message.planned_at,
        later.template_version_id == Message.template_version_id,
        later.goes_to == Message.goes_to,
        later.focus_kind == Message.focus_kind,
        later.focus_id == Message.focus_id,
        later.status.in_(STILL_GOES),
        later.reminds_id.is_(None),
    )
    asks_once = and_(Message.focus_id.is_not(None), Message.reminds_id.is_(None))
    return case((asks_once, again.correlate_except(later)), else_=False)


def last_inbound(rung: CTE) -> ColumnElement[Any]:
    """SQL: when the patient last wrote on this channel, where somebody asks: some networks open for a day, to whoever
    wrote and to nobody beside them."""
    inbound = aliased(Message, name="inbound")
    newest = select(func.max(inbound.planned_at)).where(
        inbound.patient_id == rung.c.patient_id,
        inbound.direction == "inbound",
        inbound.channel == rung.c.channel,
    )
    opens = and_(rung.c.speaks.in_(WITH_WINDOW), ~rung.c.is_beside)
    return case((opens, newest.correlate(rung).scalar_subquery()), else_=null())


def reminded_answered() -> ColumnElement[bool]:
    """SQL: whether what a message reminds of has been answered, be it to that message or to another reminder of it."""
    earlier = aliased(Message, name="reminded")
    answered = exists().where(
        earlier.enrolment_id == Message.enrolment_id,
        or_(earlier.id == Message.reminds_id, earlier.reminds_id == Message.reminds_id),
        earlier.answered_at.is_not(None),
    )
    return case((Message.reminds_id.is_not(None), answered.correlate_except(earlier)), else_=False)


def is_about(kind: str, record: Any) -> ColumnElement[bool]:
    """SQL: whether a record is the one that the message is about."""
    return and_(Message.focus_kind == kind, record.id == Message.focus_id)
