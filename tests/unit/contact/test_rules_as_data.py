"""Contact rules as consultants set them: judged whole, published, in force from the next plan on."""

import datetime as dt

import pytest
from sqlalchemy import select

from journeys.contact.channels import CHANNELS
from journeys.contact.deciding.plan import Planned, plan
from journeys.contact.deciding.rule_set import as_json, parameters_of, problems
from journeys.contact.rule_drafts.publish_rule import publish_rule
from journeys.contact.rules import RULES
from journeys.contact.rules.base import DECISION_STEPS
from journeys.contact.sending.deliver import deliver
from journeys.foundation.acting import act
from journeys.foundation.calendars import BusinessCalendar
from journeys.foundation.errors import Invalid
from journeys.store.contact import Message, MessageCandidate
from journeys.store.putting_in_force.save_draft import save_draft
from tests import make as a
from tests.make import NOON, an_act


def draft(make, slug, rule, **parameters):
    content = {"format": 1, "rule": rule, "parameters": parameters}
    with make.begin() as session:
        save_draft(session, an_act(), "contact-rule", slug, {"en": slug}, content)


def test_a_published_rule_is_in_force_at_once_and_the_old_one_is_remembered(make, house, read):
    with make.begin() as session:
        version = a.template(session)
        for _ in range(2):
            patient = a.person(session)
            a.consent(session, patient)
            a.message(session, patient, version)
    assert act(house, an_act(), plan, limit=1) == Planned(released=1)
    draft(make, "siesta", "quiet_hours", starts="12:00", ends="14:30")
    act(house, an_act(), publish_rule, "siesta")
    assert act(house, an_act(), plan) == Planned(deferred=1)
    until = read(select(Message.not_before).where(Message.status == "planned"))
    assert until == [(dt.datetime(2026, 3, 3, 19, 30, tzinfo=dt.UTC),)]
    versions = read(select(MessageCandidate.rules_version).distinct().order_by("rules_version"))
    assert versions == [("1",), ("2",)]


def test_what_was_released_leaves_by_the_rules_that_are_in_force_then(make, house, read):
    with make.begin() as session:
        version = a.template(session)
        for _ in range(2):
            patient = a.person(session)
            a.consent(session, patient)
            a.message(session, patient, version)
    act(house, an_act(), plan)
    phone = {"phone_simulator": CHANNELS["phone_simulator"]()}
    assert deliver(house, an_act(), phone, limit=1).accepted == 1
    draft(make, "siesta", "quiet_hours", starts="12:00", ends="14:30")
    act(house, an_act(), publish_rule, "siesta")
    assert deliver(house, an_act(), phone).kept_back == 1
    assert sorted(read(select(Message.status))) == [("delivered",), ("planned",)]


def test_one_definition_sets_a_rule(make, house):
    draft(make, "night", "quiet_hours", starts="21:00")
    act(house, an_act(), publish_rule, "night")
    draft(make, "siesta", "quiet_hours", starts="12:00")
    with pytest.raises(Invalid) as refused:
        act(house, an_act(), publish_rule, "siesta")
    assert [each.where for each in refused.value.problems] == ["rule"]


@pytest.mark.parametrize(
    ("content", "places"),
    [
        ({"rule": "moon_phase"}, ["rule"]),
        ({"rule": "quiet_hours", "parameters": {"starts": "8 o'clock", "until": "9"}}, ["until", "starts"]),
        ({"rule": "quiet_hours", "parameters": []}, [""]),
        ({"rule": "frequency_caps", "parameters": {"a_day": "one", "purposes": "care"}}, ["a_day", "purposes"]),
        ({"rule": "frequency_caps", "parameters": {"a_day": 0, "a_week": 99}}, ["a_day", "a_week"]),
        ({"rule": "frequency_caps", "parameters": {"a_day": True}}, ["a_day"]),
        ({"rule": "consent", "parameters": {"without_asking": ["gossip"]}}, ["without_asking"]),
        ({"rule": "content_level", "parameters": {"sms": 4}}, ["sms"]),
        ({"rule": "rest_days", "parameters": {"weekdays": [1, 2, 3, 4, 5, 6, 7]}}, ["weekdays"]),
        ({"rule": "deceased", "parameters": {"unless": True}}, ["unless"]),
        ({"rule": "quiet_hours", "parameters": {"starts": "20:30"}}, []),
    ],
)
def test_every_problem_of_a_rule_is_told_at_its_place(content, places):
    told = [each.where.removeprefix("parameters").removeprefix(".") for each in problems(content)]
    assert told == places


@pytest.mark.parametrize("name", RULES)
def test_parameters_are_written_and_read_back_without_loss(name):
    rule = RULES[name]
    parameters = rule.Parameters()
    assert parameters_of(rule, {"parameters": as_json(parameters)}) == parameters


def test_no_two_rules_share_a_place_or_a_reason():
    assert len({(rule.step, rule.order) for rule in RULES.values()}) == len(RULES)
    codes = [code for rule in RULES.values() for code in rule.reasons]
    assert len(set(codes)) == len(codes)


def test_the_mask_has_a_bit_for_every_rule():
    assert len(RULES) < 63


def test_rules_stand_in_the_order_of_the_steps():
    steps = [rule.step for rule in RULES.values()]
    assert steps == sorted(steps)
    assert set(steps) == set(DECISION_STEPS)


def test_what_has_to_be_looked_at_again_before_sending_is():
    again = {rule.step for rule in RULES.values() if rule.before_sending}
    assert again >= {2, 4, 6, 10, 12}
    assert all(rule.before_sending for rule in RULES.values() if rule.step in {2, 4, 6, 10, 12})


def test_a_holiday_of_the_branch_puts_care_off(make, house, read):
    with make.begin() as session:
        calendar = a.added(
            session,
            BusinessCalendar(
                slug="riverside",
                name={"en": "Riverside"},
                zone="America/New_York",
                hours={},
                closed_days=["2026-03-03"],
            ),
        )
        patient = a.person(session, at=a.branch(session, calendar_id=calendar.id))
        a.consent(session, patient)
        a.message(session, patient, a.template(session))
    assert act(house, an_act(), plan) == Planned(deferred=1)
    assert read(select(Message.reasons, Message.not_before)) == [
        (["HOLIDAY"], dt.datetime(2026, 3, 4, 5, 0, tzinfo=dt.UTC))
    ]
    assert act(house, an_act(NOON + dt.timedelta(days=1)), plan) == Planned(released=1)
