"""Patients come in by a web form: once, when it is sure who they are, under the rules of every entry."""

import datetime as dt

import pytest

from journeys.contact.forms.submit_form import Sent, purpose_of, submit_form
from journeys.contact.forms.tickets import ticket_of
from journeys.contact.inbound.link_sender import link_sender
from journeys.contact.inbound.unknown_senders import unknown_senders
from journeys.flow.packs.journey_text import read_journey, write_journey
from journeys.flow.publishing.preview import preview
from journeys.flow.text.definition import Entry
from journeys.flow.text.shapes import read_shape
from journeys.flow.words.entry_words import entry_words
from journeys.flow.words.reader import Reader
from journeys.store.enrolments import Enrolment
from journeys.store.people import Patient
from journeys.store.putting_in_force.definitions import FORM, JOURNEY, find
from tests import make
from tests.unit.flow.clinic import a_journey, a_step, publish_plain, say

pytestmark = pytest.mark.store

BORN = dt.date(1980, 5, 1)
ASKED = [{"asks": "phone"}, {"asks": "birth-date"}, {"asks": "text"}]
STEPS = {"pause": a_step("wait", "end", for_={"days": 10}), "end": a_step("end")}


def a_form(clinic, slug="visit"):
    clinic.do(publish_plain, FORM, slug, {"format": 1, "name": say("Ask for a visit"), "questions": ASKED})


def opened(clinic, **head):
    """A journey that the form opens."""
    a_form(clinic)
    clinic.publish(a_journey(STEPS, **{"entry": {"form": "visit"}, **head}))


def a_patient(clinic, number, **facts):
    with clinic.sessions.begin() as session:
        return make.person(session, sms=number, birth_date=BORN, **facts).id


def send(clinic, number, text="Hello", slug="visit"):
    ticket = ticket_of(purpose_of(slug), clinic.now - dt.timedelta(minutes=1))
    typed = {"phone": [number], "birth-date": [BORN.isoformat()], "text": [text]}
    clinic.do(submit_form, slug, Sent(ticket, "en", typed))


def inside(clinic):
    return [row.patient_id for row in clinic.all(Enrolment)]


def test_who_surely_sent_the_form_comes_in_once(clinic):
    opened(clinic)
    patient = a_patient(clinic, "+12125550401")
    send(clinic, "+12125550401")
    assert inside(clinic) == [patient]
    send(clinic, "+12125550401", "and something else")
    assert inside(clinic) == [patient]


def test_who_may_come_in_again_comes_in_after_the_end(clinic):
    opened(clinic, reentry={"allowed": "after-exit"})
    patient = a_patient(clinic, "+12125550401")
    send(clinic, "+12125550401")
    clinic.run()
    clinic.pass_time(days=11)
    send(clinic, "+12125550401")
    assert inside(clinic) == [patient, patient]


def test_another_form_lets_nobody_in(clinic):
    opened(clinic)
    a_form(clinic, "other")
    a_patient(clinic, "+12125550401")
    send(clinic, "+12125550401", slug="other")
    assert inside(clinic) == []


def test_who_is_not_sure_waits_for_a_person_and_comes_in_then(clinic):
    opened(clinic)
    patient = a_patient(clinic, None)
    send(clinic, "+12125550402")
    assert inside(clinic) == []
    (waiting,) = clinic.do(unknown_senders).waiting
    with clinic.sessions() as session:
        uid = session.get_one(Patient, patient).uid
    clinic.do(link_sender, waiting.id, uid)
    assert inside(clinic) == [patient]


def test_the_rule_of_the_entry_holds(clinic):
    opened(clinic, entry={"form": "visit", "rule": {"field": "gender", "is": "is", "value": "female"}})
    a_patient(clinic, "+12125550401", gender="male")
    woman = a_patient(clinic, "+12125550402", gender="female")
    send(clinic, "+12125550401")
    send(clinic, "+12125550402")
    assert inside(clinic) == [woman]


def test_the_dead_stay_out(clinic):
    opened(clinic)
    a_patient(clinic, "+12125550401", deceased=True)
    send(clinic, "+12125550401")
    assert inside(clinic) == []


def test_the_preview_counts_who_sent_it_lately(clinic):
    opened(clinic)
    a_patient(clinic, "+12125550401")
    send(clinic, "+12125550401")
    found = clinic.do(preview, "journey")
    assert (found.chosen, found.entering, found.standing, found.by_events) == (1, 0, 1, True)


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ({"form": "visit", "segment": "everyone"}, "Give either a segment, an event or a form"),
        ({"form": "visit", "event": "patient.changed"}, "Give either a segment, an event or a form"),
        ({"form": "visit", "chosen": True}, "Give either a segment, an event or a form"),
        ({"form": "visit", "within": {"days": 1}}, "Codes, outcomes and time belong to an entry by event"),
    ],
)
def test_a_form_is_the_only_cause(entry, says):
    _, problems = read_shape(Entry, entry, "entry")
    assert [problem.says[: len(says)] for problem in problems] == [says]


def test_it_is_said_by_the_name_of_the_form():
    reader = Reader(names={(FORM, "visit"): say("Ask for a visit")})
    assert entry_words(Entry(form="visit"), reader) == "Patients who send the form Ask for a visit"


def test_as_text_and_back_it_is_the_same(clinic):
    opened(clinic)
    with clinic.sessions() as session:
        content = find(session, JOURNEY, "journey").draft
    text = write_journey(content)
    assert "form: visit" in text
    assert read_journey(text).value == content
