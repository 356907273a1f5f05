"""A result is acknowledged as it was read, told to the patient, and opened again by a correction."""

import pytest
from sqlalchemy.orm import Session

from journeys.care.results.acknowledge_result import acknowledge_result
from journeys.care.results.finding import version_of
from journeys.care.results.inform_patient import inform_patient
from journeys.care.results.open_result import open_result
from journeys.care.results.pending_results import pending_results
from journeys.foundation.errors import Invalid, Missing, Stale
from journeys.store.clinical import DiagnosticReport
from journeys.store.events import Event
from journeys.store.importing.kinds.base import Context
from journeys.store.importing.kinds.diagnostic_report import DiagnosticReportKind
from journeys.store.importing.reading import Reading
from tests import make
from tests.make import NOON, an_act

pytestmark = pytest.mark.store

NINA = an_act(by="user:nina")


def a_result(session: Session, **facts) -> DiagnosticReport:
    patient = facts.pop("patient", None) or make.person(session, sms=None)
    values = {"status": "final", "received_at": NOON, "display": "Echo", "severity": "abnormal", **facts}
    return make.added(session, DiagnosticReport(patient_id=patient.id, **values))


def test_it_is_acknowledged_then_told_and_both_are_events(session):
    result = a_result(session)
    version = version_of(result)
    with pytest.raises(Invalid):
        inform_patient(session, NINA, result.uid, version, "call")
    acknowledge_result(session, NINA, result.uid, version)
    assert (result.acknowledged_at, result.acknowledged_by) == (NOON, "user:nina")
    inform_patient(session, NINA, result.uid, version, "call")
    assert (result.informed_by, result.informed_how) == ("user:nina", "call")
    told = session.query(Event).filter_by(subject_id=result.id).order_by(Event.id).all()
    assert [(each.kind, each.subject_kind, each.outcome) for each in told] == [
        ("result.acknowledged", "diagnostic_report", "abnormal"),
        ("result.patient-informed", "diagnostic_report", "call"),
    ]
    for again in (
        lambda: acknowledge_result(session, NINA, result.uid, version),
        lambda: inform_patient(session, NINA, result.uid, version, "call"),
    ):
        with pytest.raises(Stale):
            again()


def test_nobody_acknowledges_what_they_have_not_seen(session):
    result = a_result(session)
    version = version_of(result)
    result.status = "corrected"
    session.flush()
    with pytest.raises(Stale):
        acknowledge_result(session, NINA, result.uid, version)
    assert result.acknowledged_at is None


@pytest.mark.parametrize("facts", [{"conclusion": "Worse"}, {"severity": "critical"}, {"display": "Another echo"}])
def test_nobody_acknowledges_other_content_than_they_have_read(session, facts):
    result = a_result(session)
    version = version_of(result)
    for name, value in facts.items():
        setattr(result, name, value)
    session.flush()
    with pytest.raises(Stale):
        acknowledge_result(session, NINA, result.uid, version)


@pytest.mark.parametrize("status", ["preliminary", "cancelled", "entered-in-error"])
def test_what_is_not_final_is_nothing_to_acknowledge(session, status):
    result = a_result(session, status=status)
    with pytest.raises(Stale):
        acknowledge_result(session, NINA, result.uid, version_of(result))


def test_the_list_begins_with_what_is_most_serious(session):
    plain, critical = a_result(session, severity=None), a_result(session, severity="critical")
    abnormal = a_result(session)
    a_result(session, needs_review=False)
    a_result(session, status="preliminary")
    found = pending_results(session, NINA)
    assert [result.id for result, _ in found.results] == [critical.id, abnormal.id, plain.id]
    acknowledge_result(session, NINA, plain.uid, version_of(plain))
    assert [result.id for result, _ in pending_results(session, NINA, "inform").results] == [plain.id]
    short = pending_results(session, NINA, limit=1)
    assert (len(short.results), short.has_more) == (1, True)


def test_nobody_tells_somebody_who_has_died(session):
    result = a_result(session, patient=make.person(session, sms=None, deceased=True))
    acknowledge_result(session, NINA, result.uid, version_of(result))
    assert pending_results(session, NINA, "inform").results == []


def test_one_that_is_not_there(session):
    with pytest.raises(Missing):
        open_result(session, NINA, make.person(session, sms=None).uid)


REPORT = {
    "resourceType": "DiagnosticReport",
    "id": "r1",
    "status": "final",
    "code": {"text": "Echo"},
    "subject": {"reference": "Patient/p1"},
    "issued": "2026-03-03T12:00:00Z",
}
HL7 = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"


def read(**more):
    row = DiagnosticReportKind().read(Reading({**REPORT, **more}, "DiagnosticReport"), Context(NOON))
    assert row is not None
    return row


def test_what_a_source_says_tells_news_from_history_and_how_bad_it_is():
    assert [read(issued=day).values["needs_review"] for day in ("2026-02-20", "2025-12-01")] == [True, False]
    critical = {"coding": [{"system": HL7, "code": "HH"}]}
    finding = {"resourceType": "Observation", "id": "o", "interpretation": [{"coding": [{"code": "A"}]}]}
    assert read().values["severity"] is None
    assert read(conclusionCode=[critical]).values["severity"] == "critical"
    assert read(contained=[finding]).values["severity"] == "abnormal"
    assert read(contained=[{**finding, "interpretation": "high"}]).values["severity"] is None
