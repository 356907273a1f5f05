"""Templates: what may be written, what it becomes, and how long it gets."""

import datetime as dt

import pytest
from sqlalchemy import select

from journeys.contact.texts import merge
from journeys.contact.texts.merge_fields import MERGE_FIELDS, Subject, day, time_of_day
from journeys.contact.texts.publish_template import publish_template
from journeys.contact.texts.sms_text import measure
from journeys.contact.texts.templates import problems, read_variant
from journeys.foundation.acting import act
from journeys.foundation.errors import Invalid
from journeys.store.configuration import DefinitionVersion
from journeys.store.putting_in_force.save_draft import save_draft
from tests.make import an_act

RIGHT = {
    "format": 1,
    "name": {"en": "Recall"},
    "purpose": "care",
    "content_level": 1,
    "texts": {
        "en": {"subject": "Visit", "body": "{{clinic.name}}: see you on {{appointment.date}}. STOP to end."},
        "es": {"subject": "Cita", "body": "{{clinic.name}}: hasta el {{appointment.date}}. STOP: fin."},
    },
    "answers": {"1": "confirm", "2": "decline"},
}


def said(content, languages=("en", "es")):
    return [(each.where, each.severity, str(each)) for each in problems(content, languages)]


def test_a_right_template_has_no_problems():
    assert said(RIGHT) == []


@pytest.mark.parametrize(
    ("change", "where", "word"),
    [
        ({"purpose": "gossip"}, "purpose", "Choose one of"),
        ({"format": 2}, "format", "reads format 1"),
        ({"content_level": 0}, "texts.en.body", "reveals more"),
        ({"content_level": 9}, "content_level", "0 to 3"),
        ({"texts": {}}, "texts", "at least one language"),
        ({"texts": {"en": {"body": "x"}}}, "texts.es", "missing in es"),
        ({"texts": {"en": {"body": " "}, "es": {"body": "x"}}}, "texts.en.body", "Write the text"),
        ({"texts": {"en": {"body": "x"}, "es": {"body": "{{patient.ssn}}"}}}, "texts.es.body", "no field patient.ssn"),
        ({"texts": {"en": {"body": "x"}, "es": {"body": "{{patient.name()}}"}}}, "texts.es.body", "Write a place as"),
        ({"texts": {"en": {"body": "{{patient.given_name"}, "es": {"body": "x"}}}, "texts.en.body", "one of them is"),
        ({"texts": {"en": {"body": "x" * 500}, "es": {"body": "x"}}}, "texts.en.body", "4 text messages"),
        ({"texts": {"en": {"body": "x", "cc": "y"}, "es": {"body": "x"}}}, "texts.en.cc", "subject and a body"),
        ({"texts": {"en": {"body": "x", "subject": "a\nb"}, "es": {"body": "x"}}}, "texts.en.subject", "one line"),
        ({"texts": {"en": {"body": "x"}, "es": {"body": "x"}, "?": {"body": "x"}}}, "texts.?", "no language code"),
        ({"answers": {"STOP": "confirm"}}, "answers.STOP", "no more messages"),
        ({"answers": {"yes": "confirm", "Yes!": "decline"}}, "answers.Yes!", "twice"),
        ({"answers": {"1": "Ja, gern"}}, "answers.1", "lower-case"),
        ({"fallback": "fr"}, "fallback", "no text"),
        ({"channels": ["pigeon"]}, "channels", "Choose channels"),
        ({"subject": "x"}, "subject", "no subject"),
        ({"texts": {"en": {"body": "x", "instead": []}, "es": {"body": "x"}}}, "texts.en.instead", "Name a channel"),
        (
            {"texts": {"en": {"body": "x", "instead": {"sms": "x"}}, "es": {"body": "x"}}},
            "texts.en.instead.sms",
            "Write the",
        ),
        (
            {"texts": {"en": {"body": "x", "instead": {"fax": {}}}, "es": {"body": "x"}}},
            "texts.en.instead.fax",
            "sms, email",
        ),
        (
            {"texts": {"en": {"body": "x", "instead": {"sms": {"to": "y"}}}, "es": {"body": "x"}}},
            "texts.en.instead.sms.to",
            "subject and a body",
        ),
    ],
)
def test_each_problem_is_told_at_its_place(change, where, word):
    told = said({**RIGHT, **change})
    assert [place for place, _, text in told if word in text] != []
    assert (where, "error") in [(place, severity) for place, severity, _ in told]


