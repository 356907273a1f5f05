"""A second branch finds a patient who stands before it, and nobody else does: guessing, ids and forged forms open
nothing."""

import datetime as dt
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from journeys.foundation import tokens
from journeys.foundation.act import Act
from journeys.foundation.acting import House, Scope, act
from journeys.foundation.audit import AuditEntry
from journeys.foundation.database import OWNER, PORTAL, connect, sessions
from journeys.foundation.errors import Forbidden, Invalid, Missing, Stale
from journeys.store.identity.answer_link import answer_link, waiting_links
from journeys.store.identity.identify_patient import Sought, identify_patient
from journeys.store.identity.link_to_branch import link_to_branch
from journeys.store.organisation import Location
from journeys.store.patient_links import BranchLink
from journeys.store.people import Patient, PatientLocation, PatientToken
from tests.make import NOON, branch, person
from tests.portal.custom_house import a_worker, browser_of
from tests.portal.house import token_of

BORN = dt.date(1974, 3, 2)
PHONE = "+12125550188"
RIGHT = {"name": "Sarah Mitchell", "born": BORN.isoformat(), "phone": "212 555 0188"}
SARAH = Sought("sarah MITCHELL", BORN, "(212) 555-0188")


def somebody(session: Session, name: str, phone: str, place: Location | None) -> int:
    """A patient with the tokens of their name; the id."""
    patient = person(session, phone, at=place, name=name, birth_date=BORN)
    for kind, token in sorted(set(tokens.name_tokens(name))):
        session.add(PatientToken(kind=kind, token=token, patient_id=patient.id))
    session.flush()
    return int(patient.id)


@pytest.fixture(scope="module")
def sarah(app: Flask) -> tuple[int, int, int]:
    """Sarah of the south: her id; the branches of the north, whose nurse looks for her, and of the south."""
    a_worker(app, "norma", "staff", "north")
    a_worker(app, "nils", "staff", "north-two")
    engine = connect(app.config["WAYMARK"].database_url, OWNER)
    with Session(engine) as session, session.begin():
        south = branch(session, "south")
        sarah_id = somebody(session, "Sarah Mitchell", PHONE, south)
        north = session.scalars(select(Location.id).where(Location.slug == "north")).one()
        found = (sarah_id, north, south.id)
    engine.dispose()
    return found


@pytest.fixture
def portal(app: Flask) -> Iterator[House]:
    """The house as the portal's role sees it: bound by branches."""
    engine = connect(app.config["WAYMARK"].database_url, PORTAL)
    yield House(sessions(engine))
    engine.dispose()


def of_north(north: int) -> Act:
    return Act(NOON, "user:norma", Scope(frozenset({north})))


def asked(client: FlaskClient, **values: str) -> str:
    token = token_of(client.get("/elsewhere/").text)
    return client.post("/elsewhere/", data={"csrf_token": token, **RIGHT, **values}).text


def test_all_three_find_her_and_say_nothing_clinical(app: Flask, sarah: tuple[int, int, int], engine: Engine) -> None:
    page = asked(browser_of(app, "norma"))
    assert "Sarah Mitchell" in page
    assert "South" in page
    with Session(engine) as session:
        uid = session.scalars(select(Patient.uid).where(Patient.id == sarah[0])).one()
        assert str(uid) not in page
        kept = select(AuditEntry.action, AuditEntry.patient_ids).where(AuditEntry.verb == "store.identify_patient")
        assert ("R", [sarah[0]]) in [(row.action, row.patient_ids) for row in session.execute(kept)]
    assert browser_of(app, "norma").get(f"/patients/{uid}/").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "Sarah Mitch"},
        {"name": "Sara Mitchell"},
        {"born": "1974-03-03"},
        {"phone": "212 555 0189"},
        {"name": "Sarah Mitchell Jones"},
    ],
)
def test_two_of_three_find_nobody_and_it_is_kept(
    app: Flask, sarah: tuple[int, int, int], engine: Engine, wrong: dict[str, str]
) -> None:
    refused = select(func.count()).where(AuditEntry.verb == "store.identify_patient", AuditEntry.outcome == "4")
    with Session(engine) as session:
        before = session.scalar(refused)
    page = asked(browser_of(app, "norma"), **wrong)
    assert "Nobody found" in page
    assert "South" not in page
    with Session(engine) as session:
        assert session.scalar(refused) == (before or 0) + 1


@pytest.mark.parametrize("missing", [{"name": "Sarah"}, {"name": ""}, {"born": ""}, {"phone": ""}, {"phone": "12"}])
def test_nobody_is_looked_for_by_less(app: Flask, sarah: tuple[int, int, int], missing: dict[str, str]) -> None:
    page = asked(browser_of(app, "norma"), **missing)
    assert "South" not in page
    assert "There is a problem" in page


