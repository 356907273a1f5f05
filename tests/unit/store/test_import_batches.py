"""What an import does to the store: new, changed, unchanged, older, duplicate, late, merged; what it leaves alone."""

import datetime as dt
import itertools
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, sessionmaker

from journeys.foundation.audit import AuditEntry
from journeys.foundation.database import OWNER, connect
from journeys.foundation.errors import Invalid
from journeys.store import (
    AwaitedReference,
    CarePlanActivity,
    Consent,
    Encounter,
    Event,
    KeptRecord,
    Location,
    Observation,
    Patient,
    PatientLocation,
    PatientName,
    PatientTelecom,
    PractitionerRole,
    Referral,
    RelatedPerson,
    SourceRecord,
)
from journeys.store.importing.recording import opened_content
from tests.make import branch
from tests.servers import Database
from tests.unit.store.conftest import Importing
from tests.unit.store.resources import ANNA, bundle, encounter, observation, panel, patient

pytestmark = pytest.mark.store

Read = Callable[..., Any]


def one(rows: list[Any]) -> Any:
    assert len(rows) == 1
    return rows[0][0]


def test_everything_of_a_patient_is_linked(importing: Importing, read: Read) -> None:
    summary = importing(observation(), encounter(), patient())
    assert importing.reasons() == []
    assert summary.total("new") == 3
    anna = one(read(select(Patient)))
    finding = one(read(select(Observation)))
    assert (finding.patient_id, finding.value_number, finding.value_unit) == (anna.id, Decimal("6.5"), "%")
    assert finding.encounter_id == one(read(select(Encounter.id)))
    assert (anna.name, anna.given_name) == ("Anna Maria Müller", "Anna")
    assert one(read(select(PatientTelecom))).value == "+12125550123"


def test_the_second_import_says_no_change(importing: Importing, read: Read) -> None:
    importing(patient(), encounter(), panel())
    before = read(select(Observation.id, Observation.recorded_at).order_by(Observation.id))
    again = importing(patient(), encounter(), panel())
    assert again.counts == {("Patient", "unchanged"): 1, ("Encounter", "unchanged"): 1, ("Observation", "unchanged"): 1}
    assert read(select(Observation.id, Observation.recorded_at).order_by(Observation.id)) == before


def test_a_change_updates_the_row_and_keeps_its_id(importing: Importing, read: Read) -> None:
    importing(patient(), encounter(), panel(142, 91))
    old = one(read(select(Observation.id).where(Observation.parent_id.is_(None))))
    summary = importing(panel(128, 80))
    assert summary.counts == {("Observation", "changed"): 1}
    parts = read(select(Observation.parent_id, Observation.value_number).where(Observation.parent_id.is_not(None)))
    assert {(parent, int(number)) for parent, number in parts} == {(old, 128), (old, 80)}
    record = one(read(select(SourceRecord).where(SourceRecord.outside_id == "pressure")))
    assert b"128" in opened_content(record.raw_sealed, record.uid)


def test_an_older_version_is_ignored(importing: Importing, read: Read) -> None:
    importing(patient(gender="other", meta={"lastUpdated": "2026-02-02T00:00:00Z"}))
    summary = importing(patient(gender="male", meta={"lastUpdated": "2026-02-01T00:00:00Z"}))
    assert summary.counts == {("Patient", "older"): 1}
    assert one(read(select(Patient.gender))) == "other"


def test_numbered_versions_say_which_is_newer(importing: Importing, read: Read) -> None:
    importing(patient(gender="other", meta={"versionId": "10"}))
    assert importing(patient(gender="male", meta={"versionId": "9"})).total("older") == 1
    assert importing(patient(gender="female", meta={"versionId": "11"})).total("changed") == 1
    assert one(read(select(Patient.gender))) == "female"


def test_the_first_of_two_contents_of_one_delivery_counts(importing: Importing, read: Read) -> None:
    delivery = (patient(gender="other"), patient(gender="male"), patient(gender="male"))
    first = importing(*delivery)
    assert (first.total("new"), first.total("duplicate"), first.total("unchanged")) == (1, 1, 1)
    again = importing(*delivery)
    assert again.counts == {("Patient", "unchanged"): 3}
    assert one(read(select(Patient.gender))) == "other"
    assert importing(patient(gender="female")).total("changed") == 1


