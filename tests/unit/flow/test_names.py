"""Journeys say names where people read: of templates and their answers, queues, journeys, stages, fields, events."""

import pytest

from journeys.criteria.custom.content import CustomField
from journeys.criteria.custom.facts import FieldInRules
from journeys.criteria.known import Known
from journeys.flow.proving.checking import problems_of
from journeys.flow.text.catalogue import Catalogue, read_catalogue
from journeys.flow.text.definition import Entry
from journeys.flow.words.comparing import changes
from journeys.flow.words.entry_words import entry_words
from journeys.flow.words.names import ANSWER, QUEUE, read_names
from journeys.flow.words.outline import outline
from journeys.flow.words.problem_words import in_names
from journeys.flow.words.reader import Reader
from journeys.foundation.words import in_language
from journeys.store.putting_in_force.definitions import JOURNEY, SEGMENT, STAGE, TEMPLATE
from journeys.store.putting_in_force.save_draft import save_draft
from tests.unit.flow.clinic import a_journey

NAMES = {
    (TEMPLATE, "recall-first"): {"en": "First message", "es": "Primer mensaje"},
    (ANSWER, "recall-first", "moved"): {"en": "Has moved", "es": "Se ha mudado"},
    (QUEUE, "front-desk"): {"en": "Front desk", "es": "Recepción"},
    (JOURNEY, "care"): {"en": "Care after the stay", "es": "Cuidados"},
    (STAGE, "due"): {"en": "Due", "es": "Pendiente"},
}
DUE = CustomField("due-date", {"name": {"en": "Due date", "es": "Fecha prevista"}, "on": "patient", "type": "date"})
KNOWN = Known(custom={"due-date": FieldInRules(DUE)}, segment_names={"late": {"en": "Overdue", "es": "Atrasados"}})

ASK = {
    "type": "ask",
    "config": {
        "template": "recall-first",
        "question": "stay",
        "answer": "choice",
        "choices": ["moved", "confirm", "not-now"],
        "timeout": {"days": 2},
    },
}
TASK = {
    "type": "task",
    "config": {"queue": "front-desk", "title": {"en": "Call"}, "outcomes": [{"code": "done", "name": {"en": "Done"}}]},
}
WAIT = {"type": "wait_for_date", "config": {"until": {"date": "custom.due-date", "plus": {"days": -14}}}}
START = {"type": "start_journey", "config": {"journey": "care"}}
UNTIL = {"type": "wait", "config": {"until": {"focus": "start_at", "plus": {"hours": -2}}}}


def reader(language: str = "en") -> Reader:
    return Reader(say=lambda texts: in_language(texts, language), known=KNOWN, names=NAMES)


@pytest.mark.parametrize(
    ("language", "step", "says"),
    [
        ("en", ASK, "Ask “First message”, at most 2 days, for one of: Has moved, confirms, not now"),
        ("es", ASK, "Ask “Primer mensaje”, at most 2 days, for one of: Se ha mudado, confirms, not now"),
        ("es", TASK, "Ask Recepción: Call"),
        ("es", WAIT, "Wait until 14 days before “Fecha prevista”"),
        ("es", START, "Start the journey “Cuidados”"),
        ("en", UNTIL, "Wait until 2 hours before the beginning of the appointment"),
    ],
)
def test_steps_say_names(language, step, says):
    content = a_journey({"step": step}, focus="appointment")
    assert outline(content, reader(language))[0].sentence == says


def test_differences_say_names():
    before = a_journey({"step": {**ASK, "name": {"en": "Asked"}}})
    config = {**ASK["config"], "template": "recall-second", "choices": ["moved"], "channels": ["sms", "preferred"]}
    after = a_journey({"step": {**ASK, "name": {"en": "Asked"}, "stage": "due", "config": config}})
    names = {**NAMES, (TEMPLATE, "recall-second"): {"en": "Second message"}}
    names[ANSWER, "recall-second", "moved"] = {"en": "Moved away"}
    said = [each.says for each in changes(before, after, Reader(known=KNOWN, names=names))]
    assert said == [
        "“Asked”, Template: First message → Second message",
        "“Asked”, Choices: Moved away, confirms, not now → Moved away",
        "“Asked”, Channels: nothing → Text message, the preferred channel",
        "“Asked”, Stage: nothing → Due",
    ]


def test_a_moment_differs_as_a_whole():
    other = {"type": "wait", "config": {"until": {"focus": "end_at", "plus": {"hours": -2}}}}
    pair = (a_journey({"step": each}, focus="appointment") for each in (UNTIL, other))
    [change] = changes(*pair, reader())
    assert change.says == (
        "“step”, Until a date of the record: 2 hours before the beginning of the appointment"
        " → 2 hours before the end of the appointment"
    )


def test_problems_say_names():
    content = a_journey(
        {
            "first": {**TASK, "name": {"en": "Call them"}, "config": {**TASK["config"], "queue": "lost"}},
            "second": {"type": "start_journey", "name": {"en": "Begin"}, "config": {"journey": "care"}},
        },
        focus=None,
    )
    care = a_journey({"over": {"type": "end"}}, focus="referral")
    catalogue = Catalogue(queues=frozenset({"front-desk"}), journeys={"care": care}, names=NAMES)
    found = in_names(problems_of(content, catalogue), content, reader("es"), lambda _step, port: f"When {port}")
    said = {each.says % each.data if each.data else each.says for each in found}
    assert "There is no queue lost; there are: Recepción" in said
    assert "The journey Cuidados is about referral, this one about patients only" in said
    assert "The way out “When cancelled” leads nowhere" in said


def test_names_in_force_are_read(clinic):
    with clinic.sessions() as session:
        names = read_catalogue(session).names
    assert {key[0] for key in names} >= {TEMPLATE, QUEUE}


def test_what_is_not_in_force_has_the_name_of_its_draft(clinic):
    clinic.do(save_draft, JOURNEY, "not-yet", {"en": "Not yet", "es": "Todavía no"}, {})
    clinic.publish(a_journey({"end": {"type": "end"}}, name={"en": "In force"}), "in-force")
    with clinic.sessions() as session:
        catalogue, everywhere = read_catalogue(session), read_names(session)
    for names in (catalogue.names, everywhere):
        assert names[JOURNEY, "not-yet"] == {"en": "Not yet", "es": "Todavía no"}
        assert names[JOURNEY, "in-force"] == {"en": "In force"}
    content = a_journey({"first": {"type": "start_journey", "config": {"journey": "not-yet"}}})
    reader = Reader(names=catalogue.names)
    assert outline(content, reader)[0].sentence == "Start the journey “Not yet”"
    said = [each.says % each.data for each in in_names(problems_of(content, catalogue), content, reader) if each.data]
    assert "There is no journey Not yet in force" in said


def test_a_segment_that_is_only_a_draft_is_called_by_its_name(clinic):
    clinic.do(save_draft, SEGMENT, "lapsed-soon", {"en": "Lapsed soon", "es": "Pronto inactivos"}, {})
    content = a_journey({"end": {"type": "end"}}, entry={"segment": "lapsed-soon"})
    with clinic.sessions() as session:
        catalogue = read_catalogue(session)
    reader = Reader(say=lambda texts: in_language(texts, "es"), known=catalogue.known, names=catalogue.names)
    assert entry_words(Entry(segment="lapsed-soon"), reader) == "Members of the segment Pronto inactivos"
    said = [each.says % each.data for each in in_names(problems_of(content, catalogue), content, reader) if each.data]
    assert "There is no published segment Pronto inactivos" in said
    assert reader.rule({"segment": "lapsed-soon"}) == "is in the segment Pronto inactivos"
