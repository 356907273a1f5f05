"""What a journey's pages show of a problem: the sentence, and the way that proves it, each step a link."""

import datetime as dt
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.views.journey_proofs import Pages, shown_way
from journeys.flow.words.reader import ENGLISH
from journeys.foundation.acting import EVERYWHERE, Act, act
from journeys.foundation.errors import Stride
from journeys.store.putting_in_force.save_draft import save_draft
from tests.make import NOON
from tests.portal.house import sign_in, token_of
from tests.unit.flow.clinic import a_journey, a_step, say

ROUND = a_journey(
    {
        "hello": a_step("send_message", "pause", template="nowhere"),
        "pause": {**a_step("wait", "part", for_={"days": 14}), "name": {"en": "Two weeks", "es": "Dos semanas"}},
        "part": a_step(
            "branch",
            {"es": "end", "otherwise": "hello"},
            branches=[{"port": "es", "rule": {"field": "language", "is": "is", "value": "es"}}],
        ),
        "end": a_step("end"),
    }
)


@pytest.fixture
def carl(app: Flask) -> FlaskClient:
    client = app.test_client()
    assert sign_in(client, "carl") == 303
    return client


def draft(app: Flask, slug: str, content: dict[str, Any]) -> None:
    doing = Act(NOON, "user:carl", EVERYWHERE)
    act(app.extensions["house"], doing, save_draft, "journey", slug, say(slug), content)


def test_the_way_that_proves_a_problem_is_a_list_of_links(app: Flask, carl: FlaskClient) -> None:
    draft(app, "proofs-of-a-round", ROUND)
    page = carl.get("/journeys/proofs-of-a-round/").text
    assert "These steps run in a circle without a limit: part, hello, Two weeks." in page
    assert '<li><a href="#step-part">part</a> <span class="muted">Otherwise</span></li>' in page
    assert '<a href="#step-pause">Two weeks</a></li>' in page
    assert '<a href="#step-part">part</a> <span class="muted">(after 14 days)</span></li>' in page
    assert page.count('id="step-pause"') == 1


def test_the_page_of_a_step_says_what_it_is_warned_of(app: Flask, carl: FlaskClient) -> None:
    draft(app, "proofs-of-a-step", ROUND)
    page = carl.get("/journeys/proofs-of-a-step/steps/pause/").text
    assert "neither a goal nor an exit can have ended" in page
    assert 'href="/journeys/proofs-of-a-step/#step-hello"' in page
    other = carl.get("/journeys/proofs-of-a-step/steps/end/").text
    assert "neither a goal nor an exit can have ended" not in other


def test_the_page_of_the_review_shows_the_proof_too(app: Flask, carl: FlaskClient) -> None:
    draft(app, "proofs-of-a-review", ROUND)
    page = carl.get("/journeys/proofs-of-a-review/review").text
    assert "These steps run in a circle without a limit: part, hello, Two weeks." in page
    assert '<a href="/journeys/proofs-of-a-review/#step-part">part</a> <span class="muted">(after 14 days)' in page
    assert '<span class="muted small">Step “Two weeks”' in page or '<span class="muted small">Step “part”' in page
    assert "steps.part" not in page


def test_a_step_of_another_journey_leads_to_its_page(app: Flask) -> None:
    other = {"name": say("Recall"), "steps": {"call": {"name": say("Call them"), "next": {}}}}
    pages = Pages(ENGLISH, lambda _problem: "", str, {"recall": other}, lambda slug: f"/journeys/{slug}/")
    path = (Stride("pause"), Stride("call", after=dt.timedelta(days=2), journey="recall"))
    with app.test_request_context():
        own, theirs = shown_way(path, ROUND, pages)
    assert (own.journey, own.page) == ("", "")
    assert (theirs.journey, theirs.name, theirs.page) == ("Recall", "Call them", "/journeys/recall/")


def test_the_designer_knows_which_journey_it_judges(app: Flask, carl: FlaskClient) -> None:
    draft(app, "proofs-of-itself", ROUND)
    steps = {"go": a_step("start_journey", "end", journey="proofs-of-itself"), "end": a_step("end")}
    token = token_of(carl.get("/account/").text)
    asked = {"content": a_journey(steps), "journey": "proofs-of-itself"}
    told = carl.post("/designer/judge", json=asked, headers={"X-CSRFToken": token}).get_json()
    assert "A journey cannot start" in " ".join(each["says"] for each in told["problems"])


def test_the_list_says_what_each_draft_is_warned_of(app: Flask, carl: FlaskClient) -> None:
    draft(app, "listed-wrong", ROUND)
    draft(app, "listed-right", a_journey({"end": a_step("end")}, entry={"event": "patient.changed"}))
    rows = {slug: row_of(carl.get("/journeys/").text, slug) for slug in ("listed-wrong", "listed-right")}
    assert re.search(r"icon-error.*?3 problems, \d warnings?", rows["listed-wrong"], re.S)
    assert re.search(r"icon-check.*?None found", rows["listed-right"], re.S)
    draft(app, "listed-wrong", a_journey({"end": a_step("end")}, entry={"event": "patient.changed"}))
    assert "None found" in row_of(carl.get("/journeys/").text, "listed-wrong")


def row_of(page: str, slug: str) -> str:
    """The row of the list that leads to a journey."""
    return next(row for row in page.split("<tr")[1:] if f"/journeys/{slug}/" in row)


def test_the_outline_says_problem_in_words(app: Flask, carl: FlaskClient) -> None:
    draft(app, "outlined", ROUND)
    page = carl.get("/journeys/outlined/").text
    step = page[page.index('id="step-hello"') :].split("</li>")[0]
    assert re.search(r"icon-error.*?Problem", step, re.S)
