"""Before a channel is stopped: how many messages of which journeys that would hold up."""

import pytest

from journeys.contact.accounts.preview_stop import preview_stop
from journeys.contact.accounts.save_account import AccountGiven, save_account
from journeys.contact.channels import CHANNELS
from journeys.foundation.acting import act
from journeys.foundation.errors import Missing
from journeys.store.enrolments import Enrolment
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.putting_in_force.write_version import write_version
from tests import make as a
from tests.make import NOON, an_act

RECALL = {"en": "Recall"}


@pytest.fixture
def waiting(make):
    """`waiting(channels, status, …)`: a message of the journey Recall, or of none."""

    def waiting(channels, status="planned", journey=True, at=None, **facts):
        with make.begin() as session:
            preferred = facts.pop("preferred", None)
            patient = a.person(session, at=at, preferred_channel=preferred)
            if journey:
                drawn = save_draft(session, an_act(), "journey", "recall", RECALL, {"format": 1})
                version = write_version(session, an_act(), drawn)
                common = {"patient_id": patient.id, "definition_id": drawn.id, "version_id": version.id}
                times = {"entered_at": NOON, "step_entered_at": NOON, "waiting_since": NOON, "entered_by": "test"}
                enrolled = Enrolment(**common, **times, lane=patient.id & 255, status="active", step="send")
                facts |= {"enrolment_id": a.added(session, enrolled).id, "step": "send", "visit": 1}
            a.message(session, patient, None, channels=channels, status=status, body="Hello", **facts)

    return waiting


@pytest.fixture
def opened(house):
    """`opened(slug, …)`: an account of the gateway in use."""

    def opened(slug, branches=()):
        settings = CHANNELS["sms_gateway"].Settings(url="https://sms.example/send", user="clinic", password="word")
        given = AccountGiven(kind="sms_gateway", name=slug, settings=settings, is_sandbox=False, branches=branches)
        act(house, an_act(), save_account, slug, given)

    return opened


def said(house, channel):
    found = act(house, an_act(), preview_stop, channel)
    return [(each.journey, each.ready, each.waiting, each.rerouted) for each in found]


def test_what_leaves_on_it_what_has_no_other_way_and_what_has_one(house, opened, waiting):
    opened("desk")
    waiting(["sms"], "released", channel="sms_gateway")
    waiting(["sms", "email"], "released", channel="email")
    waiting(["sms"])
    waiting(["sms_gateway", "sms"])
    waiting(["preferred"], preferred="sms")
    waiting(["preferred"], preferred="email")
    waiting(["sms", "email"])
    waiting([])
    waiting(["email"])
    waiting(["sms"], journey=False)
    waiting(["sms"], "held", reasons=["NO_ADDRESS"])
    assert said(house, "desk") == [(RECALL, 1, 3, 2), (None, 0, 1, 0)]
    assert said(house, "*") == [(RECALL, 2, 7, 0), (None, 0, 1, 0)]


def test_only_the_branches_of_the_account_are_counted(house, make, opened, waiting):
    with make.begin() as session:
        home, uptown = a.branch(session), a.branch(session, "uptown")
    opened("everybody")
    opened("uptown-desk", branches=(uptown.id,))
    waiting(["sms"], at=home)
    waiting(["sms"], at=uptown)
    assert said(house, "uptown-desk") == [(RECALL, 0, 1, 0)]
    assert said(house, "everybody") == [(RECALL, 0, 1, 0)]


def test_nothing_is_held_up_where_nothing_waits(house, opened):
    opened("desk")
    assert said(house, "desk") == []
    with pytest.raises(Missing):
        said(house, "no-such-desk")