def test_the_newest_of_several_versions_in_one_delivery_counts(importing: Importing, read: Read) -> None:
    versions = [
        patient(gender=gender, meta={"versionId": number})
        for number, gender in (("2", "male"), ("3", "female"), ("1", "other"))
    ]
    summary = importing(*versions)
    assert (summary.total("new"), summary.total("older")) == (1, 2)
    assert one(read(select(Patient.gender))) == "female"


def test_what_came_before_its_patient_waits_and_is_bound(importing: Importing, read: Read) -> None:
    summary = importing(observation(), encounter())
    assert summary.waiting == {"Observation": 1, "Encounter": 1}
    assert read(select(Observation)) == []
    summary = importing(patient())
    assert not summary.waiting
    finding = one(read(select(Observation)))
    assert finding.encounter_id == one(read(select(Encounter.id)))
    assert read(select(AwaitedReference)) == []
    assert one(read(select(func.count()).select_from(SourceRecord).where(SourceRecord.patient_id.is_not(None)))) == 3


def test_a_late_encounter_is_filled_in(importing: Importing, read: Read) -> None:
    importing(patient(), observation())
    assert one(read(select(Observation.encounter_id))) is None
    importing(encounter())
    assert one(read(select(Observation.encounter_id))) == one(read(select(Encounter.id)))


def test_references_of_a_bundle_are_its_full_urls(importing: Importing, read: Read) -> None:
    nameless = patient()
    del nameless["id"]
    finding = observation(subject={"reference": "urn:uuid:0b1"}, encounter={"reference": "urn:uuid:0c2"})
    visit = encounter(id="other-id", subject={"reference": "urn:uuid:0b1"})
    given = bundle(("urn:uuid:0a0", finding), ("urn:uuid:0c2", visit), ("urn:uuid:0b1", nameless))
    assert importing(given).total("new") == 3
    assert one(read(select(Observation.encounter_id))) == one(read(select(Encounter.id)))
    assert importing(given).total("unchanged") == 3


def test_references_by_identifier_are_found(importing: Importing, read: Read) -> None:
    ward = {"resourceType": "Location", "id": "w", "name": "Ward", "identifier": [{"system": "urn:w", "value": "7"}]}
    by_question = [{"location": {"reference": "Location?identifier=urn:w|7"}}]
    importing(encounter(location=by_question), patient(), ward)
    assert one(read(select(Encounter.location_id))) == one(read(select(Location.id).where(Location.name == "Ward")))
    by_value = {"identifier": {"system": "urn:clinic", "value": "MRN-anna"}}
    importing(observation(subject=by_value))
    assert one(read(select(Observation.patient_id))) == one(read(select(Patient.id)))


def test_the_same_id_of_two_systems_is_two_people(importing: Importing, read: Read) -> None:
    importing(patient(), source="north")
    importing(patient(gender="male"), source="south")
    assert sorted(gender for (gender,) in read(select(Patient.gender))) == ["female", "male"]


def test_a_record_moves_to_another_patient_only_when_it_is_newer(importing: Importing, read: Read) -> None:
    bob = {"subject": {"reference": "Patient/bob"}}
    first = importing(patient(), patient("bob"), encounter(), encounter(**bob))
    assert (first.total("new"), first.total("rejected"), first.total("duplicate")) == (3, 1, 0)
    assert importing.reasons() == [
        "records.ndjson line 4: Encounter: has the id of a record of another patient, and is not newer"
    ]
    again = importing(encounter(), encounter(**bob))
    assert again.counts == {("Encounter", "unchanged"): 1, ("Encounter", "rejected"): 1}
    owner = one(read(select(Encounter.patient_id)))
    importing(encounter(meta={"versionId": "1"}))
    assert importing(encounter(**bob, meta={"versionId": "2"})).total("changed") == 1
    assert one(read(select(Encounter.patient_id))) != owner


