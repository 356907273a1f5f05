"""Two records of one person named beside each other, in FHIR's words; what replaces another asks two people."""

import uuid

import pytest
from sqlalchemy import func, select

from journeys.foundation.acting import House, act
from journeys.foundation.errors import Invalid, Missing
from journeys.store.finding.open_patient import open_patient
from journeys.store.identity.answer_merge import answer_merge
from journeys.store.identity.link_records import link_records, links_of
from journeys.store.patient_links import PatientLink
from journeys.store.people import Patient
from tests.make import an_act, person

pytestmark = pytest.mark.store


@pytest.fixture
def do(make):
    def do(verb, *args, by="user:nina", **more):
        return act(House(make), an_act(by=by), verb, *args, **more)

    return do


@pytest.fixture
def three(make):
    """The uids of three records."""
    with make.begin() as session:
        return [person(session, sms=None).uid for _ in range(3)]


def test_who_replaces_whom_is_a_merge_that_a_second_person_answers(three, do, read):
    old, new, _ = three
    asked = do(link_records, old, "replaced-by", new, "A40 of the hospital")
    assert do(links_of, old) == []
    do(answer_merge, asked.uid, True, by="user:carl")
    assert do(links_of, old) == [("replaced-by", new)]
    assert do(links_of, new) == [("replaces", old)]
    assert (do(open_patient, old).kept, do(open_patient, new).kept) == (new, None)


def test_replaces_says_the_same_from_the_other_side(three, do, read):
    old, new, _ = three
    asked = do(link_records, new, "replaces", old, "A40 of the hospital")
    ids = {row.uid: row.id for row in read(select(Patient.uid, Patient.id))}
    assert (asked.kept_id, asked.patient_id) == (ids[new], ids[old])


def test_records_name_each_other_and_say_it_once(three, do, read):
    one, two, three_ = three
    for _ in range(2):
        do(link_records, one, "seealso", two)
    do(link_records, one, "refer", three_)
    assert do(links_of, one) == [("refer", three_), ("seealso", two)]
    assert do(links_of, two) == [("seealso", one)]
    assert do(links_of, three_) == []
    do(link_records, one, "refer", two)
    assert do(links_of, two) == []
    assert read(select(func.count()).select_from(PatientLink)) == [(3,)]


def test_what_is_no_link_is_refused(three, do):
    one, two, _ = three
    for kind, other in (("friend", two), ("seealso", one)):
        with pytest.raises(Invalid):
            do(link_records, one, kind, other)
    with pytest.raises(Missing):
        do(link_records, one, "refer", uuid.uuid4())


def test_a_record_leads_to_the_last_of_a_row_of_merges_and_out_of_no_circle(three, do, make):
    with make.begin() as session:
        first, second, third = (session.scalars(select(Patient).where(Patient.uid == uid)).one() for uid in three)
        first.merged_into_id, second.merged_into_id = second.id, third.id
        third_id = third.id
    assert do(open_patient, three[0]).kept == three[2]
    with make.begin() as session:
        session.get(Patient, third_id).merged_into_id = second.id
    assert do(open_patient, three[0]).kept is None
