"""A segment's members as a file: only what may be seen, in batches, audited before it leaves, no formulas."""

import csv
import io
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.views.exports import Withdrawn
from journeys.criteria.custom.set_custom_values import set_custom_values
from journeys.foundation.act import EVERYWHERE, Act
from journeys.foundation.acting import act
from journeys.foundation.database import OWNER, connect
from journeys.store.enrolments import SegmentMember
from journeys.store.putting_in_force.definitions import SEGMENT
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.putting_in_force.write_version import write_version
from tests.make import NOON, person
from tests.portal.custom_house import STAFF, a_worker, browser_of, house_of, put_in_force, withdraw
from tests.portal.house import token_of

PAGE = "/exports/segments/exported/"
MEMBERS = 7
GIVES_STAFF = """
INSERT INTO ab_user_role (id, user_id, role_id)
SELECT nextval('ab_user_role_id_seq'), ab_user.id, ab_role.id FROM ab_user, ab_role
WHERE username = '{username}' AND name = 'staff'
"""
TAKES_ROLE = """
DELETE FROM ab_user_role USING ab_user, ab_role WHERE user_id = ab_user.id AND role_id = ab_role.id
AND username = '{username}' AND name = '{role}'
"""
PAYING = {"roles": ["consultant"], "purposes": ["payment"]}


@pytest.fixture(scope="module")
def clinic(app: Flask) -> Flask:
    """A segment of seven, one of whom is called like a formula; Edda works everywhere as a consultant."""
    a_worker(app, "edda", "consultant")
    put_in_force(app, "x-weight", name="Weight", type="number", unit="kg")
    put_in_force(app, "x-words", name="=cmd|' /C calc'!A0")
    put_in_force(app, "x-hidden", name="Hidden", see=STAFF)
    put_in_force(app, "x-paid", name="Paid", type="yes-no", see=PAYING, edit=PAYING)
    engine = connect(app.config["WAYMARK"].database_url, OWNER)
    with Session(engine) as session, session.begin():
        content = {"format": 1, "name": {"en": "Exported"}, "rule": {"all": []}}
        doing = Act(NOON, "test:maker", EVERYWHERE)
        segment = save_draft(session, doing, SEGMENT, "exported", content["name"], content)
        write_version(session, doing, segment)
        for number in range(MEMBERS):
            patient = person(session, None, name="=1+1" if number == 0 else f"Member {number}")
            session.add(SegmentMember(segment_id=segment.id, patient_id=patient.id, entered_at=NOON))
            if number == 0:
                first = patient.id
    engine.dispose()
    values = {"x-weight": -3, "x-words": "@SUM(A1)"}
    act(house_of(app), Act(NOON, "t", EVERYWHERE), set_custom_values, "patient", first, values, "form", ["staff"])
    return app


@pytest.fixture
def edda(clinic: Flask) -> FlaskClient:
    return browser_of(clinic, "edda")


def rows_of(answer: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.removeprefix("\ufeff"))))


