"""What a merge says of a death, holds when sources send the records anew, and gives back; merges make no chains."""

import datetime as dt

import pytest
from sqlalchemy import select, text

from journeys.foundation.acting import Act, House, Scope, act
from journeys.foundation.database import PORTAL, connect, sessions
from journeys.foundation.errors import Invalid, Stale
from journeys.store.events import Event
from journeys.store.finding.find_patients import Terms, find_patients
from journeys.store.identity.answer_merge import answer_merge
from journeys.store.identity.ask_merge import ask_merge
from journeys.store.identity.identify_patient import Sought
from journeys.store.identity.link_to_branch import link_to_branch
from journeys.store.identity.survivorship import MERGED
from journeys.store.identity.undo_merge import undo_merge
from journeys.store.merges import IN_FORCE, PatientMerge
from journeys.store.people import Patient, PatientLocation, PatientToken
from tests.make import NOON, added, an_act, branch

pytestmark = pytest.mark.store

DIED = "2026-01-20T10:00:00+00:00"
EARLIER = "2026-01-19T10:00:00+00:00"
WHY = "Same passport"


def patient(number, given="Sarah", **facts):
    return {
        "resourceType": "Patient",
        "id": f"p{number}",
        "birthDate": "1974-03-02",
        "name": [{"family": "Mitchell", "given": [given]}],
        "telecom": [{"system": "phone", "value": f"+1212555012{number}"}],
        "identifier": [{"system": "urn:mrn", "value": f"MRN-{number}"}],
        **facts,
    }


@pytest.fixture
def do(make):
    def do(verb, *args, by="user:nina", **more):
        return act(House(make), an_act(by=by), verb, *args, **more)

    return do


@pytest.fixture
def uids(read):
    return lambda: [row.uid for row in read(select(Patient.uid).order_by(Patient.id))]


@pytest.fixture
def join(do):
    def join(kept, merged, **more):
        return do(answer_merge, do(ask_merge, kept, merged, WHY, **more).uid, True, by="user:carl")

    return join


@pytest.fixture
def death(read):
    def death(number):
        columns = select(Patient.deceased, Patient.deceased_at).order_by(Patient.id)
        row = read(columns)[number - 1]
        return row.deceased, row.deceased_at and row.deceased_at.astimezone(dt.UTC).isoformat()

    return death


def test_who_died_by_either_record_died_on_the_earlier_day(importing, uids, join, do, death, read):
    importing(patient(1, deceasedDateTime=DIED), patient(2, deceasedDateTime=EARLIER))
    merge = join(*uids())
    assert death(1) == (True, EARLIER)
    do(undo_merge, merge.uid, WHY)
    assert death(1) == (True, DIED)


def test_a_death_that_only_the_merged_record_knows_is_told_and_outlives_the_next_import(
    importing, uids, join, do, death, read
):
    importing(patient(1), patient(2, deceasedDateTime=DIED))
    merge = join(*uids())
    assert death(1) == (True, DIED)
    events = read(select(Event.patient_id).where(Event.kind == "patient.deceased"))
    assert (merge.kept_id,) in events
    importing(patient(1, gender="female"))
    assert death(1) == (True, DIED)
    do(undo_merge, merge.uid, WHY)
    assert death(1) == (False, None)


def test_a_death_that_the_kept_record_learns_by_itself_stays_with_it(importing, uids, join, do, death):
    importing(patient(1), patient(2, deceasedDateTime=DIED))
    merge = join(*uids())
    importing(patient(1, deceasedDateTime=EARLIER))
    assert death(1) == (True, EARLIER)
    do(undo_merge, merge.uid, WHY)
    assert death(1) == (True, EARLIER)


def test_a_death_that_arrives_under_the_merged_record_is_the_kept_ones_too(importing, uids, join, do, death, read):
    importing(patient(1), patient(2))
    merge = join(*uids())
    importing(patient(2, deceasedDateTime=DIED))
    assert death(1) == (True, DIED)
    events = read(select(Event.patient_id).where(Event.kind == "patient.deceased").order_by(Event.patient_id))
    assert [row.patient_id for row in events] == [merge.kept_id, merge.patient_id]
    do(undo_merge, merge.uid, WHY)
    assert (death(1), death(2)) == ((False, None), (True, DIED))


def test_a_record_that_is_not_in_use_is_not_kept(importing, uids, join, do):
    importing(patient(1, active=False), patient(2))
    one, two = uids()
    with pytest.raises(Invalid):
        do(ask_merge, one, two, WHY)
    assert join(two, one).status == IN_FORCE


