"""Lists of patients: whom they mean, and that each lets its patients in once."""

import pytest

from journeys.flow.entry.choosing import MOST_CHOSEN
from journeys.flow.entry.enrol_listed import enrol_listed
from journeys.flow.entry.find_listed import find_listed
from journeys.flow.entry.preview_listed import preview_listed
from journeys.flow.entry.read_list import read_numbers
from journeys.flow.publishing.approve import approve
from journeys.flow.publishing.ask_to_publish import ask_to_publish
from journeys.foundation.acting import EVERYWHERE, Act, act
from journeys.foundation.errors import Invalid
from journeys.foundation.tokens import identifier_token
from journeys.store.enrolments import Enrolment
from journeys.store.inbox import InboundDelivery
from journeys.store.people import Patient, PatientToken
from journeys.store.putting_in_force.save_draft import save_draft
from tests.unit.flow.clinic import a_journey, a_step, say

STEPS = {"pause": a_step("wait", "end", for_={"hours": 1}), "end": a_step("end")}
CHOSEN = a_journey(STEPS, entry={"chosen": True}, reentry={"allowed": "after-exit"})


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("A-1\nA-2\n\nA-1\n", ["A-1", "A-2"]),
        ("A-1, Ann\nA-2, Bob", ["A-1", "A-2"]),
        ("name,MRN\nAnn,A-1\n,\nBob,A-2", ["A-1", "A-2"]),
        ('name\tPatient number\nAnn\t="0012"', ["0012"]),
        ("\ufeffNúmero de paciente;nombre\n7;Ana", ["7"]),
    ],
)
def test_numbers_are_read_from_tables_and_lines(text, numbers):
    assert read_numbers(text.encode()) == numbers


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"number\n",
        b'number\n"open',
        b"number\n=1+1",
        b"number\n" + b"9" * 101,
        b"\xff\xfe",
        "\n".join(str(each) for each in range(MOST_CHOSEN + 1)).encode(),
    ],
)
def test_what_is_no_list_is_refused(data):
    with pytest.raises(Invalid):
        read_numbers(data)


def numbered(clinic, number, *ids):
    """Give patients an identifier."""
    kind, token = identifier_token(number)
    rows = [PatientToken(kind=kind, token=token, patient_id=each) for each in ids]
    clinic.do(lambda session, _doing: session.add_all(rows))


def uid_of(clinic, patient):
    return clinic.all(Patient, id=patient)[0].uid


@pytest.mark.store
def test_numbers_mean_patients_and_of_a_merged_record_the_one_that_is_kept(clinic):
    one, other, kept = clinic.people(3)
    [merged] = clinic.people(merged_into_id=kept)
    numbered(clinic, "A-1", one)
    numbered(clinic, "A-2", one, other)
    numbered(clinic, "A-3", merged)
    found = clinic.do(find_listed, ["a 1", "A-1", "A-2", "A-3", "A-4", "--", str(uid_of(clinic, other))])
    assert found.found == {
        "a 1": uid_of(clinic, one),
        "A-1": uid_of(clinic, one),
        "A-3": uid_of(clinic, kept),
        str(uid_of(clinic, other)): uid_of(clinic, other),
    }
    assert (found.missing, found.several) == (["A-4", "--"], ["A-2"])
    assert found.uids() == [uid_of(clinic, one), uid_of(clinic, kept), uid_of(clinic, other)]


@pytest.mark.store
def test_a_list_lets_its_patients_in_once_whatever_its_order(clinic):
    clinic.publish(CHOSEN)
    one, other = clinic.people(2)
    numbered(clinic, "A-1", one)
    numbered(clinic, "A-2", other)
    before = clinic.do(preview_listed, "journey", ["A-1", "A-2", "A-3"])
    assert (len(before.chosen.entering), before.listed.missing, before.is_repeated) == (2, ["A-3"], False)
    assert clinic.do(enrol_listed, "journey", ["A-1", "A-2", "A-3"]).entering == before.chosen.entering
    clinic.run()
    clinic.pass_time(hours=2)
    assert clinic.do(preview_listed, "journey", ["A-3", "A-2", "A-1"]).is_repeated
    assert set(clinic.do(enrol_listed, "journey", ["A-3", "A-2", "A-1"]).held.values()) == {"asked-before"}
    assert len(clinic.all(Enrolment)) == 2
    assert clinic.do(enrol_listed, "journey", ["A-1"]).entering == [uid_of(clinic, one)]
    kept = [each.outside_id for each in clinic.all(InboundDelivery)]
    assert len(kept) == 2
    assert not any("A-" in each for each in kept)


@pytest.mark.store
def test_a_list_that_stopped_the_journey_was_not_brought(clinic):
    clinic.do(save_draft, "journey", "journey", say("Test"), CHOSEN)
    fingerprint = clinic.do(ask_to_publish, "journey", most_a_day=1).fingerprint
    act(clinic.house, Act(clinic.now, "user:petra", EVERYWHERE), approve, "journey", fingerprint)
    numbers = []
    for each in clinic.people(2):
        numbered(clinic, f"A-{each}", each)
        numbers.append(f"A-{each}")
    assert set(clinic.do(enrol_listed, "journey", numbers).held.values()) == {"too-many"}
    assert clinic.all(InboundDelivery) == []
    assert clinic.all(Enrolment) == []
