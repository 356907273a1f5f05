"""Safety clocks are described in a form, tried on what stands still today, and put in force by two people."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.flow.packs.yaml_text import read_yaml, write_yaml
from journeys.foundation import database as connections
from journeys.store.configuration import Definition
from journeys.store.organisation import Location
from journeys.store.putting_in_force.definitions import SAFETY_CLOCK
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.referrals import Referral
from journeys.store.tasks import TaskQueue
from tests import make
from tests.portal.house import token_of, works_at
from tests.portal.test_guideline_editor import changed, fault_at, send, signed_in

PACK = sorted(Path("seed/packs/safety-clocks/safety-clocks").glob("*.yaml"))
SENT: dict[str, Any] = {
    "format": 1,
    "name": {"en": "Not acknowledged"},
    "entity": "referral",
    "state": "sent",
    "limit": {"days": 2},
    "next_step": {"en": "Send it again"},
    "queue": "recall",
    "escalation": [
        {"after": {"minutes": 0}, "priority": "routine"},
        {"after": {"days": 90}, "priority": "urgent", "queue": "recall"},
    ],
}


@pytest.fixture(scope="module")
def house(app: Flask) -> Flask:
    """Somebody's referral was sent nine days ago."""
    place = works_at(app.extensions["portal_engine"], "carl", "Carl Oduya", "clocks")
    with written(app) as session:
        session.add(TaskQueue(slug="recall", name={"en": "Recall"}))
        patient = make.person(session, sms=None, at=session.get_one(Location, place), name="Rita Referred")
        long_ago = dt.datetime.now(dt.UTC) - dt.timedelta(days=9)
        sent = {"patient_id": patient.id, "recorded_at": long_ago, "status": "sent", "status_at": long_ago}
        session.add(Referral(**sent, display="Cardiology"))
    return app


@contextmanager
def written(app: Flask) -> Iterator[Session]:
    engine = connections.connect(app.config["WAYMARK"].database_url, connections.WORKER)
    with Session(engine) as session, session.begin():
        yield session
    engine.dispose()


@pytest.fixture
def carl(house: Flask) -> FlaskClient:
    return signed_in(house, "carl")


@pytest.fixture
def ada(house: Flask) -> FlaskClient:
    return signed_in(house, "ada")


def draft(app: Flask, slug: str, whole: Any) -> str:
    """Write a draft; return the address of its form."""
    with written(app) as session:
        save_draft(session, make.an_act(), SAFETY_CLOCK, slug, {"en": slug}, whole)
    return f"/clocks/{slug}/"


def draft_of(app: Flask, slug: str) -> Any:
    wanted = select(Definition.draft).where(Definition.kind == SAFETY_CLOCK, Definition.slug == slug)
    with written(app) as session:
        return session.scalar(wanted)


def press(client: FlaskClient, at: str, what: str, **typed: object) -> Any:
    """Press a button of the review page."""
    page = client.get(f"{at}review").text
    fingerprint = page.partition('name="fingerprint" value="')[2].partition('"')[0]
    typed = {"csrf_token": token_of(page), "fingerprint": fingerprint, **typed}
    return client.post(f"{at}{what}", data=typed, follow_redirects=True)


def test_opening_and_saving_changes_no_byte(house: Flask, carl: FlaskClient) -> None:
    assert PACK
    for file in PACK:
        text = file.read_text()
        at = draft(house, f"pack-{file.stem}", read_yaml(text).value)
        assert send(carl, at, save="1").status_code == 303, file
        assert write_yaml(draft_of(house, f"pack-{file.stem}")) == text


