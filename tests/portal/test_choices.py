"""Patients choose by link: nothing of them is shown, looking changes nothing, mail programs end e-mails alone."""

import datetime as dt
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from journeys.contact.consent.choices import LINK
from journeys.foundation.database import OWNER, connect
from journeys.foundation.links import token_of
from journeys.store.contact import Consent, Message
from journeys.store.people import Patient
from tests.make import consent, message, person
from tests.portal.house import sign_in


@pytest.fixture
def engine(app: Flask) -> Iterator[Engine]:
    engine = connect(app.config["WAYMARK"].database_url, OWNER)
    yield engine
    engine.dispose()


def now() -> dt.datetime:
    """The portal's moment."""
    return dt.datetime.now(dt.UTC)


def a_letter(engine: Engine, days_ago: int = 1, **facts) -> tuple[int, str]:
    """A patient who agreed to care, and the letters of the link in an e-mail to them."""
    with Session(engine) as session, session.begin():
        patient = person(session, email="ada@example.org")
        consent(session, patient)
        sent = now() - dt.timedelta(days=days_ago)
        values = {"status": "accepted", "channel": "email", "planned_at": sent, "sent_at": sent, "language": "es"}
        row = message(session, patient, None, **{**values, **facts})
        return patient.id, token_of(LINK, row.id)


def said(engine: Engine, patient_id: int) -> list[tuple]:
    """What the patient has said by link, in order."""
    with Session(engine) as session:
        query = select(Consent.decision, Consent.purpose, Consent.channel).where(
            Consent.patient_id == patient_id, Consent.source == "link"
        )
        return [tuple(row) for row in session.execute(query.order_by(Consent.id))]


def test_the_page_speaks_the_language_of_the_message_and_shows_nothing_of_the_patient(client, engine) -> None:
    patient_id, token = a_letter(engine)
    answer = client.get(f"/m/{token}")
    assert answer.status_code == 200
    assert '<html lang="es"' in answer.text
    assert "Ada" not in answer.text
    assert "ada@example.org" not in answer.text
    assert 'value="care:sms" checked' in answer.text
    assert 'value="transactional:email" checked' in answer.text
    assert 'value="promotional:email">' in answer.text
    assert said(engine, patient_id) == []


def test_what_is_chosen_holds_and_what_holds_already_is_not_said_again(client, engine) -> None:
    patient_id, token = a_letter(engine)
    chosen = ["transactional:sms", "care:email", "experience:email", "nothing:sms", "care:smoke"]
    for _ in range(2):
        assert client.post(f"/m/{token}", data={"choice": chosen}).status_code == 303
    assert said(engine, patient_id) == [
        ("deny", "transactional", "email"),
        ("deny", "care", "sms"),
        ("permit", "experience", "email"),
    ]
    page = client.get(f"/m/{token}").text
    assert 'value="experience:email" checked' in page
    assert 'value="care:sms">' in page


def test_everything_stops_at_once(client, engine) -> None:
    patient_id, token = a_letter(engine)
    client.post(f"/m/{token}", data={"choice": ["care:sms"], "everything": "1"})
    assert {(purpose, medium) for _, purpose, medium in said(engine, patient_id)} == {
        ("transactional", "sms"),
        ("transactional", "email"),
        ("care", "sms"),
        ("care", "email"),
    }
    assert {decision for decision, *_ in said(engine, patient_id)} == {"deny"}


def test_a_mail_program_ends_that_kind_of_mail_without_cookies_and_any_number_of_times(app, engine) -> None:
    patient_id, token = a_letter(engine)
    for _ in range(2):
        answer = app.test_client(use_cookies=False).post(f"/m/{token}/stop", data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    assert said(engine, patient_id) == [("deny", "care", "email")]


def test_scanners_that_open_links_change_nothing(client, engine) -> None:
    patient_id, token = a_letter(engine)
    for _ in range(2):
        assert client.get(f"/m/{token}/stop").headers["Location"] == f"/m/{token}"
        assert client.head(f"/m/{token}").status_code == 200
    assert said(engine, patient_id) == []


def test_an_old_link_takes_back_and_begins_nothing(client, engine) -> None:
    patient_id, token = a_letter(engine, days_ago=200)
    refused = client.post(f"/m/{token}", data={"choice": ["transactional:sms", "experience:sms"]})
    assert refused.status_code == 422
    assert 'value="experience:sms" checked' in refused.text
    assert said(engine, patient_id) == []
    kept = ["transactional:sms", "transactional:email", "care:sms"]
    assert client.post(f"/m/{token}", data={"choice": kept}).status_code == 303
    assert said(engine, patient_id) == [("deny", "care", "email")]


def test_what_a_patient_says_holds_for_the_record_that_theirs_was_merged_into(client, engine) -> None:
    gone_id, token = a_letter(engine)
    kept_id, _ = a_letter(engine)
    with Session(engine) as session, session.begin():
        session.get_one(Patient, gone_id).merged_into_id = kept_id
    client.post(f"/m/{token}/stop")
    assert said(engine, kept_id) == [("deny", "care", "email")]


@pytest.mark.parametrize("token", ["A" * 30, "A" * 29, "nothing", "ä" * 30, "-" * 30])
def test_other_letters_open_nothing(client: FlaskClient, token: str) -> None:
    for path in (f"/m/{token}", f"/m/{token}/stop"):
        assert client.post(path).status_code == 404


def test_a_letter_that_was_changed_opens_nothing(client, engine) -> None:
    _, token = a_letter(engine)
    with Session(engine) as session:
        newest = session.scalar(select(Message.id).order_by(Message.id.desc()).limit(1))
    for other in (token_of("another", newest), token[:-1] + ("A" if token[-1] != "A" else "Q"), token.swapcase()):
        assert client.get(f"/m/{other}").status_code == 404


def test_whoever_tries_letters_is_slowed_down(client) -> None:
    answers = [client.get(f"/m/{'A' * 30}").status_code for _ in range(31)]
    assert set(answers[:30]) == {404}
    assert answers[30] == 429


def test_staff_who_open_a_link_see_the_same_page(app, engine) -> None:
    _, token = a_letter(engine)
    nina = app.test_client()
    assert sign_in(nina, "nina") == 303
    assert nina.get(f"/m/{token}").status_code == 200


def test_a_message_that_left_by_no_channel_ends_every_one(client, engine) -> None:
    patient_id, token = a_letter(engine, status="held", channel=None, sent_at=None, reasons=["X"])
    client.post(f"/m/{token}/stop")
    assert said(engine, patient_id) == [("deny", "care", "sms"), ("deny", "care", "email")]
