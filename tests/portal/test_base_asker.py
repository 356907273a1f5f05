"""Who asks is learnt with the session, in one statement; whoever is somebody else meanwhile is asked about anew."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import event

from app.base.acting import roles_in_force, signed_in_scope
from app.base.asker import remembered


@contextmanager
def asked(app: Flask) -> Iterator[list[str]]:
    """The statements about accounts, their rights and branches meanwhile."""
    statements: list[str] = []

    def keep(_connection, _cursor, statement, *_others) -> None:
        if "ab_user" in statement or "practitioner" in statement:
            statements.append(statement)

    engine = app.extensions["portal_engine"]
    event.listen(engine, "before_cursor_execute", keep)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", keep)


def test_a_page_asks_once_who_asks(app: Flask, administrator: FlaskClient) -> None:
    with asked(app) as statements:
        assert administrator.get("/journeys/").status_code == 200
    assert len(statements) == 1
    assert "portal_session" in statements[0]


def test_what_was_read_with_the_session_is_what_asking_gives(app: Flask, administrator: FlaskClient) -> None:
    cookie = administrator.get_cookie("session")
    assert cookie is not None
    with app.test_request_context("/", headers={"Cookie": f"session={cookie.value}"}):
        manager = app.appbuilder.sm
        asker = g.asker
        assert asker.granted == manager.granted_to(asker.user.id)
        assert manager.has_access("can_list", "users")
        assert not manager.has_access("can_list", "nothing-of-this-name")
        given = roles_in_force(), signed_in_scope()
        g.asker = None
        for known in ("roles_in_force", "scope"):
            g.pop(known)
        assert (roles_in_force(), signed_in_scope()) == given


def test_an_account_of_another_session_is_not_believed(app: Flask, administrator: FlaskClient) -> None:
    cookie = administrator.get_cookie("session")
    assert cookie is not None
    with app.test_request_context("/", headers={"Cookie": f"session={cookie.value}"}):
        carl = app.appbuilder.sm.find_user(username="carl")
        g._login_user = carl
        assert remembered(carl) is None
        assert not app.appbuilder.sm.has_access("can_list", "users")
