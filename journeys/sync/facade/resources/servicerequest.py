"""ServiceRequest: referrals, those that leave and those that come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from journeys.foundation.acting import Act
from journeys.store.organisation import Organization
from journeys.store.referrals import Referral
from journeys.sync.facade.resources.base import (
    Kind,
    Resource,
    coded,
    moment,
    names_of,
    names_of_practitioners,
    newest,
    ours,
    reference,
    without_nothing,
)

STATUSES: dict[str, tuple[str, ...]] = {
    "draft": ("draft",),
    "active": ("sent", "received", "accepted", "declined", "scheduled", "no-show", "attended"),
    "completed": ("results-received", "reviewed", "patient-informed", "closed"),
    "revoked": ("cancelled",),
}
"""FHIR's word → ours. One that was declined still has to go to somebody else, so it is active."""

WORDS = {status: word for word, statuses in STATUSES.items() for status in statuses}
NAMES = "https://waymark.health/fhir/identifier/referral-state"


class ServiceRequestKind(Kind):
    """What was asked and why is free text about somebody's health, and is not given out; the code is."""

    type = "ServiceRequest"
    table = Referral
    searches = ("patient", "status", "_lastUpdated")
    statuses = tuple(STATUSES)

    @classmethod
    def changed(cls) -> ColumnElement[Any]:
        """The latest of its times."""
        return newest(Referral.recorded_at, Referral.status_at, Referral.last_progress_at)

    @classmethod
    def has_status(cls, wanted: Sequence[str], act: Act) -> ColumnElement[bool]:
        """By our words for them."""
        return Referral.status.in_([status for word in wanted for status in STATUSES.get(word, ())])

    @classmethod
    def gather(cls, session: Session, rows: Sequence[Any]) -> Mapping[str, Any]:
        """Who asked, and who was asked."""
        found = [referral for referral, _ in rows]
        people = [number for each in found for number in (each.from_practitioner_id, each.to_practitioner_id)]
        return {
            "practitioners": names_of_practitioners(session, people),
            "organizations": names_of(session, Organization, [each.to_organization_id for each in found]),
        }

    @classmethod
    def build(cls, row: Any, more: Mapping[str, Any], act: Act) -> Resource:
        """One referral."""
        found, patient = row
        asked = reference("", None, more["practitioners"].get(found.from_practitioner_id))
        person = reference("", None, more["practitioners"].get(found.to_practitioner_id))
        house = reference("", None, more["organizations"].get(found.to_organization_id))
        return without_nothing(
            {
                "identifier": ours(found.uid),
                "status": WORDS[found.status],
                "intent": "order",
                "priority": found.priority,
                "code": coded(found.code, found.code_system, found.display),
                "subject": reference("Patient", patient),
                "occurrenceDateTime": moment(found.scheduled_at),
                "authoredOn": moment(found.ordered_at),
                "requester": asked,
                "performer": [each for each in (person, house) if each],
                "orderDetail": [{"coding": [{"system": NAMES, "code": found.status}]}] if found.code else [],
            }
        )
