"""What a decision rests on: the fact with its date, the very record that spoke against it, by the rules of then."""

import datetime as dt

import pytest

from journeys.contact.deciding.fact_words import CONSENT_AT, TOLD
from journeys.contact.deciding.known_facts import FACTS
from journeys.contact.deciding.plan import plan
from journeys.contact.deciding.why import why
from journeys.contact.rule_drafts.publish_rule import publish_rule
from journeys.contact.rules import RULES
from journeys.foundation.acting import act
from journeys.store.people import PatientAddress
from journeys.store.putting_in_force.save_draft import save_draft
from tests import make as a
from tests.make import NOON, an_act

NIGHT_OF_NEW_YORK = {
    "format": 1,
    "name": {"en": "New York sleeps", "es": "Nueva York duerme"},
    "rule": "quiet_hours",
    "citation": "An act on siestas",
    "jurisdictions": ["US-NY"],
    "effective_from": "2026-03-01",
    "approved_by": "A. Counsel",
    "approved_on": "2026-03-01",
    "parameters": {"starts": "12:00", "ends": "14:00"},
}


def told(ground):
    return {each.name: each.value for each in ground.facts}


def publish(make, slug, content):
    with make.begin() as session:
        save_draft(session, an_act(), "contact-rule", slug, {"en": slug}, content)
        publish_rule(session, an_act(), slug)


def a_message(make, state="NY", **said):
    with make.begin() as session:
        patient = a.person(session)
        address = PatientAddress(patient_id=patient.id, use="home", text="1 Main St", country="US", state=state)
        a.added(session, address)
        a.consent(session, patient, **said)
        return a.message(session, patient, a.template(session), channels=["sms"]).id


def grounds_of(house, message, now=NOON):
    (decision,) = act(house, an_act(now), why, message)
    (channel,) = decision.channels
    return channel.reasons


def test_a_refusal_is_told_with_its_day(make, house):
    message = a_message(make, decision="deny", purpose=None)
    act(house, an_act(), plan)
    (ground,) = grounds_of(house, message)
    assert ground.code == "OPTED_OUT_ALL"
    assert ground.rule == RULES["opted_out"].label
    assert told(ground)[CONSENT_AT] == NOON - dt.timedelta(days=365)
    (cited,) = ground.cited
    assert (cited.citation, cited.name) == (RULES["opted_out"].source, None)


@pytest.mark.parametrize(
    ("state", "hour", "citations"),
    [
        ("NY", 12, ["An act on siestas"]),
        ("NY", 21, [RULES["quiet_hours"].source]),
    ],
)
def test_the_record_that_spoke_is_cited_and_no_other(make, house, state, hour, citations):
    publish(make, "siesta", NIGHT_OF_NEW_YORK)
    message = a_message(make, state)
    act(house, an_act(NOON + dt.timedelta(hours=hour - 12)), plan)
    (ground,) = grounds_of(house, message)
    assert ground.code == "QUIET_HOURS"
    assert [each.citation for each in ground.cited] == citations
    assert told(ground)["local_now"].isoformat() == f"2026-03-03T{hour}:00:00"


def test_both_are_cited_where_both_spoke(make, house):
    publish(make, "siesta", {**NIGHT_OF_NEW_YORK, "parameters": {"starts": "12:00", "ends": "23:00"}})
    message = a_message(make)
    act(house, an_act(NOON + dt.timedelta(hours=9)), plan)
    (ground,) = grounds_of(house, message)
    assert [each.since for each in ground.cited] == [None, dt.date(2026, 3, 1)]


def test_the_rules_of_then_are_cited(make, house):
    publish(make, "siesta", NIGHT_OF_NEW_YORK)
    message = a_message(make)
    act(house, an_act(), plan)
    publish(make, "siesta", {**NIGHT_OF_NEW_YORK, "citation": "Another act", "parameters": {"starts": "01:00"}})
    act(house, an_act(NOON + dt.timedelta(minutes=1)), plan)
    (ground,) = grounds_of(house, message, NOON + dt.timedelta(days=9))
    assert [each.citation for each in ground.cited] == ["An act on siestas"]


def test_what_may_go_needs_no_ground(make, house):
    message = a_message(make)
    act(house, an_act(), plan)
    assert grounds_of(house, message) == ()


@pytest.mark.parametrize("name", RULES)
def test_every_rule_has_a_fact_that_is_told(name):
    assert set(RULES[name].needs) & set(TOLD)


def test_only_facts_that_there_are_have_words():
    assert set(TOLD) - {CONSENT_AT} <= set(FACTS)
