"""Lists and forms of Flask-AppBuilder's own tables, made safe."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from app.base import tables
from app.views.users import Users
from journeys.store.lists import keyset
from tests.portal.house import PASSWORD, sign_in, token_of

# Nobody is ever added by these words: the tests share a portal and run in any order.
NEW = {"first_name": "Zoe", "last_name": "Quill", "username": "zoe", "email": "zoe@waymark.test", "active": "y"}


def added(administrator: FlaskClient, **changes: object) -> tuple[int, str]:
    data = {**NEW, "password": PASSWORD, "csrf_token": token_of(administrator.get("/users/add").text), **changes}
    answer = administrator.post("/users/add", data=data)
    return answer.status_code, answer.text


def test_filters_of_one_request_do_not_reach_another(app: Flask) -> None:
    """Stock views share one filter object: two readers at once get each other's rows."""
    ada, bea = app.test_client(), app.test_client()
    sign_in(ada, "ada")
    sign_in(bea, "ada")
    view = next(view for view in app.appbuilder.baseviews if isinstance(view, Users))
    both = threading.Barrier(2, timeout=120)
    draw = view._get_list_widget

    def slow(**kwargs: object) -> object:
        both.wait()
        return draw(**kwargs)

    pages: dict[str, str] = {}

    def read(client: FlaskClient, name: str) -> None:
        pages[name] = client.get(f"/users/list/?_flt_3_username={name}").text

    view._get_list_widget = slow
    try:
        threads = [threading.Thread(target=read, args=pair) for pair in ((ada, "nina"), (bea, "carl"))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        del view._get_list_widget
    assert "nina@waymark.test" in pages["nina"] and "carl@waymark.test" not in pages["nina"]
    assert "carl@waymark.test" in pages["carl"] and "nina@waymark.test" not in pages["carl"]


@pytest.mark.parametrize(
    "arguments",
    [
        "psize_Users=abc",
        "psize_Users=100000000",
        "page_Users=x",
        "_oc_Users=password&_od_Users=asc",
        "_flt_9_active=1",
        "_flt_0_password=scrypt",
        "_flt_0_active=perhaps",
    ],
)
def test_nonsense_in_the_address_is_said_and_never_an_error(administrator: FlaskClient, arguments: str) -> None:
    answer = administrator.get(f"/users/list/?{arguments}")
    assert answer.status_code in {200, 400}
    assert "scrypt" not in answer.text.replace(arguments, "")
    if answer.status_code == 200 and "perhaps" not in arguments:
        assert "It was left out" in answer.text


def test_what_the_database_refuses_becomes_a_message_and_nothing_is_lost(administrator: FlaskClient) -> None:
    status, page = added(administrator, username="ada", email="other@waymark.test")
    assert status == 200
    assert "There is a problem" in page
    assert 'value="other@waymark.test"' in page
    for leak in ("INSERT", "psycopg", "ab_user", "DETAIL", "scrypt"):
        assert leak not in page


def test_a_weak_first_password_is_refused(administrator: FlaskClient) -> None:
    status, page = added(administrator, password="short")
    assert status == 200
    assert "Use at least 12 characters." in page


def test_somebody_is_added_and_can_sign_in(app: Flask, administrator: FlaskClient) -> None:
    with app.app_context():
        role = app.appbuilder.sm.find_role("staff").id
    new = {"first_name": "Yara", "username": "yara", "email": "yara@waymark.test"}
    assert added(administrator, roles=[str(role)], **new)[0] == 303
    assert sign_in(app.test_client(), "yara") == 303
    assert "Yara Quill" in administrator.get("/users/list/").text


def test_nobody_locks_out_themselves(app: Flask, administrator: FlaskClient) -> None:
    with app.app_context():
        user = app.appbuilder.sm.find_user(username="ada")
        pk, roles = user.id, [str(role.id) for role in user.roles]
    data = {"first_name": "Ada", "last_name": "Moreno", "username": "ada", "email": "ada@waymark.test", "roles": roles}
    token = token_of(administrator.get(f"/users/edit/{pk}").text)
    page = administrator.post(f"/users/edit/{pk}", data={**data, "csrf_token": token})
    assert "You cannot switch off your own account." in page.text
    assert administrator.get("/account/").status_code == 200


def test_nothing_is_deleted_and_nothing_changes_by_get(app: Flask, administrator: FlaskClient) -> None:
    assert administrator.get("/users/delete/1").status_code == 404
    assert not [rule for rule in app.url_map.iter_rules() if "delete" in rule.rule or "action" in rule.rule]


def test_a_page_asks_the_database_little(app: Flask, administrator: FlaskClient) -> None:
    counted = count_statements(app, lambda: administrator.get("/users/list/"))
    assert counted <= 8, counted


def test_more_rows_ask_the_database_no_more(app: Flask, administrator: FlaskClient) -> None:
    """The roles of people were once read row by row."""
    with app.app_context():
        role = app.appbuilder.sm.find_role("staff").id
    few = count_statements(app, lambda: administrator.get("/users/list/"))
    for number in range(3):
        new = {"username": f"row-{number}", "email": f"row-{number}@waymark.test"}
        assert added(administrator, roles=[str(role)], **new)[0] == 303
    assert count_statements(app, lambda: administrator.get("/users/list/")) <= few


def count_statements(app: Flask, doing: Callable[[], object]) -> int:
    """How many statements `doing` sends."""
    count = 0

    def add(*_arguments: object) -> None:
        nonlocal count
        count += 1

    engine = app.extensions["portal_engine"]
    event.listen(engine, "before_cursor_execute", add)
    try:
        doing()
    finally:
        event.remove(engine, "before_cursor_execute", add)
    return count


def test_a_page_far_away_is_refused_with_words(administrator: FlaskClient) -> None:
    page = administrator.get("/users/list/?page_Users=1000").text
    assert "This list can be paged up to page 1000" in page
    assert "ada@waymark.test" in page


def test_counts_stop_at_a_cap_and_pages_still_go_on(
    administrator: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "CAP", 1)
    monkeypatch.setattr(keyset, "CAP", 1)
    monkeypatch.setattr(Users, "page_size", 1)
    whole = administrator.get("/users/list/").text
    assert "1 to 1 of 1+" in whole or "1 to 1 of about" in whole
    second = administrator.get("/users/list/?page_Users=1&_flt_2_username=a").text
    assert "2 to 2 of" in second
    assert "Next" in second
