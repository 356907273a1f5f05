"""Pausing and going on: what will wait, nothing stale, a lot stale, wrong choices, and who may not."""

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from journeys.flow.pauses.pause import pause
from journeys.flow.pauses.settle_pauses import settle_pauses
from journeys.flow.publishing.publish import publish
from journeys.flow.running.advance import advance
from journeys.foundation.acting import EVERYWHERE, Act, act
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.contact import Message
from journeys.store.events import emit
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.tasks import Task, TaskQueue
from tests import make
from tests.make import NOON, an_act
from tests.portal.custom_house import a_worker, house_of
from tests.portal.house import token_of
from tests.portal.test_journey_review import JOURNEY, browser

DOING = Act(NOON, "user:carl", EVERYWHERE)


def begin(app: Flask, slug: str, people: int = 2) -> None:
    """A journey of its own event, which waits a fortnight and then writes; so many are in it."""
    said = {"type": "send_message", "name": {"en": "Write"}, "config": {"template": slug}, "next": {"next": "end"}}
    waits = {**JOURNEY["steps"]["pause"], "next": {"next": "write"}}  # type: ignore[index]
    steps = {"pause": waits, "write": said, "end": JOURNEY["steps"]["end"]}  # type: ignore[index]
    content = {**JOURNEY, "entry": {"event": "task.created", "where": {"code": [slug]}}, "steps": steps}

    def write(session: Session, doing: Act) -> None:
        make.template(session, slug)
        session.add(TaskQueue(slug=slug, name={"en": "Front desk"}))
        save_draft(session, doing, "journey", slug, {"en": slug}, content)
        publish(session, doing, slug)

    def come_in(session: Session, doing: Act) -> None:
        about = [{"patient_id": make.person(session, sms=None).id, "code": slug} for _ in range(people)]
        emit(session, doing, "task.created", about)

    act(house_of(app), DOING, write)
    act(house_of(app), DOING, come_in)
    while act(house_of(app), DOING, advance):
        pass


@pytest.fixture(scope="module")
def everywhere(app: Flask) -> str:
    """The name of a consultant who works in every branch."""
    a_worker(app, "paula", "consultant")
    return "paula"


@pytest.fixture
def paula(app: Flask, everywhere: str) -> FlaskClient:
    """Their browser."""
    return browser(app, everywhere)


def test_the_page_before_a_pause_tells_what_will_wait(app: Flask, paula: FlaskClient) -> None:
    begin(app, "pausing-told")
    assert 'href="/journeys/pausing-told/pause"' in paula.get("/journeys/pausing-told/").text
    page = paula.get("/journeys/pausing-told/pause").text
    assert "What will wait" in page
    sent = {"csrf_token": token_of(page)}
    done = paula.post("/journeys/pausing-told/pause", data=sent, follow_redirects=True).text
    assert "The journey is paused" in done
    assert 'href="/journeys/pausing-told/resume"' in done
    assert "The journey is not running" in paula.get("/journeys/pausing-told/pause").text
    again = paula.post("/journeys/pausing-told/pause", data=sent, follow_redirects=True).text
    assert "Something changed since you looked" in again


def test_nothing_stale_says_so_and_goes_on_with_one_button(app: Flask, paula: FlaskClient) -> None:
    begin(app, "pausing-short", people=0)
    act(house_of(app), DOING, pause, "pausing-short")
    page = paula.get("/journeys/pausing-short/resume").text
    assert "Nothing came due while the journey was paused" in page
    sent = {"csrf_token": token_of(page)}
    assert "The journey goes on" in paula.post("/journeys/pausing-short/resume", data=sent, follow_redirects=True).text
    assert "The journey is not paused" in paula.get("/journeys/pausing-short/resume").text


def test_each_late_message_needs_a_choice_and_what_was_typed_stays(app: Flask, paula: FlaskClient) -> None:
    begin(app, "pausing-long")
    act(house_of(app), DOING, pause, "pausing-long")
    address = "/journeys/pausing-long/resume"
    page = paula.get(address).text
    assert "Up to 2 patients come to it" in page
    field = page.split('name="choose.')[1].split('.do"')[0]
    sent = {"csrf_token": token_of(page)}
    nothing = paula.post(address, data=sent)
    assert nothing.status_code == 422
    assert "Choose what is done with these messages" in nothing.text
    task = {f"choose.{field}.do": "task", f"choose.{field}.queue": "", f"choose.{field}.days": "soon"}
    half = paula.post(address, data={**sent, **task})
    assert half.status_code == 422
    assert "Choose a queue" in half.text
    assert 'value="soon"' in half.text
    assert 'value="task" checked' in half.text
    whole = {**task, f"choose.{field}.queue": "pausing-long", f"choose.{field}.days": "3"}
    assert "The journey goes on" in paula.post(address, data={**sent, **whole}, follow_redirects=True).text
    while act(house_of(app), an_act(dt.datetime.now(dt.UTC)), settle_pauses):
        pass
    found = act(house_of(app), DOING, outcome)
    assert found == ([["task-after-pause"]] * 2, 2)


def outcome(session: Session, doing: Act) -> tuple[list[list[str]], int]:
    """Why the messages of the journey were held, and how many tasks its queue has."""
    version = select(DefinitionVersion.id).join(Definition, Definition.id == DefinitionVersion.definition_id)
    template = version.where(Definition.slug == "pausing-long", Definition.kind == "template")
    reasons = session.scalars(select(Message.reasons).where(Message.template_version_id.in_(template))).all()
    in_queue = select(func.count(Task.id)).join(TaskQueue).where(TaskQueue.slug == "pausing-long")
    return [list(each) for each in reasons], session.scalar(in_queue) or 0


def test_who_only_reads_or_does_not_see_everybody_lets_nothing_go_on(app: Flask) -> None:
    begin(app, "pausing-closed", people=0)
    ada, carl = browser(app, "ada"), browser(app, "carl")
    assert ada.get("/journeys/pausing-closed/pause").status_code == 403
    act(house_of(app), DOING, pause, "pausing-closed")
    assert ada.get("/journeys/pausing-closed/resume").status_code == 403
    page = carl.get("/journeys/pausing-closed/resume")
    assert page.status_code == 200
    sent = {"csrf_token": token_of(page.text)}
    assert carl.post("/journeys/pausing-closed/resume", data=sent).status_code == 403
