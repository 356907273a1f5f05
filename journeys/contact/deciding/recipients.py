"""Who gets a message: the patient, or somebody beside them who may receive it by an authority in force.

Whoever may not is no recipient at all: their numbers, consent and language are not even looked up. Where a message is
for caregivers and nobody may, one candidate without a recipient stays, which the rule `recipient` holds.
"""

from __future__ import annotations

import datetime as dt
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
    TableValuedAlias,
    and_,
    any_,
    case,
    cast,
    column,
    func,
    literal,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session, aliased

from journeys.contact.deciding import facts
from journeys.foundation import advisory
from journeys.foundation.later import day_of
from journeys.store.caregivers import Authority, RelatedPersonToken
from journeys.store.contact import CAREGIVERS, PATIENT, Consent, Message
from journeys.store.people import RelatedPerson

MOST_BESIDE = 5
"""So many people beside a patient are tried, one after the other: those longest allowed first."""

INSTANTS = ARRAY(DateTime(timezone=True))


def targets(again: bool) -> TableValuedAlias:
    """SQL: for each message whether it is tried for the patient (false), for somebody beside them (true), or both;
    `again` only as it was released."""
    is_beside = func.unnest(
        array([Message.recipient_id.is_not(None)])
        if again
        else case(
            (Message.goes_to == PATIENT, cast(array([False]), ARRAY(Boolean))),
            (Message.goes_to == CAREGIVERS, cast(array([True]), ARRAY(Boolean))),
            else_=cast(array([False, True]), ARRAY(Boolean)),
        )
    )
    return is_beside.table_valued(column("is_beside", Boolean), name="target").render_derived()


def people_beside(target: FromClause, now: dt.datetime, again: bool) -> FromClause:
    """SQL: the people beside the patient of a message who may receive its purpose now, with the most that may be
    revealed to them; `again` only the one it was released for."""
    today = day_of(now)
    allowed = (
        select(
            Authority.related_person_id,
            func.max(Authority.content_level).label("level"),
            func.min(Authority.id).label("first"),
        )
        .where(
            Authority.patient_id == Message.patient_id,
            Message.purpose == any_(Authority.purposes),
            # a moment alone would not do: the clock of whoever took it back may go before ours
            ~Authority.withdrawn,
            facts.in_force(now, Authority.from_at, Authority.until_at),
        )
        .group_by(Authority.related_person_id)
        .correlate(Message)
        .subquery("allowed")
    )
    place = func.row_number().over(order_by=(allowed.c.first, RelatedPerson.id))
    return (
        select(
            RelatedPerson.id,
            RelatedPerson.language,
            RelatedPerson.time_zone,
            allowed.c.level,
            cast(place, Integer).label("place"),
        )
        .join(allowed, allowed.c.related_person_id == RelatedPerson.id)
        .where(
            target.c.is_beside,
            RelatedPerson.patient_id == Message.patient_id,
            or_(RelatedPerson.from_on.is_(None), RelatedPerson.from_on <= today),
            or_(RelatedPerson.until_on.is_(None), RelatedPerson.until_on >= today),
            RelatedPerson.id == Message.recipient_id if again else true(),
        )
        .correlate(Message, target)
        .order_by(place)
        .limit(MOST_BESIDE)
        .lateral("beside")
    )


def patient_refuses(rung: CTE, now: dt.datetime) -> ColumnElement[Any]:
    """SQL: for a message to somebody beside the patient, whether the patient refuses such messages wherever they go; a
    refusal of one channel is about the patient's own number there. Null for the patient."""
    said = facts.newest_consent(rung.c.patient_id, Message.purpose, null(), now, to_write=True, records=rung.c.records)
    decision = said.with_only_columns(Consent.decision).correlate(rung, Message).scalar_subquery()
    return case((rung.c.is_beside, func.coalesce(decision == "deny", False)))


def contacts_elsewhere(rung: CTE, now: dt.datetime, again: bool) -> FromClause:
    """When somebody beside the patient was written to, about whichever patient, at any number that is theirs: about
    others (`times`), and last with this text; without the message itself."""
    mine, theirs = aliased(RelatedPersonToken), aliased(RelatedPersonToken)
    same_number = and_(theirs.kind == mine.kind, theirs.token == mine.token)
    people = (
        select(theirs.related_person_id)
        .join(mine, same_number)
        .where(mine.related_person_id == rung.c.recipient_id)
        .order_by(theirs.related_person_id)
        .correlate(rung)
    )
    known = func.array(people.scalar_subquery(), type_=ARRAY(BigInteger))
    other = Message.__table__.alias("elsewhere")
    at, counts = facts.counted(other, now, again)
    is_other_patient = other.c.patient_id != Message.patient_id
    same_text = other.c.template_version_id == Message.template_version_id
    same_record = and_(other.c.focus_kind == Message.focus_kind, other.c.focus_id == Message.focus_id)
    # one array, because with an OR the index on the recipient would not be used
    is_theirs = other.c.recipient_id == any_(func.array_append(known, rung.c.recipient_id, type_=ARRAY(BigInteger)))
    return (
        select(
            func.array_agg(at).filter(is_other_patient).label("times"),
            func.max(at).filter(same_text).label("same_text_at"),
            func.max(at).filter(same_text, same_record).label("same_intent_at"),
        )
        .where(rung.c.recipient_id.is_not(None), is_theirs, counts, other.c.id != Message.id)
        .correlate(rung, Message)
        .lateral("elsewhere_told")
    )


def newest_of(*times: Any) -> ColumnElement[Any]:
    """SQL: arrays of moments as one, the newest first, as many as are kept."""
    none = cast([], INSTANTS)
    both = func.array_cat(*(func.coalesce(each, none) for each in times), type_=INSTANTS)
    moment = func.unnest(both).table_valued(column("at", DateTime(timezone=True)), name="told").render_derived()
    newest = select(moment.c.at).order_by(moment.c.at.desc()).limit(facts.MOST_CONTACTS)
    return func.array(newest.scalar_subquery(), type_=INSTANTS)


def take_turns(session: Session) -> None:
    """Let nobody else decide about messages to caregivers until this is committed: one person may be beside patients of
    several lanes, and the caps are theirs too."""
    session.execute(select(func.pg_advisory_xact_lock(literal(advisory.RECIPIENTS, BigInteger))))
