"""Members follow the value set in force: a new version of the list moves patients, as workers keep them."""

import datetime as dt

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from journeys.criteria.publish_segment import publish_segment
from journeys.criteria.refresh_segment import refresh_segment
from journeys.criteria.refresh_segments import refresh_segments
from journeys.criteria.value_sets.publish_value_set import publish_value_set
from journeys.foundation.acting import EVERYWHERE, Act
from journeys.store import Condition, Patient, SegmentMember
from journeys.store.putting_in_force.definitions import SEGMENT, VALUE_SET
from journeys.store.putting_in_force.save_draft import save_draft

pytestmark = pytest.mark.store

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
A_MINUTE = dt.timedelta(minutes=1)
SNOMED = "http://snomed.info/sct"
ICD = "http://hl7.org/fhir/sid/icd-10-cm"
WHEEZING = {"happened": "condition", "where": [{"field": "code", "is": "in_value_set", "value": "asthma"}]}


def at(minute: int) -> Act:
    return Act(NOW + minute * A_MINUTE, "test:value-sets", EVERYWHERE)


def publish(session: Session, minute: int, *codes: dict[str, str]) -> None:
    content = {"format": 1, "name": {"en": "Asthma"}, "codes": list(codes)}
    save_draft(session, at(minute), VALUE_SET, "asthma", content["name"], content)
    publish_value_set(session, at(minute), "asthma")


def refresh(session: Session, minute: int) -> set[int]:
    """Bring everything up to date as the workers do; who is in."""
    session.flush()
    for slug in refresh_segments(session, at(minute)).whole:
        refresh_segment(session, at(minute), slug)
    return set(session.scalars(select(SegmentMember.patient_id).where(SegmentMember.left_at.is_(None))))


def ill(session: Session, system: str | None, code: str) -> int:
    """A patient with one condition."""
    patient = Patient()
    session.add(patient)
    session.flush()
    session.add(Condition(patient_id=patient.id, status="active", code_system=system, code=code))
    session.flush()
    return patient.id


def test_members_follow_the_version_in_force(engine: Engine, session: Session) -> None:
    snomed, icd = ill(session, SNOMED, "195967001"), ill(session, ICD, "J45.909")
    other, bare = ill(session, ICD, "195967001"), ill(session, None, "J45.909")
    publish(session, 0, {"system": SNOMED, "code": "195967001"})
    content = {"format": 1, "name": {"en": "Wheezing"}, "rule": WHEEZING}
    save_draft(session, at(0), SEGMENT, "wheezing", content["name"], content)
    publish_segment(session, at(0), "wheezing")
    assert refresh(session, 1) == {snomed}

    # a draft alone moves nobody
    wider = {"format": 1, "name": {"en": "Asthma"}, "codes": [{"code": "195967001"}]}
    save_draft(session, at(2), VALUE_SET, "asthma", wider["name"], wider)
    assert refresh(session, 2) == {snomed}

    publish(session, 3, {"system": SNOMED, "code": "195967001"}, {"system": ICD, "code": "J45.909"})
    assert refresh(session, 4) == {snomed, icd}

    # without a system the code fits every record that has it
    publish(session, 5, {"code": "195967001"})
    assert refresh(session, 6) == {snomed, other}
    publish(session, 7, {"code": "J45.909"})
    assert refresh(session, 8) == {icd, bare}
