"""A prepared portal for tests: settings, the people who may sign in, and how they do."""

import re
from dataclasses import replace
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.setup import Person, add_people, prepare
from config import Settings
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
    prepare(settings)
    add_people(settings, PEOPLE)
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
