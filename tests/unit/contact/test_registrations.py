"""Texts that networks register: what is written down holds at once, for one version, language and medium alone."""

import datetime as dt

import pytest
from sqlalchemy import select, text

from journeys.contact.channels.whatsapp_cloud import WhatsappCloud
from journeys.contact.deciding.plan import Planned, plan
from journeys.contact.registrations.record_registration import Statement, record_registration
from journeys.contact.registrations.registrations_of import registrations_of
from journeys.contact.sending.claim import claim
from journeys.foundation.acting import act
from journeys.foundation.audit import AuditEntry
from journeys.foundation.database import connect
from journeys.foundation.errors import Invalid, Missing
from journeys.foundation.lanes import LANES
from journeys.store.channel_accounts import ChannelAccount
from journeys.store.contact import Message
from journeys.store.people import PatientAddress
from journeys.store.putting_in_force.definitions import TEMPLATE, find
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.putting_in_force.write_version import write_version
from tests import make as a
from tests.make import NOON, an_act

AN_HOUR = dt.timedelta(hours=1)
TODAY = NOON.date()
WHATSAPP = WhatsappCloud(WhatsappCloud.Settings("77"))
IN_USE = ("whatsapp_cloud", "phone_simulator")


def says(state="approved", **facts):
    """What Meta says of the English text of version 1."""
    given = {"version": 1, "language": "en", "medium": "whatsapp", "said_on": TODAY, "number": "visit_reminder"}
    return Statement(**{**given, "state": state, **facts})


@pytest.fixture
def asked(make):
    """A message by WhatsApp alone; the account names no template for everything."""
    with make.begin() as session:
        patient = a.person(session, language="en")
        a.consent(session, patient)
        session.add(ChannelAccount(slug="wa", kind="whatsapp_cloud", name="wa", settings={}))
        return a.message(session, patient, a.template(session), channels=["whatsapp"])


def decided(house, read, now=NOON):
    """(what came of planning, reasons, not before)"""
    came = act(house, an_act(now), plan, channels=IN_USE)
    ((reasons, waits),) = read(select(Message.reasons, Message.not_before))
    return came, reasons, waits


def test_without_a_template_of_the_network_it_is_held(asked, house, read):
    assert decided(house, read) == (Planned(held=1), ["WA_TEMPLATE_REQUIRED"], None)


def test_no_lane_is_planned_while_an_answer_is_written_down(asked, house):
    with house.sessions.begin() as session:
        record_registration(session, an_act(), "recall", says())
        held = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
        assert session.scalar(held) == LANES


def test_what_waits_for_an_answer_goes_once_it_is_written_down(asked, house, read, rung):
    act(house, an_act(), record_registration, "recall", says("asked", number=""))
    assert decided(house, read) == (Planned(deferred=1), ["AWAITING_APPROVAL"], NOON + 24 * AN_HOUR)
    rung.clear()
    act(house, an_act(NOON + AN_HOUR), record_registration, "recall", says())
    assert rung == ["plan"]
    came, _, _ = decided(house, read, NOON + AN_HOUR)
    assert came == Planned(released=1)
    claimed = act(house, an_act(NOON + AN_HOUR), claim, WHATSAPP)
    assert [each.registered_as for each in claimed.leaving.values()] == ["visit_reminder"]


def test_what_is_withdrawn_before_it_leaves_stays(asked, house, read):
    act(house, an_act(), record_registration, "recall", says())
    assert act(house, an_act(), plan, channels=IN_USE) == Planned(released=1)
    act(house, an_act(), record_registration, "recall", says("withdrawn"))
    assert not act(house, an_act(), claim, WHATSAPP).leaving
    assert read(select(Message.status, Message.reasons)) == [("held", ["WA_TEMPLATE_REQUIRED"])]


