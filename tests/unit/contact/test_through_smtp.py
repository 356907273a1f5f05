"""From a planned message to a real SMTP server on this machine, and what a server's answers make of a message."""

import datetime as dt
import quopri
from email import message_from_string
from email.policy import default

import pytest
from sqlalchemy import select

from journeys.contact.channels import CHANNELS, open_channels
from journeys.contact.channels.email import Settings, settings_from_url
from journeys.contact.consent.choices import LINK
from journeys.contact.deciding.plan import plan
from journeys.contact.deciding.replan import replan
from journeys.contact.sending.deliver import Delivered, deliver
from journeys.contact.sending.withdraw import withdraw
from journeys.foundation import links
from journeys.foundation.acting import act
from journeys.foundation.links import token_of
from journeys.store.access import Appointment
from journeys.store.contact import Message
from journeys.store.events import Event
from journeys.store.organisation import Organization
from tests import make as a
from tests.make import NOON, an_act
from tests.spec.channel_cases import smtp_server


@pytest.fixture
def letter(make, house):
    """A released e-mail about an appointment at a branch of a named clinic."""
    with make.begin() as session:
        clinic = a.added(session, Organization(name="Riverside Family Medicine"))
        home = a.branch(session, organization_id=clinic.id)
        patient = a.person(session, email="ada@example.org", at=home, language="es-MX")
        a.consent(session, patient)
        start = NOON + dt.timedelta(days=2)
        visit = a.added(
            session,
            Appointment(patient_id=patient.id, status="booked", start_at=start, location_id=home.id),
        )
        places = ("patient.given_name", "appointment.date", "appointment.time", "appointment.branch", "clinic.name")
        body = " · ".join(f"{{{{{place}}}}}" for place in places)
        texts = {"en": {"body": "x"}, "es": {"subject": "Su visita", "body": body}}
        version = a.template(session, content_level=1, texts=texts)
        row = a.message(session, patient, version, channels=["email"], focus_kind="appointment", focus_id=visit.id)
    act(house, an_act(), plan)
    return row


def test_a_letter_arrives_with_everything_filled_in(letter, house, read):
    with smtp_server({}) as (settings, wire):
        assert deliver(house, an_act(), {"email": CHANNELS["email"](settings)}) == Delivered(accepted=1)
    text = quopri.decodestring("\n".join(wire)).decode()
    assert "Ada · jueves, 5 de marzo · 12:00 · Riverside · Riverside Family Medicine" in text
    assert "Subject: Su visita" in text
    (row,) = read(select(Message.status, Message.language, Message.provider_reference, Message.uid))
    assert (row.status, row.language) == ("accepted", "es")
    assert row.provider_reference == f"<{row.uid}@example.org>"


@pytest.mark.parametrize(
    ("server", "status", "event"),
    [
        ({"rcpt": {"ada@example.org": "550 no such user"}}, "undeliverable", "message.undeliverable"),
        ({"data": "451 try later"}, "released", None),
        ({"data": "hang up"}, "unknown", "message.held"),
        ("none", "released", None),
    ],
)
def test_what_the_servers_answer_makes_of_a_message(letter, house, read, server, status, event):
    with smtp_server(server) as (settings, _):
        deliver(house, an_act(), {"email": CHANNELS["email"](settings)})
    assert read(select(Message.status)) == [(status,)]
    assert read(select(Event.kind)) == ([(event,)] if event else [])


@pytest.fixture
def reachable():
    """The portal has an address that people outside reach."""
    links.install("https://portal.a-clinic-with-a-long-name.example.org/")
    yield
    links.install("")


