"""Setting up twice changes nothing; the portal's role can do no more than it must; wrong role files are said whole."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from app import create_app
from app.security.roles import load_roles, read_roles
from app.setup import prepare
from journeys.foundation.database import connect
from journeys.foundation.errors import Invalid, Unavailable
from tests.portal.house import settings_for
from tests.servers import Database

RIGHTS = "SELECT r.name, p.permission_view_id FROM ab_role r LEFT JOIN ab_permission_view_role p ON p.role_id = r.id"


def test_setting_up_again_changes_nothing(app: Flask) -> None:
    engine = app.extensions["portal_engine"]
    with engine.connect() as connection:
        before = sorted(map(tuple, connection.execute(text(RIGHTS))), key=str)
    prepare(app.config["WAYMARK"])
    with engine.connect() as connection:
        assert sorted(map(tuple, connection.execute(text(RIGHTS))), key=str) == before
    assert len(before) > 5


def test_a_portal_that_is_not_set_up_says_what_to_do(database: Database, redis_url: str, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"run\.py setup"):
        create_app(settings_for(database, redis_url, tmp_path))


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO ab_permission_view_role (id, permission_view_id, role_id) VALUES (-1, 1, 1)",
        "UPDATE ab_role SET name = 'administrator' WHERE name = 'staff'",
        "DELETE FROM ab_permission",
        "CREATE TABLE mine (id int)",
        "TRUNCATE ab_user CASCADE",
        "RESET ROLE; CREATE TABLE mine (id int)",
    ],
)
def test_the_portal_cannot_change_rights_or_tables(app: Flask, statement: str) -> None:
    with app.extensions["portal_engine"].connect() as connection, pytest.raises(ProgrammingError):
        connection.execute(text(statement))


def test_roles_say_all_that_is_wrong_with_them(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "roles.yaml"
    file.write_text("format: 1\nroles: {a: {screens: {}}, b: {label: {es: B}}}\n")
    with pytest.raises(Invalid) as refused:
        read_roles(file)
    assert [problem.where for problem in refused.value.problems] == [
        "roles.a.label",
        "roles.b.label",
        "roles.b.screens",
    ]
    file.write_text("format: 1\nroles: {a: {label: {en: A}, screens: {nowhere: [read], users: [fly, list]}}}\n")
    engine = connect(app.config["WAYMARK"].database_url, None)
    with app.app_context(), pytest.raises(Invalid) as refused:
        load_roles(app.appbuilder.sm, read_roles(file))
    engine.dispose()
    assert [problem.where for problem in refused.value.problems] == ["roles.a.screens.nowhere", "roles.a.screens.users"]
    with app.app_context():
        assert app.appbuilder.sm.find_role("a") is None
