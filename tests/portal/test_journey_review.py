"""A journey is put in force by two people: the page shows the evidence, the second one decides."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from journeys.foundation.acting import EVERYWHERE, Act, act
from journeys.store.putting_in_force.save_draft import save_draft
from tests.make import NOON
from tests.portal.custom_house import house_of
from tests.portal.house import sign_in, token_of

JOURNEY = {
    "format": 1,
    "name": {"en": "Looked at by two"},
    "purpose": "care",
    "entry": {"event": "patient.changed"},
    "start": "pause",
    "steps": {
        "pause": {"type": "wait", "name": {"en": "Pause"}, "config": {"for": {"days": 14}}, "next": {"next": "end"}},
        "end": {"type": "end", "name": {"en": "End"}, "config": {"reason": "finished"}},
    },
}


def browser(app: Flask, username: str) -> FlaskClient:
    client = app.test_client()
    assert sign_in(client, username) == 303
    return client


def draft(app: Flask, slug: str, days: int = 14) -> None:
    steps: dict[str, Any] = {**JOURNEY["steps"]}  # type: ignore[dict-item]
    steps["pause"] = {**steps["pause"], "config": {"for": {"days": days}}}
    content = {**JOURNEY, "steps": steps}
    act(house_of(app), Act(NOON, "user:carl", EVERYWHERE), save_draft, "journey", slug, JOURNEY["name"], content)


def press(client: FlaskClient, slug: str, what: str, **data: str) -> str:
    page = client.get(f"/journeys/{slug}/review").text
    sent = {"csrf_token": token_of(page), **data}
    for name in ("row_version", "fingerprint"):
        found = re.search(rf'name="{name}" value="([^"]+)"', page)
        if found:
            sent.setdefault(name, found[1])
    return client.post(f"/journeys/{slug}/{what}", data=sent, follow_redirects=True).text


def test_one_asks_and_another_puts_it_in_force(app: Flask) -> None:
    draft(app, "for-two")
    carl, ada = browser(app, "carl"), browser(app, "ada")
    assert "Everything is new" in carl.get("/journeys/for-two/review").text
    assert "Approval is asked for" in press(carl, "for-two", "ask", most_a_day="25")
    own = carl.get("/journeys/for-two/review").text
    assert "somebody else approves it" in own
    assert "Approve and publish" not in own
    asked = 'href="/journeys/for-two/review"'
    assert asked in ada.get("/today/").text
    assert asked not in carl.get("/today/").text
    assert asked not in browser(app, "nina").get("/today/").text
    seen = ada.get("/journeys/for-two/review").text
    assert "carl asks for approval" in seen
    assert "at most 25 patients in 24 hours" in seen
    assert "Version 1 is in force" in press(ada, "for-two", "approve")

    draft(app, "for-two", days=10)
    changed = "“Pause”, For: 14 days → 10 days"
    assert changed in carl.get("/journeys/for-two/").text
    assert changed in ada.get("/journeys/for-two/review").text


def test_whoever_asked_is_refused_though_the_button_is_sent_by_hand(app: Flask) -> None:
    draft(app, "by-hand")
    carl, ada = browser(app, "carl"), browser(app, "ada")
    press(carl, "by-hand", "ask")
    page = ada.get("/journeys/by-hand/review").text
    found = re.search(r'name="fingerprint" value="([^"]+)"', page)
    assert found
    sent = {"csrf_token": token_of(carl.get("/account/").text), "fingerprint": found[1]}
    assert carl.post("/journeys/by-hand/approve", data=sent).status_code == 403
    assert "Not published yet" in carl.get("/journeys/by-hand/").text


def test_what_changed_after_asking_is_asked_for_again(app: Flask) -> None:
    draft(app, "changed-since")
    carl, ada = browser(app, "carl"), browser(app, "ada")
    press(carl, "changed-since", "ask")
    found = re.search(r'name="fingerprint" value="([^"]+)"', ada.get("/journeys/changed-since/review").text)
    assert found
    draft(app, "changed-since", days=3)
    assert "has changed since" in ada.get("/journeys/changed-since/review").text
    assert "has changed or expired" in press(ada, "changed-since", "approve", fingerprint=found[1])


def test_it_is_sent_back_with_a_reason_and_nothing_typed_is_lost(app: Flask) -> None:
    draft(app, "sent-back")
    carl, ada = browser(app, "carl"), browser(app, "ada")
    assert "Write a whole number" in (wrong := press(carl, "sent-back", "ask", most_a_day="many"))
    assert 'value="many"' in wrong
    press(carl, "sent-back", "ask")
    assert "Say in a few words" in press(ada, "sent-back", "decline", note=" ")
    press(ada, "sent-back", "decline", note="Call first")
    assert "Call first" in carl.get("/journeys/sent-back/review").text


def refused(page: str) -> str:
    """The box that says why it is not done."""
    found = re.search(r'<div class="error-summary".*?</div>', page, re.S)
    assert found
    return found[0]


def test_what_is_refused_says_where(app: Flask) -> None:
    carl = browser(app, "carl")
    broken = {**JOURNEY["steps"], "end": {"type": "note", "name": {"en": "Last word"}, "config": {}}}  # type: ignore[dict-item]
    content = {**JOURNEY, "steps": broken}
    doing = Act(NOON, "user:carl", EVERYWHERE)
    saved = act(house_of(app), doing, save_draft, "journey", "half-done", JOURNEY["name"], content)
    box = refused(press(carl, "half-done", "ask", row_version=str(saved.row_version)))
    assert '<a href="/journeys/half-done/steps/end/">' in box
    assert "Step “Last word”" in box
    assert "steps.end" not in box


def test_what_is_refused_of_the_page_leads_to_its_control(app: Flask) -> None:
    draft(app, "no-bound")
    carl, ada = browser(app, "carl"), browser(app, "ada")
    page = press(carl, "no-bound", "ask", most_a_day="many")
    assert '<a href="#most-a-day">Write a whole number' in (box := refused(page))
    assert "At most so many patients in 24 hours" in box
    assert 'id="most-a-day"' in page
    press(carl, "no-bound", "ask")
    assert '<a href="#note">Say in a few words' in refused(press(ada, "no-bound", "decline", note=" "))


@pytest.mark.parametrize("what", ["ask", "approve", "decline"])
def test_staff_decide_nothing(app: Flask, what: str) -> None:
    nina = browser(app, "nina")
    sent = {"csrf_token": token_of(nina.get("/account/").text)}
    assert nina.post(f"/journeys/any/{what}", data=sent).status_code == 403