def test_the_scope_is_what_it_was_afterwards(portal: House, sarah: tuple[int, int, int]) -> None:
    def look(session: Session, doing: Act) -> list[int]:
        found = identify_patient(session, doing, SARAH)
        assert found is not None
        assert not found.is_seen
        session.expire_all()
        with pytest.raises(Invalid):
            identify_patient(session, doing, Sought("", None, ""))
        return list(session.scalars(select(Patient.id)))

    assert act(portal, of_north(sarah[1]), look) == []


def test_only_a_branch_of_ones_own_is_linked_and_only_with_all_three(
    portal: House, sarah: tuple[int, int, int], engine: Engine
) -> None:
    _, north, south = sarah
    wrong = Sought("Sarah Mitchell", dt.date(1974, 3, 3), PHONE)
    for place in (south, 999_999):
        with pytest.raises(Missing):
            act(portal, of_north(north), link_to_branch, SARAH, place, "here")
    kept = select(func.count()).where(AuditEntry.verb == "store.link_to_branch", AuditEntry.outcome == "4")
    with Session(engine) as session:
        before = session.scalar(kept)
    assert act(portal, of_north(north), link_to_branch, wrong, north, "here") is None
    with Session(engine) as session:
        assert session.scalar(kept) == (before or 0) + 1
    with pytest.raises(Invalid):
        act(portal, of_north(north), link_to_branch, SARAH, north, "curious")
    with Session(engine) as session:
        mine = select(PatientLocation.location_id).where(PatientLocation.patient_id == sarah[0])
        assert session.scalars(mine).all() == [south]


