"""Journeys that compete for one patient: the one of higher priority goes first, and the others say why they wait."""

import datetime as dt

import pytest

from journeys.contact.deciding.plan import plan
from journeys.flow.entry.barred import HELD_BACK
from journeys.flow.entry.choosing import HELD_BACK as BY_GROUP
from journeys.flow.entry.enrol_chosen import enrol_chosen
from journeys.flow.pauses.pause import pause
from journeys.flow.seeing.patient_journeys import patient_journeys
from journeys.foundation.errors import Invalid
from journeys.foundation.zones import ensure_zones
from journeys.store.contact import Message
from journeys.store.enrolments import Enrolment
from journeys.store.people import Patient
from tests import make
from tests.unit.flow.clinic import a_journey, a_step, say

pytestmark = pytest.mark.store

LONG = {"pause": a_step("wait", "end", for_={"days": 10}), "end": a_step("end")}
SENDS = {"hello": a_step("send_message", "pause", template="hello"), **LONG}
AGAIN = {"allowed": "after-exit"}


def urgent(clinic, **more):
    clinic.publish(a_journey(LONG, name=say("Urgent"), group="outreach", priority=80, reentry=AGAIN, **more), "urgent")


def later(clinic, priority=20, **more):
    steps = more.pop("steps", LONG)
    clinic.publish(a_journey(steps, name=say("Later"), group="outreach", priority=priority, **more), "later")


def inside(clinic):
    return len([row for row in clinic.all(Enrolment) if row.ended_at is None])


def why(clinic):
    """What keeps the one patient out of the journey `later`."""
    [patient] = clinic.all(Patient)
    found = clinic.do(patient_journeys, patient.uid)
    return [reason for each in found.outside if each.slug == "later" for reason in each.why.reasons]


def test_nobody_enters_while_in_a_journey_of_higher_priority_of_the_group(clinic):
    clinic.people()
    urgent(clinic)
    later(clinic)
    assert clinic.enrol("urgent") == 1
    assert clinic.enrol("later") == 0
    assert why(clinic) == [(HELD_BACK, {"name": say("urgent")})]
    clinic.run()
    clinic.pass_time(days=10)
    assert clinic.enrol("later") == 1


def test_who_is_chosen_is_held_with_that_reason(clinic):
    clinic.people()
    urgent(clinic)
    later(clinic, entry={"chosen": True})
    clinic.enrol("urgent")
    [patient] = clinic.all(Patient)
    assert clinic.do(enrol_chosen, "later", [patient.uid]).held == {patient.uid: BY_GROUP}
    assert inside(clinic) == 1


@pytest.mark.parametrize("other", [{"group": "elsewhere", "priority": 80}, {"priority": 80}, {"group": "outreach"}])
def test_other_groups_and_what_is_not_more_important_hold_nobody_back(clinic, other):
    clinic.people()
    clinic.publish(a_journey(LONG, **{"priority": 20, **other}), "urgent")
    later(clinic)
    clinic.enrol("urgent")
    assert clinic.enrol("later") == 1


def test_what_is_less_important_holds_nobody_back(clinic):
    clinic.people()
    urgent(clinic)
    later(clinic)
    assert clinic.enrol("later") == 1
    assert clinic.enrol("urgent") == 1


def test_a_paused_journey_holds_nobody_back(clinic):
    clinic.people()
    urgent(clinic)
    later(clinic)
    clinic.enrol("urgent")
    clinic.do(pause, "urgent")
    assert clinic.enrol("later") == 1


def test_messages_of_who_was_in_before_wait_with_the_reason(clinic):
    reachable(clinic)
    urgent(clinic, entry={"chosen": True})
    later(clinic, steps=SENDS)
    clinic.enrol("later")
    clinic.run()
    [patient] = clinic.all(Patient)
    clinic.do(enrol_chosen, "urgent", [patient.uid])
    clinic.do(plan)
    [message] = clinic.all(Message)
    assert (message.status, message.reasons) == ("planned", ["HIGHER_JOURNEY"])
    clinic.run()
    clinic.pass_time(days=10)
    clinic.do(plan)
    assert clinic.all(Message)[0].status == "released"


def reachable(clinic):
    """One patient who may be written to at any time."""

    def born(session, _doing):
        ensure_zones(session, ["America/New_York"])
        make.consent(session, make.person(session))

    clinic.do(born)


def test_of_two_messages_of_one_moment_the_more_important_one_has_the_day(clinic):
    reachable(clinic)
    for slug, priority in (("little", 20), ("much", 80)):
        clinic.publish(a_journey(SENDS, name=say(slug), priority=priority), slug)
        clinic.enrol(slug)
    clinic.run()
    while clinic.do(plan).decided:
        pass
    found = {row.priority: (row.status, row.reasons) for row in clinic.all(Message)}
    assert found == {80: ("released", []), 20: ("planned", ["CAP_LEGAL_DAY"])}


def test_the_day_is_kept_for_what_is_more_important_and_goes_later(clinic):
    reachable(clinic)
    afternoon = clinic.now + dt.timedelta(hours=2)

    def planned(session, _doing):
        [patient] = session.query(Patient).all()
        template = make.template(session, "both")
        make.message(session, patient, template, priority=80, not_before=afternoon)
        make.message(session, patient, template, priority=20)

    clinic.do(planned)
    while clinic.do(plan).decided:
        pass
    little = clinic.all(Message, priority=20)[0]
    assert (little.status, little.reasons, little.not_before) == ("planned", ["CAP_KEPT_FOR_HIGHER"], afternoon)
    clinic.now = afternoon
    while clinic.do(plan).decided:
        pass
    found = {row.priority: (row.status, row.reasons) for row in clinic.all(Message)}
    assert found == {80: ("released", []), 20: ("planned", ["CAP_LEGAL_DAY"])}


def test_a_group_is_a_short_name(clinic):
    with pytest.raises(Invalid):
        clinic.publish(a_journey(LONG, group="Not a name"))
