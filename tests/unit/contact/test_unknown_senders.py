"""What unknown senders wrote waits for a person: linked it has all its effects, once; set aside it has none."""

import datetime as dt
import threading
import uuid
from dataclasses import replace

import pytest
from sqlalchemy import select

from journeys.contact.inbound.claim_sender import claim_sender, give_back_sender
from journeys.contact.inbound.link_sender import link_sender
from journeys.contact.inbound.senders_in_inbox import MOST, senders_in_inbox
from journeys.contact.inbound.sent_form import SentForm
from journeys.contact.inbound.set_aside_sender import set_aside_sender
from journeys.contact.inbound.unknown_senders import unknown_senders
from journeys.contact.replies.receive import Arrived, receive
from journeys.foundation.acting import Scope, act
from journeys.foundation.errors import Invalid, Missing, Stale
from journeys.store.contact import Consent, Message
from journeys.store.inbox import InboundDelivery
from journeys.store.people import PatientTelecom
from tests import make as a
from tests.make import NOON, an_act

STRANGER = "+12125559999"
LATER = NOON + dt.timedelta(hours=3)


@pytest.fixture
def patient(make):
    with make.begin() as session:
        return a.person(session).uid


@pytest.fixture
def written(house, read):
    """`written(text)`: the number of the delivery of a stranger who wrote so."""

    def written(text, outside_id="1"):
        arrived = Arrived("phone_simulator", outside_id, STRANGER, text)
        assert act(house, an_act(), receive, arrived).status == "unknown-sender"
        return read(select(InboundDelivery.id).where(InboundDelivery.outside_id == outside_id))[0].id

    return written


def test_what_waits_is_shown_the_oldest_first_a_page_at_a_time(house, written):
    numbers = [written(f"text {each}", str(each)) for each in range(3)]
    page = act(house, an_act(), unknown_senders, limit=2)
    assert [(each.id, each.sender, each.text) for each in page.waiting] == [
        (numbers[0], STRANGER, "text 0"),
        (numbers[1], STRANGER, "text 1"),
    ]
    rest = act(house, an_act(), unknown_senders, after=page.after, limit=2)
    assert ([each.id for each in rest.waiting], rest.after) == ([numbers[2]], None)
    assert STRANGER not in repr(page)
    assert "text 0" not in repr(page)


def test_what_may_be_an_emergency_is_told_apart(house, written):
    written("hello", "1")
    written("I have chest pain", "2")
    page = act(house, an_act(), unknown_senders)
    assert [each.is_emergency for each in page.waiting] == [False, True]


def by(name, now=NOON):
    return replace(an_act(now), by=f"user:{name}")


def test_it_has_a_time_and_somebody_who_finds_out(house, written):
    number = written("hello")
    [waiting] = act(house, an_act(), unknown_senders).waiting
    assert (waiting.due_at, waiting.owner) == (NOON + dt.timedelta(hours=24), None)
    act(house, by("nina"), claim_sender, number)
    act(house, by("nina"), claim_sender, number)
    with pytest.raises(Stale, match="first"):
        act(house, by("rose"), claim_sender, number)
    assert act(house, an_act(), unknown_senders).waiting[0].owner == "nina"
    act(house, by("rose"), give_back_sender, number)
    act(house, by("rose"), claim_sender, number)
    assert act(house, an_act(), unknown_senders).waiting[0].owner == "rose"


def test_the_inbox_shows_those_of_each_box_and_cries_for_help_first_in_all(house, written):
    first, second, cry = (
        written(text, str(each)) for each, text in enumerate(["hello", "hi", "I have chest pain"], start=1)
    )
    act(house, by("nina"), claim_sender, second)
    act(house, by("rose"), claim_sender, cry)

    def seen(name, box):
        return [each.id for each in act(house, by(name), senders_in_inbox, box)]

    assert seen("nina", "mine") == [cry, second]
    assert seen("nina", "nobodys") == [cry, first]
    assert seen("nina", "everyone") == [cry, first, second]
    assert seen("nina", "closed") == []
    act(house, by("nina"), set_aside_sender, second, "answered")
    assert seen("nina", "mine") == [cry]


