"""Consent: every statement of a patient about being written to; only the newest one of its kind is active."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, and_, or_, select, true
from sqlalchemy.orm import aliased

from journeys.foundation.acting import Act
from journeys.store.contact import Consent
from journeys.store.people import Patient
from journeys.sync.facade.resources.base import Kind, Resource, moment, ours, reference, without_nothing

ACTIVE, INACTIVE = "active", "inactive"
SCOPE = "http://terminology.hl7.org/CodeSystem/consentscope"
CATEGORY = "http://loinc.org"
PURPOSE = "https://waymark.health/fhir/message-purpose"
CHANNEL = "https://waymark.health/fhir/channel"
POLICY = "https://waymark.health/fhir/policy/contact"


class ConsentKind(Kind):
    """Statements about somebody beside the patient are not the patient's, and not given out; nor is what shows them."""

    type = "Consent"
    table = Consent
    searches = ("patient", "status", "_lastUpdated")
    statuses = (ACTIVE, INACTIVE)

    @classmethod
    def select(cls, act: Act) -> Select[Any]:
        """The statement, its patient, and whether it holds."""
        joined = select(Consent, Patient.uid, holds(act)).join(Patient, Patient.id == Consent.patient_id)
        return cast(Select[Any], joined.where(Consent.about_person_id.is_(None)))

    @classmethod
    def changed(cls) -> ColumnElement[Any]:
        """Nobody ever changes one; that another one takes its place is that one's news."""
        found: ColumnElement[Any] = Consent.__table__.c.recorded_at
        return found

    @classmethod
    def has_status(cls, wanted: Sequence[str], act: Act) -> ColumnElement[bool]:
        """Whether it holds now, or does not."""
        either = {ACTIVE: holds(act), INACTIVE: ~holds(act)}
        return or_(*(either[word] for word in wanted if word in either)) if set(wanted) & set(either) else ~true()

    @classmethod
    def build(cls, row: Any, more: Mapping[str, Any], act: Act) -> Resource:
        """One statement."""
        found, patient, is_active = row
        period = without_nothing({"start": moment(found.from_at), "end": moment(found.until_at)})
        codes = [{"coding": [{"system": CHANNEL, "code": found.channel}]}] if found.channel else []
        meant = [{"system": PURPOSE, "code": found.purpose}] if found.purpose else []
        return without_nothing(
            {
                "identifier": ours(found.uid),
                "status": ACTIVE if is_active else INACTIVE,
                "scope": {"coding": [{"system": SCOPE, "code": "patient-privacy"}]},
                "category": [{"coding": [{"system": CATEGORY, "code": "59284-0"}]}],
                "patient": reference("Patient", patient),
                "dateTime": moment(found.recorded_at),
                "policy": [{"uri": POLICY}],
                "provision": without_nothing(
                    {"type": found.decision, "period": period, "purpose": meant, "code": codes}
                ),
            }
        )


def holds(act: Act) -> ColumnElement[bool]:
    """SQL: whether a statement is in force at this moment, and no newer one covers all that it says."""
    later = aliased(Consent)
    covered = (
        select(later.id)
        .where(
            later.patient_id == Consent.patient_id,
            later.about_person_id.is_(None),
            later.from_at <= act.now,
            or_(later.until_at.is_(None), later.until_at > act.now),
            or_(later.purpose.is_(None), later.purpose == Consent.purpose),
            or_(later.channel.is_(None), later.channel == Consent.channel),
            or_(later.from_at > Consent.from_at, and_(later.from_at == Consent.from_at, later.id > Consent.id)),
        )
        .correlate(Consent)
        .exists()
    )
    return and_(Consent.from_at <= act.now, or_(Consent.until_at.is_(None), Consent.until_at > act.now), ~covered)