def test_a_merged_patient_points_at_the_other(importing: Importing, read: Read) -> None:
    importing(patient("old", link=[{"other": {"reference": "Patient/anna"}, "type": "replaced-by"}]), patient())
    anna = one(read(select(Patient.id).where(Patient.merged_into_id.is_(None))))
    assert one(read(select(Patient.merged_into_id).where(Patient.merged_into_id.is_not(None)))) == anna


def test_a_merge_that_is_bound_late_is_told_like_any_change(importing: Importing, read: Read) -> None:
    importing(patient("old", link=[{"other": {"reference": "Patient/anna"}, "type": "replaced-by"}]))
    old = one(read(select(Patient.id)))
    importing(patient())
    assert one(read(select(Patient.merged_into_id).where(Patient.id == old))) is not None
    assert one(read(select(Event.patient_id).where(Event.kind == "patient.changed"))) == old


def test_malformed_resources_are_rejected_with_all_their_problems(importing: Importing, read: Read) -> None:
    wrong = encounter(status="over", period={"start": "2026-02-31", "end": "2026-02-01"})
    summary = importing(
        patient(), wrong, "{not json", {"resourceType": "Starship"}, {"id": "x"}, "[]", encounter("good")
    )
    assert (summary.total("new"), summary.total("rejected")) == (2, 5)
    assert importing.reasons() == [
        "records.ndjson line 3: : is not JSON",
        "records.ndjson line 4: : has no resourceType of FHIR R4",
        "records.ndjson line 5: : has no resourceType of FHIR R4",
        "records.ndjson line 6: : is not a FHIR resource",
        "records.ndjson line 2: Encounter.status: is not one of the codes of FHIR R4",
        "records.ndjson line 2: Encounter.period.start: is not a date and time",
    ]
    assert one(read(select(SourceRecord.outside_id).where(SourceRecord.resource_type == "Encounter"))) == "good"


def test_reasons_hold_no_content(importing: Importing) -> None:
    importing(patient(birthDate="Geheimrat"), encounter(status="Geheimrat"), '{"Geheimrat": NaN}')
    assert len(importing.rejections) == 3
    assert "Geheimrat" not in " ".join(importing.reasons())


def test_what_the_store_itself_refuses_costs_only_itself(importing: Importing, read: Read, database: Database) -> None:
    owner = connect(database.url, OWNER)
    with owner.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE observation ADD CONSTRAINT not_seven CHECK (value_number <> 7)")
    owner.dispose()
    bad = observation("bad", valueQuantity={"value": 7})
    summary = importing(patient(), *(observation(f"good-{number}") for number in range(9)), bad)
    assert (summary.total("new"), summary.total("rejected")) == (10, 1)
    assert importing.reasons() == ["records.ndjson line 11: Observation: breaks the rule not_seven of the store"]
    assert one(read(select(func.count()).select_from(Observation))) == 9


def test_a_changed_patient_keeps_what_was_learnt_here(
    importing: Importing, read: Read, make: sessionmaker[Session]
) -> None:
    importing(patient(communication=[{"language": {"coding": [{"code": "es"}]}}]))
    with make.begin() as session:
        session.execute(update(PatientTelecom).values(status="wrong-person"))
        session.execute(update(Patient).values(preferred_channel="sms"))
    mail = {"system": "email", "value": "anna@example.org"}
    importing(
        patient(telecom=[{"system": "phone", "value": "212-555-0123", "rank": 1}, mail], name=[{"text": "A. M."}])
    )
    known = {row.value: (row.status, row.rank) for (row,) in read(select(PatientTelecom))}
    assert known == {"+12125550123": ("wrong-person", 1), "anna@example.org": ("usable", None)}
    anna = one(read(select(Patient)))
    assert (anna.language, anna.preferred_channel, anna.name) == ("es", "sms", "A. M.")
    assert [row.text for (row,) in read(select(PatientName))] == ["A. M."]
    importing(patient(telecom=[]))
    assert {row.status for (row,) in read(select(PatientTelecom))} == {"wrong-person", "ended"}