def test_two_whom_it_fits_are_nobody(portal: House, sarah: tuple[int, int, int], engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        twin_id = somebody(session, "Sarah Mitchell", PHONE, None)
    assert act(portal, of_north(sarah[1]), identify_patient, SARAH) is None
    with Session(engine) as session, session.begin():
        session.get_one(Patient, twin_id).merged_into_id = sarah[0]
    found = act(portal, of_north(sarah[1]), identify_patient, SARAH)
    assert found is not None
    assert found.id == sarah[0]


def test_guessing_is_slowed_down(app: Flask, sarah: tuple[int, int, int]) -> None:
    client = browser_of(app, "nils")
    token = token_of(client.get("/elsewhere/").text)
    form = {"csrf_token": token, **RIGHT, "phone": "212 555 0100"}
    answers = [client.post("/elsewhere/", data=form).status_code for _ in range(21)]
    assert answers[:20] == [200] * 20
    assert answers[20] == 429


def test_once_a_second_person_agrees_the_record_is_open_without_writing_it_again(
    app: Flask, portal: House, sarah: tuple[int, int, int], engine: Engine
) -> None:
    _, north, south = sarah
    with Session(engine) as session, session.begin():
        omar = somebody(session, "Omar Haddad", "+12125550177", session.get_one(Location, south))
    client = browser_of(app, "norma")
    omars = {**RIGHT, "name": "Omar Haddad", "phone": "212 555 0177"}
    assert "Somebody else approves it." in asked(client, **omars)
    form = {"csrf_token": token_of(client.get("/elsewhere/").text), **omars, "reason": "here"}
    refused = client.post("/elsewhere/link", data={**form, "branch": str(south)}, follow_redirects=True)
    assert "Find the patient again." in refused.text
    for _ in range(2):
        waits = client.post("/elsewhere/link", data={**form, "branch": str(north)}, follow_redirects=True)
        assert "your branch sees the record" in waits.text
    assert branches_of(engine, omar) == {south}
    a_worker(app, "amos", "administrator")
    second = browser_of(app, "amos")
    desk = second.get("/matches/").text
    assert "Omar Haddad" in desk
    assert "The patient is here" in desk
    with Session(engine) as session:
        link = session.scalars(select(BranchLink.uid).where(BranchLink.patient_id == omar)).one()
    with pytest.raises(Forbidden):
        act(portal, of_north(north), answer_link, link, True)
    answer = {"csrf_token": token_of(desk), "answer": "yes"}
    done = second.post(f"/matches/links/{link}", data=answer, follow_redirects=True)
    assert "The branch sees the patient from now on." in done.text
    again = second.post(f"/matches/links/{link}", data=answer, follow_redirects=True)
    assert "Somebody answered first" in again.text
    assert branches_of(engine, omar) == {north, south}
    assert "Open the patient's page" in asked(client, **omars)
    with Session(engine) as session:
        of_omar = AuditEntry.patient_ids.contains([omar])
        linking = AuditEntry.verb.in_(("store.link_to_branch", "store.answer_link"))
        kept = select(AuditEntry.detail).where(linking, of_omar).order_by(AuditEntry.id)
        said = {"reason": "here", "was_seen": False}
        asks = {"asked": north, **said}
        assert session.scalars(kept).all() == [asks, asks, {"linked": north, **said, "asked_by": "user:norma"}]


def test_nobody_of_a_third_branch_answers_and_an_old_question_is_answered_by_nobody(
    app: Flask, portal: House, sarah: tuple[int, int, int], engine: Engine
) -> None:
    _, north, south = sarah
    with Session(engine) as session, session.begin():
        ines = somebody(session, "Ines Prado", "+12125550155", session.get_one(Location, south))
        third = branch(session, "third").id
    act(portal, of_north(north), link_to_branch, Sought("Ines Prado", BORN, "+12125550155"), north, "call")
    with Session(engine) as session:
        link = session.scalars(select(BranchLink.uid).where(BranchLink.patient_id == ines)).one()
    elsewhere = Act(NOON, "user:theo", Scope(frozenset({third})))
    assert act(portal, elsewhere, waiting_links) == []
    with pytest.raises(Missing):
        act(portal, elsewhere, answer_link, link, True)
    late = Act(NOON + dt.timedelta(days=7), "user:sven", Scope(frozenset({south})))
    assert act(portal, late, waiting_links) == []
    with pytest.raises(Stale):
        act(portal, late, answer_link, link, True)
    at_home = Act(NOON, "user:sven", Scope(frozenset({south})))
    assert [each.branch for each in act(portal, at_home, waiting_links)] == ["North"]
    assert act(portal, at_home, answer_link, link, False).status == "refused"
    assert branches_of(engine, ines) == {south}


def test_a_question_that_nobody_answered_in_time_is_asked_anew_and_one_that_waits_stays_whose_it_is(
    app: Flask, portal: House, sarah: tuple[int, int, int], engine: Engine
) -> None:
    _, north, south = sarah
    with Session(engine) as session, session.begin():
        tomas = somebody(session, "Tomas Rey", "+12125550144", session.get_one(Location, south))
    of_tomas = Sought("Tomas Rey", BORN, "+12125550144")
    of_south = Scope(frozenset({south}))
    later = NOON + dt.timedelta(days=8)
    act(portal, of_north(north), link_to_branch, of_tomas, north, "call")
    for by in ("user:nora", "user:nils"):
        act(portal, Act(later, by, Scope(frozenset({north}))), link_to_branch, of_tomas, north, "here")
    [question] = act(portal, Act(later, "user:sven", of_south), waiting_links)
    assert (question.asked_by, question.asked_at, question.reason) == ("user:nora", later, "here")
    with pytest.raises(Forbidden):
        act(portal, Act(later, "user:nora", of_south), answer_link, question.uid, True)
    assert act(portal, Act(later, "user:norma", of_south), answer_link, question.uid, True).status == "linked"
    assert branches_of(engine, tomas) == {north, south}


def test_who_approves_after_a_merge_opens_the_record_that_is_kept(
    app: Flask, portal: House, sarah: tuple[int, int, int], engine: Engine
) -> None:
    _, north, south = sarah
    with Session(engine) as session, session.begin():
        home = session.get_one(Location, south)
        asked_for, between, kept = (somebody(session, "Vera Lund", f"+1212555013{n}", home) for n in range(3))
    act(portal, of_north(north), link_to_branch, Sought("Vera Lund", BORN, "+12125550130"), north, "here")
    with Session(engine) as session, session.begin():
        session.get_one(Patient, asked_for).merged_into_id = between
        session.get_one(Patient, between).merged_into_id = kept
    at_home = Act(NOON, "user:sven", Scope(frozenset({south})))
    [question] = act(portal, at_home, waiting_links)
    act(portal, at_home, answer_link, question.uid, True)
    opened = [branches_of(engine, each) for each in (asked_for, between, kept)]
    assert opened == [{north, south}, {south}, {north, south}]
    seen = act(portal, of_north(north), lambda session, _: session.get(Patient, kept))
    assert seen is not None


def branches_of(engine: Engine, patient: int) -> set[int]:
    with Session(engine) as session:
        mine = select(PatientLocation.location_id).where(PatientLocation.patient_id == patient)
        return set(session.scalars(mine))


def test_a_second_branch_of_ones_own_is_linked_too(
    app: Flask, portal: House, sarah: tuple[int, int, int], engine: Engine
) -> None:
    _, north, south = sarah
    with Session(engine) as session, session.begin():
        rosa = somebody(session, "Rosa Linde", "+12125550166", session.get_one(Location, south))
    rosas = Sought("Rosa Linde", BORN, "+12125550166")
    of_both = Act(NOON, "user:norma", Scope(frozenset({north, south})))
    for _ in range(2):
        found = act(portal, of_both, link_to_branch, rosas, north, "here")
        assert found is not None
        assert found.is_seen
    with Session(engine) as session:
        hers = select(PatientLocation.location_id).where(PatientLocation.patient_id == rosa)
        assert set(session.scalars(hers)) == {north, south}
    client = browser_of(app, "norma")
    form = {"csrf_token": token_of(client.get("/elsewhere/").text), **RIGHT, "name": "No Body", "reason": "here"}
    refused = client.post("/elsewhere/link", data={**form, "branch": str(north)}, follow_redirects=True)
    assert "Find the patient again." in refused.text
