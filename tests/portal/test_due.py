"""What is due: the list, one patient with the reasons, recalls in one click, refusals; guidelines as text."""

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.views.due import as_of
from journeys.care.guidelines.publish_guideline import publish_guideline
from journeys.care.guidelines.refresh_guideline import refresh_guideline
from journeys.flow.packs.yaml_text import write_yaml
from journeys.foundation import database as connections
from journeys.foundation.zones import ensure_zones
from journeys.store.due import DueItem
from journeys.store.organisation import Location
from journeys.store.putting_in_force.definitions import GUIDELINE
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.tasks import TaskQueue
from tests import make
from tests.portal.house import sign_in, token_of, works_at
from tests.unit.care.guidelines.contents import content

NOW = dt.datetime(2026, 3, 3, 17, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def patient(app: Flask) -> uuid.UUID:
    """Somebody overdue at the branch where Nina works."""
    place = works_at(app.extensions["portal_engine"], "nina", "Nina Haas", "harbour")
    engine = connections.connect(app.config["WAYMARK"].database_url, connections.WORKER)
    with Session(engine) as session, session.begin():
        ensure_zones(session, ["America/New_York"])
        if session.scalar(select(TaskQueue).where(TaskQueue.slug == "recall")) is None:
            session.add(TaskQueue(slug="recall", name={"en": "Recall"}))
        branch = session.get(Location, place)
        person = make.person(session, sms=None, at=branch, name="Sarah Mitchell", birth_date=dt.date(1962, 3, 14))
        whole = content()
        save_draft(session, make.an_act(), GUIDELINE, "bp", whole["name"], whole)
        publish_guideline(session, make.an_act(), "bp")
        refresh_guideline(session, make.an_act(NOW), "bp")
        uid = person.uid
    engine.dispose()
    return uid


@pytest.fixture
def nina(app: Flask, patient: uuid.UUID) -> FlaskClient:
    return signed_in(app, "nina")


def signed_in(app: Flask, name: str) -> FlaskClient:
    client = app.test_client()
    assert sign_in(client, name) == 303
    return client


def send(client: FlaskClient, path: str, at: str, **fields: object):
    given = {name: str(value) for name, value in fields.items()}
    return client.post(path, data={"csrf_token": token_of(client.get(at).text), **given})


def ahead(days: int) -> str:
    return str(dt.datetime.now(dt.UTC).date() + dt.timedelta(days=days))


def test_the_list_shows_who_is_overdue_and_narrows(nina: FlaskClient) -> None:
    page = nina.get("/due/").text
    assert "Sarah Mitchell" in page
    assert "Blood pressure" in page
    assert "Overdue" in page
    assert "Sarah Mitchell" not in nina.get("/due/?status=satisfied").text
    assert "Sarah Mitchell" in nina.get("/due/?status=overdue&guideline=bp&branch=harbour&queue=recall").text
    assert "Sarah Mitchell" not in nina.get("/due/?guideline=recalls").text


def test_another_branch_sees_nobody(app: Flask, patient: uuid.UUID) -> None:
    works_at(app.extensions["portal_engine"], "carl", "Carl Brandt", "elsewhere")
    carl = signed_in(app, "carl")
    assert "Sarah Mitchell" not in carl.get("/due/").text
    assert carl.get(f"/due/patients/{patient}/").status_code == 404


def test_the_page_of_a_patient_says_why(nina: FlaskClient, patient: uuid.UUID) -> None:
    page = nina.get(f"/due/patients/{patient}/").text
    assert "Due on 14 March 1980" in page
    assert "Nothing on record has satisfied it yet." in page
    before = nina.get(f"/due/patients/{patient}/?on=1980-01-01").text
    assert "No guideline is about this patient" in before
    assert nina.get(f"/due/patients/{patient}/?on=nonsense").status_code == 200


def test_the_end_of_a_day_is_that_of_the_reader(app: Flask) -> None:
    with app.test_request_context():
        g.reader_zone = ZoneInfo("America/Los_Angeles")
        assert as_of("2026-03-03") == ("2026-03-03", dt.datetime(2026, 3, 4, 7, 59, 59, tzinfo=dt.UTC))


def test_see_again_is_one_click(nina: FlaskClient, patient: uuid.UUID, engine: Engine) -> None:
    at = f"/due/patients/{patient}/"
    assert send(nina, f"{at}again", at, months=6).status_code == 303
    assert "See again in 6 months" in nina.get(at).text
    with Session(engine) as session:
        [item] = session.scalars(select(DueItem).where(DueItem.guideline_id.is_(None)))
        uid = item.uid
    assert send(nina, f"{at}close", at, recall=uid, outcome="done").status_code == 303
    assert "See again in 6 months" not in nina.get(at).text


def test_a_recall_on_a_day_says_what_is_wrong_and_keeps_what_was_typed(nina: FlaskClient, patient: uuid.UUID) -> None:
    at = f"/due/patients/{patient}/"
    answer = send(nina, at, at, due_on="2020-01-01", why="Look at the wound", queue="recall")
    assert answer.status_code == 422
    assert "Choose a day ahead" in answer.text
    assert "Look at the wound" in answer.text
    assert send(nina, at, at, due_on=ahead(40), why="Look at the wound", queue="recall").status_code == 303
    assert "Look at the wound" in nina.get(at).text


def test_a_refusal_is_seen_at_once_and_taken_back(nina: FlaskClient, patient: uuid.UUID) -> None:
    at = f"/due/patients/{patient}/"
    refused = send(nina, at, at, refuse="yes", slug="bp", until_on=ahead(90), reason="declined", note="Not now")
    assert refused.status_code == 303
    assert "Refused until" in nina.get(at).text
    assert send(nina, f"{at}withdraw", at, slug="bp").status_code == 303
    assert "Refused until" not in nina.get(at).text


def test_what_is_due_is_given_to_somebody_and_back(nina: FlaskClient, patient: uuid.UUID, engine: Engine) -> None:
    at = f"/due/patients/{patient}/"
    with Session(engine) as session:
        uid = session.scalars(select(DueItem.uid).where(DueItem.guideline_id.is_not(None))).one()
    form = f"{at}items/{uid}/owner"
    assert f'href="{form}"' in nina.get(at).text
    assert "Whose it is: Blood pressure" in nina.get(at).text
    read = int(nina.get(form).text.partition('name="version" value="')[2].partition('"')[0])
    refused = send(nina, form, form, owner="nobody", version=read)
    assert refused.status_code == 422
    assert send(nina, form, form, owner="nina", version=read).status_code == 303
    assert "Owner: <bdi>nina</bdi>" in nina.get(at).text
    assert "nina" in nina.get("/due/").text
    assert send(nina, form, form, owner="", version=read).status_code == 303
    assert "Somebody dealt with it first" in nina.get(at).text
    assert send(nina, form, form, owner="", version=read + 1).status_code == 303
    assert "Owner: <bdi>Nobody yet</bdi>" in nina.get(at).text
    gone = send(nina, f"{at}items/{uuid.uuid4()}/owner", at, owner="nina", version=1)
    assert gone.status_code == 303


def test_who_may_only_look_changes_nothing(app: Flask, patient: uuid.UUID) -> None:
    cora = signed_in(app, "carl")
    at = f"/due/patients/{patient}/"
    assert send(cora, at, "/due/", due_on=ahead(40), why="x", queue="recall").status_code == 403
    assert send(cora, f"{at}again", "/due/", months=6).status_code == 403
    assert cora.get(f"{at}items/{uuid.uuid4()}/owner").status_code == 403


def test_a_guideline_is_written_as_text_and_put_in_force_by_a_second_person(app: Flask, patient: uuid.UUID) -> None:
    carl, ada = signed_in(app, "carl"), signed_in(app, "ada")
    new = send(carl, "/guidelines/new", "/guidelines/new", **{"slug": "eyes", "name-en": "Eye check"})
    assert new.status_code == 303, new.text
    at = "/guidelines/eyes/"
    page = carl.get(f"{at}text").text
    assert "source: Write where the guideline comes from" in page
    wrong = save(carl, f"{at}text", "interval: [")
    assert wrong.status_code == 422
    assert "interval: [" in wrong.text
    assert save(carl, f"{at}text", write_yaml(content(name={"en": "Eye check"}))).status_code == 303
    assert "How it reads" in carl.get(at).text
    review = f"{at}review"
    assert send(carl, f"{at}ask", review, row_version=version_in(carl.get(review).text)).status_code == 303
    own = carl.get(review).text
    assert "somebody else approves it" in own
    fingerprint = own_fingerprint(ada.get(review).text)
    assert send(carl, f"{at}approve", review, fingerprint=fingerprint).status_code == 403
    assert send(ada, f"{at}approve", review, fingerprint=fingerprint).status_code == 303
    assert "In force" in ada.get("/guidelines/eyes/").text
    assert "Eye check" in ada.get("/guidelines/").text


def own_fingerprint(page: str) -> str:
    return page.partition('name="fingerprint" value="')[2].partition('"')[0]


def version_in(page: str) -> str:
    return page.partition('name="row_version" value="')[2].partition('"')[0]


def save(client: FlaskClient, at: str, text: str):
    return send(client, at, at, text=text, row_version=version_in(client.get(at).text))
