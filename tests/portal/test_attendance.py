"""Attendance risk: a consultant asks for a model, an administrator reads its gates and puts it in force."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, insert, select, update
from sqlalchemy.orm import Session

from journeys.store.attendance import AttendanceRisk, RiskModel
from tests.make import NOON, person
from tests.portal.house import sign_in, token_of
from tests.unit.access.risk_visits import visit

FIGURES = {"count": 4000, "missed": 800, "auc": 0.741, "auc_low": 0.72, "slope": 1.0, "shift": 0.0}
FIGURES |= {"ratio": 1.0, "error": 0.01, "brier": 0.14, "base": 0.16}
SPAN = {"count": 4000, "from": "2026-01-01", "until": "2026-02-01"}
REPORT = {
    "spans": {"learnt": SPAN, "calibrated": SPAN, "judged": SPAN},
    "whole": FIGURES,
    "booked_before": FIGURES,
    "points": {**FIGURES, "auc": 0.7},
    "tenths": [{"count": 400, "foretold": 40.0 * n, "missed": 39 * n} for n in range(1, 9)],
    "weeks": {"2026-01-26": FIGURES},
    "branches": {},
    "groups": {"language": {"en": FIGURES, "es": None}},
    "stability": 0.05,
}


@pytest.fixture
def carl(app: Flask) -> FlaskClient:
    return signed_in(app, "carl")


@pytest.fixture
def ada(app: Flask) -> FlaskClient:
    return signed_in(app, "ada")


def signed_in(app: Flask, who: str) -> FlaskClient:
    client = app.test_client()
    assert sign_in(client, who) == 303
    return client


def send(client: FlaskClient, path: str, **fields: str):
    return client.post(path, data={"csrf_token": token_of(client.get("/attendance/").text), **fields})


def learnt(engine: Engine, **changes: object) -> uuid.UUID:
    """The model that was asked for, as the worker leaves it."""
    values = {"status": "learnt", "learnt_at": NOON, "content": {}, "fingerprint": "ab" * 32}
    with Session(engine) as session, session.begin():
        session.execute(update(RiskModel).where(RiskModel.status == "learnt").values(status="over", **answered()))
        found = update(RiskModel).where(RiskModel.status == "asked").values(**values, judged={**REPORT, **changes})
        return session.execute(found.returning(RiskModel.uid)).scalar_one()


def answered() -> dict[str, object]:
    return {"answered_at": NOON, "answered_by": "test"}


def test_without_a_model_points_are_used(carl: FlaskClient) -> None:
    shown = carl.get("/attendance/").text
    assert "Points are used: no model is in force." in shown
    assert "No model was asked for yet." in shown


def test_one_asks_and_another_puts_it_in_force(carl: FlaskClient, ada: FlaskClient, engine: Engine) -> None:
    assert send(carl, "/attendance/ask").status_code == 303
    assert "A model is being learnt." in carl.get("/attendance/").text
    uid = learnt(engine)

    shown = ada.get("/attendance/").text
    for said in ("The model that waits for approval", "0.741", "too few to show", "Calibration", "S-03"):
        assert said in shown
    assert send(carl, f"/attendance/{uid}/answer", status="in-force").status_code == 403
    assert send(ada, f"/attendance/{uid}/answer", status="in-force").status_code == 303
    assert "The model in force" in ada.get("/attendance/").text
    assert send(ada, f"/attendance/{uid}/answer", status="over").status_code == 303
    assert "Points are used: no model is in force." in ada.get("/attendance/").text


def test_what_was_foretold_wrong_anywhere_is_shown_to_whoever_sees_no_patient(
    carl: FlaskClient, ada: FlaskClient, engine: Engine
) -> None:
    send(carl, "/attendance/ask")
    uid = learnt(engine)
    send(ada, f"/attendance/{uid}/answer", status="in-force")
    missed_more_than_foretold(engine, uid)

    assert "Points are used: a gate of the model in force fails." in ada.get("/attendance/").text

    send(ada, f"/attendance/{uid}/answer", status="over")


def missed_more_than_foretold(engine: Engine, uid: uuid.UUID) -> None:
    """120 visits of yesterday that were missed, a tenth of them as it was foretold."""
    with Session(engine) as session, session.begin():
        model = session.scalars(select(RiskModel).where(RiskModel.uid == uid)).one()
        someone, told = person(session), {"risk": "low", "used": "model", "points": 0, "chance": 0.1, "reasons": []}
        for number in range(120):
            when = datetime.now(UTC) - timedelta(days=1, minutes=number)
            one = visit(session, someone, when, "noshow")
            told |= {"appointment_id": one.id, "patient_id": someone.id, "foretold_at": when, "model_id": model.id}
            session.execute(insert(AttendanceRisk).values(told))


def test_a_model_whose_gate_fails_stays_out(carl: FlaskClient, ada: FlaskClient, engine: Engine) -> None:
    send(carl, "/attendance/ask")
    uid = learnt(engine, whole={**FIGURES, "slope": 0.41})

    assert send(ada, f"/attendance/{uid}/answer", status="in-force").status_code == 303
    shown = ada.get("/attendance/").text
    assert "A gate does not hold, so the points stay in use" in shown
    assert "Fails" in shown
    with Session(engine) as session:
        assert session.scalar(select(RiskModel.status).where(RiskModel.uid == uid)) == "learnt"
