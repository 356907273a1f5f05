"""What networks say of a template's texts: everybody who writes templates reads it, administrators write it down."""

import re

from flask import Flask
from sqlalchemy import Engine

from journeys.foundation.database import sessions
from tests import make as a
from tests.portal.house import token_of
from tests.portal.test_journey_review import browser

PAGE = "/templates/registered/registrations"
MIXED = {"text": "1/en", "medium": "sms", "state": "approved", "said_on": "2026-03-01", "number": "1107160000000000123"}


def published(engine: Engine) -> None:
    with sessions(engine).begin() as session:
        a.template(session, "registered")


def write_down(app: Flask, **typed: str) -> tuple[int, str]:
    """What comes of writing it down as an administrator."""
    ada = browser(app, "ada")
    token = token_of(ada.get(PAGE).text)
    answer = ada.post(PAGE, data={"csrf_token": token, **MIXED, **typed}, follow_redirects=True)
    return answer.status_code, answer.text


def test_it_is_written_down_shown_and_never_lost(app: Flask, engine: Engine) -> None:
    published(engine)
    carl = browser(app, "carl")
    assert "Nothing written down" in carl.get(PAGE).text
    assert "Write it down" not in carl.get(PAGE).text
    status, page = write_down(app, citation="Letter <7>")
    assert (status, "holds from now on" in page) == (200, True)
    assert "1107160000000000123" in carl.get(PAGE).text
    assert "Letter &lt;7&gt;" in carl.get(PAGE).text
    assert 'href="/templates/registered/registrations"' in carl.get("/templates/registered/").text
    status, page = write_down(app, number="Ask again")
    assert status == 422
    assert re.search(r'id="number-fault"[^§]{0,300}19 digits', page)
    assert 'value="Ask again"' in page
    status, page = write_down(app, text="9/xx")
    assert (status, "text-fault" in page) == (422, True)
    write_down(app, state="withdrawn")
    shown = carl.get(PAGE).text
    assert shown.count("Withdrawn") > 1
    assert "Approved" in shown


def test_before_the_first_version_there_is_nothing_to_register(app: Flask, engine: Engine) -> None:
    carl = browser(app, "carl")
    token = token_of(carl.get("/templates/new").text)
    carl.post("/templates/new", data={"csrf_token": token, "slug": "not-yet", "name-en": "Not yet"})
    assert "No version yet" in carl.get("/templates/not-yet/registrations").text
    assert browser(app, "ada").get("/templates/nothing/registrations").status_code == 404