def test_a_changed_patient_ends_no_number_of_somebody_beside_them(
    importing: Importing, read: Read, make: sessionmaker[Session]
) -> None:
    importing(patient())
    with make.begin() as session:
        mary = RelatedPerson(patient_id=one(read(select(Patient.id))), name="Mary")
        session.add(mary)
        session.flush()
        of_mary = {"related_person_id": mary.id, "system": "phone", "value": "+12125550177"}
        session.add(PatientTelecom(patient_id=mary.patient_id, **of_mary))
    importing(patient(telecom=[]))
    status = {row.value: row.status for (row,) in read(select(PatientTelecom))}
    assert status == {"+12125550123": "ended", "+12125550177": "usable"}


def test_activities_of_a_care_plan_keep_their_ids(importing: Importing, read: Read) -> None:
    def plan(*codes: str) -> dict[str, Any]:
        activities = [{"detail": {"status": "not-started", "code": {"text": code}}} for code in codes]
        return {"resourceType": "CarePlan", "id": "p", "status": "active", "subject": ANNA, "activity": activities}

    importing(patient(), plan("walk", "swim"))
    ids = [number for (number,) in read(select(CarePlanActivity.id).order_by(CarePlanActivity.position))]
    importing(plan("run"))
    rows = read(select(CarePlanActivity.id, CarePlanActivity.display, CarePlanActivity.status).order_by("position"))
    assert rows == [(ids[0], "run", "not-started"), (ids[1], "swim", "cancelled")]


def test_a_referral_is_advanced_by_the_house_alone(
    importing: Importing, read: Read, make: sessionmaker[Session]
) -> None:
    order = {"resourceType": "ServiceRequest", "id": "r", "status": "active", "intent": "order", "subject": ANNA}
    order["category"] = [{"coding": [{"system": "http://snomed.info/sct", "code": "3457005"}]}]
    importing(patient(), order)
    with make.begin() as session:
        session.execute(update(Referral).values(status="scheduled"))
    importing({**order, "priority": "urgent"})
    assert read(select(Referral.status, Referral.priority)) == [("scheduled", "urgent")]
    importing({**order, "status": "completed"})
    assert read(select(Referral.status, Referral.source_status)) == [("scheduled", "completed")]
    kinds = select(Event.kind, Event.outcome).order_by(Event.id).where(Event.kind == "referral.changed")
    assert len(read(kinds)) == 3


def test_an_order_that_is_no_referral_is_kept_whole(importing: Importing, read: Read) -> None:
    order = {"resourceType": "ServiceRequest", "id": "r", "status": "active", "intent": "order", "subject": ANNA}
    importing(patient(), order)
    assert one(read(select(KeptRecord.resource_type))) == "ServiceRequest"
    importing({**order, "code": {"text": "Referral to cardiology"}})
    # the order itself stays where rules find it, and the timeline shows the referral only
    assert read(select(KeptRecord.is_beside)) == [(True,)]
    assert one(read(select(Referral.status))) == "sent"


def test_nobodys_records_have_no_patient(importing: Importing, read: Read) -> None:
    group = {"resourceType": "Group", "id": "g", "member": [{"entity": ANNA}]}
    device = observation(subject={"reference": "Device/1"})
    importing(patient(), group, device, {"resourceType": "Questionnaire", "id": "q", "status": "active"})
    rows = read(select(SourceRecord.resource_type).where(SourceRecord.patient_id.is_(None)).order_by("resource_type"))
    assert [row[0] for row in rows] == ["Group", "Observation", "Questionnaire"]


def test_a_consent_document_never_permits_a_message(importing: Importing, read: Read) -> None:
    consent = {
        "resourceType": "Consent",
        "id": "c",
        "status": "active",
        "patient": ANNA,
        "provision": {"type": "permit"},
    }
    importing(patient(), consent)
    assert one(read(select(KeptRecord.resource_type))) == "Consent"
    assert one(read(select(func.count()).select_from(Consent))) == 0


