"""Two records are joined by two people, and a merge that is taken back leaves every row as it was."""

import datetime as dt
import json
import random

import pytest
from sqlalchemy import event, select, text

from journeys.foundation.acting import House, act
from journeys.foundation.errors import Forbidden, Invalid, Missing, Stale
from journeys.store import Base
from journeys.store.clinical import Condition, Observation
from journeys.store.finding.find_patients import Terms, find_patients
from journeys.store.identity.answer_merge import answer_merge
from journeys.store.identity.ask_merge import ask_merge
from journeys.store.identity.survivorship import MERGED, survivors
from journeys.store.identity.undo_merge import undo_merge
from journeys.store.merged import GOES_OVER
from journeys.store.merges import MergeMove, PatientMerge
from journeys.store.people import Patient, PatientLocation
from tests.make import added, an_act, branch

pytestmark = pytest.mark.store

NOT_COMPARED = ("patient_merge", "merge_move", "match_candidate", "event", "audit_entry", "fact_mark")
"""Tables that say what was done, not what is."""


def patient(number, family="Mitchell", **facts):
    return {
        "resourceType": "Patient",
        "id": f"p{number}",
        "name": [{"family": family, "given": ["Sarah" if number == 1 else "Sarah Jane"]}],
        "telecom": [{"system": "phone", "value": f"+1212555012{number}"}],
        "identifier": [{"system": "urn:mrn", "value": f"MRN-{number}"}],
        **facts,
    }


def history(of, seed, count=8):
    """Records of many kinds about one patient."""
    draw = random.Random(seed)
    subject = {"reference": f"Patient/p{of}"}
    kinds = [
        lambda: {
            "resourceType": "Observation",
            "status": "final",
            "subject": subject,
            "code": {"coding": [{"system": "http://loinc.org", "code": "8480-6"}]},
            "effectiveDateTime": f"2026-02-{draw.randrange(1, 28):02}T10:00:00Z",
            "valueQuantity": {"value": draw.randrange(90, 180), "unit": "mmHg"},
        },
        lambda: {
            "resourceType": "Condition",
            "subject": subject,
            "code": {"coding": [{"system": "http://snomed.info/sct", "code": "38341003"}]},
            "recordedDate": "2026-01-05",
        },
        lambda: {
            "resourceType": "Encounter",
            "status": "finished",
            "class": {"code": "AMB"},
            "subject": subject,
            "period": {"start": "2026-02-03T10:00:00Z"},
        },
        lambda: {
            "resourceType": "Procedure",
            "status": "completed",
            "subject": subject,
            "performedDateTime": "2026-01-09T10:00:00Z",
            "code": {"text": "Suture"},
        },
        lambda: {"resourceType": "Claim", "status": "active", "patient": subject, "created": "2026-02-01"},
        lambda: {
            "resourceType": "Immunization",
            "status": "completed",
            "patient": subject,
            "occurrenceDateTime": "2025-10-01",
            "vaccineCode": {"text": "Influenza"},
        },
    ]
    return [{"id": f"r{of}-{seed}-{number}", **draw.choice(kinds)()} for number in range(count)]


@pytest.fixture
def do(make):
    """Run a verb as somebody."""

    def do(verb, *args, by="user:nina", **more):
        return act(House(make), an_act(by=by), verb, *args, **more)

    return do


@pytest.fixture
def uids(read):
    """The uids of all patients, in order of id."""
    return lambda: [row.uid for row in read(select(Patient.uid).order_by(Patient.id))]


@pytest.fixture
def snapshot(make):
    """Every row of every table that says how things are, as text; the version of a patient's row counts changes."""

    def snapshot():
        found = {}
        with make.begin() as session:
            for table in Base.metadata.sorted_tables:
                if table.name in NOT_COMPARED or not (table.name == "patient" or "patient_id" in table.c):
                    continue
                rows = session.execute(text(f"SELECT to_jsonb(t) - 'row_version' FROM {table.name} t"))
                found[table.name] = sorted(json.dumps(row[0], sort_keys=True) for row in rows)
        return found

    return snapshot


@pytest.fixture
def two(importing, uids):
    """Two records with histories; the one that is kept, and the other one."""
    importing(patient(1), patient(2, birthDate="1974-03-02"), *history(1, 1), *history(2, 2))
    return uids()


def joined(do, two, **more):
    merge = do(ask_merge, *two, "Same passport", **more)
    return do(answer_merge, merge.uid, True, by="user:carl")


def whose(read, table):
    return {row.patient_id for row in read(select(table.patient_id))}


def test_facts_go_over_and_the_other_record_leads_to_the_kept_one(two, do, read):
    merge = joined(do, two)
    kept, merged = merge.kept_id, merge.patient_id
    for name in sorted(GOES_OVER):
        assert merged not in whose(read, Base.metadata.tables[name].c), name
    [(leads_to, born)] = read(select(Patient.merged_into_id, Patient.birth_date).where(Patient.id == merged))
    assert (leads_to, born) == (kept, dt.date(1974, 3, 2))
    assert len(read(select(MergeMove))) == len(history(2, 2))
    found = do(find_patients, Terms(identifier="MRN-2"))
    assert [each.id for each in found.patients] == [kept]


