"""Safety clocks in force and things that stand still, for tests of the board and of escalation."""

import datetime as dt
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from journeys.foundation.acting import Act
from journeys.store.clinical import DiagnosticReport
from journeys.store.organisation import Location
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.referrals import Referral
from journeys.work.clocks.publish_clock import publish_clock
from tests import make

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)

SENT: dict[str, Any] = {
    "format": 1,
    "name": {"en": "Not acknowledged"},
    "entity": "referral",
    "state": "sent",
    "limit": {"working_days": 2},
    "next_step": {"en": "Send it again"},
    "queue": "recall",
}
STILL: dict[str, Any] = {**SENT, "state": "open", "limit": {"days": 42}, "risk": "high", "name": {"en": "Six weeks"}}
RESULT: dict[str, Any] = {
    **SENT,
    "entity": "result",
    "state": "unacknowledged",
    "name": {"en": "Nobody looked"},
    "limit": {"working_days": 3},
    "sooner": [
        {"severity": ["critical"], "limit": {"hours": 1}},
        {"severity": ["abnormal"], "limit": {"working_days": 1}},
    ],
}


def watch(clinic: Any, slug: str, content: dict[str, Any]) -> None:
    """Put a clock in force."""

    def put(session: Session, doing: Act) -> None:
        save_draft(session, doing, "safety-clock", slug, content["name"], content)
        publish_clock(session, doing, slug)

    clinic.do(put)


def referral(clinic: Any, since: dt.datetime, **facts: Any) -> int:
    """The id of a referral that was sent then."""
    return int(
        clinic.do(lambda session, _: standing(session, Referral, status_at=since, **{"status": "sent", **facts}))
    )


def result(clinic: Any, since: dt.datetime, **facts: Any) -> int:
    """The id of a final result that came then."""
    facts = {"status": "final", "needs_review": True, **facts}
    return int(clinic.do(lambda session, _: standing(session, DiagnosticReport, received_at=since, **facts)))


def standing(
    session: Session, table: Any, at: Location | None = None, patient_id: int | None = None, **facts: Any
) -> int:
    """One row of a patient of its own, unless another is given."""
    patient_id = patient_id or make.person(session, sms=None, at=at).id
    return int(session.execute(insert(table).values(patient_id=patient_id, **facts).returning(table.id)).scalar_one())
