"""Referrals follow what an EMR sends: a result, whichever comes first; what the source says of the order."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select, update

from journeys.store import Event, Referral, ReferralHistory
from tests.unit.store.resources import ANNA, patient

pytestmark = pytest.mark.store

ORDER = {
    "resourceType": "ServiceRequest",
    "id": "r",
    "status": "active",
    "intent": "order",
    "subject": ANNA,
    "category": [{"coding": [{"system": "http://snomed.info/sct", "code": "3457005"}]}],
    "authoredOn": "2026-02-20T10:00:00Z",
}


def report(status: str = "final", **facts: Any) -> dict[str, Any]:
    return {
        "resourceType": "DiagnosticReport",
        "id": "d",
        "status": status,
        "subject": ANNA,
        "code": {"text": "Echocardiogram"},
        "basedOn": [{"reference": "ServiceRequest/r"}],
        "issued": "2026-03-04T10:00:00Z",
        **facts,
    }


def state(desk):
    [(referral,)] = desk.read(select(Referral))
    return referral.status


def test_a_result_moves_its_referral(desk, importing):
    importing(patient(), ORDER)
    assert state(desk) == "sent"
    importing(report())
    assert state(desk) == "results-received"
    importing(report())
    told = desk.read(select(ReferralHistory.to_status, ReferralHistory.why).order_by(ReferralHistory.number))
    assert told == [("sent", None), ("results-received", "result-arrived")]
    assert ("referral.results-received",) in desk.read(select(Event.kind))


def test_a_result_that_comes_before_its_order_waits_for_it(desk, importing):
    importing(patient(), report())
    importing(ORDER)
    assert state(desk) == "results-received"


def test_all_at_once_is_the_same(desk, importing):
    importing(patient(), report(), ORDER)
    assert state(desk) == "results-received"


def test_a_corrected_result_opens_what_was_closed(desk, importing):
    importing(patient(), ORDER, report())
    for status in ("reviewed", "patient-informed", "closed"):
        with desk.made.begin() as session:
            session.execute(update(Referral).values(status=status, status_at=importing.now))
    importing(report("corrected", issued="2026-03-04T10:00:00Z"))
    assert state(desk) == "results-received"
    importing(report("corrected", issued="2026-03-04T10:00:00Z"))
    [(referral,)] = desk.read(select(Referral))
    assert referral.moves == 6


def test_a_source_that_calls_the_order_completed_closes_nothing(desk, importing):
    importing(patient(), ORDER)
    importing({**ORDER, "status": "completed"})
    assert state(desk) == "results-received"
    importing({**ORDER, "status": "revoked"})
    assert state(desk) == "results-received"


def test_a_source_that_revokes_the_order_cancels_it(desk, importing):
    importing(patient(), ORDER)
    importing({**ORDER, "status": "revoked"})
    assert state(desk) == "cancelled"


def test_an_old_order_that_is_revoked_is_news(desk, importing):
    importing(patient(), {**ORDER, "authoredOn": "2020-02-20T10:00:00Z"})
    importing({**ORDER, "authoredOn": "2020-02-20T10:00:00Z", "status": "revoked"})
    assert state(desk) == "cancelled"


def test_what_was_over_when_it_was_first_heard_of_stays_over(desk, importing):
    importing(patient(), {**ORDER, "status": "completed"}, report("corrected", issued="2026-02-25T10:00:00Z"))
    assert state(desk) == "closed"


def booking(start: str, status: str = "booked", key: str = "a") -> dict[str, Any]:
    return {
        "resourceType": "Appointment",
        "id": key,
        "status": status,
        "start": start,
        "end": start.replace(":00:00Z", ":30:00Z"),
        "participant": [{"actor": ANNA, "status": "accepted"}],
        "basedOn": [{"reference": "ServiceRequest/r"}],
    }


def dated(desk):
    [(referral,)] = desk.read(select(Referral))
    return referral.status, None if referral.scheduled_at is None else referral.scheduled_at.isoformat()[:10]


def times_told(desk):
    return len(desk.read(select(Event.id).where(Event.kind == "referral.scheduled")))


def by_phone(desk, day: int):
    """Somebody arranges another day; nothing of it reaches the source."""
    [(referral,)] = desk.read(select(Referral))
    desk.move(referral.uid, "scheduled", scheduled_at=dt.datetime(2026, 3, day, 12, tzinfo=dt.UTC))


def test_a_referral_keeps_the_day_to_which_its_appointment_moves(desk, importing):
    importing(patient(), ORDER, booking("2026-03-12T09:00:00Z"))
    assert (dated(desk), times_told(desk)) == (("scheduled", "2026-03-12"), 1)
    importing(booking("2026-03-20T09:00:00Z"))
    assert (dated(desk), times_told(desk)) == (("scheduled", "2026-03-20"), 2)
    importing(booking("2026-03-20T09:00:00Z"))
    assert times_told(desk) == 2
    importing(booking("2026-03-20T09:00:00Z", "cancelled"))
    assert dated(desk) == ("accepted", None)


def test_one_that_is_cancelled_for_another_leaves_the_other(desk, importing):
    importing(patient(), ORDER, booking("2026-03-20T09:00:00Z"))
    importing(booking("2026-03-20T09:00:00Z", "cancelled"), booking("2026-03-12T09:00:00Z", key="b"))
    assert dated(desk) == ("scheduled", "2026-03-12")


@pytest.mark.parametrize("status", ["noshow", "cancelled"])
def test_what_became_of_an_old_appointment_leaves_what_was_arranged_by_phone(desk, importing, status):
    importing(patient(), ORDER, booking("2026-03-12T09:00:00Z"))
    by_phone(desk, 20)
    importing(booking("2026-03-12T09:00:00Z", status))
    importing(report("preliminary"))
    assert dated(desk) == ("scheduled", "2026-03-20")


def test_what_was_missed_before_is_not_missed_again(desk, importing):
    importing(patient(), ORDER, booking("2026-03-12T09:00:00Z"))
    importing(booking("2026-03-12T09:00:00Z", "noshow"))
    assert state(desk) == "no-show"
    by_phone(desk, 12)
    importing(report("preliminary"))
    assert dated(desk) == ("scheduled", "2026-03-12")
    importing(booking("2026-03-12T15:00:00Z", "noshow", key="b"))
    assert state(desk) == "no-show"


def test_a_first_visit_is_not_the_second(desk, importing):
    importing(patient(), ORDER, booking("2026-02-27T09:00:00Z", "fulfilled"))
    assert state(desk) == "attended"
    by_phone(desk, 20)
    importing(report("preliminary"))
    assert dated(desk) == ("scheduled", "2026-03-20")
    importing(booking("2026-03-20T09:00:00Z", "fulfilled", key="b"))
    assert state(desk) == "attended"
