"""Whom a journey of higher priority in the same group holds back from a journey.

Both are about the patient, whatever records they are about. A paused journey holds nobody back, nor does one of the
same priority.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, false, null, select
from sqlalchemy.orm import aliased

from journeys.flow.running.versions import PublishedJourney
from journeys.store.configuration import Definition
from journeys.store.enrolments import Enrolment
from journeys.store.journey_groups import JourneyGroup
from journeys.store.people import Patient


def is_held_back(journey: PublishedJourney, found: Any) -> ColumnElement[bool]:
    """SQL: whether the patient of a row of `found` is in such a journey; false where this one belongs to no group."""
    if journey.journey.head.group is None:
        return false()
    return holding(journey, found.c.patient_id).correlate(found).exists()


def held_back_by(journey: PublishedJourney, patient_id: Any) -> ColumnElement[Any]:
    """SQL: the name ({language: text}) of the journey that holds a patient back, of several the most important one."""
    if journey.journey.head.group is None:
        return null()
    first = holding(journey, patient_id).order_by(JourneyGroup.priority.desc(), Definition.slug).limit(1)
    return first.correlate(Patient).scalar_subquery()


def holding(journey: PublishedJourney, patient_id: Any) -> Select[Any]:
    """SELECT the names of the journeys that hold a patient back."""
    head = journey.journey.head
    other = aliased(Enrolment)
    return (
        select(Definition.name)
        .join(other, other.definition_id == Definition.id)
        .join(JourneyGroup, JourneyGroup.version_id == other.version_id)
        .where(
            other.patient_id == patient_id,
            other.status == "active",
            other.definition_id != journey.definition_id,
            JourneyGroup.name == head.group,
            JourneyGroup.priority > head.priority,
        )
    )
