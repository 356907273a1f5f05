"""Contact rules are written in forms, tried on patients, put in force by two people, retired and restored."""

import re

from flask import Flask

from tests.portal.house import token_of
from tests.portal.test_journey_review import browser
from tests.portal.test_templates import send


def new(client, rule, slug):
    typed = {"slug": slug, "name-en": slug.title(), "rule": rule}
    return send(client, "/contact-rules/new", "/contact-rules/new", **typed)


def siesta(**more):
    """A second stretch of quiet hours, for e-mails only: it disturbs no other test."""
    typed = {"name-en": "Siesta", "parameters-starts": "12:00", "parameters-ends": "14:00", "media": "email"}
    every_day = {"parameters-margin": "0", "parameters-weekdays": list("1234567")}
    return {**typed, **every_day, "citation": "Our own decision", **more}


def test_one_writes_and_another_puts_it_in_force(app: Flask) -> None:
    carl, ada = browser(app, "carl"), browser(app, "ada")
    assert "Puts a message off" not in new(carl, "quiet_hours", "siesta")
    edit, review = "/contact-rules/siesta/", "/contact-rules/siesta/review"
    assert "Approval is asked for" in send(carl, edit, edit, **siesta(), publish="1")
    own = carl.get(review).text
    assert "somebody else approves it" in own
    assert "<ins>12:00</ins>" in own
    assert "Quiet from" in own
    assert "Version 1 is in force" in send(ada, review, f"{edit}approve")
    send(carl, edit, edit, **siesta(**{"parameters-ends": "15:00"}), publish="1")
    changed = ada.get(review).text
    assert "<del>14:00</del><ins>15:00</ins>" in changed
    assert "Version 2 is in force" in send(ada, review, f"{edit}approve")
    restored = send(carl, review, f"{edit}restore", number="1")
    assert "It is the draft again" in restored
    assert "<del>15:00</del><ins>14:00</ins>" in restored
    retired = send(ada, review, f"{edit}retire")
    assert "It is retired" in retired


def test_what_is_wrong_stands_at_its_place_and_what_was_typed_stays(app: Flask) -> None:
    carl = browser(app, "carl")
    new(carl, "frequency_caps", "too-often")
    edit = "/contact-rules/too-often/"
    typed = {
        "name-en": "Too often",
        "parameters-a_day": "99",
        "parameters-a_week": "three",
        "jurisdictions": "Florida",
        "effective_from": "2026-05-02",
        "effective_to": "2026-05-01",
    }
    page = send(carl, edit, edit, **typed, publish="1")
    assert re.search(r'id="parameters-a_week-fault"[^§]{0,400}whole number', page)
    page = send(carl, edit, edit, **{**typed, "parameters-a_week": "3"}, publish="1")
    for place, says in (
        ("jurisdictions", "US, US-FL or EU"),
        ("effective_to", "ends before it begins"),
        ("citation", "Say where this rule is written"),
    ):
        assert re.search(rf'id="{place}-fault"[^§]{{0,400}}{says}', page), place
    assert "Florida" in page
    page = send(
        carl, edit, edit, **{**typed, "parameters-a_week": "3", "jurisdictions": "", "effective_to": ""}, save="1"
    )
    assert re.search(r'id="parameters-a_day-fault"[^§]{0,400}from 1 to 20', page)


def test_it_is_tried_on_patients_before_anybody_approves(app: Flask) -> None:
    carl = browser(app, "carl")
    new(carl, "quiet_hours", "never-at-all")
    edit = "/contact-rules/never-at-all/"
    send(carl, edit, edit, **siesta(**{"parameters-starts": "00:00", "parameters-ends": "23:59"}), save="1")
    page = carl.get(f"{edit}preview?purpose=care&medium=email")
    assert page.status_code == 200
    assert "Held by this rule" in page.text
    assert carl.get(f"{edit}preview?purpose=nonsense&medium=x").status_code == 200


def test_a_draft_that_cannot_be_tried_says_why(app: Flask) -> None:
    carl = browser(app, "carl")
    new(carl, "quiet_hours", "half-written")
    edit = "/contact-rules/half-written/"
    send(carl, edit, edit, **siesta(citation=""), save="1")
    page = carl.get(f"{edit}preview")
    assert page.status_code == 422
    assert "Say where this rule is written" in page.text


def test_the_list_says_what_holds_without_a_rule_of_ones_own(app: Flask) -> None:
    page = browser(app, "ada").get("/contact-rules/").text
    assert "What holds for everybody" in page
    assert "Quiet from: 20:00" in page
    assert "New contact rule" not in page


def test_who_may_not_is_refused(app: Flask) -> None:
    carl, ada, nina = browser(app, "carl"), browser(app, "ada"), browser(app, "nina")
    new(carl, "same_text", "for-the-refused")
    edit = "/contact-rules/for-the-refused/"
    assert nina.get("/contact-rules/").status_code == 403
    assert nina.get(f"{edit}preview").status_code == 403
    shown = ada.get(edit)
    assert shown.status_code == 200
    token = token_of(shown.text)
    assert ada.post(edit, data={"csrf_token": token, "save": "1"}).status_code == 403
    assert carl.get("/contact-rules/nothing-like-it/").status_code == 404
