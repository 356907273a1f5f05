"""The list of patients: filters, orders, pages that follow each other, and what it costs."""

import datetime as dt
import html
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.setup import Person, add_people
from journeys.foundation.database import OWNER, connect
from journeys.store.organisation import Practitioner, PractitionerRole
from tests.make import branch, person
from tests.portal.house import PASSWORD, sign_in
from tests.portal.test_base_models import count_statements

PATIENTS = 60
LINK = re.compile(r'<a class="button[^"]*" href="([^"]+)">(?:<svg[^>]*><use[^>]*></use></svg>)?(\w+)</a>')
STATEMENTS = 16
"""What one page may ask the database: for the session, the person, their branches, the filters' choices, the page."""


@pytest.fixture(scope="module")
def people(app: Flask) -> str:
    """Sixty patients in the north, the last six without a birth date, one in the south; Lena works in the north."""
    settings = app.config["WAYMARK"]
    add_people(settings, [Person("lena", "Lena", "Brandt", "lena@waymark.test", "staff", PASSWORD)])
    engine = connect(settings.database_url, OWNER)
    with Session(engine) as session, session.begin():
        north, south = branch(session, "list-north"), branch(session, "list-south")
        lena = Practitioner(username="lena", name="Lena Brandt")
        session.add(lena)
        session.flush()
        session.add(PractitionerRole(practitioner_id=lena.id, location_id=north.id, code="nurse"))
        for number in range(PATIENTS):
            facts = {"birth_date": None if number > 53 else dt.date(1950, 1, 1) + dt.timedelta(days=number * 37 % 60)}
            facts |= {"gender": "female" if number % 3 else "male", "language": "es" if number % 10 == 0 else "en"}
            person(session, None, at=north, name=f"Person {number:02d}", payer_class="insured", **facts)
        person(session, None, at=south, name="Person of the south")
    engine.dispose()
    return "lena"


@pytest.fixture
def lena(app: Flask, people: str) -> FlaskClient:
    client = app.test_client()
    assert sign_in(client, people) == 303
    return client


def names(page: str) -> list[str]:
    return re.findall(r">(Person [^<]+)<", page)


def follow(client: FlaskClient, path: str, words: str) -> list[str]:
    """The names of all pages from here, page by page, each page's as they stand."""
    seen = []
    address: str | None = path
    while address is not None and len(seen) < 500:
        page = client.get(address).text
        seen.extend(names(page) if words == "Next" else reversed(names(page)))
        links = dict(LINK.findall(page))
        address = next((html.unescape(link) for link, label in links.items() if label == words), None)
    return seen


@pytest.mark.parametrize("sort", ["registered", "born", "gender", "language", "payer", "changed"])
@pytest.mark.parametrize("order", ["up", "down"])
def test_pages_follow_each_other_both_ways_without_gap_or_repeat(lena: FlaskClient, sort: str, order: str) -> None:
    forward = follow(lena, f"/patients/?sort={sort}&order={order}", "Next")
    assert len(forward) == len(set(forward)) == PATIENTS
    backward = follow(lena, f"/patients/?sort={sort}&order={order}&at=end", "Previous")
    # what precedes the last page's first row fills up to whole pages: the beginning is shown again
    assert list(dict.fromkeys(backward)) == forward[::-1]
    if sort == "born":
        assert set(forward[-6:]) == {f"Person {number}" for number in range(54, 60)}


def test_filters_narrow_and_are_kept_by_every_link(lena: FlaskClient) -> None:
    spanish = follow(lena, "/patients/?language=es&sort=born", "Next")
    assert sorted(spanish) == [f"Person {number:02d}" for number in range(0, 60, 10)]
    page = lena.get("/patients/?born_from=1950-01-02&born_until=1950-02-10&gender=female").text
    assert "in all" in page
    assert all("born_from=1950-01-02" in each for each in re.findall(r'href="(/patients/\?[^"]*sort=[^"]*)"', page))


def test_another_branch_is_not_listed_not_even_by_its_number(app: Flask, lena: FlaskClient) -> None:
    engine = connect(app.config["WAYMARK"].database_url, OWNER)
    with engine.connect() as connection:
        south = connection.execute(text("SELECT id FROM location WHERE slug = 'list-south'")).scalar_one()
    engine.dispose()
    page = lena.get(f"/patients/?branch={south}").text
    assert "Choose one of the list." in page
    assert "Person of the south" not in page


@pytest.mark.parametrize(
    "asked",
    [
        "after=x",
        "before=-1",
        "after=99999999999999999999",
        "sort=name_sealed",
        "size=7000",
        "born_from=soon",
        "gender=m",
    ],
)
def test_nonsense_in_the_address_is_said_and_never_an_error(lena: FlaskClient, asked: str) -> None:
    answer = lena.get(f"/patients/?{asked}")
    assert answer.status_code == 200
    assert len(names(answer.text)) >= 25
    assert re.search("The address asks for|Choose one of the list|Write a date", answer.text), asked


def test_a_page_that_begins_at_a_row_that_is_gone_is_the_first_one(lena: FlaskClient) -> None:
    page = lena.get("/patients/?after=4611686018427387904").text
    assert "The list has changed meanwhile" in page
    assert "Person 00" in page


def test_no_name_and_no_birth_date_of_anybody_stands_in_an_address(lena: FlaskClient) -> None:
    addresses = re.findall(r'href="([^"]*)"', lena.get("/patients/?sort=born").text)
    assert not [each for each in addresses if "Person" in each or "1950" in each]


def test_a_list_read_is_audited_with_the_ids_shown(app: Flask, lena: FlaskClient) -> None:
    lena.get("/patients/?sort=changed")
    engine = connect(app.config["WAYMARK"].database_url, OWNER)
    with engine.connect() as connection:
        row = connection.execute(
            text(
                "SELECT action, subject, patient_ids, detail FROM audit_entry WHERE actor = 'user:lena'"
                " AND verb = 'criteria.list_patients_with_fields' ORDER BY id DESC LIMIT 1"
            )
        ).one()
    engine.dispose()
    assert (row.action, row.subject, len(row.patient_ids)) == ("R", "patient", 25)
    assert row.detail == {"list": "patients", "sort": "changed"}


def test_a_page_asks_the_database_little_whatever_its_size(app: Flask, lena: FlaskClient) -> None:
    lena.get("/patients/")
    short = count_statements(app, lambda: lena.get("/patients/?size=25"))
    long = count_statements(app, lambda: lena.get("/patients/?size=50"))
    assert short == long
    assert short <= STATEMENTS, short
