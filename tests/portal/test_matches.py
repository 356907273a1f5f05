"""The review desk: pairs side by side, what people decide of them, and merges by two people."""

import datetime as dt
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from journeys.foundation.acting import House, act
from journeys.foundation.database import OWNER, connect, sessions
from journeys.store.identity.look_for_matches import look_for_matches
from journeys.store.matches import MatchCandidate
from journeys.store.merges import PatientMerge
from journeys.store.organisation import Location
from journeys.store.people import Patient, PatientAddress, PatientLocation, PatientName
from tests.make import NOON, added, an_act, branch, person
from tests.portal.custom_house import a_worker, browser_of
from tests.portal.house import token_of

BORN = dt.date(1974, 3, 2)
STRANGER = "Zebulon"


def a_record(session: Session, place: object, given: str, family: str, sms: str, **facts: object) -> Patient:
    """A record with a structured name and an address."""
    values = {"birth_date": BORN, **facts}
    patient = person(session, sms, at=place, name=f"{given} {family}", given_name=given, **values)
    added(session, PatientName(patient_id=patient.id, text=f"{given} {family}", given=given, family=family))
    added(session, PatientAddress(patient_id=patient.id, text=f"12 {family} Lane", postal_code=family))
    return patient


@pytest.fixture(scope="module")
def branches(app: Flask) -> None:
    """Two records of Sarah that both people of the north see; one of a stranger there and one in the south."""
    a_worker(app, "norma", "staff", "north")
    a_worker(app, "nora", "administrator", "far-north")
    engine = connect(app.config["WAYMARK"].database_url, OWNER)
    with Session(engine) as session, session.begin():
        north, far, south = (
            session.scalars(select(Location).where(Location.slug == "north")).one(),
            session.scalars(select(Location).where(Location.slug == "far-north")).one(),
            branch(session, "south"),
        )
        for given, language in (("Sarah", "en"), ("Sara", "es")):
            sarah = a_record(session, north, given, "Mitchell", "+12125550123", language=language)
            session.add(PatientLocation(patient_id=sarah.id, location_id=far.id))
        for place in (north, south):
            a_record(session, place, STRANGER, "Okafor", "+12125550777", birth_date=dt.date(1951, 7, 30))
    act(House(sessions(engine)), an_act(NOON), look_for_matches)
    engine.dispose()


@pytest.fixture
def norma(app: Flask, branches: None) -> FlaskClient:
    """A nurse of the north."""
    return browser_of(app, "norma")


def sarahs(engine: Engine) -> str:
    """The address of the pair of Sarahs."""
    with Session(engine) as session:
        found = session.execute(
            select(MatchCandidate.uid, Patient).join(Patient, Patient.id == MatchCandidate.patient_id)
        )
        return next(f"/matches/{row.uid}/" for row in found if (row.Patient.name or "").startswith("Sara"))


def strangers(engine: Engine) -> str:
    """The address of the pair that lies in two branches."""
    with Session(engine) as session:
        found = session.execute(
            select(MatchCandidate.uid, Patient).join(Patient, Patient.id == MatchCandidate.patient_id)
        )
        return next(f"/matches/{row.uid}/" for row in found if (row.Patient.name or "").startswith(STRANGER))


def sent(client: FlaskClient, address: str, page: str, **values: str) -> str:
    """What follows when somebody sends a form of a page."""
    token = token_of(client.get(page).text)
    answer = client.post(address, data={"csrf_token": token, **values}, follow_redirects=True)
    return answer.text


def test_the_desk_shows_pairs_of_which_both_are_seen(norma: FlaskClient, engine: Engine) -> None:
    page = norma.get("/matches/").text
    assert "Sarah Mitchell" in page
    assert STRANGER not in page
    assert norma.get(strangers(engine)).status_code == 404
    whole = strangers(engine)
    token = token_of(norma.get("/patients/").text)
    for door in ("decide", "join"):
        form = {"csrf_token": token, "answer": "distinct", "version": "1", "reason": "x"}
        assert norma.post(f"{whole}{door}", data=form).status_code == 404


def test_a_pair_is_laid_side_by_side_with_what_differs(norma: FlaskClient, engine: Engine) -> None:
    page = norma.get(sarahs(engine)).text
    for words in (
        "Sarah Mitchell",
        "Sara Mitchell",
        "Short form",
        "12 Mitchell Lane",
        "Ask to join them",
    ):
        assert words in page
    turned = norma.get(f"{sarahs(engine)}?keep=other").text
    assert page.index(">Sarah Mitchell<") < page.index(">Sara Mitchell<")
    assert turned.index(">Sara Mitchell<") < turned.index(">Sarah Mitchell<")


def test_not_sure_stays_and_an_old_page_decides_nothing(norma: FlaskClient, engine: Engine) -> None:
    address = sarahs(engine)
    page = sent(norma, f"{address}decide", address, answer="unsure", version="1")
    assert "It stays on the desk." in page
    assert "Not sure yet" in page
    assert "Somebody dealt with it first." in sent(norma, f"{address}decide", address, answer="distinct", version="1")


def test_nothing_typed_is_lost_when_it_is_refused(norma: FlaskClient, engine: Engine) -> None:
    address = sarahs(engine)
    page = sent(norma, f"{address}join", address, reason="  ", **{"field.language": "merged"})
    assert "Say how you know it." in page
    assert re.search(r'value="merged" selected', page)


def test_two_people_join_two_records_and_take_it_back(app: Flask, norma: FlaskClient, engine: Engine) -> None:
    address = sarahs(engine)
    assert "Somebody else looks" in sent(norma, f"{address}join", address, reason="Same passport", keep="other")
    with Session(engine) as session:
        merge = f"/matches/{session.scalars(select(PatientMerge.uid)).one()}/"
    assert norma.post(f"{merge}answer", data={"csrf_token": token_of(norma.get(address).text)}).status_code == 403
    second = browser_of(app, "nora")
    assert "Same passport" in second.get(merge).text
    assert "They are one record now." in sent(second, f"{merge}answer", merge, answer="yes")
    with Session(engine) as session:
        [gone] = session.scalars(select(Patient).where(Patient.merged_into_id.is_not(None)))
        assert gone.name == "Sarah Mitchell"
    assert "Say how you know it." in sent(second, f"{merge}undo", merge, reason="")
    assert "Both records are again what they were." in sent(second, f"{merge}undo", merge, reason="Two persons")
    with Session(engine) as session:
        assert session.scalars(select(Patient).where(Patient.merged_into_id.is_not(None))).all() == []
