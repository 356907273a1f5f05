"""Records of law: approved before they bind, binding from their first day on, by place, medium and purpose."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import select

from config import PROJECT
from journeys.contact.deciding.plan import Planned, plan
from journeys.contact.deciding.replay import replay
from journeys.contact.rule_drafts.publish_rule import publish_rule
from journeys.flow.packs.folder import read_folder
from journeys.flow.packs.load import EVERYTHING, load
from journeys.foundation.acting import act
from journeys.foundation.errors import Invalid
from journeys.store.contact import Message, MessageCandidate
from journeys.store.people import PatientAddress
from journeys.store.putting_in_force.save_draft import save_draft
from launcher.commands.pack import approved, with_needed
from tests import make as a
from tests.make import NOON, an_act

A_DAY = dt.timedelta(days=1)
APPROVED = {"approved_by": "A. Counsel", "approved_on": "2026-03-01"}
SIESTA = {
    "format": 1,
    "rule": "quiet_hours",
    "citation": "An act on siestas",
    "jurisdictions": ["US-NY"],
    "media": ["sms"],
    "purposes": ["care"],
    "effective_from": "2026-03-04",
    "parameters": {"starts": "12:00", "ends": "14:00"},
}


def publish(make, slug, **content):
    with make.begin() as session:
        save_draft(session, an_act(), "contact-rule", slug, {"en": slug}, {**SIESTA, **content})
        publish_rule(session, an_act(), slug)


def a_message(session, version, state="NY", **facts):
    patient = a.person(session)
    address = PatientAddress(patient_id=patient.id, use="home", text="1 Main St", country="US", state=state)
    a.added(session, address)
    a.consent(session, patient, purpose=None)
    return a.message(session, patient, version, channels=["sms"], **facts).id


def test_a_record_binds_from_its_first_day_on(make, house, read):
    publish(make, "siesta", **APPROVED)
    with make.begin() as session:
        version = a.template(session)
        before = a_message(session, version)
    assert act(house, an_act(), plan) == Planned(released=1)
    with make.begin() as session:
        after = a_message(session, version)
    assert act(house, an_act(NOON + A_DAY), plan) == Planned(deferred=1)
    told = dict(read(select(Message.id, Message.reasons)))
    assert told == {before: [], after: ["QUIET_HOURS"]}
    assert len(set(read(select(MessageCandidate.rules_version)))) == 2
    for message in told:
        (again,) = act(house, an_act(NOON + 2 * A_DAY), replay, message)
        assert again.is_same


def test_a_record_ends(make, house, read):
    publish(make, "siesta", effective_to="2026-03-05", **APPROVED)
    with make.begin() as session:
        a_message(session, a.template(session))
    assert act(house, an_act(NOON + 2 * A_DAY), plan) == Planned(released=1)


@pytest.mark.parametrize(
    ("state", "facts", "reasons"),
    [
        ("NY", {}, ["QUIET_HOURS"]),
        ("NJ", {}, []),
        ("NY", {"purpose": "transactional"}, []),
    ],
)
def test_a_record_binds_its_place_and_purpose(make, house, read, state, facts, reasons):
    publish(make, "siesta", **APPROVED)
    with make.begin() as session:
        version = a.template(session, purpose=facts.get("purpose", "care"))
        a_message(session, version, state, **facts)
    act(house, an_act(NOON + A_DAY), plan)
    assert read(select(Message.reasons)) == [(reasons,)]


@pytest.mark.parametrize(("given", "missing"), [({}, ["approved_by", "approved_on"]), (APPROVED, [])])
def test_a_record_binds_once_somebody_approved_it(make, given, missing):
    if not missing:
        publish(make, "siesta", **given)
        return
    with pytest.raises(Invalid) as refused:
        publish(make, "siesta", **given)
    assert [each.where for each in refused.value.problems] == missing


@pytest.mark.parametrize("name", ["law-us", "law-eu", "law-brazil", "law-india"])
def test_a_pack_of_law_is_loaded_as_drafts_and_binds_when_approved(make, house, read, name):
    base, law = with_needed(PROJECT / "seed" / "packs" / name)
    act(house, an_act(), load, base, publish_folders=EVERYTHING)
    with pytest.raises(Invalid):
        act(house, an_act(), load, law, publish_folders=EVERYTHING)
    act(house, an_act(), load, law)
    act(house, an_act(), load, approved(law, "A. Counsel", NOON.date()), publish_folders=EVERYTHING, replace=True)
    with make.begin() as session:
        a_message(session, a.template(session))
    assert act(house, an_act(), plan) == Planned(released=1)


def test_who_approved_a_rule_already_stays():
    law = read_folder(PROJECT / "seed" / "packs" / "law-india")
    once = approved(law, "A. Counsel", NOON.date())
    twice = approved(once, "B. Counsel", (NOON + A_DAY).date())
    assert twice == once
    assert replace(once, parts=law.parts) == law
