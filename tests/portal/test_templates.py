"""Templates and wordings are written, judged while written, and put in force by two people."""

import re

from flask import Flask
from flask.testing import FlaskClient

from tests.portal.house import token_of
from tests.portal.test_journey_review import browser


def send(client: FlaskClient, page: str, path: str, **typed: str) -> str:
    """Press a button of a page, with what the page carries."""
    shown = client.get(page).text
    data = {"csrf_token": token_of(shown), **typed}
    for name in ("row_version", "fingerprint"):
        found = re.search(rf'name="{name}" value="([^"]+)"', shown)
        if found:
            data.setdefault(name, found[1])
    return client.post(path, data=data, follow_redirects=True).text


def new(client: FlaskClient, room: str, slug: str) -> None:
    send(client, f"/{room}/new", f"/{room}/new", **{"slug": slug, "name-en": slug.title()})


def texts(body: str, **more: str) -> dict[str, str]:
    """A template in English, as its form sends it."""
    return {
        "name-en": "Two of us",
        "purpose": "care",
        "content_level": "1",
        "wordings-0-language": "en",
        "wordings-0-body": body,
        "wordings-0-subject": "Your visit",
        **more,
    }


RIGHT = "{{clinic.name}}: call {{clinic.phone}}. STOP to end."


def test_one_asks_and_another_puts_it_in_force(app: Flask) -> None:
    carl, ada = browser(app, "carl"), browser(app, "ada")
    new(carl, "templates", "two-of-us")
    edit, review = "/templates/two-of-us/", "/templates/two-of-us/review"
    assert "Approval is asked for" in send(carl, edit, edit, **texts(RIGHT), publish="1")
    own = carl.get(review).text
    assert "somebody else approves it" in own
    assert "Approve and publish" not in own
    assert "Version 1 is in force" in send(ada, review, f"{edit}approve")
    send(carl, edit, edit, **texts(RIGHT.replace("call", "please ring")), save="1")
    changed = ada.get(review).text
    assert "<del>call</del><ins>please ring</ins>" in changed
    assert "has to be asked for again" in send(ada, review, f"{edit}approve", fingerprint="x")
    assert "Approval is asked for" in send(carl, review, f"{edit}ask")
    assert "Say in a few words" in send(ada, review, f"{edit}decline", note="")
    assert "It is sent back" in send(ada, review, f"{edit}decline", note="Keep “call”")
    assert "Keep “call”" in carl.get(review).text
    assert "It is retired" in send(ada, review, f"{edit}retire")


def test_what_is_wrong_stands_at_its_place_and_bars_asking(app: Flask) -> None:
    carl = browser(app, "carl")
    new(carl, "templates", "half-said")
    edit = "/templates/half-said/"
    typed = texts("https://bit.ly/x", **{"wordings-0-email": "{{patient.ssn}}", "channels": "email"})
    page = send(carl, edit, edit, **typed, publish="1")
    assert "cannot be published yet" in page
    assert re.search(r'id="wordings-0-body-fault"[^§]{0,400}bit\.ly hides', page)
    assert re.search(r'id="wordings-0-email-fault"[^§]{0,400}no field patient\.ssn', page)
    assert "There is a problem" in carl.get(edit).text


def test_it_is_judged_and_shown_while_it_is_written_and_nothing_is_saved(app: Flask) -> None:
    carl = browser(app, "carl")
    new(carl, "templates", "in-the-making")
    edit = "/templates/in-the-making/"
    shown = send(carl, edit, f"{edit}look", **texts("{{clinic.name}} ł " + "x" * 80))
    assert 'data-parts="2"' in shown
    assert "70 characters each" in shown
    assert "Riverside Health" in shown
    assert "Riverside Health ł" not in carl.get(edit).text


def test_a_wording_is_quoted_and_what_says_the_older_one_is_flagged(app: Flask) -> None:
    carl, ada = browser(app, "carl"), browser(app, "ada")
    new(carl, "wordings", "parking")
    new(carl, "templates", "where-to-park")
    wording, letter = "/wordings/parking/", "/templates/where-to-park/"
    typed = {"name-en": "Parking", "owner": "Front desk", "review_on": "2027-01-31", "content_level": "0"}
    typed |= {"texts-0-language": "en", "texts-0-text": "Park behind the house"}
    assert "Say who answers" in send(carl, wording, wording, **{**typed, "owner": ""}, publish="1")
    send(carl, wording, wording, **typed, publish="1")
    send(ada, f"{wording}review", f"{wording}approve")
    quoting = texts(RIGHT + " {{text.parking}}")
    assert "Park behind the house" in send(carl, letter, f"{letter}look", **quoting)
    send(carl, letter, letter, **quoting, publish="1")
    send(ada, f"{letter}review", f"{letter}approve")
    send(carl, wording, wording, **{**typed, "texts-0-text": "Park in the yard"}, publish="1")
    assert "older version" not in carl.get(wording).text
    send(ada, f"{wording}review", f"{wording}approve")
    assert "Says an older version" in carl.get(wording).text
    assert "it quotes parking as it was" in carl.get(letter).text
