"""Publishing: all problems at once, or one immutable version pinned to what it uses."""

from copy import deepcopy

import pytest
from sqlalchemy import select

from journeys.criteria.known import known
from journeys.criteria.value_sets.publish_value_set import publish_value_set
from journeys.flow.proving.checking import problems_of
from journeys.flow.publishing.publish import publish
from journeys.flow.running.versions import published
from journeys.flow.steps import STEPS
from journeys.flow.text.catalogue import Catalogue
from journeys.foundation.errors import Invalid, Missing, Stale
from journeys.store.configuration import Definition, DefinitionVersion, JourneyListener, VersionPin
from journeys.store.contact import Message
from journeys.store.putting_in_force.save_draft import save_draft
from tests import make
from tests.unit.flow.clinic import a_journey, a_step, publish_plain, say

pytestmark = pytest.mark.store

GOOD = a_journey({"hello": a_step("send_message", "end", template="hello"), "end": a_step("end")})

BAD = {
    "format": 1,
    "name": {},
    "entry": {"segment": "nobody"},
    "goals": [{"name": {"en": "Odd"}}],
    "colour": "red",
    "start": "nowhere",
    "steps": {
        "hello": {"type": "send_message", "config": {"template": "gone"}, "next": {"next": "astray"}},
        "pause": {"type": "wait", "config": {"for": {"days": 0}}, "next": {"later": "end"}},
        "fax": {"type": "fax"},
        "Odd Name": {"type": "end"},
        "end": {"type": "end", "stage": "finale"},
    },
}


def versions(clinic):
    with clinic.sessions() as session:
        kind = DefinitionVersion.definition_id.in_(select(Definition.id).where(Definition.kind == "journey"))
        return [version.number for version in session.scalars(select(DefinitionVersion).where(kind))]


def test_everything_wrong_is_said_and_nothing_is_written(clinic):
    with pytest.raises(Invalid) as refused:
        clinic.publish(BAD)
    assert [str(problem) for problem in refused.value.problems] == [
        "colour: colour is not known here; known are: comments, description, entry, exits, focus, format, goals, group,"
        " name, priority, purpose, reentry, start, steps",
        "name: This should be a text for each language",
        "goals.0: Give either an event or a rule",
        f"steps.fax.type: There is no step type fax; there are: {', '.join(sorted(STEPS))}",
        "steps.Odd Name: Use lower-case letters, digits and hyphens, for example recall-due",
    ]
    assert versions(clinic) == []
    assert clinic.all(Definition, slug="journey") == []


def test_when_the_form_is_right_every_check_speaks(clinic):
    mended = {**deepcopy(BAD), "name": say("Bad"), "goals": [], "purpose": "promotional", "start": "pause"}
    mended.pop("colour")
    for step_id in ("fax", "Odd Name"):
        mended["steps"].pop(step_id)
    mended["steps"]["hello"] = a_step("send_message", "astray", template="hello")
    mended["steps"]["pause"]["next"]["next"] = "hello"
    with pytest.raises(Invalid) as refused:
        clinic.publish(mended)
    assert [str(problem) for problem in refused.value.problems] == [
        "entry.segment: There is no published segment nobody",
        "steps.pause.config.for: This should be more than nothing",
        "steps.pause: No way from here leads to an end",
        "steps.pause.next.later: This step has no way out later; it has: next",
        "steps.hello: No way from here leads to an end",
        "steps.hello.next.next: The way out next leads to astray, and there is no such step",
        "steps.hello.config.template: The template is for care, the journey for promotional",
        "steps.end.stage: There is no stage finale; there are: access, adherence, education, follow-up, guidance,"
        " post-visit, pre-visit, scheduling, visit",
        "steps.end: No way leads to this step",
    ]


@pytest.mark.parametrize(
    "content",
    [
        None,
        [],
        "x",
        {"steps": []},
        {"steps": {"a": 1}},
        {"steps": {"a": {"type": []}}},
        {"start": ["a"], "focus": {}, "steps": {"a": {"type": "end", "next": {"next": ["b"]}, "stage": 4}}},
        {"start": "a", "entry": [], "steps": {"a": {"type": "wait", "name": {"en": 5}, "config": {"for": 3}}}},
        {"start": "a", "steps": {"a": {"type": "branch", "config": {"branches": [{"port": "b", "rule": {"all": 1}}]}}}},
    ],
)
def test_whatever_is_given_has_problems_and_raises_nothing(content):
    assert problems_of(content, Catalogue())