def test_a_clock_is_described_without_a_line_of_code(house: Flask, carl: FlaskClient) -> None:
    token = token_of(carl.get("/clocks/new").text)
    new = carl.post("/clocks/new", data={"csrf_token": token, "slug": "answer", "name-en": "No answer"})
    at = "/clocks/answer/"
    assert new.location.endswith(at)
    page = carl.get(at).text
    for button in ("add:sooner", "add:escalation", "add:escalation"):
        page = carl.post(at, data=changed(page, **{button: "1"})).text
    typed = {
        "watches": "referral/sent",
        "limit": ["2", "working_days"],
        "hard_limit": ["14", "days"],
        "sooner-0-priority": ["urgent", "stat"],
        "sooner-0-limit": ["4", "hours"],
        "risk": "raised",
        "next_step-en": "Call the specialist",
        "queue": "recall",
        "escalation-0-after": ["0", "minutes"],
        "escalation-0-priority": "routine",
        "escalation-1-after": ["1", "working_days"],
        "escalation-1-priority": "urgent",
        "escalation-1-queue": "recall",
    }
    saved = carl.post(at, data=changed(page, **typed, save="1"))
    assert saved.status_code == 303, saved.text
    assert draft_of(house, "answer") == {
        "format": 1,
        "name": {"en": "No answer"},
        "entity": "referral",
        "state": "sent",
        "limit": {"working_days": 2},
        "hard_limit": {"days": 14},
        "sooner": [{"priority": ["urgent", "stat"], "limit": {"hours": 4}}],
        "risk": "raised",
        "next_step": {"en": "Call the specialist"},
        "queue": "recall",
        "escalation": [
            {"after": {"minutes": 0}, "priority": "routine"},
            {"after": {"working_days": 1}, "priority": "urgent", "queue": "recall"},
        ],
    }
    shown = carl.get(at).text
    assert "There is a problem" not in shown
    assert "1 working day later: a task, Urgent, for Recall" in shown
    assert "No answer" in carl.get("/clocks/").text


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(house: Flask, carl: FlaskClient) -> None:
    at = draft(house, "wrong", {**SENT, "sooner": [{"limit": {"days": 1}}]})
    typed = {
        "limit": ["soon", "days"],
        "watches": "moon/full",
        "queue": "nowhere",
        "next_step-en": "",
        "escalation-1-after": ["0", "minutes"],
        "escalation-0-after": ["1", "days"],
    }
    assert send(carl, at, **typed, save="1").status_code == 303
    page = carl.get(at).text
    for control, says in (
        ("limit", "whole number"),
        ("watches", "Choose one of"),
        ("queue", "There is no queue nowhere"),
        ("next_step-en", "at least one language"),
        ("sooner-0-priority", "Say of which priority"),
        ("escalation-1-after", "after the one before it"),
    ):
        assert says in fault_at(page, control), control
    for value in ("soon", "moon/full", "nowhere"):
        assert f'value="{value}"' in page
    odd = {"limit": 3, "where": "x", "sooner": {"a": 1}, "escalation": ["x", {}], "entity": 7, "risk": []}
    at = draft(house, "odd", odd)
    assert send(carl, at, save="1").status_code == 303
    assert draft_of(house, "odd") == {"format": 1, **odd}
    assert carl.get(f"{at}text").status_code == 200


def test_it_says_what_would_be_on_the_board_and_is_put_in_force_by_two(
    house: Flask, carl: FlaskClient, ada: FlaskClient
) -> None:
    at = draft(house, "sent", SENT)
    page = carl.get(at).text
    assert "On the board, now" in page
    assert "Late after 2 days" in page
    send(carl, at, publish="1")
    seen = carl.get(f"{at}review").text
    for words in ("What it says", "Rita Referred", "Asked about by itself, now", "somebody else approves it"):
        assert words in seen, words
    fingerprint = ada.get(f"{at}review").text.partition('name="fingerprint" value="')[2].partition('"')[0]
    assert press(carl, at, "approve", fingerprint=fingerprint).status_code == 403
    assert f'href="{at}review"' in ada.get("/today/").text
    assert "Version 1 is in force" in press(ada, at, "approve").text
    send(carl, at, limit=["20", "days"], publish="1")
    changed_page = ada.get(f"{at}review").text
    assert "<del>Late after 2 days</del>" in changed_page
    assert "<ins>Late after 20 days</ins>" in changed_page
    assert "Rita Referred" not in changed_page
    assert "It is sent back" in press(ada, at, "decline", note="Too long").text


def test_who_may_not_is_refused(house: Flask, carl: FlaskClient, ada: FlaskClient) -> None:
    at = draft(house, "refused", SENT)
    page = ada.get(at).text
    assert "You may look at this" in page
    assert ada.post(at, data={"csrf_token": token_of(page), "save": "1"}).status_code == 403
    nina = signed_in(house, "nina")
    for part in ("", "text", "review"):
        assert nina.get(f"{at}{part}").status_code == 403
    assert nina.get("/clocks/").status_code == 403
