"""What is said and decided when a message does not leave at once: its text, the caps, other channels, lost answers."""

import datetime as dt

import pytest
from sqlalchemy import event, select, text, update

from journeys.contact.channels import CHANNELS
from journeys.contact.channels.base import Channel, Outcome
from journeys.contact.deciding.plan import plan
from journeys.contact.deciding.replan import replan
from journeys.contact.media import MEDIA
from journeys.contact.sending.deliver import Delivered, deliver
from journeys.contact.sending.next_few import LEASE
from journeys.contact.sending.settle import settle
from journeys.foundation.acting import act
from journeys.foundation.lanes import lock_lanes
from journeys.store.contact import Message
from journeys.store.events import Event
from tests import make as a
from tests.make import NOON, an_act
from tests.sending import begun

PHONE = CHANNELS["phone_simulator"]()
PAUSE = dt.timedelta(minutes=6)
DAY = dt.timedelta(days=1)


class Post(Channel):
    """A channel of the test that keeps what was given to it; `meanwhile` runs before its answer is heard."""

    name = "email"
    medium = MEDIA["email"]
    address_systems = ("email",)
    batch = 4

    def __init__(self, result="accepted", meanwhile=lambda: None, breaks_after=4):
        self.result, self.meanwhile, self.breaks_after, self.sent = result, meanwhile, breaks_after, []

    def send(self, envelopes):
        for number, each in enumerate(envelopes):
            if number == self.breaks_after:
                raise RuntimeError("the channel broke its promise")
            self.sent.append(each)
            self.meanwhile()
            yield Outcome(each.message_id, self.result)


@pytest.fixture
def somebody(make):
    """`somebody(**facts)`: a patient who agreed to be written to."""

    def somebody(**facts):
        with make.begin() as session:
            patient = a.person(session, **{"email": "ada@example.org", **facts})
            a.consent(session, patient)
            return patient

    return somebody


@pytest.fixture
def planned(make):
    """`planned(patient, **facts)`: a planned message, by e-mail unless the facts say otherwise."""
    versions = []

    def planned(patient, **facts):
        with make.begin() as session:
            versions.append(versions[0] if versions else a.template(session))
            return a.message(session, patient, versions[0], **{"channels": ["email"], **facts})

    return planned


def rename(make, patient, name="Bo"):
    with make.begin() as session:
        session.get(a.Patient, patient.id).given_name = name


def test_a_text_that_was_refused_is_filled_anew(somebody, planned, make, house):
    patient = somebody()
    planned(patient)
    act(house, an_act(), plan)
    deliver(house, an_act(), {"email": Post("refused")})
    rename(make, patient)
    post = Post()
    deliver(house, an_act(NOON + PAUSE), {"email": post})
    assert [each.body for each in post.sent] == ["Hello Bo, please call us."]


def test_a_text_that_did_not_arrive_is_filled_anew(somebody, planned, make, house):
    patient = somebody()
    row = planned(patient)
    act(house, an_act(), plan)
    deliver(house, an_act(), {"email": Post("unknown")})
    act(house, an_act(), settle, row.id, False)
    rename(make, patient)
    act(house, an_act(), plan)
    post = Post()
    deliver(house, an_act(), {"email": post})
    assert [each.body for each in post.sent] == ["Hello Bo, please call us."]


@pytest.mark.parametrize("back", [lambda house, patient: act(house, an_act(), replan, [patient.id]), None])
def test_a_text_put_off_after_its_lease_is_filled_anew_and_a_repetition_is_not(somebody, planned, make, house, back):
    patient = somebody()
    planned(patient, channels=["sms"])
    act(house, an_act(), plan)
    begun(house, an_act(), PHONE)
    rename(make, patient)
    later = an_act(NOON + LEASE + PAUSE)
    if back:
        # taken again and refused by nobody: only released
        with make.begin() as session:
            session.execute(update(Message).values(status="released", claim=None, claimed_until=None))
        back(house, patient)
        act(house, later, plan)
    _, (said,) = begun(house, later, PHONE)
    assert said.body == f"Hello {'Bo' if back else 'Ada'}, please call us."


def test_a_text_of_its_own_stays(somebody, make, house):
    patient = somebody()
    with make.begin() as session:
        a.message(session, patient, None, body="Your letter", subject="From us", channels=["email"])
    act(house, an_act(), plan)
    deliver(house, an_act(), {"email": Post("refused")})
    post = Post()
    deliver(house, an_act(NOON + PAUSE), {"email": post})
    assert [each.body for each in post.sent] == ["Your letter"]


