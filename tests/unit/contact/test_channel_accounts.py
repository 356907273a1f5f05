"""Accounts of channels: opened as data, for branches, tried out, slowed down, stopped, left alone while they fail."""

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import select, text

from journeys.contact.accounts.ask_for_test import ask_for_test
from journeys.contact.accounts.channels_in_use import channels_in_use
from journeys.contact.accounts.health import FAILURES
from journeys.contact.accounts.overview import overview
from journeys.contact.accounts.resume_channel import resume_channel
from journeys.contact.accounts.save_account import AccountGiven, save_account
from journeys.contact.accounts.send_tests import send_tests
from journeys.contact.accounts.stop_channel import stop_channel
from journeys.contact.channels import CHANNELS, open_channels
from journeys.contact.channels.base import Outcome
from journeys.contact.deciding.plan import plan
from journeys.contact.sending.deliver import Delivered, deliver
from journeys.contact.sending.retries import USUAL, Retry, RetryGiven
from journeys.foundation.acting import act
from journeys.foundation.audit import AuditEntry
from journeys.foundation.database import OWNER, connect
from journeys.foundation.errors import Invalid, Missing, Stale
from journeys.foundation.outgoing import Reach
from journeys.store.channel_accounts import ChannelAccount, ChannelState
from journeys.store.contact import Message
from tests import make as a
from tests.make import NOON, an_act
from tests.spec.channel_cases import provider

TAKEN = {"status": 202, "body": "0: Accepted for delivery"}


def given(url="https://sms.example/send", kind="sms_gateway", **more):
    settings = CHANNELS[kind].Settings(url=url, user="clinic", password=more.pop("password", "word"))
    return AccountGiven(kind=kind, name="Front desk", settings=settings, **{"is_sandbox": False, **more})


@pytest.fixture
def opened(house):
    """`opened(address)`: the channels in use after an account at this address was opened."""

    def opened(url="https://sms.example/send", slug="front-desk", **more):
        act(house, an_act(), save_account, slug, given(url, **more))
        return in_use(house, url)

    return opened


def in_use(house, url="http://127.0.0.1:1"):
    reach = Reach(frozenset({url.split("/")[2]}), seconds=2)
    return act(house, an_act(), channels_in_use, open_channels(), reach)


@pytest.fixture
def released(make, house):
    """`released(n)`: so many released text messages to patients, each at a number of their own."""

    def released(count=1, at=None, **facts):
        with make.begin() as session:
            version = session.scalar(select(Message.template_version_id).limit(1)) or a.template(session)
            for each in range(count):
                patient = a.person(session, sms=f"+1212555{100 + each:04}", at=at)
                a.consent(session, patient)
                a.message(session, patient, version, channels=["sms"], **facts)
        act(house, an_act(), plan, channels=("sms_gateway",))

    return released


def statuses(read):
    return [row.status for row in read(select(Message.status).order_by(Message.id))]


def test_an_account_takes_the_place_of_what_the_environment_gives(opened, house):
    assert list(in_use(house)) == ["phone_simulator"]
    assert list(opened()) == ["front-desk"]
    assert in_use(house)["front-desk"].settings.password == "word"
    opened(active=False)
    assert list(in_use(house)) == ["phone_simulator"]


def test_a_secret_is_sealed_and_stays_when_none_is_given(opened, house, read):
    opened()
    (row,) = read(select(ChannelAccount.settings, ChannelAccount.secrets_sealed))
    assert "password" not in row.settings
    assert b"word" not in row.secrets_sealed
    opened(password="")
    assert in_use(house)["front-desk"].settings.password == "word"
    opened(password="other")
    assert in_use(house)["front-desk"].settings.password == "other"


@pytest.mark.parametrize(
    ("slug", "wrong", "where"),
    [
        ("Not A Name", {}, "slug"),
        ("email", {}, "slug"),
        ("a", {"per_minute": 0}, "per_minute"),
        ("a", {"price_per_part": Decimal(1)}, "currency"),
        ("a", {"branches": (999,)}, "branches"),
        ("a", {"refused": RetryGiven(attempts=0)}, "refused.attempts"),
        ("a", {"down": RetryGiven(first_wait=0)}, "down.first_wait"),
        ("a", {"down": RetryGiven(first_wait=10, longest_wait=5)}, "down.longest_wait"),
    ],
)
def test_what_is_wrong_is_said_where_it_is(house, slug, wrong, where):
    with pytest.raises(Invalid) as refused:
        act(house, an_act(), save_account, slug, given(**wrong))
    assert [each.where for each in refused.value.problems] == [where]


