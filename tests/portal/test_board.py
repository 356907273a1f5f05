"""The safety board and the page of results: what stands there, taking it on, acknowledging, telling the patient."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from app.base import clock
from journeys.foundation.acting import EVERYWHERE, Act, act
from journeys.store.clinical import DiagnosticReport
from journeys.store.organisation import Location, Practitioner, PractitionerRole
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.referrals import Referral
from journeys.store.tasks import Task, TaskQueue
from journeys.work.clocks.publish_clock import publish_clock
from tests.make import NOON, added, branch, person
from tests.portal.custom_house import house_of
from tests.portal.house import sign_in, token_of
from tests.unit.work.watching import DAY, RESULT, SENT

pytestmark = pytest.mark.store


@dataclass
class Standing:
    """What stands still at Nina's branch, and a browser in which she has signed in."""

    client: FlaskClient
    engine: Engine
    referral: int
    result: int

    def read(self, table: type, number: int):
        with Session(self.engine) as session:
            return session.get_one(table, number)

    def press(self, address: str, **fields: str):
        return self.client.post(address, data={"csrf_token": token_of(self.client.get("/board/").text), **fields})


@pytest.fixture
def standing(app: Flask, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Standing]:
    today = dt.datetime.now(dt.UTC)
    monkeypatch.setattr(clock, "now", lambda: today)
    with Session(engine) as session, session.begin():
        nina = session.scalar(select(Practitioner).where(Practitioner.username == "nina"))
        nina = nina or added(session, Practitioner(username="nina", name="Nina Haas"))
        place = session.scalar(select(Location).where(Location.slug == "board")) or branch(session, "board")
        session.add(PractitionerRole(practitioner_id=nina.id, code=f"nurse-{today.timestamp()}", location_id=place.id))
        if session.scalar(select(TaskQueue).where(TaskQueue.slug == "recall")) is None:
            session.add(TaskQueue(slug="recall", name={"en": "Recall"}))
        patient = person(session, sms=None, at=place, name="Rita Referred")
        facts = {"patient_id": patient.id, "recorded_at": today - 9 * DAY}
        sent = added(session, Referral(**facts, status="sent", status_at=today - 9 * DAY, display="Cardiology"))
        report = DiagnosticReport(
            **facts, status="final", received_at=today - 9 * DAY, display="Echo", severity="abnormal"
        )
        report.conclusion = "A murmur."
        ids = sent.id, added(session, report).id
    for slug, content in (("sent", SENT), ("looked", RESULT)):
        act(house_of(app), Act(NOON, "test:maker", EVERYWHERE), put_in_force, slug, content)
    client = app.test_client()
    assert sign_in(client, "nina") == 303
    yield Standing(client, engine, *ids)
    with Session(engine) as session, session.begin():
        session.execute(update(Referral).values(status="cancelled").where(Referral.status == "sent"))
        session.execute(update(DiagnosticReport).values(needs_review=False))


def put_in_force(session: Session, doing: Act, slug: str, content: dict) -> None:
    save_draft(session, doing, "safety-clock", slug, content["name"], content)
    publish_clock(session, doing, slug)


def test_the_board_says_what_stands_still_what_is_next_and_whose_it_is(standing: Standing) -> None:
    page = standing.client.get("/board/").text
    said = ("Rita Referred", "Not acknowledged: Cardiology", "Send it again", "Recall (nobody yet), Board", "Late by")
    for words in said:
        assert words in page, words
    assert "Nobody looked: Echo" in page
    narrowed = standing.client.get("/board/?kind=result&risk=1").text
    assert ("Nobody looked: Echo" in narrowed, "Cardiology" in narrowed) == (True, False)
    assert "Nothing like this stands still" in standing.client.get("/board/?risk=2").text
    assert "Nothing like this stands still" in standing.client.get("/board/?age=42").text


def test_who_takes_something_on_has_its_task_and_the_row_stays(standing: Standing) -> None:
    taken = standing.press("/board/take", clock="sent", subject=str(standing.referral))
    assert taken.status_code == 303
    task_page = standing.client.get(taken.location).text
    assert "Send it again" in task_page
    page = standing.client.get("/board/?kind=referral").text
    assert ("Rita Referred" in page, ">Task<" in page or "Task</a>" in page) == (True, True)
    assert standing.press("/board/take", clock="sent", subject=str(standing.referral)).location == taken.location
    with Session(standing.engine) as session:
        [task] = session.scalars(select(Task).where(Task.focus_id == standing.referral, Task.focus_kind == "referral"))
        assert (task.owner, task.status) == ("nina", "accepted")
    with Session(standing.engine) as session, session.begin():
        session.execute(update(Task).values(owner="carl"))
    standing.press("/board/take", clock="sent", subject=str(standing.referral))
    assert "Somebody else has taken this on already" in standing.client.get("/board/").text


@pytest.mark.parametrize("fields", [{}, {"clock": "none", "subject": "1"}, {"clock": "sent", "subject": "999999"}])
def test_what_is_not_on_the_board_cannot_be_taken(standing: Standing, fields: dict[str, str]) -> None:
    assert standing.press("/board/take", **fields).status_code == 404


def test_a_result_is_acknowledged_as_it_was_shown_and_the_patient_told(standing: Standing) -> None:
    assert "Echo" in standing.client.get("/results/").text
    uid = standing.read(DiagnosticReport, standing.result).uid
    address = f"/results/{uid}/"
    page = standing.client.get(address).text
    assert "A murmur." in page
    version = page.split('name="version" value="')[1].split('"')[0]
    stale = standing.press(f"{address}acknowledge", version="final~2020-01-01T00:00:00+00:00~")
    assert stale.status_code == 303
    assert "This result has changed since" in standing.client.get(address).text
    assert standing.read(DiagnosticReport, standing.result).acknowledged_at is None
    standing.press(f"{address}acknowledge", version=version)
    row = standing.read(DiagnosticReport, standing.result)
    assert (row.acknowledged_by, row.informed_at) == ("user:nina", None)
    assert "Nobody looked" not in standing.client.get("/board/").text
    assert "Echo" in standing.client.get("/results/?waits=inform").text
    wrong = standing.press(f"{address}inform", version=version, how="pigeon")
    assert wrong.status_code == 422
    standing.press(f"{address}inform", version=version, how="letter")
    row = standing.read(DiagnosticReport, standing.result)
    assert (row.informed_by, row.informed_how) == ("user:nina", "letter")
    assert "Every patient knows" in standing.client.get("/results/?waits=inform").text
    assert "By letter" in standing.client.get(address).text
