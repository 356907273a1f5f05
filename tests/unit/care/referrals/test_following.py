"""Referrals follow what an EMR sends: a result, whichever comes first; what the source says of the order."""

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
