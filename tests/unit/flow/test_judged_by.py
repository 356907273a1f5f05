"""Approval is bound to everything that a journey was judged by: whatever of it changes is said, and asked for anew."""

from typing import Any

import pytest

from journeys.contact.rule_drafts.publish_rule import publish_rule
from journeys.criteria.value_sets.publish_value_set import publish_value_set
from journeys.flow.publishing.approve import approve
from journeys.flow.publishing.ask_to_publish import ask_to_publish
from journeys.flow.publishing.changed_since import changed_since
from journeys.flow.publishing.reviewing import open_question
from journeys.flow.text.catalogue import read_catalogue
from journeys.foundation.acting import EVERYWHERE, Act, act
from journeys.foundation.errors import Stale
from journeys.store.putting_in_force.definitions import find
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.putting_in_force.two_people import CHANGED, WAITING
from tests.unit.flow.clinic import EVERYONE, Clinic, a_journey, a_step, publish_plain, say

pytestmark = pytest.mark.store

HELLO = {"hello": a_step("send_message", "end", template="hello"), "end": a_step("end")}
SILENT = {"end": a_step("end")}
IN_GROUP = a_journey(HELLO, group="recalls", priority=60)
CODES = [{"code": "J45"}]
COUGH = {"happened": "condition", "where": [{"field": "code", "is": "in_value_set", "value": "asthma"}]}


def by(clinic: Clinic, who: str, verb: Any, *args: Any) -> Any:
    """One verb as somebody."""
    return act(clinic.house, Act(clinic.now, who, EVERYWHERE), verb, *args)


def asked(clinic: Clinic, content: Any) -> str:
    """The fingerprint of what is asked for."""
    by(clinic, "user:carl", save_draft, "journey", "journey", say("Test"), content)
    return str(by(clinic, "user:carl", ask_to_publish, "journey").fingerprint)


def state(clinic: Clinic) -> tuple[str, list[str]]:
    """What has become of the question, and what changed since it was asked."""

    def look(session: Any, doing: Act) -> tuple[str, list[str]]:
        catalogue = read_catalogue(session, "journey")
        question = open_question(session, doing, find(session, "journey", "journey"), catalogue)
        assert question is not None
        return question.state, changed_since(question, catalogue)

    return by(clinic, "user:petra", look)  # type: ignore[no-any-return]


def is_refused(clinic: Clinic, fingerprint: str) -> bool:
    """Whether a second person cannot approve what was asked for."""
    try:
        by(clinic, "user:petra", approve, "journey", fingerprint)
    except Stale:
        return True
    return False


def template(clinic: Clinic, body: str, slug: str = "hello") -> None:
    content = {"format": 1, "name": say("Hello"), "purpose": "care", "texts": {"en": {"body": body}}}
    clinic.do(publish_plain, "template", slug, content)


def contact_rule(clinic: Clinic, rule: str, **parameters: Any) -> None:
    content = {"format": 1, "name": say(rule), "rule": rule, "parameters": parameters}

    def put(session: Any, doing: Act) -> None:
        slug = rule.replace("_", "-")
        save_draft(session, doing, "contact-rule", slug, say(rule), content)
        publish_rule(session, doing, slug)

    clinic.do(put)


def segment(clinic: Clinic, rule: Any, slug: str = "everyone") -> None:
    clinic.do(publish_plain, "segment", slug, {"format": 1, "name": say("All"), "rule": rule})


def value_set(clinic: Clinic, codes: Any) -> None:
    def put(session: Any, doing: Act) -> None:
        content = {"format": 1, "name": say("Asthma"), "codes": codes}
        save_draft(session, doing, "value-set", "asthma", say("Asthma"), content)
        publish_value_set(session, doing, "asthma")

    clinic.do(put)


def organisation(clinic: Clinic, **settings: Any) -> None:
    clinic.do(publish_plain, "setting", "organisation", {"format": 1, "name": say("Us"), **settings})


def other(clinic: Clinic, content: Any, slug: str = "other") -> None:
    clinic.publish(content, slug)


def sends(times: int) -> dict[str, Any]:
    """So many messages at once."""
    names = [f"send-{number}" for number in range(times)]
    steps = {
        name: a_step("send_message", after, template="hello")
        for name, after in zip(names, [*names[1:], "end"], strict=True)
    }
    return {**steps, "end": a_step("end")}


CHANGES = [
    (HELLO, lambda clinic: template(clinic, "Something else"), "The template “Hello” was changed"),
    (
        HELLO,
        lambda clinic: contact_rule(clinic, "quiet_hours", starts="18:00"),
        "Contact rule “Quiet hours, starts”: 20:00 → 18:00",
    ),
    (
        HELLO,
        lambda clinic: contact_rule(clinic, "content_level", sms=0),
        "Contact rule “Sensitive content, sms”",
    ),
    (HELLO, lambda clinic: segment(clinic, {"all": [EVERYONE]}), "The segment “All” was changed"),
    (HELLO, lambda clinic: organisation(clinic, time_zone="America/New_York"), "Time zone of the organisation: UTC → "),
    (SILENT, lambda clinic: organisation(clinic, languages=["en", "es"]), "Languages of the organisation: en → en, es"),
    (
        HELLO,
        lambda clinic: organisation(clinic, languages=["en", "es"]),
        "A check says now: The template has no text in: es",
    ),
    (
        HELLO,
        lambda clinic: other(clinic, a_journey(sends(3))),
        "A check says now: Together with other journeys (other) a patient can come to 4 messages",
    ),
]