def test_all_problems_are_told_at_once():
    broken = {"purpose": "?", "texts": {"en": {"body": "{{x}} {{"}, "es": {"body": ""}}, "answers": []}
    assert len(said(broken)) >= 6


def test_more_than_one_text_message_is_a_warning_that_names_the_letter():
    body = "{{clinic.name}} STOP "
    texts = {"en": {"subject": "x", "body": body + "x" * 80 + "‘"}, "es": {"subject": "x", "body": body}}
    told = said({**RIGHT, "texts": texts})
    assert [(where, severity) for where, severity, _ in told] == [("texts.en.body", "warning")]
    assert "‘" in told[0][2]


def test_publishing_tells_all_problems_or_writes_one_version(make, house, read):
    with make.begin() as session:
        save_draft(session, an_act(), "template", "recall", {"en": "Recall"}, {**RIGHT, "purpose": "?", "format": 7})
    with pytest.raises(Invalid) as refused:
        act(house, an_act(), publish_template, "recall")
    assert {each.where for each in refused.value.problems} == {"purpose", "format"}
    assert read(select(DefinitionVersion.id)) == []
    with make.begin() as session:
        save_draft(session, an_act(), "template", "recall", {"en": "Recall"}, RIGHT)
    assert act(house, an_act(), publish_template, "recall").number == 1


def test_a_channel_may_have_a_text_of_its_own():
    own = {"sms": {"body": "Short"}, "email": {"subject": "Longer"}}
    variant = read_variant({"subject": "Hello", "body": "Common", "instead": own})
    said = {medium: (variant.on(medium).subject, variant.on(medium).body) for medium in ("sms", "email", "letter")}
    assert said == {
        "sms": (("Hello",), ("Short",)),
        "email": (("Longer",), ("Common",)),
        "letter": (("Hello",), ("Common",)),
    }


def test_places_are_filled_and_nothing_else_is_understood():
    text = merge.parse('Dear {{ patient.given_name | default:"you" }}, {{clinic.name}} {% if x %}{{1+1}}')
    assert merge.fill(text, {"clinic.name": "{{patient.name}}"}) == "Dear you, {{patient.name}} {% if x %}{{1+1}}"
    with pytest.raises(merge.Unresolved):
        merge.fill(text, {"patient.given_name": "Ada", "clinic.name": ""})


def test_every_field_gives_a_text_or_nothing():
    moment = dt.datetime(2026, 3, 3, 9, 30)  # noqa: DTZ001
    known = Subject(
        "es",
        "Ada",
        "Clinic",
        "Riverside",
        "1",
        moment,
        "Lake",
        "Dr Bo",
        moment.date(),
        "https://x/m/1",
        "https://x/a/1",
        "https://x/b/1",
        "https://x/o/1",
    )
    for name, field in MERGE_FIELDS.items():
        assert field.value(known), name
        assert field.value(Subject("es")) is None, name
        assert 0 <= field.level <= 3
    assert "Ada" not in repr(known)


def test_days_and_times_are_said_in_the_language_and_stay_in_the_short_alphabet():
    moment = dt.datetime(2026, 3, 3, 9, 30)  # noqa: DTZ001
    assert (day(moment, "en"), time_of_day(moment, "en")) == ("Tuesday, March 3", "9:30 AM")
    assert (day(moment, "es-MX"), time_of_day(moment, "es")) == ("martes, 3 de marzo", "9:30")
    assert measure(time_of_day(moment, "en")).alphabet == "GSM-7"


@pytest.mark.parametrize(
    ("text", "alphabet", "units", "parts"),
    [
        ("", "GSM-7", 0, 1),
        ("x" * 160, "GSM-7", 160, 1),
        ("x" * 161, "GSM-7", 161, 2),
        ("x" * 306, "GSM-7", 306, 2),
        ("x" * 307, "GSM-7", 307, 3),
        ("€" * 80, "GSM-7", 160, 1),
        ("x" * 152 + "€" + "x" * 10, "GSM-7", 164, 2),
        ("ñ" * 160, "GSM-7", 160, 1),
        ("á" * 70, "UCS-2", 70, 1),
        ("á" * 71, "UCS-2", 71, 2),
        ("😀" * 35, "UCS-2", 70, 1),
        ("😀" * 36, "UCS-2", 72, 2),
    ],
)
def test_length_of_text_messages(text, alphabet, units, parts):
    assert (measure(text).alphabet, measure(text).units, measure(text).parts) == (alphabet, units, parts)