def test_two_who_change_an_account_at_once(opened, house, read):
    opened()
    (version,) = read(select(ChannelAccount.row_version))[0]
    act(house, an_act(), save_account, "front-desk", given(per_minute=3), row_version=version)
    with pytest.raises(Stale):
        act(house, an_act(), save_account, "front-desk", given(per_minute=4), row_version=version)
    with pytest.raises(Invalid):
        act(house, an_act(), save_account, "front-desk", given(), is_new=True)


def test_parts_and_cost_are_written_down(opened, released, house, read):
    released()
    with provider(TAKEN) as (address, _):
        channels = opened(address, price_per_part=Decimal("0.01"), currency="USD")
        assert deliver(house, an_act(), channels) == Delivered(accepted=1)
    (row,) = read(select(Message.status, Message.parts, Message.cost, Message.account_id))
    assert row[:3] == ("accepted", 1, Decimal("0.01"))
    seen = act(house, an_act(NOON + dt.timedelta(hours=1)), overview).accounts[0]
    assert (seen.sent.statuses, seen.sent.parts, seen.sent.cost) == ({"accepted": 1}, 1, Decimal("0.01"))


def test_what_is_refused_is_tried_again_as_the_account_says(opened, released, house, read):
    released()
    channel = opened(refused=RetryGiven(attempts=3, first_wait=7, longest_wait=10))["front-desk"]
    channel.send_one = lambda each: Outcome(each.message_id, "refused", error="no")
    now = NOON
    for wait in (7, 10):
        assert deliver(house, an_act(now), {"front-desk": channel}) == Delivered(refused=1)
        now += dt.timedelta(minutes=wait)
        assert read(select(Message.status, Message.not_before)) == [("released", now)]
    deliver(house, an_act(now), {"front-desk": channel})
    assert read(select(Message.status, Message.attempt)) == [("undeliverable", 3)]


def test_what_was_not_taken_for_the_provider_s_sake_is_tried_as_often_as_is_said_for_that(
    opened, released, house, read
):
    released()
    channel = opened(refused=RetryGiven(attempts=1), down=RetryGiven(attempts=2, first_wait=90))["front-desk"]
    channel.send_one = lambda each: Outcome(each.message_id, "refused", error="no-answer", is_down=True)
    deliver(house, an_act(), {"front-desk": channel})
    later = NOON + dt.timedelta(minutes=90)
    assert read(select(Message.status, Message.not_before)) == [("released", later)]
    deliver(house, an_act(later), {"front-desk": channel})
    assert read(select(Message.status, Message.attempt)) == [("undeliverable", 2)]


def test_what_an_account_says_of_trying_again_is_kept_and_audited(opened, database):
    retries = opened(down=RetryGiven(attempts=7))["front-desk"].retries
    assert (retries.refused, retries.down) == (USUAL.refused, Retry(7, 5, 80))
    engine = connect(database.owner_url, OWNER)
    with engine.connect() as connection:
        details = connection.scalars(select(AuditEntry.detail).where(AuditEntry.subject == "channel_account")).all()
    engine.dispose()
    assert [each["retries"]["down"]["attempts"] for each in details] == [7]


def test_a_sandbox_writes_to_its_list_alone(opened, released, house, read):
    released(2)
    with provider(TAKEN) as (address, heard):
        channels = opened(address, is_sandbox=True, allowed=("+1 (212) 555-0101",))
        assert deliver(house, an_act(), channels) == Delivered(accepted=1, kept_back=1)
    assert len([line for line in heard if "sendsms" in line or "to=" in line]) == 1
    held = read(select(Message.reasons).where(Message.status == "held"))
    assert held == [(["SANDBOX_ONLY"],)]


def test_an_account_writes_to_its_branches_alone(opened, make, house, released, read):
    with make.begin() as session:
        home, other = a.branch(session), a.branch(session, "uptown")
    released(1, at=home)
    with provider(TAKEN) as (address, _):
        only_uptown = opened(address, slug="uptown", branches=(other.id,))
        everybody = opened(address, slug="everybody")
        uptown = {"uptown": everybody["uptown"]}
        assert deliver(house, an_act(), uptown) == Delivered()
        assert deliver(house, an_act(), {"everybody": everybody["everybody"]}) == Delivered(accepted=1)
        # where nobody serves everybody, the first account does
        assert only_uptown["uptown"].account.branches == ()
        assert everybody["everybody"].account.others == (other.id,)


