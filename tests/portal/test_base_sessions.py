"""Sessions end when they should, and the table that keeps them tells nothing."""

import datetime as dt
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.base.clock import system_clock
from app.base.sessions import BACKGROUND, hash_of, portal_session
from tests.portal.house import PASSWORD, sign_in, token_of


class StandingClock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.at = dt.datetime(2026, 11, 21, 9, 0, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += dt.timedelta(**by)


@pytest.fixture
def clock(app: Flask) -> Iterator[StandingClock]:
    standing = StandingClock()
    app.config["CLOCK"] = standing
    yield standing
    app.config["CLOCK"] = system_clock


def name_in(client: FlaskClient) -> str:
    cookie = client.get_cookie("session")
    assert cookie is not None
    return cookie.value


def is_in(client: FlaskClient, **headers: str) -> bool:
    return client.get("/account/", headers=headers).status_code == 200


def test_signing_out_ends_the_session_for_a_copy_of_the_cookie_too(app: Flask) -> None:
    thief, owner = app.test_client(), app.test_client()
    sign_in(owner, "nina")
    thief.set_cookie("session", name_in(owner))
    assert is_in(thief)
    answer = owner.post("/sign-in/out", data={"csrf_token": token_of(owner.get("/account/").text)})
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_in(thief)
    assert not is_in(owner)


def test_signing_in_gives_a_new_name(app: Flask, client: FlaskClient) -> None:
    client.get("/sign-in/")
    before = name_in(client)
    sign_in(client, "nina")
    assert name_in(client) != before
    stale = app.test_client()
    stale.set_cookie("session", before)
    assert not is_in(stale)


def test_a_new_password_ends_every_other_session(app: Flask) -> None:
    other, here = app.test_client(), app.test_client()
    sign_in(other, "carl")
    sign_in(here, "carl")
    changed = "seven maps under glass"
    for current, new in ((PASSWORD, changed), (changed, PASSWORD)):
        token = token_of(here.get("/account/").text)
        data = {"csrf_token": token, "current": current, "password": new, "again": new}
        assert here.post("/account/", data=data).status_code == 303
        assert is_in(here)
        assert not is_in(other)


def test_a_weak_or_wrong_password_is_refused_with_all_reasons(app: Flask) -> None:
    carl = app.test_client()
    sign_in(carl, "carl")
    token = token_of(carl.get("/account/").text)
    data = {"csrf_token": token, "current": "no", "password": "carlcarlcarl1", "again": "x"}
    page = carl.post("/account/", data=data)
    assert page.status_code == 422
    for sentence in ("This is not your current password.", "easily guessed", "The two new passwords differ."):
        assert sentence in page.text


def test_an_account_that_is_switched_off_is_out_at_once(app: Flask, administrator: FlaskClient) -> None:
    carl = app.test_client()
    sign_in(carl, "carl")
    with app.app_context():
        user = app.appbuilder.sm.find_user(username="carl")
        pk, roles = user.id, [str(role.id) for role in user.roles]
    data = {"first_name": "Carl", "last_name": "Oduya", "username": "carl", "email": "carl@waymark.test"}
    for active in ({}, {"active": "y"}):
        token = token_of(administrator.get(f"/users/edit/{pk}").text)
        answer = administrator.post(f"/users/edit/{pk}", data={**data, **active, "roles": roles, "csrf_token": token})
        assert answer.status_code == 303
        assert not is_in(carl)


def test_idle_people_are_signed_out_and_told_why(app: Flask, clock: StandingClock) -> None:
    nina = app.test_client()
    sign_in(nina, "nina")
    clock.move(minutes=14)
    assert is_in(nina)
    clock.move(minutes=14)
    assert is_in(nina)
    clock.move(minutes=16)
    assert not is_in(nina)
    assert "nothing happened for a while" in nina.get("/sign-in/").text


def test_a_page_that_reloads_itself_keeps_nobody_signed_in(app: Flask, clock: StandingClock) -> None:
    nina = app.test_client()
    sign_in(nina, "nina")
    for _ in range(3):
        clock.move(minutes=5)
        assert is_in(nina, **{BACKGROUND: "yes"})
    clock.move(minutes=1)
    assert not is_in(nina)


def test_no_session_lasts_longer_than_twelve_hours(app: Flask, clock: StandingClock) -> None:
    nina = app.test_client()
    sign_in(nina, "nina")
    for _ in range(72):
        clock.move(minutes=10)
        assert is_in(nina)
    clock.move(minutes=10)
    assert not is_in(nina)


def test_the_table_holds_neither_names_nor_what_was_kept(app: Flask) -> None:
    nina = app.test_client()
    sign_in(nina, "nina")
    with nina.session_transaction() as session:
        session["searches"] = [["w", {"name": "Canary Mitchell"}]]
    with app.extensions["portal_engine"].connect() as connection:
        row = connection.execute(
            select(portal_session).where(portal_session.c.name_hash == hash_of(name_in(nina)))
        ).one()
        everything = connection.execute(text("SELECT portal_session::text FROM portal_session")).scalars().all()
    assert b"Canary" not in row.body
    assert not [line for line in everything if b"Canary".hex() in line or name_in(nina) in line]


def test_files_and_health_touch_no_session(app: Flask, client: FlaskClient) -> None:
    for address in ("/static/icons.svg", "/health", "/ready"):
        with client.get(address) as answer:
            assert "Set-Cookie" not in answer.headers


def test_guessing_is_slowed_down_by_account_and_by_address(app: Flask, client: FlaskClient) -> None:
    def guess(username: str) -> int:
        return sign_in(client, username, "wrong wrong wrong")

    assert [guess("nina") for _ in range(6)] == [422] * 5 + [429]
    assert [guess(f"nobody{number}") for number in range(6)][-1] == 429
