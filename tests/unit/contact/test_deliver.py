"""Sending: what leaves, what is written down, what happens when somebody dies in between."""

import datetime as dt

import pytest
from sqlalchemy import func, select

from journeys.contact.channels import CHANNELS
from journeys.contact.channels.base import Channel, Outcome
from journeys.contact.deciding.plan import plan
from journeys.contact.media import MEDIA
from journeys.contact.sending import claim
from journeys.contact.sending.deliver import Delivered, deliver
from journeys.contact.sending.next_few import LEASE
from journeys.contact.sending.record import record
from journeys.foundation.acting import act
from journeys.store.contact import Message, MessageCandidate
from journeys.store.events import Event
from tests import make as a
from tests.make import NOON, an_act
from tests.sending import begun

PHONE = CHANNELS["phone_simulator"]()


class Post(Channel):
    """A channel of the test that cannot tell whether it sent twice: it keeps what was given to it."""

    name = "email"
    medium = MEDIA["email"]
    address_systems = ("email",)
    batch = 2

    def __init__(self, result="accepted", **more):
        self.result, self.more, self.sent = result, more, []

    def send(self, envelopes):
        envelopes = list(envelopes)
        self.sent += envelopes
        return [
            Outcome(
                each.message_id,
                self.result,
                reference=f"<{each.uid}>" if self.result == "accepted" else None,
                **self.more,
            )
            for each in envelopes
        ]


@pytest.fixture
def released(make, house):
    """`released(**facts)`: a released message by e-mail, or on the channel of its ladder."""

    def released(channels=("email",), **facts):
        with make.begin() as session:
            patient = a.person(session, email="ada@example.org")
            a.consent(session, patient)
            row = a.message(session, patient, a.template(session), channels=list(channels), **facts)
        act(house, an_act(), plan)
        return row

    return released


def status(read):
    return read(select(Message.status))[0].status


def test_the_phone_simulator_shows_the_filled_text(released, make, house, read):
    row = released(["sms"])
    assert deliver(house, an_act(), {"phone_simulator": PHONE}) == Delivered(accepted=1)
    with make.begin() as session:
        sent = session.get(Message, row.id)
        assert (sent.status, sent.attempt, sent.sent_at, sent.delivered_at) == ("delivered", 1, NOON, NOON)
        assert sent.body == "Hello Ada, please call us."
        assert sent.provider_reference == str(sent.uid)
    (event,) = read(select(Event.kind, Event.outcome, Event.subject_id))
    assert event == ("message.sent", "phone_simulator", row.id)


def test_an_envelope_shows_nobody(released, house):
    released()
    post = Post()
    deliver(house, an_act(), {"email": post})
    (envelope,) = post.sent
    assert (envelope.address, envelope.subject) == ("ada@example.org", "Your visit")
    assert "ada" not in repr(envelope).lower()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda session, patient: setattr(patient, "deceased", True), "PERSON_DECEASED"),
        (
            lambda session, patient: a.consent(session, patient, "deny", channel="email", purpose=None, from_at=NOON),
            "OPTED_OUT_CHANNEL",
        ),
    ],
)
def test_what_changed_since_planning_is_seen_before_sending(released, make, house, read, change, reason):
    row = released()
    with make.begin() as session:
        change(session, session.get(a.Patient, row.patient_id))
    post = Post()
    assert deliver(house, an_act(), {"email": post}) == Delivered(kept_back=1)
    assert post.sent == []
    assert read(select(Message.status, Message.reasons, Message.counted_at)) == [("held", [reason], None)]
    assert read(select(MessageCandidate.reasons).where(MessageCandidate.stage == "send")) == [([reason],)]


def test_night_falls_between_planning_and_sending(released, house, read):
    released()
    night = NOON + dt.timedelta(hours=9)
    assert deliver(house, an_act(night), {"email": Post()}) == Delivered(kept_back=1)
    (row,) = read(select(Message.status, Message.not_before, Message.counted_at))
    assert row == ("planned", dt.datetime(2026, 3, 4, 13, 0, tzinfo=dt.UTC), None)