def test_no_more_in_a_minute_than_the_account_allows(opened, released, house, read):
    released(5)
    with provider(TAKEN) as (address, _):
        channels = opened(address, per_minute=2)
        assert deliver(house, an_act(), channels) == Delivered(accepted=2)
        assert deliver(house, an_act(NOON + dt.timedelta(seconds=59)), channels) == Delivered()
        assert deliver(house, an_act(NOON + dt.timedelta(seconds=61)), channels) == Delivered(accepted=2)
    assert sorted(statuses(read)) == ["accepted"] * 4 + ["released"]


@pytest.mark.parametrize("channel", ["front-desk", "*"])
def test_what_is_stopped_sends_nothing_and_waits(opened, released, house, read, channel):
    released()
    with provider(TAKEN) as (address, heard):
        channels = opened(address)
        act(house, an_act(), stop_channel, channel)
        act(house, an_act(NOON + dt.timedelta(hours=1), by="user:other"), stop_channel, channel)
        assert deliver(house, an_act(), channels) == Delivered()
        assert heard == []
        assert read(select(ChannelState.stopped_by)) == [("test:maker",)]
        act(house, an_act(), resume_channel, channel)
        assert deliver(house, an_act(), channels) == Delivered(accepted=1)


def test_a_provider_that_is_down_is_left_alone_and_asked_with_one_message(opened, released, house, read):
    released(FAILURES + 3)
    channels = opened("http://127.0.0.1:1")
    assert deliver(house, an_act(), channels) == Delivered(refused=FAILURES)
    assert read(select(ChannelState.failures, ChannelState.last_error)) == [(FAILURES, "no-answer")]
    assert deliver(house, an_act(NOON + dt.timedelta(seconds=30)), channels) == Delivered()
    assert deliver(house, an_act(NOON + dt.timedelta(minutes=2)), channels) == Delivered(refused=1)
    later = NOON + dt.timedelta(minutes=30)
    with provider(TAKEN) as (address, _):
        well = opened(address)
        assert deliver(house, an_act(later), well) == Delivered(accepted=FAILURES + 3)
    assert read(select(ChannelState.failures, ChannelState.open_until)) == [(0, None)]


def test_a_provider_down_for_hours_costs_no_message_its_attempts(opened, released, house, read):
    released(2)
    channels = opened("http://127.0.0.1:1")
    now = NOON
    for _ in range(40):
        deliver(house, an_act(now), channels)
        now += dt.timedelta(minutes=5)
    assert set(statuses(read)) == {"released"}


def test_a_test_says_what_failed(opened, house, read):
    channels = opened("http://127.0.0.1:1")
    act(house, an_act(), ask_for_test, "front-desk", "+12125550123")
    assert send_tests(house, an_act, channels) == 1
    (row,) = read(select(ChannelState.trial_error, ChannelState.trial_to_sealed))
    assert row == ("no-answer", None)
    with provider(TAKEN) as (address, heard):
        channels = opened(address)
        act(house, an_act(), ask_for_test, "front-desk", "+12125550123")
        assert send_tests(house, an_act, channels) == 1
        assert "This%20is%20a%20test" in heard[0]
    assert read(select(ChannelState.trial_error)) == [(None,)]
    assert send_tests(house, an_act, channels) == 0


def test_a_test_goes_nowhere_it_may_not(opened, house):
    opened(is_sandbox=True, allowed=("+12125550123",))
    with pytest.raises(Missing):
        act(house, an_act(), ask_for_test, "nothing", "+12125550123")
    for wrong in ("somebody", "+12125550199"):
        with pytest.raises(Invalid):
            act(house, an_act(), ask_for_test, "front-desk", wrong)
    act(house, an_act(), ask_for_test, "front-desk", "+1 212 555 0123")


def test_no_secret_and_no_address_stands_open_in_the_tables(opened, house, engine):
    opened(is_sandbox=True, allowed=("+12125550123",), password="canary-word")
    act(house, an_act(), ask_for_test, "front-desk", "+12125550123")
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT a::text, s::text FROM channel_account a, channel_state s")).all()
    assert rows
    assert "canary-word" not in str(rows)
    assert "12125550123" not in str(rows)