@pytest.mark.parametrize("seed", range(4))
def test_a_merge_that_is_taken_back_leaves_every_byte_as_it_was(importing, uids, do, snapshot, seed):
    importing(patient(1), patient(2, gender="female"), *history(1, seed, seed * 3), *history(2, seed + 50, 10 - seed))
    before = snapshot()
    merge = joined(do, uids(), choices={"name": MERGED})
    assert snapshot() != before
    do(undo_merge, merge.uid, "Two persons after all")
    assert snapshot() == before


def test_what_arrives_later_goes_to_whose_it_is(two, do, read, importing, snapshot):
    merge = joined(do, two)
    later = history(2, 99, 3)
    importing(*later)
    assert merge.patient_id not in whose(read, Observation) | whose(read, Condition)
    importing(patient(2, birthDate="1974-03-02", gender="female"))
    [(leads_to,)] = read(select(Patient.merged_into_id).where(Patient.id == merge.patient_id))
    assert leads_to == merge.kept_id
    do(undo_merge, merge.uid, "Two persons after all")
    rows = snapshot()
    theirs = [
        row for name in sorted(GOES_OVER) for row in rows[name] if json.loads(row)["patient_id"] == merge.patient_id
    ]
    assert len(theirs) == len(history(2, 2)) + len(later)


def test_a_value_that_somebody_changed_since_is_not_overwritten(two, do, make, read):
    merge = joined(do, two)
    with make.begin() as session:
        session.get(Patient, merge.kept_id).birth_date = dt.date(1974, 2, 3)
    do(undo_merge, merge.uid, "Two persons after all")
    [(born,)] = read(select(Patient.birth_date).where(Patient.id == merge.kept_id))
    assert born == dt.date(1974, 2, 3)


def test_the_kept_record_belongs_to_both_branches_until_it_is_taken_back(two, do, make, read):
    with make.begin() as session:
        place = branch(session, "north")
        merged = session.scalars(select(Patient).where(Patient.uid == two[1])).one()
        added(session, PatientLocation(patient_id=merged.id, location_id=place.id))
        place_id = place.id
    kept = select(Patient.id).where(Patient.uid == two[0]).scalar_subquery()
    of_kept = select(PatientLocation.location_id).where(PatientLocation.patient_id == kept)
    of_kept = of_kept.order_by(PatientLocation.location_id)
    before = read(of_kept)
    merge = joined(do, two)
    assert read(of_kept) == [*before, (place_id,)]
    do(undo_merge, merge.uid, "Two persons after all")
    assert read(of_kept) == before


def test_whoever_asked_does_not_approve(two, do):
    merge = do(ask_merge, *two, "Same passport")
    with pytest.raises(Forbidden):
        do(answer_merge, merge.uid, True)
    assert do(answer_merge, merge.uid, False).status == "refused"


def test_an_approval_is_of_what_was_asked_for(two, do, make, read):
    merge = do(ask_merge, *two, "Same passport")
    with make.begin() as session:
        session.scalars(select(Patient).where(Patient.uid == two[1])).one().language = "es"
    with pytest.raises(Stale):
        do(answer_merge, merge.uid, True, by="user:carl")
    assert read(select(MergeMove)) == []
    assert do(answer_merge, merge.uid, False, by="user:carl").status == "refused"


def test_nothing_is_answered_or_taken_back_twice(two, do):
    merge = joined(do, two)
    with pytest.raises(Stale):
        do(answer_merge, merge.uid, True, by="user:carl")
    do(undo_merge, merge.uid, "Two persons after all")
    with pytest.raises(Stale):
        do(undo_merge, merge.uid, "Two persons after all")
    assert joined(do, two).status == "in-force"


def test_what_cannot_be_joined_is_refused_with_every_reason(two, do, importing, uids):
    with pytest.raises(Invalid) as refusal:
        do(ask_merge, two[0], two[0], " ", choices={"lane": "kept"})
    assert [each.where for each in refusal.value.problems] == ["merged", "reason", "choices"]
    with pytest.raises(Missing):
        do(ask_merge, two[0], PatientMerge().uid, "Same passport")
    joined(do, two)
    importing(patient(3))
    third = uids()[2]
    for pair in ((third, two[0]), (third, two[1]), (two[1], third)):
        with pytest.raises(Invalid):
            do(ask_merge, *pair, "Same passport")
    assert do(ask_merge, two[0], third, "Same passport").status == "asked"


def test_rules_say_whose_value_holds(make, two):
    with make.begin() as session:
        kept, merged = session.scalars(select(Patient).order_by(Patient.id)).all()
        found = {each.field: (each.whose, each.rule) for each in survivors(kept, merged, {"language": "merged"})}
    assert found["name"] == ("merged", "longest")
    assert found["birth_date"] == ("merged", "sourced")
    assert found["language"] == ("merged", "chosen")
    assert found["gender"] == ("kept", "sourced")


def test_the_number_of_statements_does_not_depend_on_the_rows(importing, uids, do, engine):
    counts = []
    importing(*(patient(number) for number in range(2, 6)), *history(3, 1, 1), *history(5, 2, 30))
    one, another, three, four = uids()
    for pair in ((one, another), (three, four)):
        merge = do(ask_merge, *pair, "Same passport")
        said = []
        event.listen(engine, "before_cursor_execute", lambda *args, said=said: said.append(args[2]))
        do(answer_merge, merge.uid, True, by="user:carl")
        counts.append(len(said))
    assert counts[0] == counts[1]
