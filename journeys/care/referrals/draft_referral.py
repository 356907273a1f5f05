"""Somebody writes a referral to another service."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing, Problem, refuse_errors
from journeys.foundation.words import N_
from journeys.store.events import emit
from journeys.store.people import Patient
from journeys.store.referrals import INCOMING, OUTGOING, PRIORITIES, Referral

LONGEST_TEXT = 8_000
LONGEST_SERVICE = 200


@dataclass(frozen=True)
class Ordered:
    """What a referral says: which service, why, what is asked, how soon, by when, from whom, to whom, whose it is.

    Ids are those of the rows of this house; `owner` is a username.
    """

    service: str
    reason: str | None = None
    question: str | None = None
    priority: str = "routine"
    due_at: dt.datetime | None = None
    service_line_id: int | None = None
    from_location_id: int | None = None
    from_organization_id: int | None = None
    from_practitioner_id: int | None = None
    to_location_id: int | None = None
    to_organization_id: int | None = None
    to_practitioner_id: int | None = None
    queue_id: int | None = None
    owner: str | None = None


def draft_referral(
    session: Session, act: Act, patient: uuid.UUID, ordered: Ordered, direction: str = OUTGOING
) -> Referral:
    """Write it down and return it: an outgoing one as a draft, an incoming one as received, which it is.

    Invalid with all that is wrong; Missing when the act may not see the patient.
    """
    found = session.scalar(select(Patient).where(Patient.uid == patient))
    if found is None:
        raise Missing(N_("There is no such patient here"))
    refuse_errors(problems_of(act, found, ordered, direction))
    values = dict(vars(ordered))
    service = values.pop("service").strip()
    status = "received" if direction == INCOMING else "draft"
    times = {"ordered_at": act.now, "status_at": act.now, "recorded_at": act.now}
    referral = Referral(patient_id=found.id, direction=direction, status=status, display=service, **times, **values)
    session.add(referral)
    session.flush()
    session.refresh(referral)
    about = {"subject_kind": Referral.__tablename__, "subject_id": referral.id}
    emit(session, act, f"referral.{status}", [{"patient_id": found.id, **about}])
    audit.note(session, "C", "referral", [referral.id], [found.id])
    return referral


def problems_of(act: Act, patient: Patient, ordered: Ordered, direction: str) -> Iterator[Problem]:
    """What is wrong with what was written."""
    service = ordered.service.strip()
    if not service:
        yield Problem("service", N_("Say which service is asked for"))
    if len(service) > LONGEST_SERVICE:
        yield Problem("service", N_("At most %(most)s characters"), {"most": LONGEST_SERVICE})
    for name in ("reason", "question"):
        if len(getattr(ordered, name) or "") > LONGEST_TEXT:
            yield Problem(name, N_("At most %(most)s characters"), {"most": LONGEST_TEXT})
    if ordered.priority not in PRIORITIES:
        yield Problem("priority", N_("Choose one of those that are offered"))
    if ordered.due_at is not None and ordered.due_at <= act.now:
        yield Problem("due_at", N_("This has to lie ahead"))
    if direction == INCOMING and ordered.to_location_id is None:
        yield Problem("to_location_id", N_("Say which branch it came to"))
    if patient.merged_into_id is not None:
        yield Problem("service", N_("This record was merged into another one; write it there"))
    if patient.deceased:
        yield Problem("service", N_("This person has died"))
