"""A prepared portal for tests: settings, the people who may sign in, and how they do."""

import re
from dataclasses import replace
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app import create_app
from app.setup import Person, add_people, prepare
from config import Settings
from journeys.store.organisation import Location, Practitioner, PractitionerRole
from tests.make import added, branch
from tests.servers import Database

PASSWORD = "granite otter sails north"

PEOPLE = [
    Person("ada", "Ada", "Moreno", "ada@waymark.test", "administrator", PASSWORD),
    Person("carl", "Carl", "Oduya", "carl@waymark.test", "consultant", PASSWORD),
    Person("nina", "Nina", "Haas", "nina@waymark.test", "staff", PASSWORD),
]


def settings_for(database: Database, redis_url: str, folder: Path) -> Settings:
    """Settings of a portal on this database, with its files in `folder`."""
    return replace(
        Settings.from_environment({"WAYMARK_VAR": str(folder)}), database_url=database.url, redis_url=redis_url
    )


def prepared_portal(settings: Settings) -> Flask:
    """The portal on a database made ready for it, with `PEOPLE` in it."""
    prepare_portal(settings)
    return portal_for_tests(settings)


def prepare_portal(settings: Settings) -> None:
    """Make a database ready for a portal, with `PEOPLE` in it."""
    prepare(settings)
    add_people(settings, PEOPLE)


def portal_for_tests(settings: Settings) -> Flask:
    """The portal on a database that is ready: it raises its faults, and is read from right to left in Persian."""
    app = create_app(settings)
    app.config["PROPAGATE_EXCEPTIONS"] = True
    app.config["LANGUAGES"] = {**app.config["LANGUAGES"], "fa": {"name": "فارسی"}}
    return app


def token_of(page: str) -> str:
    """The form token of a page."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found, page[:2000]
    return found[1]


def sign_in(client: FlaskClient, username: str, password: str = PASSWORD, target: str = "") -> int:
    """Sign in as a browser does; the status of the answer."""
    page = client.get("/sign-in/").text
    data = {"csrf_token": token_of(page), "username": username, "password": password}
    return client.post(f"/sign-in/{target}", data=data).status_code


def works_at(engine: Engine, username: str, name: str, slug: str) -> int:
    """The id of a branch where one person works; made by the first test that asks."""
    with Session(engine) as session, session.begin():
        known = session.scalar(select(Location.id).where(Location.slug == slug))
        if known is not None:
            return known
        place = branch(session, slug)
        person = session.scalar(select(Practitioner).where(Practitioner.username == username))
        person = person or added(session, Practitioner(username=username, name=name))
        session.add(PractitionerRole(practitioner_id=person.id, code="nurse", location_id=place.id))
        return place.id
