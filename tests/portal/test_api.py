"""The API: its document follows the fields in force; values are read and changed as roles and purpose allow."""

import uuid
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import validate
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.custom.records import mark_of
from journeys.foundation.database import OWNER, connect
from tests.portal.custom_house import STAFF, a_patient, a_worker, browser_of, put_in_force

NOBODY = "00000000-0000-4000-8000-000000000000"
DOCUMENT = "/api/v1/openapi.json"


@pytest.fixture(scope="module")
def clinic(app: Flask) -> Flask:
    """Five fields in force; Sam works everywhere as staff, Cleo as a consultant, Lone in one branch."""
    a_worker(app, "sam", "staff")
    a_worker(app, "cleo", "consultant")
    a_worker(app, "lone", "staff", "api-branch")
    put_in_force(app, "api-diet", type="choice", choices=[{"code": "vegan", "name": {"en": "Vegan"}}])
    put_in_force(app, "api-weight", type="number", unit="kg", minimum=1, maximum=500)
    put_in_force(app, "api-note", most_characters=20, see=STAFF)
    paying = {"roles": ["staff"], "purposes": ["payment"]}
    put_in_force(app, "api-pay", see=paying, edit=paying)
    put_in_force(app, "api-plan", edit={"roles": ["consultant"], "purposes": ["care"]})
    return app


@pytest.fixture
def sam(clinic: Flask) -> FlaskClient:
    return browser_of(clinic, "sam")


@pytest.fixture
def cleo(clinic: Flask) -> FlaskClient:
    return browser_of(clinic, "cleo")


@pytest.fixture
def patient(clinic: Flask) -> uuid.UUID:
    return a_patient(clinic, name="Zeno Quill", birth_date=None)


def fields_of(patient: uuid.UUID) -> str:
    return f"/api/v1/patients/{patient}/fields"


def change(client: FlaskClient, address: str, values: Any, mark: str | None = None, **headers: str) -> TestResponse:
    """Send a change as a client does: with the token and the version that was read."""
    given = {"X-CSRFToken": client.get("/api/v1/session").json["token"], **headers}
    mark = mark if mark is not None else client.get(address).headers.get("ETag", "*")
    if mark:
        given["If-Match"] = mark
    return client.patch(address, json=values, headers=given)


def errors_of(answer: TestResponse) -> dict[str, str]:
    return {each["pointer"]: each["detail"] for each in answer.json["errors"]}


def test_the_document_is_valid_and_knows_the_fields_in_force(sam: FlaskClient, clinic: Flask) -> None:
    document = sam.get(DOCUMENT).json
    validate(document)
    known = document["components"]["schemas"]["patient-fields"]["properties"]
    assert known["api-weight"] == {
        "type": "number",
        "minimum": 1,
        "maximum": 500,
        "x-unit": "kg",
        "title": "Api-weight",
    }
    assert "api-late" not in known
    put_in_force(clinic, "api-late", type="yes-no")
    after = sam.get(DOCUMENT).json
    validate(after)
    assert after["components"]["schemas"]["patient-fields"]["properties"]["api-late"]["type"] == "boolean"


def test_the_document_says_what_the_caller_may_see_and_change(sam: FlaskClient, cleo: FlaskClient) -> None:
    def known(client: FlaskClient, part: str, **headers: str) -> set[str]:
        schema = client.get(DOCUMENT, headers=headers).json["components"]["schemas"][part]
        return {slug for slug in schema["properties"] if slug.startswith("api-")} - {"api-late"}

    assert known(sam, "patient-fields") == {"api-diet", "api-weight", "api-note", "api-plan"}
    assert known(sam, "patient-field-changes") == {"api-diet", "api-weight", "api-note"}
    assert known(sam, "patient-fields", **{"Waymark-Purpose": "payment"}) == {"api-pay"}
    assert known(cleo, "patient-fields") == {"api-diet", "api-weight", "api-plan"}
    assert {each["slug"] for each in cleo.get("/api/v1/fields").json["items"]} >= {"api-diet", "api-plan"}


