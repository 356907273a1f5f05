"""From a planned message through a real Kannel to its operator and back: taken, delivered, answered."""

import datetime as dt

import pytest
from sqlalchemy import select

from journeys.contact.channels import CHANNELS
from journeys.contact.channels.base import Account
from journeys.contact.deciding.plan import plan
from journeys.contact.inbound.take_receipt import take_receipt
from journeys.contact.replies.receive import Arrived, receive
from journeys.contact.sending.deliver import Delivered, deliver
from journeys.foundation import links
from journeys.foundation.acting import act
from journeys.foundation.outgoing import Reach
from journeys.store.channel_accounts import ChannelAccount
from journeys.store.contact import Message
from tests import make as a
from tests.make import NOON, an_act
from tests.unit.contact import kannel

pytestmark = pytest.mark.skipif(not kannel.IS_HERE, reason="Kannel is not installed")

AFTER = NOON + dt.timedelta(minutes=1)


def test_a_text_goes_out_is_reported_and_answered(make, house, read, tmp_path, monkeypatch):
    kind = CHANNELS["sms_gateway"]
    with make.begin() as session:
        account = a.added(session, ChannelAccount(slug="desk", kind="sms_gateway", name="Desk", settings={})).id
        patient = a.person(session)
        a.consent(session, patient)
        a.message(session, patient, a.template(session), channels=["sms"])
    act(house, an_act(), plan, channels=("sms_gateway",))
    with kannel.door() as door, kannel.gateway(tmp_path, door.address, "STOP") as address:
        monkeypatch.setattr(links.Portal, "address", door.address.rpartition("/in/")[0])
        settings = kind.Settings(url=address, user="clinic", password="word", sender="12125550100")
        channel = kind(settings, Account(account, "desk"), Reach(frozenset({address.split("/")[2]}), 10))
        assert deliver(house, an_act(), {"desk": channel}) == Delivered(accepted=1)
        assert door.wait(lambda brought: has_reply(brought) and has_arrived(brought)), (
            tmp_path / "said.log"
        ).read_text()
    for reading in [kind.read(each) for each in door.brought]:
        for receipt in reading.receipts:
            act(house, an_act(AFTER), take_receipt, "sms_gateway", receipt)
        for each in reading.written:
            assert each.outside_id
            act(house, an_act(AFTER), receive, Arrived("sms_gateway", each.outside_id, each.sender, each.text))
    sent, came = read(select(Message.status, Message.answer).order_by(Message.id))
    assert sent.status == "delivered"
    assert came == ("received", "stop")


def has_reply(brought):
    return any("text=STOP" in each.url for each in brought)


def has_arrived(brought):
    return any("state=1&" in each.url for each in brought)
