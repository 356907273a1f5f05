"""Retention as administrators see it: sizes, a rule below the floor, its preview, its saving; and who may not."""

import datetime as dt
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from journeys.foundation.database import OWNER, connect
from tests.portal.house import sign_in, token_of

TABLE = "message_candidate"


@pytest.fixture
def owner(app: Flask) -> Iterator:
    """The owner's connection; the rules that a test gave are gone at its end."""
    engine = connect(app.config["WAYMARK"].database_url, OWNER)
    yield engine
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM retention_rule"))
        connection.execute(text("DELETE FROM retention_run"))
    engine.dispose()


def sent(client: FlaskClient, path: str, **values: str):
    token = token_of(client.get(f"/retention/{TABLE}/").text)
    return client.post(f"/retention/{TABLE}/{path}", data={"csrf_token": token, **values})


def test_the_list_names_every_history_and_what_is_never_removed(administrator: FlaskClient) -> None:
    page = administrator.get("/retention/").text
    for words in ("Decisions about contacts", "Finished enrolments", "Audit", "For ever", "Consents", " MB"):
        assert words in page


def test_a_rule_below_the_floor_is_refused_at_its_place_and_stays_typed(administrator: FlaskClient, owner) -> None:
    for path in ("preview", "rule"):
        answer = sent(administrator, path, months="71", row_version="0")
        assert answer.status_code == 422
        assert "Kept for 72 months at least" in answer.text
        assert 'value="71"' in answer.text
    answer = sent(administrator, "preview", months="many", row_version="0")
    assert answer.status_code == 422
    assert 'value="many"' in answer.text


def test_a_rule_is_looked_at_then_given_and_taken_back(administrator: FlaskClient, owner) -> None:
    seen = sent(administrator, "preview", months="84", row_version="0")
    assert seen.status_code == 200
    assert "What this rule would remove" in seen.text
    assert "Nothing is changed yet" in seen.text
    with owner.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM retention_rule")) == 0
    assert sent(administrator, "rule", months="84", row_version="0").status_code == 303
    page = administrator.get(f"/retention/{TABLE}/").text
    assert "84 months" in page
    assert "Changed by ada" in page
    assert "What the next run would remove" in page
    assert sent(administrator, "rule", months="", row_version="1").status_code == 303
    assert "84 months" not in administrator.get(f"/retention/{TABLE}/").text
    with owner.connect() as connection:
        noted = text("SELECT detail FROM audit_entry WHERE verb = 'flow.change_rule' ORDER BY id DESC LIMIT 2")
        taken_back, given = connection.scalars(noted).all()
    assert given == {"table": TABLE, "months": 84, "before": None}
    assert taken_back == {"table": TABLE, "months": None, "before": 84}


def test_a_rule_that_somebody_changed_meanwhile_is_not_overwritten(administrator: FlaskClient, owner) -> None:
    assert sent(administrator, "rule", months="90", row_version="0").status_code == 303
    answer = sent(administrator, "rule", months="100", row_version="0")
    assert answer.status_code == 303
    page = administrator.get(f"/retention/{TABLE}/").text
    assert "Somebody else changed this rule meanwhile" in page
    assert "90 months" in page


def test_a_run_says_what_it_removed_and_what_it_left(administrator: FlaskClient, owner) -> None:
    run = text(
        "INSERT INTO retention_run (table_name, began_at, ended_at, cutoff, removed, months, kept) VALUES"
        " ('enrolment_history', :at, :at, :at, 1234, '[\"2015-03\"]', '{\"under-way\": 7}')"
    )
    with owner.begin() as connection:
        connection.execute(run, {"at": dt.datetime(2026, 1, 2, tzinfo=dt.UTC)})
    page = administrator.get("/retention/enrolment_history/").text
    assert "1234 rows removed" in page
    assert "2015-03" in page
    assert "A journey that goes on, or ended not long ago, needs them" in page


def test_what_is_never_removed_has_no_page(administrator: FlaskClient) -> None:
    for name in ("consent", "patient", "definition_version", "no_such_table"):
        assert administrator.get(f"/retention/{name}/").status_code == 404


@pytest.mark.parametrize("who", ["nina", "carl"])
def test_others_neither_look_nor_change(app: Flask, who: str) -> None:
    client = app.test_client()
    assert sign_in(client, who) == 303
    token = token_of(client.get("/account/").text)
    assert client.get("/retention/").status_code == 403
    for path in ("preview", "rule"):
        answer = client.post(f"/retention/{TABLE}/{path}", data={"csrf_token": token, "months": "84"})
        assert answer.status_code == 403


@pytest.mark.parametrize("version", ["", "-1", "x", "9" * 40, "²"])
def test_nonsense_in_the_form_changes_nothing(administrator: FlaskClient, owner, version: str) -> None:
    sent(administrator, "rule", months="84", row_version=version)
    with owner.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM retention_rule")) == 0
