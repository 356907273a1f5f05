"""Planning: who is written to, on which channel, who waits, who is held and why."""

import datetime as dt

from sqlalchemy import select

from journeys.contact.deciding.plan import Planned, plan
from journeys.foundation.acting import act
from journeys.store.contact import Message, MessageCandidate
from journeys.store.events import Event
from tests import make as a
from tests.make import NOON, an_act


def one(read, *columns):
    return read(select(*columns))[0]


def test_a_message_nothing_speaks_against_is_released(make, house, read, rung):
    with make.begin() as session:
        patient = a.person(session)
        said = a.consent(session, patient)
        a.message(session, patient, a.template(session))
    assert act(house, an_act(), plan) == Planned(released=1)
    row = one(read, Message.status, Message.channel, Message.language, Message.counted_at, Message.reasons)
    assert row == ("released", "phone_simulator", "en", NOON, [])
    (candidate,) = read(select(MessageCandidate.facts).where(MessageCandidate.verdict == "allow"))
    assert candidate.facts["consent_id"] == said.id
    assert rung == ["deliver", "plan"]


def test_a_held_message_says_every_reason_and_is_an_event(make, house, read):
    with make.begin() as session:
        patient = a.person(session, sms=None, deceased=True)
        a.message(session, patient, a.template(session))
    assert act(house, an_act(), plan) == Planned(held=1)
    (row,) = read(select(Message.status, Message.reasons))
    assert row.status == "held"
    assert row.reasons == ["PERSON_DECEASED", "NO_ADDRESS", "NO_CONSENT_CHANNEL"]
    (event,) = read(select(Event.kind, Event.outcome))
    assert event == ("message.held", "PERSON_DECEASED")


def test_the_next_channel_of_the_ladder_is_taken(make, house, read):
    with make.begin() as session:
        patient = a.person(session, email="ada@example.org", preferred_channel="sms")
        a.consent(session, patient)
        a.consent(session, patient, "deny", purpose=None, channel="sms", from_at=NOON - dt.timedelta(days=1))
        a.message(session, patient, a.template(session))
    assert act(house, an_act(), plan) == Planned(released=1)
    assert one(read, Message.channel) == ("email",)
    rows = read(select(MessageCandidate.channel, MessageCandidate.verdict, MessageCandidate.reasons).order_by("rung"))
    assert rows == [("phone_simulator", "suppress", ["OPTED_OUT_CHANNEL"]), ("email", "allow", [])]


def test_at_night_a_message_waits_for_the_patients_morning(make, house, read):
    night = dt.datetime(2026, 3, 8, 2, 30, tzinfo=dt.UTC)  # 21:30 on the evening before the clocks go forward
    with make.begin() as session:
        patient = a.person(session)
        a.consent(session, patient)
        a.message(session, patient, a.template(session), planned_at=night)
    assert act(house, an_act(night), plan) == Planned(deferred=1)
    row = one(read, Message.status, Message.not_before, Message.reasons)
    assert row == ("planned", dt.datetime(2026, 3, 8, 12, 0, tzinfo=dt.UTC), ["QUIET_HOURS"])


def test_one_message_a_day_over_all_journeys(make, house, read):
    with make.begin() as session:
        patient = a.person(session)
        a.consent(session, patient)
        version = a.template(session)
        a.message(session, patient, version, priority=40)
        urgent = a.message(session, patient, version, priority=90)
    assert act(house, an_act(), plan) == Planned(released=1)
    assert act(house, an_act(), plan) == Planned(deferred=1)
    rows = dict(read(select(Message.id, Message.status).where(Message.status == "released")))
    assert rows == {urgent.id: "released"}
    waits = one(read, Message.not_before, Message.reasons)
    assert dict(read(select(Message.not_before, Message.reasons).where(Message.status == "planned"))) == {
        dt.datetime(2026, 3, 4, 5, 0, tzinfo=dt.UTC): ["CAP_LEGAL_DAY"]
    }, waits


def test_a_deferral_past_its_use_is_a_hold(make, house, read):
    night = dt.datetime(2026, 3, 4, 3, 0, tzinfo=dt.UTC)
    with make.begin() as session:
        patient = a.person(session)
        a.consent(session, patient)
        a.message(session, patient, a.template(session), useful_until=night + dt.timedelta(hours=2))
    assert act(house, an_act(night), plan) == Planned(held=1)
    assert one(read, Message.reasons) == (["QUIET_HOURS", "EXPIRED_BEFORE_WINDOW", "NO_ADDRESS"],)
