"""What planning knows of channels that are stopped, down, or may not write first: it says so, and finds another way."""

import datetime as dt

import pytest
from sqlalchemy import select

from journeys.contact.accounts.health import FAILURES, note_health
from journeys.contact.accounts.resume_channel import resume_channel
from journeys.contact.accounts.save_account import AccountGiven, save_account
from journeys.contact.accounts.stop_channel import stop_channel
from journeys.contact.channels import CHANNELS
from journeys.contact.channels.base import Outcome
from journeys.contact.deciding.plan import Planned, plan
from journeys.contact.deciding.replay import replay
from journeys.foundation.acting import act
from journeys.store.contact import Message, MessageCandidate
from tests import make as a
from tests.make import NOON, an_act

SMS = "sms_gateway"
WHATSAPP = "whatsapp_cloud"


@pytest.fixture
def opened(house):
    """`opened(slug, …)`: open an account of the gateway, or of another kind."""

    def opened(slug, kind=SMS, branches=(), **settings):
        settings = settings or {"url": "https://sms.example/send", "user": "clinic", "password": "word"}
        made = CHANNELS[kind].Settings(**settings)
        given = AccountGiven(kind=kind, name=slug, settings=made, is_sandbox=False, branches=branches)
        act(house, an_act(), save_account, slug, given)

    return opened


@pytest.fixture
def wanted(make):
    """`wanted(channels, …)`: a message that waits to be decided; its id."""

    def wanted(channels, at=None, **facts):
        with make.begin() as session:
            patient = a.person(session, sms=f"+1212555{facts.pop('number', 100):04}", email="ana@example.org", at=at)
            a.consent(session, patient)
            version = session.scalar(select(Message.template_version_id).limit(1)) or a.template(session)
            return a.message(session, patient, version, channels=channels, **facts).id

    return wanted


@pytest.fixture
def decide(house):
    """`decide(after)`: plan, so long after noon."""

    def decide(after=dt.timedelta(0)):
        return act(house, an_act(NOON + after), plan, channels=(SMS, WHATSAPP, "email"))

    return decide


@pytest.fixture
def of_message(read):
    """`of_message(id)`: its status, channel, reasons and when it is looked at again."""

    def of_message(number):
        columns = (Message.status, Message.channel, Message.reasons, Message.not_before)
        return tuple(read(select(*columns).where(Message.id == number))[0])

    return of_message


@pytest.fixture
def fails(make):
    """`fails(times)`: the provider of the front desk refuses so many messages."""

    def fails(times=FAILURES, **more):
        outcomes = [Outcome(each, "refused", error="no-answer", is_down=True, **more) for each in range(times)]
        with make.begin() as session:
            note_health(session, an_act(), "front-desk", outcomes)

    return fails


@pytest.mark.parametrize("channel", ["front-desk", "*"])
def test_what_is_stopped_takes_nothing_and_says_so(house, opened, wanted, decide, of_message, channel):
    opened("front-desk")
    message = wanted(["sms"])
    act(house, an_act(), stop_channel, channel)
    assert decide() == Planned(deferred=1)
    assert of_message(message) == ("planned", None, ["KILL_SWITCH"], NOON + dt.timedelta(hours=1))
    (replayed,) = act(house, an_act(), replay, message)
    assert replayed.is_same
    act(house, an_act(), resume_channel, channel)
    assert decide() == Planned(released=1)


def test_another_channel_of_the_ladder_takes_what_one_that_is_stopped_cannot(house, opened, wanted, decide, of_message):
    opened("front-desk")
    message = wanted(["sms", "email"])
    act(house, an_act(), stop_channel, "front-desk")
    decide()
    assert of_message(message)[:3] == ("released", "email", [])


def test_only_the_branches_of_the_stopped_account_wait(house, make, opened, wanted, decide, of_message):
    with make.begin() as session:
        home, uptown = a.branch(session), a.branch(session, "uptown")
    opened("everybody")
    opened("uptown", branches=(uptown.id,))
    here, there = wanted(["sms"], at=home, number=1), wanted(["sms"], at=uptown, number=2)
    act(house, an_act(), stop_channel, "uptown")
    decide()
    assert (of_message(here)[0], of_message(there)[2]) == ("released", ["KILL_SWITCH"])


def test_a_second_account_for_the_same_patients_takes_what_the_first_cannot(house, opened, wanted, decide, of_message):
    opened("front-desk")
    opened("spare")
    message = wanted(["sms"])
    act(house, an_act(), stop_channel, "front-desk")
    decide()
    assert of_message(message)[0] == "released"


def test_a_provider_that_is_down_is_waited_for_until_it_is_tried_again(fails, opened, wanted, decide, of_message):
    opened("front-desk")
    message = wanted(["sms"])
    fails()
    assert decide() == Planned(deferred=1)
    assert of_message(message) == ("planned", None, ["PROVIDER_DOWN"], NOON + dt.timedelta(minutes=1))
    assert decide(dt.timedelta(minutes=1)) == Planned(released=1)


@pytest.mark.parametrize("said", [{"times": FAILURES - 1}, {"times": 1, "retry_after": 30}])
def test_a_few_failures_and_a_provider_that_asks_for_patience_move_nothing(
    fails, opened, wanted, decide, of_message, said
):
    opened("front-desk")
    message = wanted(["sms", "email"])
    fails(**said)
    decide()
    assert of_message(message)[:2] == ("released", SMS)


@pytest.mark.parametrize(("template", "reasons"), [("", ["WA_TEMPLATE_REQUIRED"]), ("greeting", [])])
def test_whoever_writes_first_needs_the_networks_template(opened, wanted, decide, of_message, template, reasons):
    secrets = {"access_token": "a", "app_secret": "b"}
    opened("talk", WHATSAPP, phone_number_id="1", template=template, **secrets)
    message = wanted(["whatsapp"])
    decide()
    assert of_message(message)[2] == reasons


def test_what_was_known_of_the_channel_is_kept_with_the_decision(fails, opened, wanted, decide, read):
    opened("front-desk")
    wanted(["sms"])
    fails()
    decide()
    ((facts,),) = read(select(MessageCandidate.facts))
    told = [facts[name] for name in ("channel_stopped", "channel_down_until", "channel_begins")]
    assert told == [False, "2026-03-03T17:01:00+00:00", True]