def test_the_file_holds_what_was_chosen_and_no_formula(
    clinic: Flask, edda: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.views.exports.BATCH", 3)
    before = len(batches(clinic))
    token = token_of(edda.get(PAGE).text)
    wanted = {"csrf_token": token, "purpose": "care", "facts": ["name", "language"], "fields": ["x-weight", "x-words"]}
    answer = edda.post(PAGE, data=wanted)
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="exported.csv"'
    rows = rows_of(answer.text)
    assert rows[0] == ["Name", "Language", "Weight, in kg", "'=cmd|' /C calc'!A0"]
    assert rows[1] == ["'=1+1", "en", "-3", "'@SUM(A1)"]
    assert [row[0] for row in rows[2:]] == [f"Member {number}" for number in range(1, MEMBERS)]

    assert batches(clinic)[before:] == [3, 3, 1]


def batches(clinic: Flask) -> list[int]:
    """How many patients each record of an export names, in order."""
    engine = connect(clinic.config["WAYMARK"].database_url, OWNER)
    with engine.connect() as connection:
        shown = "SELECT cardinality(patient_ids) FROM audit_entry WHERE subject = 'segment.export' ORDER BY id"
        found = list(connection.scalars(text(shown)))
    engine.dispose()
    return found


def test_what_may_not_be_seen_does_not_leave(edda: FlaskClient) -> None:
    page = edda.get(PAGE).text
    assert 'value="x-weight"' in page
    assert 'value="x-hidden"' not in page
    token = token_of(page)
    forged = edda.post(PAGE, data={"csrf_token": token, "purpose": "care", "facts": ["uid"], "fields": ["x-hidden"]})
    assert forged.status_code == 422
    other = edda.post(PAGE, data={"csrf_token": token, "purpose": "care", "facts": ["uid"], "fields": ["x-paid"]})
    assert other.status_code == 422
    assert "Paid may not be seen for this purpose" in other.text
    paid = edda.post(PAGE, data={"csrf_token": token, "purpose": "payment", "facts": ["uid"], "fields": ["x-paid"]})
    assert rows_of(paid.text)[0] == ["Id", "Paid"]


def test_members_by_a_field_that_may_not_be_seen_do_not_leave(clinic: Flask, edda: FlaskClient) -> None:
    segments = {"by-hidden": "x-hidden", "by-paid": "x-paid"}
    for slug, named in segments.items():
        a_segment(clinic, slug, {"all": [{"field": f"custom.{named}", "is": "known"}]})
    token = token_of(edda.get(PAGE).text)
    wanted = {"csrf_token": token, "purpose": "care", "facts": ["uid"]}
    for slug in segments:
        assert edda.post(f"/exports/segments/{slug}/", data=wanted).status_code == 403
        assert edda.get(f"/segments/{slug}/members").status_code == 403
        assert edda.get(f"/segments/{slug}/members?show=left").status_code == 403
        assert edda.get(f"/api/v1/segments/{slug}/members").status_code == 403
    a_segment(clinic, "by-weight", {"all": [{"field": "custom.x-weight", "is": "known"}]})
    assert edda.get("/segments/by-weight/members").status_code == 200
    assert edda.get("/api/v1/segments/by-weight/members").status_code == 200
    assert edda.post("/exports/segments/by-weight/", data=wanted).status_code == 200
    visible = {"rule": {"all": [{"segment": "by-weight"}]}}
    assert edda.post("/rules/sample", json=visible, headers={"X-CSRFToken": token}).status_code == 200
    paying = {"Waymark-Purpose": "payment"}
    assert edda.get("/api/v1/segments/by-paid/members", headers=paying).status_code == 200
    assert edda.get("/api/v1/segments/by-hidden/members", headers=paying).status_code == 403
    assert edda.post("/exports/segments/by-paid/", data={**wanted, "purpose": "payment"}).status_code == 200
    asked = {"rule": {"all": [{"segment": "by-hidden"}]}}
    headers = {"X-CSRFToken": token}
    assert edda.post("/rules/sample", json=asked, headers=headers).status_code == 403
    assert edda.post("/rules/count", json=asked, headers=headers).status_code == 200
    engine = connect(clinic.config["WAYMARK"].database_url, OWNER)
    with engine.connect() as connection:
        refused = "SELECT count(*) FROM audit_entry WHERE verb LIKE '%open_members' AND outcome = '8'"
        assert connection.scalar(text(refused)) == 5
        named = "SELECT detail -> 'fields' FROM audit_entry WHERE subject = 'segment.count' ORDER BY id DESC LIMIT 1"
        assert connection.scalar(text(named)) == ["x-hidden"]
    engine.dispose()


def a_segment(clinic: Flask, slug: str, rule: dict[str, object]) -> None:
    """A segment in force."""

    def publish(session: Session, doing: Act) -> None:
        content = {"format": 1, "name": {"en": slug}, "rule": rule}
        write_version(session, doing, save_draft(session, doing, SEGMENT, slug, content["name"], content))

    act(house_of(clinic), Act(NOON, "test:maker", EVERYWHERE), publish)


def test_an_empty_choice_is_said_and_others_are_refused(clinic: Flask, edda: FlaskClient) -> None:
    token = token_of(edda.get(PAGE).text)
    assert edda.post(PAGE, data={"csrf_token": token, "purpose": "care"}).status_code == 422
    for username in ("nina", "ada"):
        assert browser_of(clinic, username).get(PAGE).status_code == 403
    assert edda.get("/exports/segments/no-such-segment/").status_code == 404


def stream(client: FlaskClient, fields: list[str]) -> Iterator[bytes]:
    """A download whose parts are taken one by one."""
    token = token_of(client.get(PAGE).text)
    wanted = {"csrf_token": token, "purpose": "care", "facts": ["name"], "fields": fields}
    return iter(client.post(PAGE, data=wanted).response)


def change(app: Flask, statement: str) -> None:
    engine = connect(app.config["WAYMARK"].database_url, OWNER)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.mark.parametrize(
    ("username", "takes"),
    [
        ("edwin", "UPDATE ab_user SET active = false WHERE username = 'edwin'"),
        ("edna", TAKES_ROLE.format(username="edna", role="consultant")),
        ("edgar", TAKES_ROLE.format(username="edgar", role="staff")),
    ],
)
def test_a_download_breaks_off_when_the_right_to_it_goes(
    clinic: Flask, monkeypatch: pytest.MonkeyPatch, username: str, takes: str
) -> None:
    monkeypatch.setattr("app.views.exports.BATCH", 2)
    a_worker(clinic, username, "consultant")
    change(clinic, GIVES_STAFF.format(username=username))
    parts = stream(browser_of(clinic, username), [])
    assert b"1+1" in next(parts)
    change(clinic, takes)
    with pytest.raises(Withdrawn):
        list(parts)


def test_branches_that_are_taken_away_count_at_once(clinic: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.views.exports.BATCH", 2)
    a_worker(clinic, "edmund", "consultant")
    parts = stream(browser_of(clinic, "edmund"), [])
    next(parts)
    change(
        clinic,
        "DELETE FROM practitioner_role AS held USING practitioner"
        " WHERE practitioner.id = held.practitioner_id AND username = 'edmund'",
    )
    assert b"Member" not in b"".join(parts)


def test_a_field_that_is_retired_meanwhile_keeps_its_column(
    clinic: Flask, edda: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.views.exports.BATCH", 2)
    put_in_force(clinic, "x-brief", name="Brief")
    parts = stream(edda, ["x-brief", "x-weight"])
    first = next(parts)
    withdraw(clinic, "x-brief")
    rows = rows_of(b"".join([first, *parts]).decode())
    assert rows[0] == ["Name", "Brief", "Weight, in kg"]
    assert [len(row) for row in rows] == [3] * (MEMBERS + 1)
    assert rows[1] == ["'=1+1", "", "-3"]
