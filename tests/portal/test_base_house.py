"""What holds for every page: who may open it, what its answer says to the browser, what an error shows."""

import re

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from flask_appbuilder import expose

from app.base import Screen
from app.menu import ENTRIES, refuse_unmarked
from app.security.gate import is_open, safe_target
from app.security.roles import read_roles
from tests.portal.house import sign_in, token_of

OPEN = {
    "static",
    "appbuilder.static",
    "sign-in.index",
    "sign-in.out",
    "preferences.language",
    "preferences.theme",
    "choices.index",
    "choices.stop",
    "forms.index",
    "chat.index",
    "chat.who",
    "chat.read",
    "chat.script",
    "booking.index",
    "offers.index",
    "offers.take",
    "offers.refuse",
    "visits.index",
    "visits.confirm",
    "visits.cancel",
    "visits.move",
    "visits.invite",
    "doors.health",
    "doors.ready",
    "providers.bring",
    "fhir-hooks.hint",
    "fhir.metadata",
    "fhir.smart_configuration",
    "fhir.token",
    "fhir-reading.search_type",
    "fhir-reading.read_one",
    "fhir-reading.nothing",
    "web-texts.as_json",
    "web-texts.as_html",
}


def test_only_named_doors_are_open_to_strangers(app: Flask) -> None:
    with app.app_context():
        assert {endpoint for endpoint in app.view_functions if is_open(endpoint)} <= OPEN | {
            endpoint for endpoint in app.view_functions if endpoint.startswith("doors.")
        }


def test_strangers_reach_no_page(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        closed = [rule for rule in app.url_map.iter_rules() if not is_open(rule.endpoint)]
    assert len(closed) > 8
    for rule in closed:
        address = re.sub(r"<uuid:[^>]+>", "6f1c2b9e-0000-4000-8000-000000000000", rule.rule)
        address = re.sub(r"<any\((\w+)[^>]*>", r"\1", address)
        address = re.sub(r"<[^>]+>", "1", address)
        if address.startswith("/api/"):
            for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
                assert client.open(address, method=method).status_code in {400, 401}, (method, address)
        elif "GET" in rule.methods:
            answer = client.get(address)
            assert (answer.status_code, answer.location[:9]) == (302, "/sign-in/"), address
        if "POST" in rule.methods:
            assert client.post(address).status_code in {400, 401}, address


def test_no_password_only_api_and_no_stock_screen_is_left(app: Flask) -> None:
    ours = {entry.screen.name for entry in ENTRIES}
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.partition(".")[0] not in ours]
    addresses = [rule.rule for rule in rules]
    stock = ("/api", "/back", "/lang", "/swagger", "/login")
    assert not [address for address in addresses if address.startswith(stock)]


def test_a_method_without_a_mark_stops_the_start() -> None:
    class Forgotten(Screen):
        name = "forgotten"

        @expose("/")
        def index(self) -> str:
            return ""

    with pytest.raises(TypeError, match="Forgotten.index"):
        refuse_unmarked(Forgotten)


def test_people_see_only_what_their_role_says(app: Flask) -> None:
    nina = app.test_client()
    assert sign_in(nina, "nina") == 303
    for address in ("/users/list/", "/users/add", "/roles/", "/styleguide/"):
        assert nina.get(address).status_code == 403, address
        assert address not in nina.get("/account/").text


def test_every_screen_of_the_menu_is_open_to_some_role() -> None:
    held = {screen for role in read_roles() for screen in role.screens}
    shown = {entry.screen.name for entry in ENTRIES if entry.who == "role"}
    assert shown <= held


def test_every_answer_carries_the_headers(administrator: FlaskClient) -> None:
    for address in ("/styleguide/", "/nothing", "/sign-in/", "/health", "/static/icons.svg"):
        with administrator.get(address) as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert "unsafe" not in policy
            assert "default-src 'self'" in policy
            assert "frame-ancestors 'none'" in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Cache-Control"] == ("public, no-cache" if "static" in address else "no-store")


