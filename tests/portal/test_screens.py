"""The product's screens as each role: what opens, what is refused, what wrong input says; nothing typed is lost."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from journeys.foundation.database import connect
from tests.portal.house import sign_in, token_of

NOBODY = "00000000-0000-4000-8000-000000000000"

OPEN = {
    "nina": (
        "/front-desk/",
        "/today/",
        "/queues/",
        "/inbox/",
        "/complaints/",
        "/complaints/report/",
        "/board/",
        "/results/",
        "/patients/",
        "/matches/",
        "/calendar/",
        "/waitlist/",
        "/referrals/",
        "/elsewhere/",
        "/patient-columns/",
        "/choosing/",
        "/messages/",
        "/ledger/",
        "/phone/",
        "/consents/",
        "/unknown-senders/",
        "/letters/",
    ),
    "carl": (
        "/today/",
        "/queues/",
        "/board/",
        "/results/",
        "/patients/",
        "/referrals/",
        "/messages/",
        "/letters/",
        "/ledger/",
        "/set-aside/",
        "/phone/",
        "/journeys/",
        "/segments/",
        "/guidelines/",
        "/clocks/",
        "/value-sets/",
        "/templates/",
        "/wordings/",
        "/web-forms/",
        "/web-forms/new",
        "/contact-rules/",
        "/fields/",
        "/fields/report",
        "/record-layouts/",
        "/record-layouts/staff/",
        "/channels/",
        "/connections/",
    ),
    "ada": (
        "/today/",
        "/queues/",
        "/inbox/",
        "/board/",
        "/results/",
        "/patients/",
        "/matches/",
        "/referrals/",
        "/messages/",
        "/unknown-senders/",
        "/letters/",
        "/ledger/",
        "/set-aside/",
        "/journeys/",
        "/segments/",
        "/value-sets/",
        "/templates/",
        "/wordings/",
        "/web-forms/",
        "/web-forms/new",
        "/contact-rules/",
        "/fields/",
        "/fields/report",
        "/record-layouts/",
        "/record-layouts/staff/",
        "/channels/",
        "/connections/",
        "/interfaces/",
        "/interfaces/new",
        "/interfaces/servers/new",
        "/fhir-clients/",
        "/fhir-clients/new",
        "/channels/new",
        "/channels/new/twilio_sms",
        "/connections/new",
        "/opening-hours/",
        "/opening-hours/new",
        "/retention/",
        "/retention/enrolment/",
        "/users/list/",
        "/roles/",
    ),
}
CLOSED = {
    "nina": (
        "/consents/import",
        "/journeys/",
        "/journeys/some/people",
        "/set-aside/",
        "/channels/",
        "/connections/",
        "/interfaces/",
        "/fhir-clients/",
        "/segments/",
        "/value-sets/",
        "/templates/",
        "/wordings/",
        "/web-forms/",
        "/contact-rules/",
        "/fields/",
        "/record-layouts/",
        "/users/list/",
        "/roles/",
    ),
    "carl": (
        "/inbox/",
        "/complaints/",
        "/consents/",
        "/matches/",
        "/elsewhere/",
        f"/written/{NOBODY}/",
        "/unknown-senders/",
        "/channels/new",
        "/connections/new",
        "/interfaces/",
        "/interfaces/new",
        "/interfaces/servers/new",
        "/opening-hours/",
        "/opening-hours/new",
        "/retention/",
        "/retention/enrolment/",
        "/users/list/",
        "/roles/",
        "/styleguide/",
    ),
    "ada": (
        "/unknown-senders/1/",
        "/choosing/",
        "/journeys/new",
        "/segments/new",
        "/templates/new",
        "/wordings/new",
        "/fields/new",
        "/phone/",
    ),
}

Browser = Callable[[str], FlaskClient]


@pytest.fixture
def browser(app: Flask) -> Browser:
    """A browser in which somebody has signed in."""

    def open_as(username: str) -> FlaskClient:
        client = app.test_client()
        assert sign_in(client, username) == 303
        return client

    return open_as


@pytest.mark.parametrize("who", OPEN)
def test_roles_open_their_screens_and_no_others(browser: Browser, who: str) -> None:
    client = browser(who)
    assert {path: client.get(path).status_code for path in OPEN[who]} == dict.fromkeys(OPEN[who], 200)
    assert {path: client.get(path).status_code for path in CLOSED[who]} == dict.fromkeys(CLOSED[who], 403)


REFUSED_CHANGES = [
    ("carl", f"/today/{NOBODY}/take"),
    ("carl", f"/today/{NOBODY}/give-back"),
    ("carl", f"/today/{NOBODY}/complete"),
    *(
        ("ada", f"/inbox/{NOBODY}/{what}")
        for what in ("claim", "give-back", "hand", "note", "call", "rest", "end", "reopen")
    ),
    ("ada", f"/inbox/{NOBODY}/reply"),
    ("ada", f"/complaints/{NOBODY}/acknowledge"),
    ("carl", "/board/take"),
    ("carl", f"/results/{NOBODY}/acknowledge"),
    ("ada", f"/results/{NOBODY}/inform"),
    ("carl", "/messages/1/settle"),
    ("ada", "/unknown-senders/1/link"),
    ("ada", "/unknown-senders/1/aside"),
    ("ada", f"/matches/{NOBODY}/join"),
    ("nina", f"/matches/{NOBODY}/answer"),
    ("nina", "/set-aside/again"),
    ("nina", "/segments/new"),
    ("nina", "/journeys/some/ask"),
    ("nina", "/journeys/some/approve"),
    ("nina", "/journeys/some/decline"),
    ("nina", "/templates/some/"),
    ("ada", "/choosing/"),
    ("ada", "/segments/some/"),
    ("ada", "/value-sets/some/"),
    ("ada", "/value-sets/some/import"),
    ("ada", "/value-sets/some/publish"),
    ("nina", "/value-sets/new"),
    ("ada", "/templates/some/"),
    ("ada", "/templates/some/look"),
    ("ada", "/templates/some/for"),
    ("ada", "/templates/some/test"),
    ("ada", "/wordings/some/"),
    ("nina", "/wordings/some/approve"),
    ("nina", "/templates/some/approve"),
    ("ada", "/journeys/some/ask"),
    ("ada", "/journeys/some/move"),
    ("ada", f"/journeys/some/move/{NOBODY}/undo"),
    ("ada", "/journeys/some/state"),
    ("ada", "/journeys/some/add"),
    ("ada", f"/phone/{NOBODY}/answer"),
    ("ada", "/fields/some/"),
    ("ada", f"/values/patient/{NOBODY}/edit"),
    ("carl", "/templates/some/registrations"),
    ("carl", f"/calendar/{NOBODY}/cancel"),
    ("carl", f"/waitlist/for/{NOBODY}"),
    ("ada", f"/calendar/{NOBODY}/say/check-in"),
    ("nina", "/schedules/new"),
    ("carl", "/supplies/some/move"),
    ("ada", "/attendance/ask"),
    ("nina", "/supplies/new"),
    ("nina", "/supplies/some/edit"),
    ("carl", "/fields/some/review"),
    ("carl", "/fields/some/retire"),
    ("carl", f"/values/patient/{NOBODY}/edit"),
    ("nina", "/exports/segments/some/"),
]


@pytest.mark.parametrize(("who", "path"), REFUSED_CHANGES)
def test_who_may_look_may_not_change(browser: Browser, who: str, path: str) -> None:
    client = browser(who)
    token = token_of(client.get("/account/").text)
    assert client.post(path, data={"csrf_token": token}).status_code == 403


def test_a_stranger_is_sent_to_the_door(client: FlaskClient) -> None:
    for path in OPEN["carl"]:
        answer = client.get(path)
        assert answer.status_code in (302, 303)
        assert "/sign-in/" in answer.headers["Location"]


@pytest.mark.parametrize("room", ["patients", "today", "inbox", "results", "phone", "values/task"])
def test_what_is_not_there_is_a_page_that_says_so(browser: Browser, room: str) -> None:
    answer = browser("nina").get(f"/{room}/{NOBODY}/")
    assert answer.status_code == 404
    assert "Nothing is here" in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/today/?whose=x&after=nonsense&queue=none",
        "/board/?kind=x&after=~&risk=9&age=x&location=none",
        "/board/?kind=referral&after=-9~2026-03-03~referral~x",
        "/inbox/?box=x&after=~&open=no",
        f"/inbox/?box=everyone&after={2**70}",
        "/messages/?show=x&after=~",
        "/phone/?page=x",
        "/ledger/?by=x&days=0&journey=~",
    ],
)
def test_nonsense_in_an_address_is_no_error(browser: Browser, path: str) -> None:
    assert browser("nina").get(path).status_code == 200


@pytest.mark.parametrize("room", ["segments", "journeys", "templates", "value-sets"])
def test_a_wrong_short_name_is_said_at_its_field_and_nothing_is_lost(browser: Browser, room: str) -> None:
    client = browser("carl")
    token = token_of(client.get(f"/{room}/new").text)
    typed = {"csrf_token": token, "slug": "Not A Slug", "name-en": "Autumn recall", "name-es": "Control de otoño"}
    answer = client.post(f"/{room}/new", data=typed)
    assert answer.status_code == 422
    assert "Use lower-case letters, digits and hyphens" in answer.text
    assert 'value="Not A Slug"' in answer.text
    assert 'value="Autumn recall"' in answer.text


def test_a_segment_is_named_written_and_published(browser: Browser) -> None:
    client = browser("carl")
    token = token_of(client.get("/segments/new").text)
    named = {"csrf_token": token, "slug": "grown-up", "name-en": "Grown up", "name-es": "Mayores de edad"}
    assert client.post("/segments/new", data=named).status_code == 303
    page = client.get("/segments/grown-up/").text
    rule = {
        "rule.shape": "group",
        "rule.combine": "all",
        "rule.0.shape": "field",
        "rule.0.field": "age",
        "rule.0.is": "at_least",
        "rule.0.value": "eighteen",
    }
    about = {"csrf_token": token_of(page), "row_version": "1", "name-en": "Grown up", "publish": "1"}
    refused = client.post("/segments/grown-up/", data={**about, **rule})
    assert refused.status_code == 422
    assert "Write a number" in refused.text
    assert 'value="eighteen"' in refused.text

    # the page that says what is wrong knows the draft that was saved, so that it can be sent again
    again = {**about, "row_version": version_of(refused.text), "csrf_token": token_of(refused.text)}
    assert client.post("/segments/grown-up/", data={**again, **rule, "rule.0.value": "18"}).status_code == 303
    assert "age is at least 18" in client.get("/segments/grown-up/").text


def test_somebody_elses_save_is_never_overwritten_unseen(browser: Browser) -> None:
    client = browser("carl")
    token = token_of(client.get("/segments/new").text)
    client.post("/segments/new", data={"csrf_token": token, "slug": "contested", "name-en": "Contested"})
    page = client.get("/segments/contested/").text
    mine = {"csrf_token": token_of(page), "row_version": version_of(page), "name-en": "Mine", "save": "1"}
    theirs = {**mine, "name-en": "Theirs"}
    assert client.post("/segments/contested/", data=theirs).status_code == 303
    answer = client.post("/segments/contested/", data=mine)
    assert answer.status_code == 422
    assert "Somebody else saved this meanwhile" in answer.text
    assert 'value="Mine"' in answer.text


def test_a_new_journey_says_what_it_still_needs(browser: Browser) -> None:
    client = browser("carl")
    token = token_of(client.get("/journeys/new").text)
    named = {"csrf_token": token, "slug": "first-steps", "name-en": "First steps"}
    assert client.post("/journeys/new", data=named).status_code == 303
    page = client.get("/journeys/first-steps/").text
    assert "Give either a segment, an event or a form" in page
    answer = client.post("/journeys/first-steps/ask", data={"csrf_token": token_of(page)}, follow_redirects=True)
    assert "The journey cannot be published yet" in answer.text


def test_a_search_never_stands_in_an_address(browser: Browser) -> None:
    client = browser("nina")
    token = token_of(client.get("/patients/").text)
    answer = client.post("/patients/", data={"csrf_token": token, "text": "Mitchell", "born": ""})
    assert "Mitchell" not in (answer.headers.get("Location") or "")
    shown = client.get(answer.headers["Location"]).text if answer.status_code == 303 else answer.text
    assert "Nobody found" in shown


def version_of(page: str) -> str:
    """The row version that a page was drawn with."""
    return page.split('name="row_version" value="')[1].split('"')[0]


def test_a_short_name_that_is_taken_overwrites_nothing(browser: Browser) -> None:
    client = browser("carl")
    for room in ("segments", "journeys", "templates", "value-sets"):
        token = token_of(client.get(f"/{room}/new").text)
        typed = {"csrf_token": token, "slug": "taken-once", "name-en": "Taken once"}
        assert client.post(f"/{room}/new", data=typed).status_code == 303
        answer = client.post(f"/{room}/new", data={**typed, "name-en": "Another"})
        assert answer.status_code == 422
        assert "There is one with this short name already" in answer.text
        assert "Taken once" in client.get(f"/{room}/").text


def test_signing_in_and_being_refused_are_audited(app: Flask, browser: Browser) -> None:
    before = audited(app)
    nina = browser("nina")
    assert sign_in(app.test_client(), "nina", "not the password") == 422
    assert nina.get("/users/list/").status_code == 403
    assert nina.get("/journeys/new").status_code == 403
    assert audited(app)[len(before) :] == [
        ("user:nina", "sign-in", "0", "portal.sign-in.index"),
        ("stranger", "sign-in", "8", "portal.sign-in.index"),
        ("user:nina", "screen", "8", "portal.Users.list"),
        ("user:nina", "screen", "8", "portal.journeys.new"),
    ]


def audited(app: Flask) -> list[tuple[str, ...]]:
    """Who came in and who was refused, in order."""
    engine = connect(app.config["WAYMARK"].database_url, None)
    with engine.connect() as connection:
        query = "SELECT actor, subject, outcome, verb FROM audit_entry WHERE purpose = 'access' ORDER BY id"
        found = [tuple(row) for row in connection.execute(text(query))]
    engine.dispose()
    return found