@pytest.mark.parametrize(("steps", "change", "says"), CHANGES, ids=[says for _, _, says in CHANGES])
def test_what_changes_the_evidence_is_said_and_asked_for_anew(clinic, steps, change, says):
    template(clinic, "Hello")
    fingerprint = asked(clinic, a_journey(steps))
    assert state(clinic) == (WAITING, [])
    change(clinic)
    found, since = state(clinic)
    assert found == CHANGED
    assert [each for each in since if each.startswith(says)], since
    assert is_refused(clinic, fingerprint)


def test_what_is_asked_for_anew_is_approved(clinic):
    asked(clinic, a_journey(HELLO))
    template(clinic, "Something else")
    assert not is_refused(clinic, asked(clinic, a_journey(HELLO)))


def test_another_journey_of_the_group_is_said_with_its_priority(clinic):
    fingerprint = asked(clinic, IN_GROUP)
    other(clinic, a_journey(SILENT, group="recalls", priority=90, name=say("Other")))
    assert state(clinic) == (CHANGED, ["The journey “Other” came into the group, with priority 90"])
    assert is_refused(clinic, fingerprint)

    fingerprint = asked(clinic, IN_GROUP)
    other(clinic, a_journey(SILENT, group="recalls", priority=30, name=say("Other")))
    assert state(clinic)[1] == ["The journey “Other” has priority 30 in the group instead of 90"]
    assert is_refused(clinic, fingerprint)

    fingerprint = asked(clinic, IN_GROUP)
    other(clinic, a_journey(SILENT, group="other-group", name=say("Other")))
    assert state(clinic)[1] == ["The journey “Other” is no longer in force in the group"]
    assert is_refused(clinic, fingerprint)


def test_what_the_begun_journey_begins_in_turn_counts_too(clinic):
    other(clinic, a_journey(SILENT, name=say("Last"), entry={"chosen": True}), "last")
    begins = {"go": a_step("start_journey", "end", journey="last"), "end": a_step("end")}
    other(clinic, a_journey(begins, entry={"chosen": True}), "middle")
    mine = {"go": a_step("start_journey", "end", journey="middle"), "end": a_step("end")}
    fingerprint = asked(clinic, a_journey(mine))
    other(clinic, a_journey(HELLO, name=say("Last"), entry={"chosen": True}), "last")
    assert "The journey “Last” was changed" in state(clinic)[1]
    assert is_refused(clinic, fingerprint)


def test_a_value_set_that_a_segment_names_counts_too(clinic):
    value_set(clinic, CODES)
    segment(clinic, COUGH, "cough")
    fingerprint = asked(clinic, a_journey(HELLO, entry={"segment": "cough"}))
    value_set(clinic, [*CODES, {"code": "J46"}])
    assert state(clinic) == (CHANGED, ["The value set “Asthma” was changed"])
    assert is_refused(clinic, fingerprint)


def test_what_comes_to_bar_publishing_is_said(clinic):
    asked(clinic, a_journey(HELLO))
    clinic.do(lambda session, _: setattr(find(session, "template", "hello"), "status", "retired"))
    found, since = state(clinic)
    assert found == CHANGED
    assert since == ["A check says now: There is no published template hello"]


def test_of_a_draft_that_was_saved_again_nothing_else_is_said(clinic):
    asked(clinic, a_journey(HELLO))
    by(clinic, "user:carl", save_draft, "journey", "journey", say("Test"), a_journey(SILENT))
    assert state(clinic) == (CHANGED, ["The draft was saved again"])


NOT_BOUND = [
    (HELLO, lambda clinic: clinic.people(3)),
    (SILENT, lambda clinic: contact_rule(clinic, "quiet_hours", starts="18:00")),
    (HELLO, lambda clinic: template(clinic, "Something else", "other")),
    (HELLO, lambda clinic: other(clinic, a_journey(SILENT, group="recalls"))),
    (HELLO, lambda clinic: segment(clinic, EVERYONE, "other")),
]


@pytest.mark.parametrize(("steps", "change"), NOT_BOUND)
def test_what_changes_nothing_of_it_asks_nobody_again(clinic, steps, change):
    fingerprint = asked(clinic, a_journey(steps))
    change(clinic)
    assert state(clinic) == (WAITING, [])
    assert not is_refused(clinic, fingerprint)


def test_of_two_that_are_too_many_together_only_one_is_approved(clinic):
    asked(clinic, a_journey(sends(2)))
    first = state(clinic)
    by(clinic, "user:carl", save_draft, "journey", "second", say("Second"), a_journey(sends(2)))
    second = by(clinic, "user:carl", ask_to_publish, "second").fingerprint
    assert first == (WAITING, [])
    by(clinic, "user:petra", approve, "second", second)
    assert state(clinic)[0] == CHANGED
