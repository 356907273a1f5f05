"""A draft as one patient would read it: filled from the record, in every language, within the scope, and recorded."""

import datetime as dt

import pytest
from sqlalchemy import func, select

from journeys.contact.texts.preview_text import preview_text
from journeys.contact.texts.publish_wording import publish_wording
from journeys.contact.texts.samples import LINK
from journeys.contact.texts.template_sample import template_sample
from journeys.foundation.errors import Invalid, Missing
from journeys.store.access import Appointment
from journeys.store.contact import Message
from journeys.store.organisation import Practitioner
from journeys.store.putting_in_force.definitions import TEMPLATE, WORDING
from journeys.store.putting_in_force.save_draft import save_draft
from tests import make as a
from tests.make import NOON, an_act

VISIT = "{{patient.given_name}}: {{appointment.date}}, {{appointment.time}}. {{contact.choices}}"
CONTENT = {
    "format": 1,
    "name": {"en": "Visit"},
    "purpose": "transactional",
    "content_level": 1,
    "texts": {
        "en": {"body": VISIT, "instead": {"email": {"long": "# Hello {{patient.given_name}}\n\nCome."}}},
        "es": {"body": "Hola {{patient.given_name}}: {{appointment.date}}"},
    },
}


@pytest.fixture
def session(make):
    with make() as session:
        yield session
        session.rollback()


@pytest.fixture
def patient(session):
    place = a.branch(session)
    doctor = a.added(session, Practitioner(name="Dr. Wu"))
    patient = a.person(session, at=place, name="Ana <b> Ríos", given_name="Ana <b>")
    for days, status in ((-3, "fulfilled"), (5, "cancelled"), (9, "booked"), (30, "booked")):
        start = NOON + dt.timedelta(days=days)
        visit = {"patient_id": patient.id, "location_id": place.id, "practitioner_id": doctor.id}
        a.added(session, Appointment(status=status, start_at=start, **visit))
    return patient


def draft(session, content=CONTENT, slug="visit"):
    save_draft(session, an_act(), TEMPLATE, slug, content["name"], content)


def shown(session, patient, **changed):
    draft(session, {**CONTENT, **changed})
    return preview_text(session, an_act(), "visit", patient.uid).said


def test_it_is_filled_with_what_comes_next_and_a_link_that_leads_nowhere(session, patient):
    said = shown(session, patient)
    assert said["en"]["sms"].body.startswith("Ana <b>: Thursday, March 12, 1:00 PM")
    assert said["en"]["sms"].body.endswith(LINK)
    assert said["es"]["sms"].body.startswith("Hola Ana <b>: jueves, 12 de marzo")
    assert session.scalar(select(func.count()).select_from(Message)) == 0


def test_a_value_never_becomes_a_mark_of_the_page(session, patient):
    email = shown(session, patient)["en"]["email"]
    assert "Ana &lt;b&gt;" in email.html
    assert "Ana <b>" in email.body


def test_what_has_no_value_says_so(session, patient):
    said = shown(session, patient, texts={"en": {"body": "Due {{focus.due_on}}"}, "es": {"body": "Hola"}})
    assert said["en"]["sms"].reason == "FIELD_UNRESOLVED"
    assert said["es"]["sms"].body == "Hola"


def test_liquid_that_cannot_be_read_is_no_error(session, patient):
    broken = {"en": {"body": "Hello", "instead": {"email": {"long": "{% if %}"}}}}
    said = shown(session, patient, texts=broken)["en"]
    assert (said["sms"].body, said["email"].reason) == ("Hello", "FIELD_UNRESOLVED")


def test_a_wording_in_force_is_written_out(session, patient):
    hours = {"format": 1, "name": {"en": "Hours"}, "texts": {"en": "8 to 5"}, "owner": "x", "review_on": "2027-01-01"}
    save_draft(session, an_act(), WORDING, "hours", hours["name"], hours)
    publish_wording(session, an_act(), "hours")
    assert shown(session, patient, texts={"en": {"body": "Open {{text.hours}}"}})["en"]["sms"].body == "Open 8 to 5"


def test_a_draft_without_a_text_is_refused_in_words(session, patient):
    with pytest.raises(Invalid, match="Write the text"):
        shown(session, patient, texts={"en": {"body": ""}})


def test_somebody_else_s_patient_is_not_there(session):
    stranger = "00000000-0000-4000-8000-000000000000"
    draft(session)
    with pytest.raises(Missing):
        preview_text(session, an_act(), "visit", stranger)


def test_a_test_says_example_values_in_the_language(session):
    draft(session)
    sample = template_sample(session, an_act(), "visit", "es", "sms")
    assert sample.body == "Hola Alexandra: martes, 3 de marzo"
    mail = template_sample(session, an_act(), "visit", "en", "email")
    assert "Hello Alexandra" in mail.html
    assert "Hello Alexandra" in mail.body
    with pytest.raises(Invalid, match="missing in fr"):
        template_sample(session, an_act(), "visit", "fr", "sms")
