"""A guideline comes into force by two people, after looking at what it says, what changes and whom it means."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.portal.house import token_of
from tests.portal.test_guideline_editor import draft, draft_of, house, send, signed_in
from tests.unit.care.guidelines.contents import content

__all__ = ["house"]


@pytest.fixture
def carl(house: Flask) -> FlaskClient:
    return signed_in(house, "carl")


@pytest.fixture
def ada(house: Flask) -> FlaskClient:
    return signed_in(house, "ada")


def press(client: FlaskClient, at: str, what: str, **typed: object) -> Any:
    """Press a button of the review page."""
    page = client.get(f"{at}review").text
    fingerprint = page.partition('name="fingerprint" value="')[2].partition('"')[0]
    typed = {"csrf_token": token_of(page), "fingerprint": fingerprint, **typed}
    return client.post(f"{at}{what}", data=typed, follow_redirects=True)


def test_one_asks_and_another_puts_it_in_force(house: Flask, carl: FlaskClient, ada: FlaskClient) -> None:
    at = draft(house, "asked", content())
    assert "Approval is asked for" in carl.get(send(carl, at, publish="1").location).text
    assert "somebody else approves it" in carl.get(f"{at}review").text
    seen = ada.get(f"{at}review").text
    for words in (
        "What it says",
        "Due again after 6 months",
        "Owned by staff, queue recall",
        "Expected numbers",
        "Overdue",
    ):
        assert words in seen, words
    assert "Version 1 is in force" in press(ada, at, "approve").text
    send(carl, at, interval=["3", "months"], publish="1")
    changed = ada.get(f"{at}review").text
    assert "<del>Due again after 6 months</del>" in changed
    assert "<ins>Due again after 3 months</ins>" in changed
    assert "<del>Owned by" not in changed
    assert "Version 2 is in force" in press(ada, at, "approve").text


def test_what_should_have_been_looked_at_again_stands_on_today_until_it_is(
    house: Flask, carl: FlaskClient, ada: FlaskClient
) -> None:
    at = draft(house, "stale", content(name={"en": "Stale one"}, review_on="2020-01-31"))
    send(carl, at, publish="1")
    assert at not in carl.get("/today/").text
    assert f'href="{at}review"' in ada.get("/today/").text
    press(ada, at, "approve")
    assert f'href="{at}review"' not in ada.get("/today/").text
    today = carl.get("/today/").text
    assert ("To be looked at again" in today, f'href="{at}"' in today, "by 2020-01-31" in today) == (True, True, True)
    assert "Stale one should have been looked at again by 2020-01-31." in carl.get("/guidelines/").text
    send(carl, at, review_on="2090-01-31", publish="1")
    assert f'href="{at}"' in carl.get("/today/").text
    press(ada, at, "approve")
    assert f'href="{at}"' not in carl.get("/today/").text


def test_what_changed_since_is_not_approved(house: Flask, carl: FlaskClient, ada: FlaskClient) -> None:
    at = draft(house, "moved-on", content())
    send(carl, at, publish="1")
    token = token_of(page := ada.get(f"{at}review").text)
    fingerprint = page.partition('name="fingerprint" value="')[2].partition('"')[0]
    send(carl, at, severity="high", save="1")
    answer = ada.post(f"{at}approve", data={"csrf_token": token, "fingerprint": fingerprint}, follow_redirects=True)
    assert "has to be asked for again" in answer.text
    assert "has changed since" in ada.get(f"{at}review").text


def test_it_is_sent_back_with_a_reason(house: Flask, carl: FlaskClient, ada: FlaskClient) -> None:
    at = draft(house, "sent-back", content())
    send(carl, at, publish="1")
    assert "This is not done yet" in press(ada, at, "decline").text
    assert "It is sent back" in press(ada, at, "decline", note="Every three months").text
    assert "Every three months" in carl.get(f"{at}review").text


def test_a_wrong_draft_says_where_and_cannot_be_asked_for(house: Flask, carl: FlaskClient) -> None:
    at = draft(house, "not-yet", content(source=""))
    assert send(carl, at, publish="1").status_code == 422
    seen = carl.get(f"{at}review").text
    assert "Write where the guideline comes from" in seen
    assert "Mend the draft" in seen
    assert "Ask for approval" not in seen
    assert draft_of(house, "not-yet")["source"] == ""


def test_who_may_not_is_refused(house: Flask, carl: FlaskClient, ada: FlaskClient) -> None:
    at = draft(house, "refused", content())
    send(carl, at, publish="1")
    assert press(ada, at, "ask").status_code == 403
    nina = signed_in(house, "nina")
    assert nina.get(f"{at}review").status_code == 403


def test_everything_is_said_in_words(house: Flask, carl: FlaskClient) -> None:
    whole = content(
        steps=[{"weeks": 12}],
        interval=None,
        make_up=True,
        least={"weeks": 4},
        exclusions=[{"name": {"en": "Away"}, "rule": {"field": "age", "is": "at_least", "value": 90}}],
        anchors=[{"happened": "condition", "date": "onset_at", "pick": "first", "plus": {"days": 3}, "wins": True}],
        tiers=[{"name": {"en": "Older"}, "rule": {"field": "age", "is": "at_least", "value": 65}, "severity": "high"}],
        supplies=[{"item": "cuff"}],
        booked={"within": {"days": 20}},
        review_on="2027-01-01",
        approval={"by": "Dr Vega", "on": "2026-11-01"},
    )
    at = draft(house, "everything", whole)
    seen = carl.get(f"{at}review").text
    for words in ("Due 12 weeks after the start", "Not for: Away", "Other risk: Older", "Uses up: 1 × cuff", "Dr Vega"):
        assert words in seen, words
