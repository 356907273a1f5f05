"""Facts about the person that few have: marks, guardians, whose consent it was, the law of the place they live in."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Text,
    and_,
    any_,
    case,
    cast,
    exists,
    func,
    null,
    or_,
    select,
)

from journeys.foundation.later import day_of
from journeys.store.contact import Message
from journeys.store.contact_marks import PERMITS, ContactMark
from journeys.store.organisation import Location
from journeys.store.people import Patient, PatientAddress, RelatedPerson

CHILDHOOD = dt.timedelta(days=366 * 26)
"""Whoever was born longer ago is nowhere a minor, and nobody looks for a guardian."""


def marks(rung: CTE, telecom: FromClause, now: dt.datetime) -> FromClause:
    """What is known of the patient, of this purpose, medium and number: kinds in force, kinds that have run out.

    What bars messages about the patient bars them wherever they go; what the patient permits for themselves permits
    nothing to whoever is beside them.

    In an order of their own: what is written down of a decision must not depend on how the rows were read.
    """
    number = or_(ContactMark.telecom_id.is_(None), ContactMark.telecom_id == telecom.c.id)
    permits = and_(
        ContactMark.patient_id == rung.c.patient_id,
        or_(~rung.c.is_beside, ContactMark.telecom_id == telecom.c.id),
    )
    about = and_(
        ContactMark.patient_id == any_(rung.c.records),
        or_(permits, ContactMark.kind.not_in(PERMITS)),
        or_(ContactMark.purpose.is_(None), ContactMark.purpose == Message.purpose),
        or_(ContactMark.channel.is_(None), ContactMark.channel == rung.c.speaks),
        or_(number, ContactMark.kind == "only-here"),
    )
    holds = and_(ContactMark.from_at <= now, or_(ContactMark.until_at.is_(None), ContactMark.until_at > now))
    here = and_(holds, ContactMark.kind == "only-here")
    talks = and_(holds, ContactMark.kind == "conversation")
    checked = and_(ContactMark.from_at <= now, ContactMark.kind == "registers-checked")
    kinds = func.array_agg(ContactMark.kind).aggregate_order_by(ContactMark.kind)
    numbers = func.array_agg(ContactMark.telecom_id).aggregate_order_by(ContactMark.telecom_id)
    return (
        select(
            kinds.filter(holds).label("kinds"),
            kinds.filter(ContactMark.until_at <= now).label("ended"),
            numbers.filter(here).label("only_here"),
            func.max(ContactMark.until_at).filter(talks).label("talks_until"),
            func.max(ContactMark.from_at).filter(checked).label("registers_checked_at"),
        )
        .where(about)
        .lateral("marks")
    )


def guarded(rung: CTE, now: dt.datetime) -> ColumnElement[bool]:
    """SQL: for somebody young, whether a person is known who decides for them today; null for everybody else."""
    today = day_of(now)
    decides = and_(
        RelatedPerson.patient_id == rung.c.patient_id,
        RelatedPerson.authority == "decides",
        or_(RelatedPerson.from_on.is_(None), RelatedPerson.from_on <= today),
        or_(RelatedPerson.until_on.is_(None), RelatedPerson.until_on >= today),
    )
    known = exists(select(1).where(decides).correlate(rung))
    return case((Patient.birth_date > today - CHILDHOOD, known), else_=null())


def giver(said: FromClause, now: dt.datetime) -> FromClause:
    """Who gave the consent in the patient's place: what they may decide, and whether that has ended."""
    today = day_of(now)
    ended = func.coalesce(or_(RelatedPerson.until_on < today, RelatedPerson.from_on > today), False)
    return (
        select(RelatedPerson.authority, ended.label("ended"))
        .where(RelatedPerson.id == said.c.related_person_id)
        .lateral("giver")
    )


def place() -> FromClause:
    """The newest home address that is not an old one: country and state, as they came."""
    return (
        select(PatientAddress.country, PatientAddress.state)
        .where(PatientAddress.patient_id == Message.patient_id, (PatientAddress.use == "old").is_not(True))
        .order_by((PatientAddress.use == "home").is_not(True), PatientAddress.id.desc())
        .limit(1)
        .lateral("place")
    )


def jurisdiction(place: FromClause) -> ColumnElement[Any]:
    """SQL: the law that holds where the patient lives, else at their branch: `US-FL`, `US`, `BR`; null: not known."""
    written = func.upper(func.coalesce(place.c.country, Location.country))
    country = case((written == "USA", "US"), else_=func.nullif(written, ""))
    state = case((func.length(place.c.state).between(1, 3), func.concat("-", func.upper(place.c.state))), else_="")
    return cast(country + state, Text)
