"""What a source sends of a result: the findings it names, versions that follow, and what they do to what was done."""

import datetime as dt

import pytest
from sqlalchemy import select, update

from journeys.store import DiagnosticReport
from journeys.store.sources import KeptRecord
from tests.make import NOON
from tests.unit.store.resources import ANNA, observation, panel, patient

pytestmark = pytest.mark.store

HL7 = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"


def meaning(code: str) -> list[dict]:
    return [{"coding": [{"system": HL7, "code": code}]}]


def report(**facts):
    return {
        "resourceType": "DiagnosticReport",
        "id": "panel",
        "status": "final",
        "subject": ANNA,
        "code": {"text": "Potassium"},
        "issued": "2026-03-03T10:00:00Z",
        "result": [{"reference": "Observation/finding"}, {"reference": "Observation/pressure"}],
        **facts,
    }


def finding(code: str | None = "HH", **facts):
    return observation(**({} if code is None else {"interpretation": meaning(code)}), **facts)


@pytest.fixture
def kept(read):
    """The report as it stands in the store."""

    def kept() -> DiagnosticReport:
        [(result,)] = read(select(DiagnosticReport))
        return result

    return kept


@pytest.fixture
def acknowledged(make):
    """Somebody acknowledges it and tells the patient."""

    def acknowledged() -> None:
        done = {"acknowledged_at": NOON, "acknowledged_by": "nina"}
        told = {"informed_at": NOON, "informed_by": "nina", "informed_how": "call"}
        with make.begin() as session:
            session.execute(update(DiagnosticReport).values(**done, **told))

    return acknowledged


@pytest.mark.parametrize(
    "deliveries",
    [[[report()], [finding("HH")]], [[finding("HH")], [report()]], [[finding("HH"), report()]]],
    ids=["the report first", "the finding first", "both at once"],
)
def test_it_is_as_bad_as_the_worst_finding_it_names(importing, kept, deliveries):
    for some in deliveries:
        importing(patient(), *some)
    assert kept().severity == "critical"


def test_a_component_of_a_finding_counts_too(importing, kept):
    pressure = panel()
    pressure["component"][1]["interpretation"] = meaning("H")
    importing(patient(), report(), pressure)
    assert kept().severity == "abnormal"


@pytest.mark.parametrize(
    "other",
    [
        finding("N"),
        finding("HH", status="entered-in-error"),
        finding("HH", status="cancelled"),
        finding("HH", id="other"),
    ],
    ids=["normal", "in error", "cancelled", "not named"],
)
def test_any_other_finding_does_not(importing, kept, other):
    importing(patient(), report(), other)
    assert kept().severity is None


def test_a_bad_finding_that_comes_late_opens_what_was_acknowledged(importing, kept, acknowledged):
    importing(patient(), report())
    acknowledged()
    importing(finding("N"))
    assert kept().acknowledged_at == NOON
    importing(finding("HH"))
    now = kept()
    assert (now.severity, now.acknowledged_at, now.informed_at) == ("critical", None, None)
    assert now.received_at == importing.now
    acknowledged()
    importing(finding("HH", valueQuantity={"value": 7, "code": "%"}))
    importing(report(issued="2026-03-04T10:00:00Z"))
    assert (kept().severity, kept().acknowledged_at) == ("critical", NOON)


def test_what_nobody_has_acknowledged_is_not_put_off_by_getting_worse(importing, kept):
    importing(patient(), report())
    came = importing.now
    importing(finding("HH"))
    importing(report(conclusionCode=meaning("HH")))
    assert (kept().severity, kept().received_at) == ("critical", came)


def test_history_stays_history_whatever_its_findings_say(importing, kept):
    importing(patient(), finding("HH"), report(issued="2025-01-01T10:00:00Z"))
    importing(finding("LL"))
    assert (kept().severity, kept().needs_review) == ("critical", False)


def test_one_that_is_final_at_last_is_news_however_old_it_is(importing, kept):
    old = "2025-12-01T10:00:00Z"
    importing(patient(), report(status="preliminary", issued=old))
    assert not kept().needs_review
    importing(report(issued=old))
    assert (kept().needs_review, kept().received_at) == (True, importing.now)
    came = importing.now
    importing(report(issued=old, conclusion="The same, with words"))
    assert (kept().needs_review, kept().received_at) == (True, came)


def test_history_that_is_sent_again_stays_history(importing, kept):
    old = "2025-12-01T10:00:00Z"
    importing(patient(), report(issued=old))
    importing(report(issued=old, conclusion="The same, with words"))
    assert not kept().needs_review


def test_a_final_one_that_got_worse_is_open_again(importing, kept, acknowledged):
    importing(patient(), report(conclusionCode=meaning("A")))
    acknowledged()
    importing(report(conclusionCode=meaning("AA")))
    now = kept()
    assert (now.severity, now.acknowledged_at, now.received_at) == ("critical", None, importing.now)
    acknowledged()
    importing(report())
    assert (kept().severity, kept().acknowledged_at) == ("critical", NOON)


def test_a_correction_opens_it_again_and_may_make_it_milder(importing, kept, acknowledged):
    importing(patient(), report(conclusionCode=meaning("AA")))
    acknowledged()
    importing(report(status="corrected"))
    now = kept()
    assert (now.severity, now.acknowledged_at, now.informed_how) == (None, None, None)
    assert (now.received_at, now.needs_review) == (importing.now, True)


def test_an_order_that_is_sent_again_is_no_younger(importing, read):
    order = {"resourceType": "ServiceRequest", "id": "order", "intent": "order", "subject": ANNA, "status": "active"}
    importing(patient(), {**order, "code": {"text": "Potassium"}})
    came = importing.now
    importing.now += dt.timedelta(days=60)
    importing({**order, "code": {"text": "Potassium, again"}})
    assert read(select(KeptRecord.display, KeptRecord.recorded_at)) == [("Potassium, again", came)]
