"""Two people put a journey in force: the question is bound to what was looked at, expires, is never self-answered."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.flow.entry.enrol_chosen import enrol_chosen
from journeys.flow.publishing.approve import approve
from journeys.flow.publishing.ask_to_publish import ask_to_publish
from journeys.foundation.acting import EVERYWHERE, Act, act
from journeys.foundation.audit import AuditEntry
from journeys.foundation.database import connect
from journeys.foundation.errors import Forbidden, Invalid, Stale
from journeys.store.configuration import Definition
from journeys.store.enrolments import Enrolment
from journeys.store.people import Patient
from journeys.store.putting_in_force.decline import decline
from journeys.store.putting_in_force.open_questions import open_questions
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.putting_in_force.two_people import GOOD_FOR
from journeys.store.reviews import DefinitionReview
from tests.unit.flow.clinic import a_journey, a_step, publish_plain, say

pytestmark = pytest.mark.store

JOURNEY = a_journey({"hello": a_step("send_message", "end", template="hello"), "end": a_step("end")})
BOOKED = a_journey({"end": a_step("end")}, entry={"event": "patient.changed"})


def by(clinic, who, verb, *args, **more):
    """One verb as somebody."""
    return act(clinic.house, Act(clinic.now, who, EVERYWHERE), verb, *args, **more)


def draft(clinic, content=JOURNEY, who="user:carl"):
    by(clinic, who, save_draft, "journey", "journey", say("Test"), content)


def asked(clinic, who="user:carl", **more):
    """The fingerprint of what is asked for."""
    return by(clinic, who, ask_to_publish, "journey", **more).fingerprint


def audited(database):
    """What the audit says, which no role of the house may read."""
    engine = connect(database.url, None)
    with Session(engine) as session:
        rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    engine.dispose()
    return rows


def status(clinic):
    [found] = clinic.all(Definition, kind="journey")
    return found.status


def test_a_second_person_puts_it_in_force(clinic):
    draft(clinic)
    seen = asked(clinic)
    assert status(clinic) == "draft"
    version = by(clinic, "user:petra", approve, "journey", seen)
    assert (version.number, version.published_by) == (1, "user:petra")
    [review] = clinic.all(DefinitionReview)
    assert (review.asked_by, review.closed_by, review.verdict) == ("user:carl", "user:petra", "approved")
    assert review.version_id == version.id
    assert status(clinic) == "active"


@pytest.mark.parametrize("who", ["user:carl", "user:wanda"])
def test_neither_who_asked_nor_who_wrote_any_of_it_approves(clinic, database, who):
    draft(clinic, who="user:wanda")
    draft(clinic, {**JOURNEY, "priority": 60}, who="user:carl")
    seen = asked(clinic)
    with pytest.raises(Forbidden):
        by(clinic, who, approve, "journey", seen)
    assert status(clinic) == "draft"
    assert [(row.actor, row.verb) for row in audited(database) if row.outcome == "8"] == [(who, "flow.approve")]


def test_an_edit_after_asking_voids_the_question_even_when_it_is_taken_back(clinic):
    draft(clinic)
    seen = asked(clinic)
    draft(clinic, {**JOURNEY, "priority": 60})
    with pytest.raises(Stale):
        by(clinic, "user:petra", approve, "journey", seen)
    draft(clinic)
    with pytest.raises(Stale):
        by(clinic, "user:petra", approve, "journey", seen)
    assert status(clinic) == "draft"


def test_a_template_that_changes_after_asking_voids_the_question(clinic):
    draft(clinic)
    seen = asked(clinic)
    content = {"format": 1, "name": say("hello"), "purpose": "care", "texts": {"en": {"body": "Something else"}}}
    clinic.do(publish_plain, "template", "hello", content)
    with pytest.raises(Stale):
        by(clinic, "user:petra", approve, "journey", seen)


def test_a_question_expires(clinic):
    draft(clinic)
    seen = asked(clinic)
    clinic.now += GOOD_FOR
    with pytest.raises(Stale):
        by(clinic, "user:petra", approve, "journey", seen)
    by(clinic, "user:petra", approve, "journey", asked(clinic))


def test_what_is_approved_is_what_was_looked_at(clinic):
    draft(clinic)
    asked(clinic)
    with pytest.raises(Stale):
        by(clinic, "user:petra", approve, "journey", "0" * 64)


def test_a_wrong_draft_is_not_asked_for(clinic):
    draft(clinic, {**JOURNEY, "entry": {"segment": "nobody"}})
    with pytest.raises(Invalid):
        asked(clinic)
    assert clinic.all(DefinitionReview) == []


def test_sending_back_needs_a_reason_and_ends_the_question(clinic):
    draft(clinic)
    seen = asked(clinic)
    with pytest.raises(Invalid):
        by(clinic, "user:petra", decline, "journey", "journey", " ")
    by(clinic, "user:petra", decline, "journey", "journey", "Call first")
    with pytest.raises(Stale):
        by(clinic, "user:petra", approve, "journey", seen)
    [review] = clinic.all(DefinitionReview)
    assert (review.verdict, review.note, review.version_id) == ("declined", "Call first", None)


def test_where_one_person_works_alone_one_suffices_and_the_audit_says_so(clinic, database):
    clinic.do(publish_plain, "setting", "organisation", {"format": 1, "name": say("Us"), "two_people": False})
    draft(clinic)
    by(clinic, "user:carl", approve, "journey", asked(clinic))
    [row] = [each for each in audited(database) if each.detail.get("what") == "approved"]
    assert (row.actor, row.detail["asked_by"], row.detail["needs_two"]) == ("user:carl", "user:carl", False)


def approved(clinic, content, **more):
    draft(clinic, content)
    by(clinic, "user:petra", approve, "journey", asked(clinic, **more))


def test_more_than_approved_by_segment_stop_the_journey_before_anybody_is_in(clinic, database):
    clinic.people(3)
    approved(clinic, JOURNEY, most_a_day=2)
    assert clinic.enrol() == 0
    [found] = clinic.all(Definition, kind="journey")
    assert found.status == "paused"
    assert {key: found.stopped[key] for key in ("reason", "coming", "approved")} == {
        "reason": "too-many",
        "coming": 3,
        "approved": 2,
    }
    assert clinic.all(Enrolment) == []
    [row] = [each for each in audited(database) if each.detail.get("reason") == "too-many"]
    assert row.outcome == "4"


def test_more_than_approved_who_are_chosen_stop_the_journey_too(clinic):
    approved(clinic, a_journey({"end": a_step("end")}, entry={"chosen": True}), most_a_day=2)
    clinic.people(3)
    everyone = [row.uid for row in clinic.all(Patient)]
    found = clinic.do(enrol_chosen, "journey", everyone)
    assert found.entering == []
    assert set(found.held.values()) == {"too-many"}
    assert status(clinic) == "paused"
    assert clinic.all(Enrolment) == []


def test_a_day_counts_as_a_whole_and_a_new_approval_raises_the_bound(clinic):
    clinic.people(2)
    approved(clinic, JOURNEY, most_a_day=2)
    assert clinic.enrol() == 2
    clinic.people(1)
    assert clinic.enrol() == 0
    assert status(clinic) == "paused"
    assert [each.status for each in clinic.all(Enrolment)] == ["on-hold", "on-hold"]
    by(clinic, "user:petra", approve, "journey", asked(clinic, most_a_day=3))
    clinic.resume()
    assert clinic.enrol() == 1
    assert clinic.all(Definition, kind="journey")[0].stopped is None


def test_the_next_day_begins_anew(clinic):
    clinic.people(2)
    approved(clinic, JOURNEY, most_a_day=2)
    clinic.enrol()
    clinic.pass_time(days=1)
    clinic.people(2)
    assert clinic.enrol() == 2


def test_more_than_approved_by_events_stop_the_journey_too(clinic):
    approved(clinic, BOOKED, most_a_day=1)
    first, second = clinic.people(2)
    clinic.happen("patient.changed", first)
    assert len(clinic.all(Enrolment)) == 1
    clinic.happen("patient.changed", second)
    assert len(clinic.all(Enrolment)) == 1
    assert status(clinic) == "paused"


def test_a_journey_that_only_a_pack_brought_has_no_bounds(clinic):
    clinic.people(3)
    clinic.publish(JOURNEY)
    assert clinic.enrol() == 3


def waiting_for(clinic, who):
    """The slugs of what waits for somebody's approval."""
    return [each.definition.slug for each in by(clinic, who, open_questions, ("journey",))]


def test_what_waits_is_shown_to_whoever_may_answer_until_it_ends_or_is_answered(clinic):
    draft(clinic)
    assert waiting_for(clinic, "user:petra") == []
    seen = asked(clinic)
    assert waiting_for(clinic, "user:petra") == ["journey"]
    assert waiting_for(clinic, "user:carl") == []
    assert by(clinic, "user:petra", open_questions, ("template",)) == []
    clinic.now += GOOD_FOR
    assert waiting_for(clinic, "user:petra") == []
    clinic.now -= GOOD_FOR
    by(clinic, "user:petra", approve, "journey", seen)
    assert waiting_for(clinic, "user:petra") == []
