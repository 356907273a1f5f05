"""Why somebody is in a segment: the answer, its evidence, past days, and who may see it."""

import datetime as dt
import uuid
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.criteria.publish_segment import publish_segment
from journeys.foundation.acting import EVERYWHERE, Act, act
from journeys.foundation.audit import AuditEntry
from journeys.foundation.database import OWNER, connect
from journeys.store.clinical import Observation
from journeys.store.configuration import Definition
from journeys.store.enrolments import SegmentMember
from journeys.store.people import Patient
from journeys.store.putting_in_force.definitions import SEGMENT
from journeys.store.putting_in_force.save_draft import save_draft
from tests.portal.custom_house import a_patient, a_worker, browser_of, house_of, put_in_force
from tests.portal.house import sign_in, token_of

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
BORN = dt.date(1980, 1, 1)
RULE = {
    "all": [
        {"field": "age", "is": "at_least", "value": 18},
        {
            "happened": "observation",
            "where": [{"field": "code", "is": "is", "value": "8480-6"}],
            "window": {"last": {"months": 6}},
        },
    ]
}
SEGMENTS = {
    "measured": ("Measured adults", RULE),
    "elderly": ("The elderly", {"all": [{"field": "age", "is": "at_least", "value": 80}]}),
    "either": ("Either", {"any": [{"segment": "measured"}, {"segment": "elderly"}]}),
}
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(scope="module")
def clinic(app: Flask) -> Flask:
    """The segment in force; wanda works everywhere, wim in one branch where nobody of these belongs."""
    a_worker(app, "wanda", "staff")
    a_worker(app, "wim", "staff", "why-branch")
    a_worker(app, "wilma", "consultant")

    def furnish(session: Session, doing: Act) -> None:
        for slug, (name, rule) in SEGMENTS.items():
            content = {"format": 1, "name": {"en": name}, "rule": rule}
            save_draft(session, doing, SEGMENT, slug, {"en": name}, content)
            publish_segment(session, doing, slug)

    act(house_of(app), Act(NOW, "test", EVERYWHERE), furnish)
    return app


