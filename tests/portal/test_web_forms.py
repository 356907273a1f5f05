"""Web forms: made and published by administrators, filled in by strangers without script, cookie or sign-in."""

import datetime as dt
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from journeys.contact.forms.publish_form import publish_form
from journeys.contact.forms.submit_form import purpose_of
from journeys.contact.forms.tickets import ticket_of
from journeys.flow.publishing.publish import publish
from journeys.foundation.acting import act
from journeys.foundation.database import OWNER, connect
from journeys.store.contact import Message
from journeys.store.custom_values import CustomValue
from journeys.store.enrolments import Enrolment
from journeys.store.inbox import InboundDelivery
from journeys.store.putting_in_force.definitions import FIELD, FORM, JOURNEY, find
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.putting_in_force.write_version import write_version
from tests.make import an_act, person
from tests.portal.house import sign_in, token_of

BORN = dt.date(1980, 5, 1)
ASKED = [
    {"asks": "name", "needed": True},
    {"asks": "birth-date"},
    {"asks": "phone"},
    {"asks": "email"},
    {"asks": "reason", "choices": [{"code": "visit", "name": {"en": "A visit", "es": "Una cita"}}]},
    {"asks": "text", "needed": True},
]
BOX = {"purpose": "care", "channel": "sms", "wording": {"en": "You may write to me.", "es": "Pueden escribirme."}}
TYPED = {"name": "Zoë <b>Quill</b>", "phone": "+12125550777", "birth-date": "1980-05-01", "text": "A visit, please"}


@pytest.fixture
def engine(app: Flask):
    engine = connect(app.config["WAYMARK"].database_url, OWNER)
    yield engine
    engine.dispose()


def put_in_force(app: Flask, slug: str, **more) -> str:
    """A published form; its address."""
    name = {"en": "Write to us", "es": "Escríbanos", "fa": "به ما بنویسید"}
    content = {"format": 1, "name": name, "questions": ASKED, "consents": [BOX], **more}

    def publish(session, doing):
        save_draft(session, doing, FORM, slug, name, content)
        publish_form(session, doing, slug)

    act(app.extensions["house"], an_act(), publish)
    return f"/forms/{slug}"


def a_minute_ago(client: FlaskClient, slug: str) -> str:
    """A ticket that a person may have taken a minute to send back."""
    now = client.application.config["CLOCK"]()
    return ticket_of(purpose_of(slug), now - dt.timedelta(minutes=1))


def send(client: FlaskClient, address: str, **typed):
    ticket = a_minute_ago(client, address.rpartition("/")[2])
    return client.post(address, data={"ticket": ticket, **TYPED, **typed})


def counted(engine: Engine, kind) -> int:
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(kind))


def test_a_stranger_opens_it_without_a_cookie_and_looking_changes_nothing(app, client, engine) -> None:
    address = put_in_force(app, "looked-at")
    before = counted(engine, InboundDelivery)
    answer = client.get(address)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    assert "<h1>Write to us</h1>" in answer.text
    assert counted(engine, InboundDelivery) == before
    assert client.get("/forms/nothing").status_code == 404


def test_only_named_sites_may_show_it_in_a_frame(app, client) -> None:
    answer = client.get(put_in_force(app, "framed", sites=["https://www.example.org"]))
    assert "frame-ancestors 'self' https://www.example.org" in answer.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer.headers
    assert client.get("/sign-in/").headers["X-Frame-Options"] == "DENY"


def test_it_speaks_the_languages_in_which_it_is_written(app, client) -> None:
    address = put_in_force(app, "spoken")
    page = client.get(f"{address}?language=es").text
    assert '<html lang="es"' in page
    assert "Escríbanos" in page
    assert "Pueden escribirme." in page
    assert "Su fecha de nacimiento" in page
    assert 'dir="rtl"' in client.get(f"{address}?language=fa").text
    assert "Escríbanos" in client.get(address, headers={"Accept-Language": "es-MX"}).text
    assert "Write to us" in client.get(f"{address}?language=xx").text


def test_whether_somebody_is_known_is_not_told(app, client, engine) -> None:
    address = put_in_force(app, "silent")
    with Session(engine) as session, session.begin():
        person(session, sms="+12125550778", birth_date=BORN)
    before = counted(engine, Message)
    known = send(client, address, phone="+12125550778")
    assert counted(engine, Message) == before + 1
    unknown = send(client, address, phone="+12125550778", **{"birth-date": "1980-05-02"})
    assert counted(engine, Message) == before + 1
    assert (known.status_code, unknown.status_code) == (200, 200)

    def alike(answer) -> str:
        return re.sub(r'nonce="[^"]+"', "", answer.text)

    assert alike(known) == alike(unknown)
    assert "Thank you" in known.text