def test_a_letter_about_care_can_be_ended_by_the_mail_program(letter, house, read, reachable):
    with smtp_server({}) as (settings, wire):
        deliver(house, an_act(), {"email": CHANNELS["email"](settings)})
    ((number,),) = read(select(Message.id))
    link = f"https://portal.a-clinic-with-a-long-name.example.org/m/{token_of(LINK, number)}/stop"
    read_again = message_from_string("\n".join(wire), policy=default)
    assert read_again["List-Unsubscribe"] == f"<{link}>"
    assert f"<{link}>" in "\n".join(wire)
    assert read_again["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_letter_about_an_appointment_is_not_ended_by_a_program(make, house, reachable):
    with make.begin() as session:
        patient = a.person(session, email="ada@example.org")
        version = a.template(session, purpose="transactional")
        a.message(session, patient, version, purpose="transactional", channels=["email"])
    act(house, an_act(), plan)
    with smtp_server({}) as (settings, wire):
        assert deliver(house, an_act(), {"email": CHANNELS["email"](settings)}) == Delivered(accepted=1)
    assert "List-Unsubscribe" not in "\n".join(wire)


def test_a_letter_can_hold_the_link_by_which_the_patient_chooses(make, house, reachable):
    with make.begin() as session:
        patient = a.person(session, email="ada@example.org")
        a.consent(session, patient)
        texts = {"en": {"subject": "Hello", "body": "Choose: {{contact.choices}}"}}
        row = a.message(session, patient, a.template(session, texts=texts), channels=["email"])
    act(house, an_act(), plan)
    with smtp_server({}) as (settings, wire):
        deliver(house, an_act(), {"email": CHANNELS["email"](settings)})
    text = quopri.decodestring("\n".join(wire)).decode()
    assert f"Choose: https://portal.a-clinic-with-a-long-name.example.org/m/{token_of(LINK, row.id)}" in text


def test_where_nobody_reaches_the_portal_a_letter_with_the_link_is_held(make, house, read):
    with make.begin() as session:
        patient = a.person(session, email="ada@example.org")
        a.consent(session, patient)
        texts = {"en": {"subject": "Hello", "body": "Choose: {{contact.choices}}"}}
        a.message(session, patient, a.template(session, texts=texts), channels=["email"])
    act(house, an_act(), plan)
    with smtp_server({}) as (settings, wire):
        deliver(house, an_act(), {"email": CHANNELS["email"](settings)})
    assert wire == []
    assert read(select(Message.status, Message.reasons)) == [("held", ["FIELD_UNRESOLVED"])]


def test_an_untrusted_certificate_sends_nothing(letter, house, read):
    with smtp_server({}) as (settings, wire):
        wants_tls = Settings(host=settings.host, port=settings.port, security="starttls", timeout=5)
        assert deliver(house, an_act(), {"email": CHANNELS["email"](wants_tls)}) == Delivered(refused=1)
    assert wire == []
    assert read(select(Message.status)) == [("released",)]


def test_settings_from_an_address():
    assert settings_from_url("smtp://localhost:2525", "a@b.org") == Settings(
        "localhost", 2525, sender="a@b.org", security="none"
    )
    secured = settings_from_url("smtps://me:p%40ss@mail.example.org", "")
    assert (secured.security, secured.port, secured.user, secured.password) == ("tls", 465, "me", "p@ss")
    assert settings_from_url("smtp://mail.example.org:587", "").security == "starttls"
    assert "p@ss" not in repr(secured)
    assert list(open_channels()) == ["phone_simulator"]
    given = {"smtp_url": "smtp://localhost", "smtp_sender": "a@b.org"}
    assert list(open_channels(given)) == ["email", "phone_simulator"]


def test_without_a_server_the_letter_is_held_with_the_reason(make, house, read):
    with make.begin() as session:
        patient = a.person(session, email="ada@example.org")
        a.consent(session, patient)
        a.message(session, patient, a.template(session), channels=["email"])
    act(house, an_act(), plan, channels=tuple(open_channels()))
    assert read(select(Message.status, Message.reasons)) == [("held", ["SENDER_NOT_REGISTERED"])]


def test_queued_messages_are_taken_back_or_planned_anew(letter, make, house, read, rung):
    assert act(house, an_act(), replan, [letter.patient_id]) == 1
    assert read(select(Message.status, Message.counted_at)) == [("planned", None)]
    assert rung[-1] == "plan"
    act(house, an_act(), plan)
    assert act(house, an_act(), withdraw, [letter.patient_id], "PERSON_DECEASED") == 1
    assert read(select(Message.status, Message.reasons)) == [("held", ["PERSON_DECEASED"])]
    assert read(select(Event.kind, Event.outcome)) == [("message.held", "PERSON_DECEASED")]
    with smtp_server({}) as (settings, wire):
        assert deliver(house, an_act(), {"email": CHANNELS["email"](settings)}) == Delivered()
    assert wire == []
