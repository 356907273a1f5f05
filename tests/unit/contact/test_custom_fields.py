"""Custom fields in messages: said in the message's language, as freely as their sensitivity allows, and no others."""

import pytest

from journeys.contact.texts.custom_fields import with_custom
from journeys.contact.texts.publish_template import publish_template
from journeys.contact.texts.render import render
from journeys.contact.texts.templates import problems
from journeys.foundation.errors import Invalid
from journeys.store.organisation import Location
from journeys.store.putting_in_force.save_draft import save_draft
from tests import make as a
from tests.make import an_act
from tests.unit.criteria.custom import made

TEXTS = {
    "en": {"body": 'You live {{custom.distance}} away; smoking: {{ custom.smoking-now | default:"not said" }}.'},
    "es": {"body": 'Vive a {{custom.distance}}; tabaco: {{custom.smoking-now | default:"sin dato"}}.'},
}


def template(session, texts=None, level=1, slug="letter"):
    """A published template; the id of its version."""
    content = {"format": 1, "name": {"en": slug}, "purpose": "care", "content_level": level}
    save_draft(session, an_act(), "template", slug, {"en": slug}, {**content, "texts": texts or TEXTS})
    return publish_template(session, an_act(), slug).id


@pytest.fixture
def session(make):
    with make() as session:
        yield session
        session.rollback()


def test_values_are_said_in_the_language_of_the_message(session):
    made.publish(session, "distance", "number")
    made.publish(session, "smoking-now", "choice")
    version = template(session)
    one, two = a.person(session), a.person(session, language="es", sms="+12125550124")
    made.say(session, one.id, distance=12.5, smoking_now="former")
    made.say(session, two.id, distance=1200)
    first, second = a.message(session, one, version), a.message(session, two, version)
    said = render(session, {first.id: "en", second.id: "es"}, "sms")
    assert said[first.id].body == "You live 12.5 km away; smoking: Former."
    assert said[second.id].body == "Vive a 1.200 km; tabaco: sin dato."


def test_what_is_not_recorded_and_has_no_default_is_not_said(session):
    made.publish(session, "distance", "number")
    made.publish(session, "smoking-now", "choice")
    message = a.message(session, a.person(session), template(session))
    assert render(session, {message.id: "en"}, "sms")[message.id].reason == "FIELD_UNRESOLVED"


def test_every_type_but_a_table_can_be_said(session):
    session.add(Location(slug="harbour", name="The harbour"))
    values = {
        "text": "in the morning",
        "number": 3,
        "date": "2026-02-28",
        "yes-no": True,
        "choice": "never",
        "many-choices": ["never", "former"],
        "reference": "harbour",
    }
    for kind in values:
        made.publish(session, kind, kind, **({"most_characters": 20} if kind == "text" else {}))
    body = "; ".join(f"{{{{custom.{kind}}}}}" for kind in values)
    person = a.person(session)
    made.say(session, person.id, **{kind.replace("-", "_"): value for kind, value in values.items()})
    message = a.message(session, person, template(session, {"en": {"body": body}}))
    said = render(session, {message.id: "en"}, "sms")[message.id].body
    assert said == "in the morning; 3 km; February 28, 2026; yes; Never; Never, Former; The harbour"


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"sensitivity": "sensitive"}, "level 3"),
        ({"sensitivity": "restricted"}, "There is no field custom.smoking-now"),
        ({"on": "appointment"}, "There is no field custom.smoking-now"),
    ],
)
def test_what_is_sensitive_does_not_stand_in_a_short_text(session, more, says):
    made.publish(session, "distance", "number")
    made.publish(session, "smoking-now", "choice", **more)
    with pytest.raises(Invalid, match=says):
        template(session)


def test_a_text_is_reckoned_with_at_its_longest():
    fields = with_custom([made.a_field("text", most_characters=700), made.a_field("table")])
    content = {"format": 1, "name": {"en": "x"}, "purpose": "care", "content_level": 1}
    found = problems({**content, "texts": {"en": {"body": "{{custom.tried}}"}}}, ["en"], fields)
    assert [str(each) for each in found if each.severity == "error"] == [
        "texts.en.body: The text can become 5 text messages; at most 3 may be sent. Its longest field is custom.tried"
        " with up to 700 letters. Shorten the text by 241"
    ]