def test_a_refusal_is_tried_again_later_and_at_last_given_up(released, house, read):
    released()
    post = Post("refused", error="smtp 451")
    now = NOON
    for attempt in range(1, 6):
        assert deliver(house, an_act(now), {"email": post}) == Delivered(refused=1)
        assert deliver(house, an_act(now), {"email": post}) == Delivered()
        now += dt.timedelta(minutes=5 * 2 ** (attempt - 1))
    assert len(post.sent) == 5
    assert len({each.body for each in post.sent}) == 1
    assert status(read) == "undeliverable"
    assert read(select(Event.kind)) == [("message.undeliverable",)]


def test_so_many_are_looked_at_together_as_a_channel_sends_in_a_few_times(released, house, read, monkeypatch):
    monkeypatch.setattr(claim, "FEWS", 1)
    for _ in range(3):
        released()
    assert deliver(house, an_act(), {"email": Post("unknown")}).unknown == 3
    # what is unknown stays with its claim
    claims = select(func.count(Message.id)).group_by(Message.claim).order_by(func.count())
    assert read(claims) == [(1,), (2,)]


def test_a_bad_address_makes_the_message_try_the_next_channel(released, house, read):
    released(["email", "sms"])
    deliver(house, an_act(), {"email": Post("refused", permanent=True, address_is_bad=True, error="smtp 550")})
    assert read(select(a.PatientTelecom.status).where(a.PatientTelecom.system == "email")) == [("bounced",)]
    act(house, an_act(), plan)
    assert read(select(Message.status, Message.channel)) == [("released", "phone_simulator")]


def test_an_unknown_outcome_waits_for_a_person(released, house, read):
    released()
    post = Post("unknown", error="TimeoutError")
    assert deliver(house, an_act(), {"email": post}) == Delivered(unknown=1)
    later = an_act(NOON + 3 * LEASE)
    assert deliver(house, later, {"email": post}) == Delivered()
    assert len(post.sent) == 1
    assert read(select(Message.status, Message.reasons)) == [("unknown", ["OUTCOME_UNKNOWN_HOLD"])]


def test_who_died_while_sending_leaves_an_unknown_outcome_never_a_second_letter(released, house, read):
    released()
    post = Post()
    taken, envelopes = begun(house, an_act(), post)
    assert deliver(house, an_act(), {"email": post}) == Delivered()
    later = an_act(NOON + LEASE + dt.timedelta(seconds=1))
    assert deliver(house, later, {"email": post}) == Delivered()
    assert post.sent == []
    assert status(read) == "unknown"
    # the one thought dead was only slow, and knows what came of it
    act(house, later, record, taken, post.send(envelopes))
    assert status(read) == "accepted"


def test_the_phone_simulator_sends_again_what_somebody_left(released, house, read):
    released(["sms"])
    taken, envelopes = begun(house, an_act(), PHONE)
    later = an_act(NOON + LEASE + dt.timedelta(seconds=1))
    assert deliver(house, later, {"phone_simulator": PHONE}) == Delivered(accepted=1)
    act(house, later, record, taken, [Outcome(envelopes[0].message_id, "unknown")])
    assert read(select(Message.status, Message.attempt)) == [("delivered", 2)]


def test_a_text_with_an_empty_place_is_held(make, house, read):
    with make.begin() as session:
        patient = a.person(session, given_name=None)
        a.consent(session, patient)
        text = {"en": {"body": "Dear {{patient.given_name}}, please call."}}
        a.message(session, patient, a.template(session, texts=text))
    act(house, an_act(), plan)
    assert deliver(house, an_act(), {"phone_simulator": PHONE}) == Delivered(kept_back=1)
    assert read(select(Message.status, Message.reasons)) == [("held", ["FIELD_UNRESOLVED"])]
