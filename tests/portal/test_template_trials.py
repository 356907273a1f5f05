"""A template is tried out before it is published: as one patient would read it, and sent to a trial list."""

import re
import uuid

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from journeys.store.channel_accounts import ChannelState
from journeys.store.organisation import Location
from tests.make import person
from tests.portal.house import token_of, works_at
from tests.portal.test_channels import opened
from tests.portal.test_journey_review import browser
from tests.portal.test_templates import RIGHT, new, send, texts

NAME = "Trialia"
NUMBER = "+12125550188"


@pytest.fixture
def here(engine: Engine) -> int:
    """A branch where Carl works."""
    return works_at(engine, "carl", "Carl Oduya", "trials")


@pytest.fixture
def carl(app: Flask, here: int) -> FlaskClient:
    return browser(app, "carl")


def somebody(engine: Engine, here: int | None, given: str, sms: str | None = None) -> uuid.UUID:
    with Session(engine) as session, session.begin():
        place = None if here is None else session.get_one(Location, here)
        patient = person(session, at=place, sms=sms, name=f"{given} {NAME}", given_name=given)
        return patient.uid


def written(carl: FlaskClient, slug: str, body: str = "Dear {{patient.given_name}}: " + RIGHT, **more: str) -> str:
    new(carl, "templates", slug)
    edit = f"/templates/{slug}/"
    send(carl, edit, edit, **texts(body, **more), save="1")
    return edit


def test_it_is_shown_as_a_patient_of_the_branch_would_read_it(carl: FlaskClient, engine: Engine, here: int) -> None:
    uid = somebody(engine, here, "Zed<i>")
    edit = written(carl, "for-one", **{"wordings-0-email": "# Hello {{patient.given_name}}"})
    page = carl.get(f"{edit}for/{uid}").text
    assert "Dear Zed&lt;i&gt;" in page
    assert 'data-parts="1"' in page
    frame = re.search(r'<iframe[^>]*sandbox[^>]*src="([^"]+)"', page)
    assert frame
    mail = carl.get(frame[1])
    assert "Hello Zed&lt;i&gt;" in mail.text
    assert mail.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "sandbox" in mail.headers["Content-Security-Policy"]
    assert "script-src" not in mail.headers["Content-Security-Policy"]
    assert mail.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_somebody_else_s_patient_is_not_there(carl: FlaskClient, engine: Engine) -> None:
    edit = written(carl, "for-nobody")
    uid = somebody(engine, None, "Far")
    assert carl.get(f"{edit}for/{uid}").status_code == 404
    assert carl.get(f"{edit}for/{uid}/page/en").status_code == 404


def test_a_patient_is_found_and_what_was_typed_is_in_no_address(carl: FlaskClient, engine: Engine, here: int) -> None:
    uid = somebody(engine, here, "Quill", NUMBER)
    edit = written(carl, "to-find")
    empty = send(carl, f"{edit}for", f"{edit}for")
    assert "Write a name, a number" in empty
    found = send(carl, f"{edit}for", f"{edit}for", text=NUMBER)
    assert f"{edit}for/{uid}" in found
    assert f"Quill {NAME}" in found
    assert not re.search(rf'(?:href|src|action)="[^"]*({NUMBER[1:]}|{NAME})', found)


def test_a_draft_without_a_text_says_what_is_missing(carl: FlaskClient, engine: Engine, here: int) -> None:
    uid = somebody(engine, here, "Void")
    new(carl, "templates", "still-empty")
    shown = carl.get(f"/templates/still-empty/for/{uid}", follow_redirects=True)
    assert shown.status_code == 200
    edit = written(carl, "unsaid", "{{focus.due_on}}")
    assert "has no value for this patient" in carl.get(f"{edit}for/{uid}").text


def test_the_saved_long_e_mail_is_shown_in_a_frame(carl: FlaskClient) -> None:
    edit = written(carl, "long-one", **{"wordings-0-email": "# Hello"})
    assert f'src="{edit}page/en"' in carl.get(edit).text
    assert "<h1>Hello</h1>" in carl.get(f"{edit}page/en").text
    assert carl.get(f"{edit}page/es").status_code == 404
    assert f'src="{edit}page/en"' in carl.get(f"{edit}review").text


def test_a_test_goes_to_a_trial_list_alone(app: Flask, carl: FlaskClient, engine: Engine) -> None:
    opened(browser(app, "ada"), "trial-desk", allowed="+12125550177")
    edit = written(carl, "tried-out", "Come at {{appointment.time}}. " + RIGHT)
    page = carl.get(f"{edit}test").text
    assert "+12125550177" in page
    send(carl, f"{edit}test", f"{edit}test", language="en", to="trial-desk:7")
    with Session(engine) as session:
        assert session.scalar(select(ChannelState).where(ChannelState.channel == "trial-desk")) is None
    shown = send(carl, f"{edit}test", f"{edit}test", language="en", to="trial-desk:0")
    assert "The test is on its way." in shown
    with Session(engine) as session:
        state = session.scalars(select(ChannelState).where(ChannelState.channel == "trial-desk")).one()
        assert state.trial_to == "+12125550177"
        assert state.trial_body.startswith("Come at 10:00")


def test_who_may_not_try_is_refused(app: Flask, carl: FlaskClient) -> None:
    edit = written(carl, "not-for-you")
    ada = browser(app, "ada")
    token = token_of(ada.get("/account/").text)
    assert ada.get(f"{edit}for").status_code == 403
    assert ada.get(f"{edit}test").status_code == 403
    assert ada.post(f"{edit}test", data={"csrf_token": token}).status_code == 403
    assert "Send a test" not in ada.get(edit).text


def test_headings_of_the_editor_stand_once(carl: FlaskClient) -> None:
    edit = written(carl, "one-heading")
    page = carl.get(edit).text
    assert len(re.findall(r"<(?:h2|legend)>Texts</", page)) == 1
    assert len(re.findall(r"<(?:h2|legend)>Replies</", page)) == 1
    assert "Preview: English" in page