def test_what_the_kept_record_has_of_the_other_outlives_its_next_import(importing, uids, join, do, read):
    importing(patient(1), patient(2, "Sarah Jane", gender="female"))
    merge = join(*uids(), choices={"name": MERGED, "given_name": MERGED})
    importing(patient(1, gender="unknown", address=[{"text": "1 Main Street"}]))
    assert [each.id for each in do(find_patients, Terms(identifier="MRN-2")).patients] == [merge.kept_id]
    kept = read(select(Patient).where(Patient.id == merge.kept_id))[0][0]
    assert (kept.name, kept.gender) == ("Sarah Jane Mitchell", "female")
    importing(patient(1, "Sara"))
    kept = read(select(Patient).where(Patient.id == merge.kept_id))[0][0]
    assert kept.name == "Sara Mitchell"
    do(undo_merge, merge.uid, WHY)
    assert do(find_patients, Terms(identifier="MRN-2")).patients[0].id == merge.patient_id


def tokens(read, patient):
    mine = select(PatientToken.kind, PatientToken.token).where(PatientToken.patient_id == patient)
    return {(row.kind, bytes(row.token)) for row in read(mine)}


def test_what_has_become_its_own_since_stays(importing, uids, join, do, read, make):
    shared = {"telecom": [{"system": "phone", "value": "+12125550129"}]}
    importing(patient(1), patient(2, "Jane", **shared))
    one, two = uids()
    with make.begin() as session:
        north, south = branch(session, "north"), branch(session, "south")
        merged = session.scalars(select(Patient.id).where(Patient.uid == two)).one()
        for place in (north, south):
            added(session, PatientLocation(patient_id=merged, location_id=place.id))
        places = (north.id, south.id)
    merge = join(one, two)
    importing(patient(1, **shared))
    phone = Sought("Sarah Mitchell", dt.date(1974, 3, 2), "+12125550129")
    assert do(link_to_branch, phone, places[0], "here") is not None
    do(undo_merge, merge.uid, WHY)
    mine = tokens(read, merge.kept_id)
    importing(patient(1, gender="female", **shared))
    assert tokens(read, merge.kept_id) == mine
    at = read(select(PatientLocation.location_id).where(PatientLocation.patient_id == merge.kept_id))
    assert places[0] in [row.location_id for row in at]
    assert places[1] not in [row.location_id for row in at]


def test_what_two_merged_records_share_stays_until_both_are_taken_back(importing, uids, join, do, read):
    shared = {"telecom": [{"system": "phone", "value": "+12125550129"}], "deceasedDateTime": DIED}
    importing(patient(1), patient(2, **shared), patient(3, **shared))
    one, two, three = uids()
    first, second = join(one, two), join(one, three)
    before = tokens(read, first.kept_id)
    do(undo_merge, first.uid, WHY)
    after = tokens(read, first.kept_id)
    assert tokens(read, second.patient_id) <= after < before
    assert read(select(Patient.deceased).where(Patient.id == first.kept_id)) == [(True,)]
    do(undo_merge, second.uid, WHY)
    assert read(select(Patient.deceased).where(Patient.id == first.kept_id)) == [(False,)]


def test_chains_are_refused_whatever_branches_they_are_of(importing, uids, join, do, make, engine, read):
    importing(patient(1), patient(2), patient(3))
    one, two, three = uids()
    waiting = do(ask_merge, two, three, WHY)
    with pytest.raises(Invalid):
        do(ask_merge, one, two, WHY)
    do(answer_merge, waiting.uid, True, by="user:carl")
    with make.begin() as session:
        place = branch(session, "north")
        for number in (waiting.kept_id, read(select(Patient.id).where(Patient.uid == one))[0][0]):
            session.execute(text("DELETE FROM patient_location WHERE patient_id = :id"), {"id": number})
            added(session, PatientLocation(patient_id=number, location_id=place.id))
        session.flush()
        seen = Scope(frozenset({place.id}))
    portal = connect(engine.url.render_as_string(hide_password=False), PORTAL)
    try:
        with pytest.raises(Invalid):
            act(House(sessions(portal)), Act(NOON, "user:nina", seen), ask_merge, one, two, WHY)
    finally:
        portal.dispose()


def test_a_chain_that_came_about_since_is_refused_by_the_answer_and_the_undo(importing, uids, join, do, make, read):
    importing(patient(1), patient(2), patient(3))
    one, two, three = uids()
    waiting = do(ask_merge, one, two, WHY)
    with make.begin() as session:
        ids = {row.uid: row.id for row in session.execute(select(Patient.uid, Patient.id))}
        session.execute(
            text("UPDATE patient SET merged_into_id = :two WHERE id = :three"), {"two": ids[two], "three": ids[three]}
        )
    with pytest.raises(Stale):
        do(answer_merge, waiting.uid, True, by="user:carl")
    with make.begin() as session:
        session.execute(text("UPDATE patient SET merged_into_id = NULL WHERE id = :three"), {"three": ids[three]})
    merge = do(answer_merge, waiting.uid, True, by="user:carl")
    with make.begin() as session:
        session.execute(
            text("UPDATE patient SET merged_into_id = :three WHERE id = :one"), {"three": ids[three], "one": ids[one]}
        )
    with pytest.raises(Invalid):
        do(undo_merge, merge.uid, WHY)
    assert read(select(PatientMerge.status)) == [(IN_FORCE,)]