def test_the_nonce_is_new_each_time_and_on_every_script(administrator: FlaskClient) -> None:
    seen = set()
    for _ in range(3):
        answer = administrator.get("/styleguide/")
        nonce = re.search(r"script-src 'self' 'nonce-([^']+)'", answer.headers["Content-Security-Policy"])[1]
        scripts = re.findall(r"<script(?! type=\"application/json\")[^>]*>", answer.text)
        assert scripts
        assert all(f'nonce="{nonce}"' in script for script in scripts)
        assert " style=" not in answer.text
        assert not re.search(r"\son\w+=", answer.text)
        seen.add(nonce)
    assert len(seen) == 3


def test_an_unexpected_error_shows_a_number_and_nothing_else(
    app: Flask, administrator: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    try:
        answer = administrator.get("/styleguide/failing")
    finally:
        app.config["PROPAGATE_EXCEPTIONS"] = True
    number = re.search(r"number: (\w{8})", answer.text)[1]
    assert answer.status_code == 500
    assert "canary" not in answer.text
    assert "Mitchell" not in caplog.text
    assert number in caplog.text
    assert "styleguide.py" in caplog.text


def test_a_form_without_its_token_is_refused(administrator: FlaskClient) -> None:
    answer = administrator.post("/account/", data={"current": "x"})
    assert answer.status_code == 400
    assert "This form has expired" in answer.text


def test_other_hosts_are_not_answered(client: FlaskClient) -> None:
    assert client.get("/sign-in/", headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize(
    "target", ["https://evil", "//evil", "/\\evil", "http:evil", "user@evil", "/\tevil", "", None, "javascript:alert()"]
)
def test_signing_in_never_leads_elsewhere(target: str | None) -> None:
    assert safe_target(target) is None


def test_signing_in_leads_where_one_wanted_to_go(app: Flask, client: FlaskClient) -> None:
    wanted = client.get("/users/list/?page_Users=0").location
    page = client.get(wanted).text
    data = {"csrf_token": token_of(page), "username": "ada", "password": "granite otter sails north"}
    assert client.post(wanted, data=data).location == "/users/list/?page_Users=0"


def test_language_follows_the_browser_then_the_choice(app: Flask, client: FlaskClient) -> None:
    page = client.get("/sign-in/", headers={"Accept-Language": "es-MX,es;q=0.9"}).text
    assert '<html lang="es"' in page
    assert "Iniciar sesión" in page
    data = {"csrf_token": token_of(page), "language": "fa", "back": "/sign-in/"}
    answer = client.post("/preferences/language", data=data)
    assert answer.location == "/sign-in/"
    assert '<html lang="fa" dir="rtl"' in client.get("/sign-in/").text


def test_the_theme_is_set_before_the_page_is_drawn(client: FlaskClient) -> None:
    token = token_of(client.get("/sign-in/").text)
    client.post("/preferences/theme", data={"csrf_token": token, "theme": "dark", "back": "https://evil"})
    assert 'data-theme="dark"' in client.get("/sign-in/").text
    client.post("/preferences/theme", data={"csrf_token": token, "theme": "<script>"})
    assert 'data-theme=""' in client.get("/sign-in/").text


def test_health_and_readiness(client: FlaskClient) -> None:
    assert client.get("/health").json == {"part": "web", "status": "ok"}
    answer = client.get("/ready")
    assert (answer.status_code, answer.json) == (200, {"part": "web", "status": "ok", "database": "ok", "redis": "ok"})


@pytest.mark.parametrize("code", [400, 403, 404, 405, 413, 429])
def test_errors_are_pages_of_the_house(app: Flask, administrator: FlaskClient, code: int) -> None:
    with app.test_request_context("/"):
        try:
            abort(code)
        except Exception as error:
            page, status = app.handle_http_exception(error)
    assert status == code
    assert "Waymark" in page
