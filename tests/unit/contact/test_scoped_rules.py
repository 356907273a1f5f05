"""Contact rules for some patients, visits, channels and places only; tried before they are in force."""

import datetime as dt

import pytest
from sqlalchemy import func, select

from journeys.contact.deciding.plan import Planned, plan
from journeys.contact.deciding.replay import replay
from journeys.contact.deciding.rule_set import problems
from journeys.contact.rule_drafts.preview_rule import preview_rule
from journeys.contact.rule_drafts.publish_rule import publish_rule
from journeys.contact.rule_drafts.rule_problems import outdated_segments
from journeys.contact.texts.approve_text import approve_text
from journeys.contact.texts.ask_for_text import ask_for_text
from journeys.contact.texts.retire_text import retire_text
from journeys.criteria.publish_segment import publish_segment
from journeys.foundation.acting import act
from journeys.foundation.errors import Forbidden, Invalid, Stale
from journeys.store.access import Appointment
from journeys.store.contact import Message
from journeys.store.organisation import ServiceLine
from journeys.store.putting_in_force.definitions import CONTACT_RULE, SEGMENT, find
from journeys.store.putting_in_force.save_draft import save_draft
from tests import make as a
from tests.make import NOON, an_act

NOON_REST = {"rule": "quiet_hours", "parameters": {"starts": "12:00", "ends": "14:30"}, "citation": "Our own decision"}
APPROVED = {"approved_by": "A. Counsel", "approved_on": "2026-03-01"}
NOT_YET = dict.fromkeys(APPROVED)
CARL, PETRA = "user:carl", "user:petra"


def rule(session, slug="siesta", by=CARL, **scope):
    content = {"format": 1, "name": {"en": slug}, **NOON_REST, **APPROVED, **scope}
    return save_draft(session, an_act(by=by), CONTACT_RULE, slug, {"en": slug}, content)


def segment(session, slug, gender):
    content = {"format": 1, "name": {"en": slug}, "rule": {"field": "gender", "is": "is", "value": gender}}
    save_draft(session, an_act(), SEGMENT, slug, {"en": slug}, content)
    return publish_segment(session, an_act(), slug, confirmed=True)


def written_to(session, version, **facts):
    patient = a.person(session, **facts)
    a.consent(session, patient)
    return a.message(session, patient, version)


def test_a_rule_for_a_segment_binds_its_members_only_and_replays(make, house, read):
    with make.begin() as session:
        version = a.template(session)
        segment(session, "women", "female")
        her = written_to(session, version, gender="female")
        his = written_to(session, version, gender="male")
        rule(session, segments=["women"])
        publish_rule(session, an_act(), "siesta")
    assert act(house, an_act(), plan) == Planned(released=1, deferred=1)
    assert read(select(Message.id, Message.reasons)) == [(her.id, ["QUIET_HOURS"]), (his.id, [])]
    with make.begin() as session:
        segment(session, "women", "other")
    assert all(each.is_same for message in (her, his) for each in act(house, an_act(), replay, message.id))


def test_a_segment_means_what_it_meant_when_the_rule_was_published(make, house, read):
    with make.begin() as session:
        version = a.template(session)
        segment(session, "women", "female")
        rule(session, segments=["women"])
        first = publish_rule(session, an_act(), "siesta")
        segment(session, "women", "other")
        written_to(session, version, gender="female")
        assert outdated_segments(session, first) == ["women"]
    assert act(house, an_act(), plan) == Planned(deferred=1)
    with make.begin() as session:
        second = publish_rule(session, an_act(), "siesta")
        assert (second.number, outdated_segments(session, second)) == (2, [])
        written_to(session, version, gender="female")
    assert act(house, an_act(), plan) == Planned(released=1)


def visit(session, patient, line):
    visit = Appointment(patient_id=patient.id, status="booked", start_at=NOON + dt.timedelta(days=3))
    visit.service_line_id = line.id
    return a.added(session, visit)


def test_a_rule_for_a_service_line_binds_messages_about_its_visits(make, house, read):
    with make.begin() as session:
        version = a.template(session)
        lines = [a.added(session, ServiceLine(slug=slug, name={"en": slug})) for slug in ("heart", "skin")]
        for line in lines:
            patient = a.person(session)
            a.consent(session, patient)
            about = visit(session, patient, line)
            a.message(session, patient, version, focus_kind="appointment", focus_id=about.id)
        written_to(session, version)
        rule(session, service_lines=["heart"])
        publish_rule(session, an_act(), "siesta")
    assert act(house, an_act(), plan) == Planned(released=2, deferred=1)