@pytest.mark.parametrize("other", [{"language": "es"}, {"medium": "sms", "number": "1107160000000000123"}])
def test_it_holds_for_its_language_and_medium_alone(asked, house, read, other):
    act(house, an_act(), record_registration, "recall", says(**other))
    assert decided(house, read)[1] == ["WA_TEMPLATE_REQUIRED"]


def test_the_next_version_is_registered_anew(asked, house, read, make):
    act(house, an_act(), record_registration, "recall", says())
    with make.begin() as session:
        before = find(session, TEMPLATE, "recall")
        after = save_draft(session, an_act(), TEMPLATE, "recall", {"en": "x"}, {**before.draft, "content_level": 1})
        session.get_one(Message, asked.id).template_version_id = write_version(session, an_act(), after).id
        found = registrations_of(session, after)
        states = {(each.version.number, each.language, each.medium): each.newest for each in found.texts}
        assert {text for text, newest in states.items() if newest} == {(1, "en", "whatsapp")}
        assert len(states) == 2 * 2 * 2
    assert "WA_TEMPLATE_REQUIRED" in decided(house, read)[1]


def test_in_india_a_text_message_needs_a_registered_text_and_another_channel_goes_on(house, read, make):
    with make.begin() as session:
        rule = {"format": 1, "rule": "registered_text", "jurisdictions": ["IN"]}
        write_version(session, an_act(), save_draft(session, an_act(), "contact-rule", "in", {"en": "India"}, rule))
        patient = a.person(session, language="en", time_zone="Asia/Kolkata")
        a.telecom(session, patient, "email", "asha@example.org")
        session.add(PatientAddress(patient_id=patient.id, use="home", text="1 MG Road", country="IN"))
        a.consent(session, patient)
        a.message(session, patient, a.template(session), channels=["sms", "email"])
        a.message(session, patient, a.template(session, "other"), channels=["sms"])
    morning = dt.datetime(2026, 3, 4, 5, 0, tzinfo=dt.UTC)
    for _ in range(2):
        act(house, an_act(morning), plan, channels=("phone_simulator", "email"))
    went, held = read(select(Message.channel, Message.reasons).order_by(Message.id))
    assert went == ("email", [])
    assert held.channel is None
    assert "DLT_TEMPLATE_MISSING" in held.reasons


@pytest.mark.parametrize(
    ("wrong", "places"),
    [
        ({"version": 2}, ["text"]),
        ({"language": "hi"}, ["text"]),
        ({"medium": "email"}, ["medium"]),
        ({"number": ""}, ["number"]),
        ({"number": "Visit reminder"}, ["number"]),
        ({"medium": "sms", "number": "12345"}, ["number"]),
        ({"state": "asked", "number": "Visit reminder"}, ["number"]),
        ({"state": "liked"}, ["state"]),
        ({"said_on": TODAY + dt.timedelta(days=2)}, ["said_on"]),
        ({"citation": "x" * 501}, ["citation"]),
    ],
)
def test_every_problem_is_told_at_its_place(asked, house, wrong, places):
    with pytest.raises(Invalid) as refused:
        act(house, an_act(), record_registration, "recall", says(**wrong))
    assert [problem.where for problem in refused.value.problems] == places


def test_who_wrote_it_down_is_kept_and_audited(asked, house, database):
    row = act(house, an_act(), record_registration, "recall", says(citation="mail of 3 March"))
    owner = connect(database.owner_url, None)
    with owner.connect() as connection:
        told = select(AuditEntry.actor, AuditEntry.detail).where(AuditEntry.subject == "text_registration")
        entry = connection.execute(told).all()
    owner.dispose()
    about = {"template": "recall", "version": 1, "medium": "whatsapp", "state": "approved"}
    assert entry == [("test:maker", about)]
    assert (row.recorded_by, row.recorded_at, row.citation) == ("test:maker", NOON, "mail of 3 March")
    with pytest.raises(Missing):
        act(house, an_act(), record_registration, "no-such", says())