def test_what_is_for_other_branches_hides_nothing_of_ones_own(house, make, written):
    with make.begin() as session:
        theirs, ours = a.branch(session, "theirs").slug, a.branch(session, "ours").id
    for number in range(MOST + 2):
        form = SentForm("ask", 1, "en", words="hello", branch=theirs)
        arrived = Arrived("web_form", f"form-{number}", STRANGER, "hello", form=form)
        assert act(house, an_act(), receive, arrived).status == "unknown-sender"
    mine = written("hello")
    nina = replace(by("nina"), scope=Scope(frozenset({ours})))
    assert [each.id for each in act(house, nina, senders_in_inbox, "everyone")] == [mine]
    assert len(act(house, by("nina"), senders_in_inbox, "everyone")) == MOST


def test_a_linked_stop_is_one_from_when_it_came_to_hand(house, read, written, patient):
    number = written("STOP")
    received = act(house, an_act(LATER), link_sender, number, patient)
    assert (received.status, received.outcome) == ("applied", "stop")
    assert [row.decision for row in read(select(Consent.decision))] == ["deny"]
    (row,) = read(select(Message.planned_at, Message.body_sealed).where(Message.direction == "inbound"))
    assert row.planned_at == NOON
    assert read(select(InboundDelivery.status)) == [("applied",)]
    assert act(house, an_act(LATER), unknown_senders).waiting == []
    assert [row.status for row in read(select(PatientTelecom.status))] == ["usable"]


def test_a_kept_address_finds_the_next_reply_and_is_written_to_by_nobody_yet(house, read, written, patient):
    act(house, an_act(LATER), link_sender, written("hello"), patient, keeps_address=True)
    assert [row.status for row in read(select(PatientTelecom.status).order_by(PatientTelecom.id))] == [
        "usable",
        "unverified",
    ]
    again = act(house, an_act(LATER), receive, Arrived("phone_simulator", "2", STRANGER, "it is me"))
    assert again.status == "applied"


def test_it_is_dealt_with_once(house, read, written, patient):
    number = written("hello")
    act(house, an_act(LATER), link_sender, number, patient)
    with pytest.raises(Stale):
        act(house, an_act(LATER), link_sender, number, patient)
    with pytest.raises(Stale):
        act(house, an_act(LATER), set_aside_sender, number, "advertising")
    with pytest.raises(Missing):
        act(house, an_act(LATER), unknown_senders, number)
    assert len(read(select(Message.id))) == 1


def test_two_who_deal_with_it_at_once_are_one(house, read, written, patient):
    number = written("STOP")
    together = threading.Barrier(3)
    results = []

    def one():
        together.wait(10)
        try:
            results.append(act(house, an_act(LATER), link_sender, number, patient).status)
        except Stale:
            results.append("stale")

    threads = [threading.Thread(target=one) for _ in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(120)
    assert sorted(results) == ["applied", "stale", "stale"]
    assert len(read(select(Consent.id))) == 1


def test_set_aside_it_has_no_effect_and_a_repetition_does_not_bring_it_back(house, read, written, patient):
    number = written("STOP")
    with pytest.raises(Invalid):
        act(house, an_act(LATER), set_aside_sender, number, "because")
    act(house, an_act(LATER), set_aside_sender, number, "nobody-here")
    arrived = Arrived("phone_simulator", "1", STRANGER, "STOP")
    assert act(house, an_act(LATER), receive, arrived).status == "repeated"
    assert read(select(InboundDelivery.status, InboundDelivery.error)) == [("ignored", "nobody-here")]
    assert read(select(Consent.id)) == []


def test_nobody_is_linked_who_is_not_there(house, written, patient):
    with pytest.raises(Missing):
        act(house, an_act(LATER), link_sender, written("x"), uuid.uuid4())