def test_a_format_from_the_future_is_refused(clinic):
    with pytest.raises(Invalid) as refused:
        clinic.publish({**GOOD, "format": 9})
    assert [str(problem) for problem in refused.value.problems] == [
        "format: Format 9 is not known; this version reads formats 1 to 1"
    ]


def test_publishing_writes_one_version_with_its_listeners_and_pins(clinic):
    goal = {"name": say("Measured"), "event": "observation.recorded"}
    version = clinic.publish({**GOOD, "goals": [goal], "exits": [{"name": say("Out"), "event": "patient.changed"}]})
    assert (version.number, version.content["goals"]) == (1, [goal])
    with clinic.sessions() as session:
        listeners = session.scalars(select(JourneyListener).order_by(JourneyListener.purpose)).all()
        pins = session.scalars(select(VersionPin).order_by(VersionPin.kind)).all()
    assert [(each.purpose, each.event_kind) for each in listeners] == [
        ("exit", "patient.changed"),
        ("goal", "observation.recorded"),
    ]
    assert [(each.kind, each.slug) for each in pins] == [("segment", "everyone"), ("template", "hello")]
    assert clinic.rung == ["enrol"]
    assert clinic.publish(version.content).number == 1, "an unchanged draft makes no new version"


def test_a_new_template_is_used_after_publishing_again(clinic):
    first = clinic.publish(GOOD)
    clinic.people()
    clinic.enrol()
    new_template = clinic.do(lambda session, _: make.template(session, "hello", name=say("Hello again")))
    second = clinic.publish(GOOD)
    assert (first.number, second.number) == (1, 2)
    clinic.people()
    clinic.enrol()
    clinic.run()
    used = [row.template_version_id for row in clinic.all(Message)]
    assert len(used) == 2
    assert used.count(new_template) == 1, "whoever is in stays with what the journey was published with"


def test_segments_inside_segments_are_pinned_too(clinic):
    clinic.do(publish_plain, "segment", "outer", {"format": 1, "name": say("Outer"), "rule": {"segment": "everyone"}})
    rule = {"segment": "outer"}
    steps = {
        "part": a_step("branch", {"in": "end", "otherwise": "end"}, branches=[{"port": "in", "rule": rule}]),
        "end": a_step("end"),
    }
    clinic.publish(a_journey(steps))
    nobody = {"field": "deceased", "is": "true"}
    clinic.do(publish_plain, "segment", "everyone", {"format": 1, "name": say("All"), "rule": nobody})
    clinic.people()
    assert clinic.enrol() == 1
    clinic.run()
    assert clinic.walked() == ["part>in", "end>end"]


def test_somebody_elses_draft_is_not_published_unseen(clinic):
    def save_only(session, doing):
        return save_draft(session, doing, "journey", "journey", say("J"), dict(GOOD)).row_version

    seen = clinic.do(save_only)
    clinic.do(lambda session, doing: save_draft(session, doing, "journey", "journey", say("K"), dict(GOOD)))
    with pytest.raises(Stale):
        clinic.do(publish, "journey", row_version=seen)
    with pytest.raises(Missing):
        clinic.do(publish, "nowhere")


def test_value_sets_of_rules_and_of_their_segments_are_pinned(clinic):
    def write(session, doing, codes):
        content = {"format": 1, "name": say("Asthma"), "codes": [{"code": code} for code in codes]}
        save_draft(session, doing, "value-set", "asthma", say("Asthma"), content)
        return publish_value_set(session, doing, "asthma").id

    with_asthma = {"happened": "condition", "where": [{"field": "code", "is": "in_value_set", "value": "asthma"}]}
    first = clinic.do(write, ["J45"])
    clinic.do(publish_plain, "segment", "wheezing", {"format": 1, "name": say("Wheezing"), "rule": with_asthma})
    version = clinic.publish({**GOOD, "entry": {"segment": "wheezing"}})
    second = clinic.do(write, ["J45", "J46"])
    with clinic.sessions() as session:
        [journey] = published(session, [version.id]).values()
        assert known(session).value_sets["asthma"].version_id == second
    assert journey.known.value_sets["asthma"].version_id == first
    assert journey.pins["value-set", "asthma"] == first
    assert clinic.publish({**GOOD, "entry": {"segment": "wheezing"}}).number == 2
