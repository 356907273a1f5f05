"""Patients whom a person or a program lets into a journey: who comes in, who is held and why."""

import uuid

import pytest

from journeys.flow.entry.choosing import ASKED_BEFORE, HELD_BACK, MOST_CHOSEN, REASONS, TOO_MANY
from journeys.flow.entry.enrol_chosen import enrol_chosen
from journeys.flow.entry.preview_chosen import preview_chosen
from journeys.foundation.errors import Invalid, Missing
from journeys.store.enrolments import Enrolment
from journeys.store.people import Patient
from tests.unit.flow.clinic import a_journey, a_step, say

pytestmark = pytest.mark.store

STEPS = {"pause": a_step("wait", "end", for_={"days": 10}), "end": a_step("end")}
SPANISH = [{"name": say("Spanish"), "rule": {"field": "language", "is": "one_of", "value": ["es"]}}]


def uids(clinic, *ids):
    return [next(row.uid for row in clinic.all(Patient, id=each)) for each in ids]


def test_the_chosen_come_in_and_the_others_are_held_with_a_reason(clinic):
    clinic.publish(a_journey(STEPS, entry={"chosen": True}, exits=SPANISH))
    well, inside = clinic.people(2)
    [dead] = clinic.people(deceased=True)
    [unused] = clinic.people(active=False)
    [merged] = clinic.people(merged_into_id=well)
    [spanish] = clinic.people(language="es")
    everyone = uids(clinic, well, inside, dead, unused, merged, spanish)
    nobody = uuid.UUID(int=1)
    clinic.do(enrol_chosen, "journey", [everyone[1]])
    before = clinic.do(preview_chosen, "journey", [*everyone, nobody])
    assert [row.patient_id for row in clinic.all(Enrolment)] == [inside]
    found = clinic.do(enrol_chosen, "journey", [*everyone, nobody])
    assert found == before
    assert found.entering == [everyone[0]]
    reasons = ["coming-in-again", "deceased", "not-in-use", "merged", "goal-or-exit", "unknown"]
    assert found.held == dict(zip([*everyone[1:], nobody], reasons, strict=True))
    assert {*reasons, ASKED_BEFORE, TOO_MANY, HELD_BACK} == set(REASONS)
    assert [row.patient_id for row in clinic.all(Enrolment)] == [inside, well]


def test_asking_again_changes_nothing(clinic):
    clinic.publish(a_journey(STEPS, entry={"chosen": True}, reentry={"allowed": "after-exit"}))
    chosen = uids(clinic, *clinic.people(2))
    assert len(clinic.do(enrol_chosen, "journey", [*chosen, *chosen]).entering) == 2
    assert clinic.do(enrol_chosen, "journey", chosen).entering == []
    clinic.run()
    clinic.pass_time(days=10)
    assert len(clinic.do(enrol_chosen, "journey", chosen).entering) == 2
    assert len(clinic.all(Enrolment)) == 4


def test_what_was_asked_under_a_key_is_done_once(clinic):
    clinic.publish(a_journey(STEPS, entry={"chosen": True}, reentry={"allowed": "after-exit"}))
    one, other = uids(clinic, *clinic.people(2))
    assert clinic.do(enrol_chosen, "journey", [one], key="a").entering == [one]
    clinic.run()
    clinic.pass_time(days=10)
    assert clinic.do(enrol_chosen, "journey", [one], key="a").held == {one: "asked-before"}
    assert len(clinic.all(Enrolment)) == 1
    for key, patients in (("a", [other]), ("", [one]), ("b" * 201, [one])):
        with pytest.raises(Invalid):
            clinic.do(enrol_chosen, "journey", patients, key=key)
    clinic.do(enrol_chosen, "journey", [one], key="b")
    assert len(clinic.all(Enrolment)) == 2


def test_nobody_comes_into_a_journey_of_the_chosen_by_itself(clinic):
    clinic.publish(a_journey(STEPS, entry={"chosen": True}))
    clinic.people()
    assert clinic.enrol() == 0


def test_a_segments_journey_takes_the_chosen_as_well(clinic):
    clinic.publish(a_journey(STEPS))
    chosen = uids(clinic, *clinic.people())
    assert clinic.do(enrol_chosen, "journey", chosen).entering == chosen
    assert clinic.enrol() == 0


def test_journeys_that_cannot_take_the_chosen_say_so(clinic):
    with pytest.raises(Missing):
        clinic.do(enrol_chosen, "journey", [uuid.UUID(int=1)])
    entry = {"event": "appointment.changed"}
    clinic.publish(a_journey(STEPS, entry=entry, focus="appointment", reentry={"allowed": "per-focus"}))
    with pytest.raises(Invalid):
        clinic.do(enrol_chosen, "journey", [uuid.UUID(int=1)])


@pytest.mark.parametrize("number", [0, MOST_CHOSEN + 1])
def test_too_few_and_too_many_are_refused(clinic, number):
    clinic.publish(a_journey(STEPS))
    with pytest.raises(Invalid):
        clinic.do(enrol_chosen, "journey", [uuid.UUID(int=each) for each in range(number)])


@pytest.mark.parametrize("entry", [{}, {"chosen": True, "segment": "everyone"}, {"segment": "everyone", "event": "a"}])
def test_an_entry_is_of_one_kind(clinic, entry):
    with pytest.raises(Invalid):
        clinic.publish(a_journey(STEPS, entry=entry))