def test_new_patients_join_the_branch_and_the_branches_they_visit(
    importing: Importing, read: Read, make: sessionmaker[Session]
) -> None:
    with make.begin() as session:
        chosen = branch(session, "riverside").id
    importing(patient(), branch="riverside")
    assert one(read(select(PatientLocation.location_id))) == chosen
    importing({"resourceType": "Location", "id": "hill", "name": "Hill"})
    with make.begin() as session:
        session.execute(update(Location).where(Location.name == "Hill").values(slug="hill"))
    importing(encounter(location=[{"location": {"reference": "Location/hill"}}]))
    assert one(read(select(func.count()).select_from(PatientLocation))) == 2


def test_a_branch_that_does_not_exist_is_said(importing: Importing, read: Read) -> None:
    with pytest.raises(Invalid, match="There is no branch of this name"):
        importing(patient(), branch="nowhere")
    assert read(select(Patient)) == []


def test_without_a_branch_the_source_has_one_of_its_own(importing: Importing, read: Read) -> None:
    importing(patient())
    assert one(read(select(Location.slug))) == "emr"
    assert one(read(select(PatientLocation.location_id))) == one(read(select(Location.id)))


def test_events_tell_what_is_recent_and_only_that(importing: Importing, read: Read) -> None:
    long_ago = observation("old", effectiveDateTime="2019-01-01")
    importing(patient(), encounter(), observation(), long_ago)
    told = read(select(Event.kind, Event.code, Event.lane == Event.patient_id.op("&")(255)).order_by(Event.kind))
    assert told == [
        ("encounter.recorded", None, True),
        ("observation.recorded", "4548-4", True),
        ("patient.created", None, True),
    ]
    importing(patient(deceasedBoolean=True))
    assert [row[0] for row in read(select(Event.kind).order_by(Event.id))][-2:] == [
        "patient.changed",
        "patient.deceased",
    ]
    assert read(select(Event.at).where(Event.kind == "observation.recorded")) == [
        (dt.datetime(2026, 2, 1, 14, 10, tzinfo=dt.UTC),)
    ]


@pytest.fixture
def ticking(importing: Importing, monkeypatch: pytest.MonkeyPatch) -> Importing:
    """An import whose every batch is one record and takes a minute."""
    monkeypatch.setattr("journeys.store.importing.load.BATCH", 1)
    minutes = itertools.count()
    importing.clock = lambda: importing.now + dt.timedelta(minutes=next(minutes))
    return importing


def test_each_batch_happens_at_its_own_time(ticking: Importing, read: Read) -> None:
    ticking(patient(), patient("ben"))
    told = read(select(Event.recorded_at).where(Event.kind == "patient.created").order_by(Event.id))
    start = ticking.now
    assert [at - start for (at,) in told] == [dt.timedelta(minutes=1), dt.timedelta(minutes=2)]
    assert read(select(SourceRecord.received_at).distinct()) == [(start,)]


def test_a_duplicate_is_known_however_long_the_import_takes(ticking: Importing, read: Read) -> None:
    summary = ticking(patient(gender="other"), patient(gender="male"))
    assert (summary.total("new"), summary.total("duplicate")) == (1, 1)
    assert one(read(select(Patient.gender))) == "other"
    assert ticking(patient(gender="female")).total("changed") == 1


def test_a_batch_is_one_audit_row_and_an_unchanged_one_is_none(
    importing: Importing, database: Database, read: Read
) -> None:
    importing(patient(), encounter())
    importing(patient(), encounter())
    owner = connect(database.url, OWNER)
    with owner.connect() as connection:
        rows = connection.execute(select(AuditEntry.action, AuditEntry.subject, AuditEntry.detail)).all()
    owner.dispose()
    assert [row[:2] for row in rows] == [("C", "source"), ("C", "source_record")]
    assert rows[1].detail == {"Patient new": 1, "Encounter new": 1}


def test_a_role_never_opens_every_branch(importing: Importing, read: Read) -> None:
    doctor = {"resourceType": "Practitioner", "id": "d", "name": [{"family": "Who"}]}
    role = {"resourceType": "PractitionerRole", "id": "r", "practitioner": {"reference": "Practitioner/d"}}
    importing(doctor, {**role, "code": [{"coding": [{"code": "every-branch"}]}]}, {**role, "id": "same"})
    assert read(select(PractitionerRole.code)) == [(None,)]
