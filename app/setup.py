"""What must be done once, by the owner of the database, before web processes start; doing it again changes nothing."""

from dataclasses import dataclass

from flask import Flask
from flask_appbuilder import Model
from sqlalchemy import Connection, Engine, text

from app import create_app
from app.base import catalogue, sessions
from app.base.database import owner_engine
from app.security.roles import load_roles, read_roles
from config import Settings
from journeys.foundation.database import PORTAL

ONE_SETUP_AT_A_TIME = text("SELECT pg_advisory_lock(hashtext('waymark portal setup'))")
ITS_END = text("SELECT pg_advisory_unlock(hashtext('waymark portal setup'))")


@dataclass(frozen=True)
class Person:
    """Somebody who may sign in."""

    username: str
    first_name: str
    last_name: str
    email: str
    role: str
    password: str


def prepare(settings: Settings) -> None:
    """Make the portal's tables, permissions and roles, allow the portal's role to use them, compile the translations.

    Needs the engine's migrations to have run before, because they make the role `waymark_portal`.
    """
    catalogue.compile_all()
    engine = owner_engine(settings)
    with engine.connect() as connection:
        connection.execute(ONE_SETUP_AT_A_TIME)
        try:
            _make_tables(engine)
            _load(settings)
        finally:
            connection.execute(ITS_END)
            connection.rollback()
    engine.dispose()


def add_people(settings: Settings, people: list[Person]) -> None:
    """Add accounts that do not exist yet; those that do stay as they are. Needs `prepare` first.

    As the portal itself: an application that prepares would give administrators every permission again.
    """
    app = create_app(settings)
    with app.app_context():
        manager = app.appbuilder.sm
        for person in people:
            if manager.find_user(username=person.username) is None:
                _add(app, person)
    app.extensions["portal_engine"].dispose()


def _add(app: Flask, person: Person) -> None:
    manager = app.appbuilder.sm
    role = manager.find_role(person.role)
    if role is None:
        raise LookupError(f"no role {person.role}")
    manager.add_user(person.username, person.first_name, person.last_name, person.email, role, password=person.password)


def _make_tables(engine: Engine) -> None:
    tables = [table for table in Model.metadata.sorted_tables if table.name.startswith("ab_")]
    with engine.begin() as connection:
        Model.metadata.create_all(connection, tables=tables)
        sessions.metadata.create_all(connection)
        _allow(connection, [table.name for table in tables] + ["portal_session"])


def _allow(connection: Connection, tables: list[str]) -> None:
    """The portal signs people in, counts attempts and keeps accounts; it never changes what a role may do."""
    rights = ("ab_role", "ab_permission", "ab_view_menu", "ab_permission_view", "ab_permission_view_role")
    for table in tables:
        granted = "SELECT" if table in rights else "SELECT, INSERT, UPDATE, DELETE"
        connection.execute(text(f"GRANT {granted} ON {table} TO {PORTAL}"))
    for sequence in connection.scalars(text("SELECT sequencename FROM pg_sequences WHERE sequencename LIKE 'ab\\_%'")):
        connection.execute(text(f"GRANT USAGE ON SEQUENCE {sequence} TO {PORTAL}"))


def _load(settings: Settings) -> None:
    app = create_app(settings, preparing=True)
    with app.app_context():
        load_roles(app.appbuilder.sm, read_roles())
    app.extensions["portal_engine"].dispose()