@pytest.mark.parametrize(
    ("scope", "places"),
    [
        ({"segments": ["nobody"]}, ["segments"]),
        ({"service_lines": ["none"]}, ["service_lines"]),
        ({"jurisdictions": ["Florida"]}, ["jurisdictions"]),
        ({"effective_from": "2026-05-01", "effective_to": "2026-05-01"}, ["effective_to"]),
        ({"media": ["sms"], "citation": ""}, ["citation"]),
        ({"parameters": {"starts": "noon"}}, ["parameters.starts"]),
    ],
)
def test_every_problem_of_a_scope_is_told_at_its_place(make, house, scope, places):
    with make.begin() as session:
        rule(session, **scope)
    with pytest.raises(Invalid) as refused:
        act(house, an_act(), publish_rule, "siesta")
    assert [each.where for each in refused.value.problems] == places


def test_countries_states_and_unions_are_places():
    assert problems({**NOON_REST, "jurisdictions": ["US", "US-FL", "EU", "BR-SP"]}) == []


def test_a_second_person_approves_what_was_judged_and_nothing_else(make):
    with make.begin() as session:
        segment(session, "women", "female")
        rule(session, segments=["women"], **NOT_YET)
        with pytest.raises(Invalid, match="Say who approved this rule"):
            publish_rule(session, an_act(), "siesta")
        seen = ask_for_text(session, an_act(by=CARL), CONTACT_RULE, "siesta").fingerprint
        with pytest.raises(Forbidden):
            approve_text(session, an_act(by=CARL), CONTACT_RULE, "siesta", seen)
        segment(session, "women", "other")
        with pytest.raises(Stale):
            approve_text(session, an_act(by=PETRA), CONTACT_RULE, "siesta", seen)
        seen = ask_for_text(session, an_act(by=CARL), CONTACT_RULE, "siesta").fingerprint
        rule(session, "another", media=["email"])
        publish_rule(session, an_act(), "another")
        with pytest.raises(Stale):
            approve_text(session, an_act(by=PETRA), CONTACT_RULE, "siesta", seen)
        seen = ask_for_text(session, an_act(by=CARL), CONTACT_RULE, "siesta").fingerprint
        assert approve_text(session, an_act(by=PETRA), CONTACT_RULE, "siesta", seen).number == 1


def test_a_retired_rule_binds_no_more(make, house):
    with make.begin() as session:
        rule(session)
        publish_rule(session, an_act(), "siesta")
        written_to(session, a.template(session))
        retire_text(session, an_act(), CONTACT_RULE, "siesta")
        assert find(session, CONTACT_RULE, "siesta").status == "retired"
    assert act(house, an_act(), plan) == Planned(released=1)


def test_a_preview_says_who_would_be_held_why_and_whom_nothing_else_holds(make, house, read):
    with make.begin() as session:
        segment(session, "women", "female")
        agreed = a.person(session, gender="female")
        a.consent(session, agreed)
        a.person(session, gender="female")
        a.consent(session, a.person(session, gender="male"))
        rule(session, segments=["women"])
    found = act(house, an_act(), preview_rule, "siesta", "care", "sms")
    assert (found.tried, found.is_all, found.held, found.newly) == (2, True, 2, 1)
    assert found.reasons == (("QUIET_HOURS", 2),)
    assert {each.patient.gender for each in found.sample} == {"female"}
    evening = an_act(NOON + dt.timedelta(hours=5))
    assert act(house, evening, preview_rule, "siesta", "care", "sms").held == 0
    assert read(select(func.count()).select_from(Message)) == [(0,)]


def test_a_preview_tries_visits_of_a_service_line_and_a_rule_of_the_future(make, house):
    with make.begin() as session:
        line = a.added(session, ServiceLine(slug="heart", name={"en": "Heart"}))
        visit(session, a.person(session), line)
        a.person(session)
        rule(session, service_lines=["heart"], effective_from="2030-01-01")
    found = act(house, an_act(), preview_rule, "siesta", "care", "sms")
    assert (found.tried, found.held) == (1, 1)


def test_a_preview_of_what_cannot_be_published_tells_the_problems(make, house):
    with make.begin() as session:
        rule(session, segments=["nobody"])
    with pytest.raises(Invalid, match="no published segment nobody"):
        act(house, an_act(), preview_rule, "siesta", "care", "sms")
