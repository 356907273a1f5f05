"""Programs let chosen patients into journeys, see before who is held, and are heard once."""

import uuid
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from journeys.foundation.acting import Act, act
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.putting_in_force.write_version import write_version
from tests.make import an_act
from tests.portal.custom_house import a_patient, a_worker, browser_of, house_of

NOBODY = "00000000-0000-4000-8000-000000000000"
SLUG = "api-chosen"
ADDRESS = f"/api/v1/journeys/{SLUG}/enrolments"


@pytest.fixture(scope="module")
def staffed(app: Flask) -> Flask:
    """A journey of the chosen in force; Enna works everywhere as staff, Nils in one branch."""
    a_worker(app, "enna", "staff")
    a_worker(app, "nils", "staff", "api-chosen-branch")

    def put_in_force(session: Any, doing: Act) -> None:
        pause = {"type": "wait", "config": {"for": {"days": 9}}, "next": {"next": "end"}}
        name = {"en": "Chosen"}
        content = {"format": 1, "name": name, "purpose": "care", "entry": {"chosen": True}, "start": "pause"}
        content["steps"] = {"pause": pause, "end": {"type": "end"}}
        write_version(session, doing, save_draft(session, doing, "journey", SLUG, name, content))

    act(house_of(app), an_act(), put_in_force)
    return app


def post(client: FlaskClient, address: str, body: Any, **headers: str) -> TestResponse:
    token = client.get("/api/v1/session").json["token"]
    return client.post(address, json=body, headers={"X-CSRFToken": token, **headers})


def test_a_preview_changes_nothing_and_a_post_lets_in_once(staffed):
    enna = browser_of(staffed, "enna")
    patient = str(a_patient(staffed))
    body = {"patients": [patient, NOBODY]}
    wanted = {"entering": [patient], "held": {NOBODY: "unknown"}}
    assert post(enna, f"{ADDRESS}/preview", body).json == wanted
    assert post(enna, ADDRESS, body, **{"Idempotency-Key": f"first {patient}"}).json == wanted
    again = post(enna, ADDRESS, body, **{"Idempotency-Key": f"first {patient}"}).json
    assert again == {"entering": [], "held": {patient: "coming-in-again", NOBODY: "unknown"}}
    other = post(enna, ADDRESS, {"patients": [NOBODY]}, **{"Idempotency-Key": f"first {patient}"})
    assert other.status_code == 422


def test_patients_of_other_branches_are_unknown(staffed):
    patient = str(a_patient(staffed))
    found = post(browser_of(staffed, "nils"), ADDRESS, {"patients": [patient]})
    assert found.json == {"entering": [], "held": {patient: "unknown"}}


@pytest.mark.parametrize("body", [[], {"patients": "all"}, {"patients": ["x", 3]}, {"patients": []}, {"people": []}])
def test_bodies_that_cannot_be_meant_are_refused(staffed, body):
    assert post(browser_of(staffed, "enna"), ADDRESS, body).status_code == 422


def test_a_journey_that_is_not_in_force_is_not_found(staffed):
    address = f"/api/v1/journeys/none-{uuid.uuid4()}/enrolments"
    assert post(browser_of(staffed, "enna"), address, {"patients": [NOBODY]}).status_code == 404
