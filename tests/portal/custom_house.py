"""Custom fields for tests of the portal: people who may work with them, patients, and fields put in force."""

import uuid
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.setup import Person, add_people
from journeys.criteria.custom.publish_field import publish_field
from journeys.criteria.custom.retire_field import retire_field
from journeys.foundation.act import EVERYWHERE, Act
from journeys.foundation.acting import House, act
from journeys.foundation.database import OWNER, connect
from journeys.store.organisation import Practitioner, PractitionerRole
from journeys.store.people import Patient
from journeys.store.putting_in_force.definitions import FIELD
from journeys.store.putting_in_force.save_draft import save_draft
from tests.make import NOON, branch, person
from tests.portal.house import PASSWORD, sign_in

EVERYBODY = {"roles": ["staff", "consultant", "administrator"], "purposes": ["care", "operations"]}
STAFF = {"roles": ["staff"], "purposes": ["care"]}

PLAIN = {
    "format": 1,
    "on": "patient",
    "type": "text",
    "sensitivity": "ordinary",
    "see": EVERYBODY,
    "edit": STAFF,
}


def content(name: str, **more: Any) -> dict[str, Any]:
    """The content of a field that everybody may see and staff may edit."""
    return {**PLAIN, "name": {"en": name}, **more}


def put_in_force(app: Flask, slug: str, **more: Any) -> None:
    """Draft a field and publish it."""
    given = content(more.pop("name", slug.capitalize()), **more)

    def publish(session: Session, doing: Act) -> None:
        save_draft(session, doing, FIELD, slug, given["name"], given)
        publish_field(session, doing, slug)

    act(house_of(app), Act(NOON, "test:maker", EVERYWHERE), publish)


def withdraw(app: Flask, slug: str) -> None:
    """Take a field out of force again, so that it is asked in no other test."""
    act(house_of(app), Act(NOON, "test:maker", EVERYWHERE), retire_field, slug)


def house_of(app: Flask) -> House:
    """The portal's own way to run verbs."""
    return app.extensions["house"]


def a_worker(app: Flask, username: str, role: str, branch_slug: str = "") -> None:
    """An account whose owner works in one branch, or in every one."""
    account = Person(username, username.title(), "Test", f"{username}@waymark.test", role, PASSWORD)
    add_people(app.config["WAYMARK"], [account])
    engine = connect(app.config["WAYMARK"].database_url, OWNER)
    with Session(engine) as session, session.begin():
        row = Practitioner(username=username, name=username.title())
        session.add(row)
        session.flush()
        where = {"location_id": branch(session, branch_slug).id} if branch_slug else {"code": "every-branch"}
        session.add(PractitionerRole(practitioner_id=row.id, **where))
    engine.dispose()


def a_patient(app: Flask, **facts: Any) -> uuid.UUID:
    """A patient of no branch; only who works everywhere sees them."""
    engine = connect(app.config["WAYMARK"].database_url, OWNER)
    with Session(engine) as session, session.begin():
        patient: Patient = person(session, None, **facts)
        uid = patient.uid
    engine.dispose()
    return uid


def browser_of(app: Flask, username: str) -> FlaskClient:
    """A browser in which somebody has signed in."""
    client = app.test_client()
    assert sign_in(client, username) == 303
    return client