@pytest.fixture(autouse=True)
def held_clock(clinic: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(clinic.config, "CLOCK", lambda: NOW)
    return


@pytest.fixture(scope="module")
def inside(clinic: Flask) -> uuid.UUID:
    return measured(clinic, "Ingrid Inside", "8480-6")


@pytest.fixture(scope="module")
def outside(clinic: Flask) -> uuid.UUID:
    return measured(clinic, "Otto Outside", "718-7")


def measured(clinic: Flask, name: str, code: str) -> uuid.UUID:
    """A grown-up with one observation of 1 February 2026."""
    uid = a_patient(clinic, name=name, birth_date=BORN)
    engine = connect(clinic.config["WAYMARK"].database_url, OWNER)
    with Session(engine) as session, session.begin():
        patient = session.scalars(select(Patient).where(Patient.uid == uid)).one()
        at = dt.datetime(2026, 2, 1, 9, tzinfo=dt.UTC)
        session.add(Observation(patient_id=patient.id, status="final", code=code, display="Pressure", effective_at=at))
    engine.dispose()
    return uid


@pytest.fixture
def wanda(clinic: Flask) -> FlaskClient:
    return browser_of(clinic, "wanda")


def why(uid: object, slug: str = "measured", on: str = "") -> str:
    return f"/segments/{slug}/why/{uid}" + (f"?on={on}" if on else "")


def test_a_member_sees_why(clinic: Flask, wanda: FlaskClient) -> None:
    newcomer = measured(clinic, "Nora New", "8480-6")
    page = wanda.get(why(newcomer)).text
    assert "In the segment" in page
    assert "Not in the segment" not in page
    assert "age is at least 18" in page
    assert "1 of 1 observations fit." in page
    assert "made in Waymark" in page
    assert "The list of members does not show this yet" in page


def test_who_is_no_member_sees_what_is_missing_first(wanda: FlaskClient, outside: uuid.UUID) -> None:
    page = wanda.get(why(outside)).text
    assert "Not in the segment" in page
    assert "0 of 1 observations fit." in page
    assert "What does not fit: code is 8480-6" in page
    assert page.index("Because") < page.index("0 of 1 observations fit.") < page.index("Every condition")


def test_a_segment_inside_is_called_by_its_name_and_shut_where_it_decides_nothing(
    wanda: FlaskClient, inside: uuid.UUID
) -> None:
    page = wanda.get(why(inside, "either")).text
    assert "is in the segment Measured adults" in page
    assert page.count("Show its conditions") == 1
    assert page.index("Show its conditions") > page.index("is in the segment The elderly")


def test_a_past_day_is_another_answer(wanda: FlaskClient, inside: uuid.UUID) -> None:
    page = wanda.get(why(inside, on="2026-01-15")).text
    assert "Not in the segment" in page
    assert "As of the end of 15 January 2026" in page
    assert 'value="2026-01-15"' in page


@pytest.mark.parametrize("day", ["2030-01-01", "yesterday", "0001-01-01", "2026-03-01"])
def test_a_wrong_day_is_said_at_its_field(wanda: FlaskClient, inside: uuid.UUID, day: str) -> None:
    answer = wanda.get(why(inside, on=day))
    assert answer.status_code == 422
    assert "Choose a day that is over, after 1990" in answer.text
    assert "In the segment" in answer.text


def test_a_patient_is_found_by_a_post(wanda: FlaskClient, outside: uuid.UUID) -> None:
    page = wanda.get("/segments/measured/why").text
    found = wanda.post("/segments/measured/why", data={"csrf_token": token_of(page), "born": "1980-01-01"})
    assert found.status_code == 200
    assert why(outside) in found.text
    nothing = wanda.post("/segments/measured/why", data={"csrf_token": token_of(page), "text": " "})
    assert nothing.status_code == 422
    assert "Write a name, a number or choose a birth date." in nothing.text


def test_the_page_of_a_patient_leads_to_the_segments(wanda: FlaskClient, inside: uuid.UUID) -> None:
    assert f"/segments/of/{inside}" in wanda.get(f"/patients/{inside}/").text
    page = wanda.get(f"/segments/of/{inside}").text
    assert why(inside) in page
    assert "Not in it" in page


def test_another_branch_sees_nobody(clinic: Flask, inside: uuid.UUID) -> None:
    wim = browser_of(clinic, "wim")
    for path in (why(inside), f"/segments/of/{inside}"):
        answer = wim.get(path)
        assert answer.status_code == 404
        assert "Ingrid" not in answer.text


def test_what_is_not_there_says_so(wanda: FlaskClient, inside: uuid.UUID) -> None:
    for path in (why(NOBODY), why(inside, "no-such-segment"), "/segments/no-such-segment/why"):
        assert wanda.get(path).status_code == 404


def test_the_right_is_needed(clinic: Flask, inside: uuid.UUID) -> None:
    ada = clinic.test_client()
    assert sign_in(ada, "ada") == 303
    for path in (why(inside), f"/segments/of/{inside}", "/segments/measured/why"):
        assert ada.get(path).status_code == 403


def test_reading_it_is_audited(clinic: Flask, wanda: FlaskClient, inside: uuid.UUID) -> None:
    wanda.get(why(inside))
    engine = connect(clinic.config["WAYMARK"].database_url, OWNER)
    with Session(engine) as session:
        patient = session.scalars(select(Patient).where(Patient.uid == inside)).one()
        wanted = (AuditEntry.subject == "segment.why", AuditEntry.actor == "user:wanda")
        entries = session.scalars(select(AuditEntry).where(*wanted)).all()
    engine.dispose()
    assert entries
    assert [patient.id] in [list(entry.patient_ids) for entry in entries]


def test_a_member_leads_from_the_list_to_why(clinic: Flask, inside: uuid.UUID) -> None:
    engine = connect(clinic.config["WAYMARK"].database_url, OWNER)
    with Session(engine) as session, session.begin():
        patient = session.scalars(select(Patient).where(Patient.uid == inside)).one()
        segment = session.scalars(select(Definition).where(Definition.slug == "measured")).one()
        session.add(SegmentMember(segment_id=segment.id, patient_id=patient.id, entered_at=NOW))
    wilma = browser_of(clinic, "wilma")
    assert why(inside) in wilma.get("/segments/measured/members").text
    page = wilma.get(why(inside)).text
    assert "Kept as a member" in page
    assert "The list of members does not show this yet" not in page
    engine.dispose()


def test_a_draft_says_who_would_enter_and_leave(clinic: Flask, inside: uuid.UUID, outside: uuid.UUID) -> None:
    wilma = browser_of(clinic, "wilma")
    page = wilma.get("/segments/measured/preview").text
    assert "Would enter" in page
    assert "Patients of your branches." in page
    assert browser_of(clinic, "wanda").get("/segments/measured/preview").status_code == 403


def test_a_value_that_may_not_be_seen_is_not_told(clinic: Flask, inside: uuid.UUID) -> None:
    nurses = {"roles": ["staff"], "purposes": ["care"]}
    put_in_force(clinic, "why-hidden", name="Hidden", see=nurses, edit=nurses)
    put_in_force(clinic, "why-secret", name="Kept back", sensitivity="restricted")
    in_force(clinic, "by-hidden", {"field": "custom.why-hidden", "is": "known"})
    in_force(clinic, "by-secret", {"field": "custom.why-secret", "is": "known"})
    wilma, wanda = browser_of(clinic, "wilma"), browser_of(clinic, "wanda")
    page = wilma.get(why(inside, "by-hidden")).text
    assert "Not shown: it would tell a value that you may not see" in page
    assert "You may not see this value." in page
    assert "Not in the segment" not in page
    assert "not recorded" not in page
    assert "Show restricted fields" not in page
    assert "Not in the segment" in wanda.get(why(inside, "by-hidden")).text
    assert "Not shown" in wilma.get(f"/segments/of/{inside}").text

    shut = wanda.get(why(inside, "by-secret")).text
    assert "Not in the segment" not in shut
    assert "?open=1" in shut
    opened = wanda.get(why(inside, "by-secret") + "?open=1").text
    assert "Not in the segment" in opened
    assert "Restricted fields are shown. That you looked is recorded." in opened


def in_force(clinic: Flask, slug: str, rule: dict[str, object]) -> None:
    """A segment in force."""

    def furnish(session: Session, doing: Act) -> None:
        content = {"format": 1, "name": {"en": slug}, "rule": rule}
        save_draft(session, doing, SEGMENT, slug, {"en": slug}, content)
        publish_segment(session, doing, slug)

    act(house_of(clinic), Act(NOW, "test", EVERYWHERE), furnish)