def test_what_an_outage_held_up_does_not_come_all_on_one_day(somebody, planned, house, read):
    patient = somebody()
    first = planned(patient)
    act(house, an_act(), plan)
    planned(patient, planned_at=NOON + DAY)
    # the one released yesterday has not left yet, so it leaves today
    act(house, an_act(NOON + DAY), plan)
    post = Post()
    deliver(house, an_act(NOON + DAY), {"email": post})
    assert [each.message_id for each in post.sent] == [first.id]
    waits = read(select(Message.reasons, Message.not_before).where(Message.status == "planned"))
    assert waits == [(["CAP_LEGAL_DAY"], dt.datetime(2026, 3, 5, 5, 0, tzinfo=dt.UTC))]
    assert read(select(Message.counted_at).where(Message.id == first.id)) == [(NOON + DAY,)]


def test_of_several_released_one_goes_and_the_others_wait(somebody, planned, make, house, read):
    patient = somebody()
    rows = [planned(patient, priority=priority) for priority in (40, 60, 50)]
    with make.begin() as session:
        released = {"status": "released", "channel": "email", "counted_at": NOON - 3 * DAY}
        session.execute(update(Message).values(released))
    post = Post()
    assert deliver(house, an_act(), {"email": post}) == Delivered(accepted=1, kept_back=2)
    assert [each.message_id for each in post.sent] == [rows[1].id]
    waits = read(select(Message.status, Message.reasons).where(Message.id != rows[1].id))
    assert waits == [("planned", ["CAP_LEGAL_DAY"])] * 2


def test_a_channel_closed_before_sending_leaves_the_others_of_the_ladder(somebody, planned, make, house, read):
    patient = somebody()
    planned(patient, channels=["email", "sms"])
    act(house, an_act(), plan)
    with make.begin() as session:
        a.consent(session, patient, "deny", channel="email", purpose=None, from_at=NOON)
    assert deliver(house, an_act(), {"email": Post()}) == Delivered(kept_back=1)
    assert read(select(Event.kind)) == []
    act(house, an_act(), plan)
    assert read(select(Message.status, Message.channel)) == [("released", "phone_simulator")]


def test_what_is_held_before_sending_is_an_event(somebody, planned, make, house, read):
    patient = somebody()
    planned(patient)
    act(house, an_act(), plan)
    with make.begin() as session:
        session.get(a.Patient, patient.id).deceased = True
    deliver(house, an_act(), {"email": Post()})
    assert read(select(Event.kind, Event.outcome)) == [("message.held", "PERSON_DECEASED")]


@pytest.mark.parametrize("answers", [True, False])
def test_an_unknown_outcome_is_an_event(somebody, planned, house, read, answers):
    planned(somebody())
    act(house, an_act(), plan)
    if answers:
        deliver(house, an_act(), {"email": Post("unknown")})
    else:
        begun(house, an_act(), Post())
        deliver(house, an_act(NOON + LEASE + PAUSE), {"email": Post()})
    assert read(select(Event.kind, Event.outcome)) == [("message.held", "OUTCOME_UNKNOWN_HOLD")]


def test_what_is_known_is_kept_when_a_channel_breaks(somebody, planned, house, read):
    for number in range(3):
        planned(somebody(email=f"p{number}@example.org"))
    act(house, an_act(), plan)
    assert deliver(house, an_act(), {"email": Post(breaks_after=1)}) == Delivered(accepted=1, unknown=2)
    assert read(select(Message.status).order_by(Message.id)) == [("accepted",), ("unknown",), ("unknown",)]


def test_an_outcome_waits_for_a_busy_lane(somebody, planned, engine, make, house, read):
    patient = somebody()
    planned(patient)
    act(house, an_act(), plan)
    busy = make()
    event.listen(engine, "begin", lambda connection: connection.execute(text("SET LOCAL lock_timeout = '100ms'")))
    event.listen(engine, "handle_error", lambda context: busy.rollback())
    post = Post(meanwhile=lambda: lock_lanes(busy, [patient.id & 255]))
    assert deliver(house, an_act(), {"email": post}) == Delivered(accepted=1)
    assert read(select(Message.status)) == [("accepted",)]
    assert len(post.sent) == 1