def test_what_is_wrong_is_said_at_its_place_and_nothing_typed_is_lost(app, client, engine) -> None:
    address = put_in_force(app, "wrong")
    before = counted(engine, InboundDelivery)
    typed = {"phone": "12", "text": "", "reason": "visit", "consent.0": "yes"}
    answer = send(client, address, **typed)
    assert answer.status_code == 422
    assert 'aria-describedby="phone-fault"' in answer.text
    assert 'href="#text"' in answer.text
    assert 'value="Zoë &lt;b&gt;Quill&lt;/b&gt;"' in answer.text
    assert 'value="12"' in answer.text
    assert '<option value="visit" selected>' in answer.text
    assert re.search(r'name="consent\.0" value="yes" checked', answer.text)
    assert counted(engine, InboundDelivery) == before


@pytest.mark.parametrize("change", [{"ticket": "made up"}, {"ticket": ""}, {"website": "https://spam.example"}])
def test_forged_and_machine_made_posts_are_not_taken(app, client, engine, change) -> None:
    address = put_in_force(app, "forged")
    before = counted(engine, InboundDelivery)
    answer = send(client, address, **change)
    assert answer.status_code == 422
    assert "send it once more" in answer.text
    assert "A visit, please" in answer.text
    assert counted(engine, InboundDelivery) == before


def test_an_emergency_is_answered_on_the_page(app, client) -> None:
    address = put_in_force(app, "urgent")
    answer = send(client, f"{address}?language=es", text="no puedo respirar", ticket=a_minute_ago(client, "urgent"))
    assert answer.status_code == 200
    assert "llame ahora al número de emergencias" in answer.text


