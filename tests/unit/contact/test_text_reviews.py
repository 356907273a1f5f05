"""Two people put a template in force; what it quotes is pinned, and flagged when the clinic says it another way."""

import pytest
from sqlalchemy import select

from journeys.contact.texts.approve_text import approve_text
from journeys.contact.texts.ask_for_text import ask_for_text
from journeys.contact.texts.publish_template import publish_template
from journeys.contact.texts.publish_wording import publish_wording
from journeys.contact.texts.render import render
from journeys.contact.texts.retire_text import retire_text
from journeys.contact.texts.wording_uses import outdated_templates, uses_of_wording
from journeys.flow.text.catalogue import read_catalogue
from journeys.foundation.errors import Forbidden, Invalid, Stale
from journeys.store.configuration import Definition
from journeys.store.putting_in_force.decline import decline
from journeys.store.putting_in_force.definitions import TEMPLATE, WORDING, find
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.putting_in_force.two_people import GOOD_FOR
from journeys.store.reviews import DefinitionReview
from tests import make as a
from tests.make import NOON, an_act

HOURS = {
    "format": 1,
    "name": {"en": "Opening hours"},
    "texts": {"en": "open 8 to 5, {{clinic.phone}}", "es": "de 8 a 5"},
    "owner": "Front desk",
    "review_on": "2027-01-31",
}
LETTER = {
    "format": 1,
    "name": {"en": "Letter"},
    "purpose": "transactional",
    "content_level": 0,
    "texts": {"en": {"body": "We are {{text.hours}}."}},
}
CARL, PETRA = "user:carl", "user:petra"


@pytest.fixture
def session(make):
    with make() as session:
        yield session
        session.rollback()


def draft(session, kind, slug, content, by=CARL):
    return save_draft(session, an_act(by=by), kind, slug, content["name"], content)


def wording(session, text="open 8 to 5, {{clinic.phone}}"):
    draft(session, WORDING, "hours", {**HOURS, "texts": {"en": text, "es": text}})
    return publish_wording(session, an_act(), "hours")


def letter(session, **changed):
    draft(session, TEMPLATE, "letter", {**LETTER, **changed})


def ask(session, by=CARL, kind=TEMPLATE, slug="letter"):
    return ask_for_text(session, an_act(by=by), kind, slug).fingerprint


def test_a_second_person_puts_exactly_what_was_asked_for_in_force(session):
    wording(session)
    letter(session)
    seen = ask(session)
    version = approve_text(session, an_act(by=PETRA), TEMPLATE, "letter", seen)
    review = session.scalars(select(DefinitionReview)).one()
    assert (review.verdict, review.closed_by, review.version_id) == ("approved", PETRA, version.id)
    assert find(session, TEMPLATE, "letter").status == "active"


@pytest.mark.parametrize("who", [CARL, "user:writer"])
def test_whoever_wrote_or_asked_does_not_approve(session, who):
    wording(session)
    draft(session, TEMPLATE, "letter", LETTER, by="user:writer")
    seen = ask(session)
    with pytest.raises(Forbidden):
        approve_text(session, an_act(by=who), TEMPLATE, "letter", seen)


def test_one_person_suffices_where_the_organisation_says_so(session):
    content = {"format": 1, "name": {"en": "Organisation"}, "two_people": False}
    setting = draft(session, "setting", "organisation", content)
    a.write_version(session, an_act(), setting)
    wording(session)
    letter(session)
    assert approve_text(session, an_act(by=CARL), TEMPLATE, "letter", ask(session)).number == 1


def changed_draft(session):
    letter(session, name={"en": "Another"})


def changed_wording(session):
    wording(session, "open 9 to 4")


@pytest.mark.parametrize("change", [changed_draft, changed_wording])
def test_an_approval_is_bound_to_the_draft_and_to_what_it_quotes(session, change):
    wording(session)
    letter(session)
    seen = ask(session)
    change(session)
    with pytest.raises(Stale):
        approve_text(session, an_act(by=PETRA), TEMPLATE, "letter", seen)


def test_a_question_ends_is_overtaken_and_is_sent_back_with_a_reason(session):
    wording(session)
    letter(session)
    seen = ask(session)
    with pytest.raises(Stale):
        approve_text(session, an_act(NOON + GOOD_FOR, PETRA), TEMPLATE, "letter", seen)
    ask(session)
    with pytest.raises(Invalid):
        decline(session, an_act(by=PETRA), TEMPLATE, "letter", " ")
    decline(session, an_act(by=PETRA), TEMPLATE, "letter", "Say it shorter")
    verdicts = session.scalars(select(DefinitionReview.verdict).order_by(DefinitionReview.id)).all()
    assert verdicts == ["overtaken", "declined"]
    with pytest.raises(Stale):
        decline(session, an_act(by=PETRA), TEMPLATE, "letter", "again")


def test_what_cannot_be_published_cannot_be_asked_for(session):
    letter(session)
    with pytest.raises(Invalid, match="no approved wording hours"):
        ask(session)
    assert session.scalars(select(DefinitionReview)).all() == []


def test_a_wording_is_whole_or_refused(session):
    broken = {"format": 1, "name": {"en": "x"}, "texts": {"en": "{{text.other}} bit.ly/x {{nothing}}"}, "more": 1}
    draft(session, WORDING, "hours", broken)
    with pytest.raises(Invalid) as refused:
        publish_wording(session, an_act(), "hours")
    told = [problem.where for problem in refused.value.problems if problem.severity == "error"]
    assert sorted(told) == ["more", "owner", "review_on", "texts.en", "texts.en", "texts.en"]


def test_a_quotation_is_said_as_it_was_published_until_it_is_published_anew(session):
    wording(session)
    letter(session)
    first = publish_template(session, an_act(), "letter")
    person = a.person(session, at=a.branch(session))
    message = a.message(session, person, first.id, purpose="transactional")
    assert said(session, message) == "We are open 8 to 5, +1 212 555 0100."
    assert outdated_templates(session) == {}
    wording(session, "open 9 to 4")
    assert said(session, message) == "We are open 8 to 5, +1 212 555 0100."
    assert outdated_templates(session) == {"letter": ("hours",)}
    assert read_catalogue(session).outdated == {"letter": ("hours",)}
    assert [(each.slug, each.in_force, each.is_outdated) for each in uses_of_wording(session, "hours")] == [
        ("letter", True, True)
    ]
    second = publish_template(session, an_act(), "letter")
    assert (second.number, outdated_templates(session)) == (2, {})
    later = a.message(session, person, second.id, purpose="transactional")
    assert said(session, later) == "We are open 9 to 4."
    assert publish_template(session, an_act(), "letter").id == second.id


def said(session, message):
    return render(session, {message.id: "en"}, "sms")[message.id].body


def test_a_retired_wording_is_quoted_by_nothing_new(session):
    wording(session)
    letter(session)
    publish_template(session, an_act(), "letter")
    retire_text(session, an_act(), WORDING, "hours")
    assert outdated_templates(session) == {"letter": ("hours",)}
    with pytest.raises(Invalid):
        publish_template(session, an_act(), "letter")
    with pytest.raises(Stale):
        retire_text(session, an_act(), WORDING, "hours")
    retired = session.scalars(select(Definition).where(Definition.kind == WORDING)).one()
    assert (retired.status, retired.live_version_id) == ("retired", None)
