"""Explains why a patient is in a segment or not, now or at the end of a past day."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import BigInteger, Date, literal, select
from sqlalchemy.orm import Session

from journeys.criteria.dates import start_of_day, zone_of
from journeys.criteria.explain.explain import explain
from journeys.criteria.explain.looking import NOBODY, Looking
from journeys.criteria.explain.nodes import Explanation
from journeys.criteria.known import Known, known
from journeys.criteria.segments import live_segment
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Missing, Problem
from journeys.foundation.words import N_
from journeys.store.configuration import DefinitionVersion
from journeys.store.enrolments import SegmentMember
from journeys.store.people import Patient

FIRST_DAY = dt.date(1990, 1, 1)
INSTANT_BEFORE = dt.timedelta(microseconds=1)


@dataclass(frozen=True)
class SegmentExplained:
    """Why, with what the names in the rule stood for, and the stay that covers the moment, if one is kept.

    The stay is left out when some condition is not shown to the reader: it would tell what that condition does not.
    """

    patient: Patient
    version: DefinitionVersion
    known: Known
    why: Explanation
    stay: SegmentMember | None


def explain_segment(
    session: Session,
    act: Act,
    slug: str,
    uid: uuid.UUID,
    on: dt.date | None = None,
    looking: Looking = NOBODY,
) -> SegmentExplained:
    """Why a patient is in a segment in force, as `looking` may see it: now, or as of the end of the day `on` where the
    patient lives.

    Missing when there is no such segment in force, or no such patient in the act's scope; Invalid for a day that is not
    over yet.
    """
    version = live_segment(session, slug)
    patient = session.scalar(select(Patient).where(Patient.uid == uid))
    if patient is None:
        raise Missing(N_("There is no such patient here"))
    names = known(session)
    at = None if on is None else end_of_day(session, act, patient.id, on)
    why = explain(session, act, names.segments[slug], patient.id, names, at, looking=looking)
    stay = None if why.has_closed else stay_at(session, version.definition_id, patient.id, why.at)
    audit.note(session, "R", "segment.why", ids=[version.definition_id], patients=[patient.id])
    return SegmentExplained(patient, version, names, why, stay)


def end_of_day(session: Session, act: Act, patient_id: int, day: dt.date) -> dt.datetime:
    """The last instant of a day where the patient lives; Invalid unless that day is over."""
    if not FIRST_DAY <= day <= act.now.date() + dt.timedelta(days=1):
        raise Invalid([Problem("on", N_("Choose a day that is over, after 1990"))])
    zone = zone_of(literal(patient_id, BigInteger))
    following: dt.datetime = session.scalars(
        select(start_of_day(zone, literal(day + dt.timedelta(days=1), Date)))
    ).one()
    if following > act.now:
        raise Invalid([Problem("on", N_("Choose a day that is over, after 1990"))])
    return following - INSTANT_BEFORE


def stay_at(session: Session, segment_id: int, patient_id: int, at: dt.datetime) -> SegmentMember | None:
    """The kept stay that covers a moment."""
    mine = (SegmentMember.segment_id == segment_id, SegmentMember.patient_id == patient_id)
    covers = (SegmentMember.entered_at <= at, SegmentMember.left_at.is_(None) | (SegmentMember.left_at > at))
    return session.scalar(select(SegmentMember).where(*mine, *covers).order_by(SegmentMember.entered_at.desc()))