def test_many_in_a_minute_are_slowed_down_and_keep_what_was_typed(app, client) -> None:
    address = put_in_force(app, "many")
    for _ in range(10):
        answer = client.post(address, data=TYPED, environ_base={"REMOTE_ADDR": "192.0.2.7"})
        assert answer.status_code == 422
    answer = client.post(address, data=TYPED, environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert answer.status_code == 429
    assert "A visit, please" in answer.text
    assert client.post(address, data=TYPED, environ_base={"REMOTE_ADDR": "192.0.2.8"}).status_code == 422
    assert client.get(address, environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 200


def test_too_much_at_once_is_not_read(app, client) -> None:
    address = put_in_force(app, "large")
    assert send(client, address, text="x" * 300_000).status_code == 413


def edited(page: str, **more) -> dict[str, str]:
    """What a browser sends of the editor: what stands in it, with changes."""
    version = re.search(r'name="row_version" value="(\d+)"', page)[1]
    return {"csrf_token": token_of(page), "row_version": version, **more}


def test_an_administrator_makes_publishes_and_closes_one(app, engine, administrator) -> None:
    page = administrator.get("/web-forms/new").text
    named = {"csrf_token": token_of(page), "name-en": "Say hello", "slug": "hello"}
    address = administrator.post("/web-forms/new", data=named).location
    assert address == "/web-forms/hello/"
    page = administrator.get(address).text
    assert "the address leads nowhere yet" in page
    asked = {"name-en": "Say hello", "questions-0-asks": "name", "sites": "https://www.example.org"}
    wrong = administrator.post(address, data=edited(page, **asked, publish="1"))
    assert wrong.status_code == 422
    assert "Ask for a phone number or an e-mail address" in wrong.text
    asked |= {"questions-1-asks": "phone", "questions-1-needed": "y", "questions-2-asks": "reason"}
    asked |= {"reasons-0-code": "visit", "reasons-0-name-en": "A visit"}
    page = administrator.get(address).text
    assert administrator.post(address, data=edited(page, **asked, publish="1")).status_code == 303
    with Session(engine) as session:
        definition = find(session, FORM, "hello")
        assert definition.status == "active"
        assert definition.draft["questions"][1] == {"asks": "phone", "needed": True}
        assert definition.draft["questions"][2]["choices"] == [{"code": "visit", "name": {"en": "A visit"}}]
    assert administrator.get("/forms/hello").status_code == 200
    page = administrator.get(address).text
    administrator.post(f"{address}close", data={"csrf_token": token_of(page)})
    assert administrator.get("/forms/hello").status_code == 404


def test_who_may_not_publish_only_drafts(app) -> None:
    carl = app.test_client()
    sign_in(carl, "carl")
    page = carl.get("/web-forms/new").text
    carl.post("/web-forms/new", data={"csrf_token": token_of(page), "name-en": "Carl's", "slug": "carls"})
    page = carl.get("/web-forms/carls/").text
    assert "Save and publish" not in page
    sent = edited(page, **{"name-en": "Carl's", "questions-0-asks": "phone", "publish": "1"})
    assert carl.post("/web-forms/carls/", data=sent).status_code == 403
    assert carl.post("/web-forms/carls/close", data={"csrf_token": token_of(page)}).status_code == 403


def test_sending_it_lets_a_known_patient_into_the_journey_that_it_opens(app, client, engine) -> None:
    address = put_in_force(app, "opening")
    steps = {"pause": {"type": "wait", "config": {"for": {"days": 9}}, "next": {"next": "end"}}, "end": {"type": "end"}}
    name = {"en": "After a form", "es": "Tras un formulario"}
    content = {"format": 1, "name": name, "entry": {"form": "opening"}, "start": "pause", "steps": steps}

    def put_in_force_too(session, doing):
        save_draft(session, doing, JOURNEY, "after-a-form", name, content)
        publish(session, doing, "after-a-form")

    act(app.extensions["house"], an_act(), put_in_force_too)
    with Session(engine) as session, session.begin():
        patient = person(session, sms="+12125550779", birth_date=BORN).id
    assert send(client, address, phone="+12125550779").status_code == 200
    assert send(client, address, phone="+12125550779", text="Once more").status_code == 200
    with Session(engine) as session:
        assert session.scalars(select(Enrolment.patient_id)).all() == [patient]


def test_another_language_keeps_what_was_typed_and_takes_nothing_in(app, client, engine) -> None:
    address = put_in_force(app, "two-tongues")
    arrived = select(func.count()).select_from(InboundDelivery)
    with Session(engine) as session:
        before = session.scalar(arrived)
    page = client.post(f"{address}?language=en", data={**TYPED, "other_language": "es", "consent.0": "yes"})
    assert page.status_code == 200
    for kept in ("Escríbanos", "Zoë &lt;b&gt;Quill&lt;/b&gt;", "A visit, please", "+12125550777", " checked"):
        assert kept in page.text
    assert "field--fault" not in page.text
    with Session(engine) as session:
        assert session.scalar(arrived) == before
    # the address still names the other language: the page says in which it is sent
    answer = client.post(f"{address}?language=en", data={**TYPED, "language": "es", "ticket": "no ticket of ours"})
    assert "Escríbanos" in answer.text


def test_who_closes_it_reads_first_which_journeys_it_opens(app, administrator) -> None:
    put_in_force(app, "opens-a-journey")
    page = administrator.get("/web-forms/opens-a-journey/").text
    assert "No journey in force lets patients in by it." in page
    name = {"en": "After a visit to our site"}
    steps = {"bye": {"type": "end"}}
    content = {"format": 1, "name": name, "entry": {"form": "opens-a-journey"}, "start": "bye", "steps": steps}

    def publish_one(session, doing):
        save_draft(session, doing, JOURNEY, "by-our-site", name, content)
        publish(session, doing, "by-our-site")

    act(app.extensions["house"], an_act(), publish_one)
    page = administrator.get("/web-forms/opens-a-journey/").text
    assert "nobody comes into this journey any more: After a visit to our site." in page


def test_an_answer_to_a_custom_field_stands_in_the_record(app, client, engine) -> None:
    opened = {"roles": ["nobody-of-the-portal"], "purposes": ["care"]}
    field = {"format": 1, "name": {"en": "Do you smoke?"}, "on": "patient", "type": "yes-no", "see": opened}
    field |= {"edit": opened, "sensitivity": "ordinary", "on_web_forms": True}

    def define(session, doing):
        write_version(session, doing, save_draft(session, doing, FIELD, "smoking", field["name"], field))

    act(app.extensions["house"], an_act(), define)
    address = put_in_force(app, "asks-a-field", questions=[*ASKED, {"asks": "field", "field": "smoking"}])
    with Session(engine) as session, session.begin():
        patient = person(session, sms="+12125550781", birth_date=BORN).id
    assert send(client, address, phone="+12125550781", **{"custom.smoking": "yes"}).status_code == 200
    with Session(engine) as session:
        columns = (CustomValue.field, CustomValue.value_flag)
        found = session.execute(select(*columns).where(CustomValue.patient_id == patient)).all()
    assert [tuple(row) for row in found] == [("smoking", True)]