def test_a_patient_with_values_that_the_caller_may_see(sam: FlaskClient, patient: uuid.UUID) -> None:
    assert change(sam, fields_of(patient), {"api-weight": 71.5, "api-note": "walks"}).status_code == 200
    answer = sam.get(f"/api/v1/patients/{patient}")
    assert answer.json["name"] == "Zeno Quill"
    assert answer.json["fields"] == {"api-weight": 71.5, "api-note": "walks"}
    assert answer.headers["ETag"] == sam.get(fields_of(patient)).headers["ETag"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_every_problem_is_said_at_its_place_and_nothing_is_kept(sam: FlaskClient, patient: uuid.UUID) -> None:
    given = {"api-weight": 0, "api-diet": "cake", "api-pay": "cash", "api-note": "x" * 21, "no-such": 1}
    answer = change(sam, fields_of(patient), given)
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert errors_of(answer) == {
        "#/api-weight": "The smallest possible value is 1",
        "#/api-diet": "Choose one of: vegan",
        "#/api-note": "At most 20 characters",
        "#/api-pay": "There is no such field here",
        "#/no-such": "There is no such field here",
    }
    assert sam.get(fields_of(patient)).json == {}


def test_null_takes_a_value_away_and_others_stay(sam: FlaskClient, patient: uuid.UUID) -> None:
    change(sam, fields_of(patient), {"api-weight": 80, "api-diet": "vegan"})
    answer = change(sam, fields_of(patient), {"api-diet": None})
    assert answer.json == {"api-weight": 80}


def test_a_change_of_something_older_is_refused(sam: FlaskClient, patient: uuid.UUID) -> None:
    read = sam.get(fields_of(patient)).headers["ETag"]
    assert change(sam, fields_of(patient), {"api-weight": 80}, read).status_code == 200
    late = change(sam, fields_of(patient), {"api-weight": 90}, read)
    assert late.status_code == 412
    assert late.json["title"] == "Somebody else changed this first"
    assert sam.get(fields_of(patient)).json == {"api-weight": 80}
    assert change(sam, fields_of(patient), {"api-weight": 90}, "").status_code == 428


def test_a_mark_tells_nothing_of_what_it_stands_for(clinic: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    values = {"api-diet": "vegan"}
    with clinic.app_context():
        mark = mark_of("patient", 7, values)
        others = [
            mark_of("patient", 8, values),
            mark_of("task", 7, values),
            mark_of("patient", 7, {"api-diet": "cake"}),
        ]
        assert mark == mark_of("patient", 7, dict(values))
        monkeypatch.setitem(clinic.config, "SECRET_KEY", "another secret")
        others.append(mark_of("patient", 7, values))
        monkeypatch.setitem(clinic.config, "SECRET_KEY", None)
        with pytest.raises(RuntimeError):
            mark_of("patient", 7, values)
    assert len({mark, *others}) == 5


def test_what_may_be_seen_and_not_edited_is_refused(sam: FlaskClient, patient: uuid.UUID) -> None:
    answer = change(sam, fields_of(patient), {"api-plan": "b"})
    assert (answer.status_code, answer.mimetype) == (403, "application/problem+json")


def test_the_purpose_decides_and_is_audited(sam: FlaskClient, clinic: Flask, patient: uuid.UUID) -> None:
    paying = {"Waymark-Purpose": "payment"}
    answer = change(sam, fields_of(patient), {"api-pay": "card"}, "*", **paying)
    assert answer.json == {"api-pay": "card"}
    assert sam.get(fields_of(patient)).json == {}
    assert sam.get(fields_of(patient), headers={"Waymark-Purpose": "emergency"}).status_code == 422
    engine = connect(clinic.config["WAYMARK"].database_url, OWNER)
    with engine.connect() as connection:
        found = connection.execute(
            text("SELECT action, subject FROM audit_entry WHERE purpose = 'payment' AND actor = 'user:sam'")
        )
        assert ("U", "custom_value") in {tuple(row) for row in found}
    engine.dispose()


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 422),
        (b'{"a": 1, "a": 2}', "application/json", 422),
        (b'{"api-weight": NaN}', "application/json", 422),
        (b"[]", "application/json", 422),
        (b"{}", "application/merge-patch+json", 422),
        (b"api-weight=1", "application/x-www-form-urlencoded", 415),
        (b'{"api-note": "' + b"x" * 300_000 + b'"}', "application/json", 413),
    ],
)
def test_what_cannot_be_read_is_refused(
    sam: FlaskClient, patient: uuid.UUID, body: bytes, kind: str, status: int
) -> None:
    token = sam.get("/api/v1/session").json["token"]
    headers = {"X-CSRFToken": token, "If-Match": "*"}
    answer = sam.patch(fields_of(patient), data=body, content_type=kind, headers=headers)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")


def test_a_change_needs_the_token_and_a_stranger_needs_to_sign_in(
    sam: FlaskClient, client: FlaskClient, patient: uuid.UUID
) -> None:
    forged = sam.patch(fields_of(patient), json={"api-weight": 1}, headers={"If-Match": "*"})
    assert (forged.status_code, forged.mimetype) == (400, "application/problem+json")
    for address in (DOCUMENT, "/api/v1/fields", f"/api/v1/patients/{patient}"):
        answer = client.get(address)
        assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")


def test_roles_have_their_parts_of_it(clinic: Flask, cleo: FlaskClient, sam: FlaskClient, patient: uuid.UUID) -> None:
    for client, address in (
        (cleo, f"/api/v1/patients/{patient}"),
        (cleo, fields_of(patient)),
        (sam, "/api/v1/segments"),
        (browser_of(clinic, "ada"), f"/api/v1/patients/{patient}"),
    ):
        answer = client.get(address)
        assert (answer.status_code, answer.mimetype) == (403, "application/problem+json")


def test_what_is_not_there_or_not_in_scope_is_missing(sam: FlaskClient, clinic: Flask, patient: uuid.UUID) -> None:
    lone = browser_of(clinic, "lone")
    for client, address in (
        (sam, f"/api/v1/patients/{NOBODY}"),
        (sam, f"/api/v1/tasks/{NOBODY}/fields"),
        (sam, "/api/v1/patients/nonsense"),
        (sam, "/api/v2/anything"),
        (lone, f"/api/v1/patients/{patient}"),
        (lone, fields_of(patient)),
    ):
        answer = client.get(address)
        assert (answer.status_code, answer.mimetype) == (404, "application/problem+json"), address
    assert change(lone, fields_of(patient), {"api-weight": 2}, "*").status_code == 404


def test_an_unexpected_error_shows_nothing_of_what_was_sent(
    sam: FlaskClient, clinic: Flask, patient: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.api.values.change_values", lambda *_args: 1 / 0)
    monkeypatch.setitem(clinic.config, "PROPAGATE_EXCEPTIONS", False)
    answer = change(sam, fields_of(patient), {"api-note": "secret words"})
    assert (answer.status_code, answer.mimetype) == (500, "application/problem+json")
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
