"""A table of consents: read at its lines, judged against what is kept, written down once, and silent about the past."""

import datetime as dt

import pytest
from sqlalchemy import select

from journeys.contact.consent.consents import consent_state
from journeys.contact.consent_files.import_consents import import_consents
from journeys.contact.consent_files.judging import judged_lines
from journeys.contact.consent_files.preview_consents import preview_consents
from journeys.contact.consent_files.reading import MOST_LINES, read_lines
from journeys.foundation.errors import Invalid
from journeys.foundation.tokens import identifier_token
from journeys.store.contact import Consent
from journeys.store.events import Event
from journeys.store.people import PatientToken
from tests import make as a
from tests.make import NOON, an_act

HEAD = "patient,decision,purpose,channel,from,until,source,wording,language,evidence\n"
DAY = dt.timedelta(days=1)


@pytest.fixture
def session(make):
    with make() as session:
        yield session
        session.rollback()


@pytest.fixture
def ana(session):
    return known_as(session, a.person(session), "MRN-1")


def known_as(session, patient, number):
    kind, token = identifier_token(number)
    a.added(session, PatientToken(kind=kind, token=token, patient_id=patient.id))
    return patient


def lines(*rows, head=HEAD):
    return read_lines((head + "\n".join(rows) + "\n").encode())


def fates(session, *rows):
    return [each.fate for each in preview_consents(session, an_act(), lines(*rows))]


def brought(session, *rows):
    return dict(import_consents(session, an_act(), lines(*rows)))


def said(session):
    return session.scalars(select(Consent).order_by(Consent.from_at, Consent.id)).all()


def test_a_statement_is_kept_with_all_that_was_shown(session, ana):
    row = "MRN-1,yes,care,sms,2026-01-05,2026-12-31,form,Form 12 (2026),es,Scan 4471"
    assert brought(session, row) == {"new": 1, "known": 0, "refused": 0}
    [kept] = said(session)
    assert (kept.patient_id, kept.decision, kept.purpose, kept.channel) == (ana.id, "permit", "care", "sms")
    assert (kept.source, kept.wording, kept.language, kept.evidence) == ("form", "Form 12 (2026)", "es", "Scan 4471")
    assert kept.from_at == dt.datetime(2026, 1, 5, 5, tzinfo=dt.UTC)
    assert kept.until_at == dt.datetime(2027, 1, 1, 5, tzinfo=dt.UTC)
    assert b"Scan 4471" not in kept.evidence_sealed


def test_a_second_import_changes_nothing(session, ana):
    rows = ("MRN-1,yes,care,sms,2026-01-05", "MRN-1,no,,,2026-02-01")
    assert brought(session, *rows)["new"] == 2
    assert brought(session, *rows) == {"new": 0, "known": 2, "refused": 0}
    assert brought(session, *reversed(rows), rows[0]) == {"new": 0, "known": 3, "refused": 0}
    assert len(said(session)) == 2


def test_the_same_line_twice_is_new_once(session, ana):
    assert fates(session, *["MRN-1,yes,care,sms,2026-01-05"] * 2) == ["new", "known"]


def test_a_preview_writes_nothing(session, ana):
    assert fates(session, "MRN-1,yes,care,sms,2026-01-05") == ["new"]
    assert said(session) == []


@pytest.mark.parametrize(
    ("row", "where", "says"),
    [
        ("MRN-9,yes,care,sms,2026-01-05", "patient", "no such patient"),
        (",yes,care,sms,2026-01-05", "patient", "record number"),
        ("MRN-1,perhaps,care,sms,2026-01-05", "decision", "yes or no"),
        ("MRN-1,yes,fun,sms,2026-01-05", "purpose", "Choose one of"),
        ("MRN-1,yes,care,pigeon,2026-01-05", "channel", "Choose one of"),
        ("MRN-1,yes,care,sms,05/01/2026", "from", "Write the day"),
        ("MRN-1,yes,care,sms,", "from", "Write the day"),
        ("MRN-1,yes,care,sms,2026-03-04", "from", "today or before"),
        ("MRN-1,yes,care,sms,2026-01-05,2026-01-04", "until", "ends after it begins"),
        ("MRN-1,no,care,sms,2026-01-05,2026-12-31", "until", "holds until"),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_goes_on(session, ana, row, where, says):
    good = "MRN-1,yes,care,email,2026-01-05"
    judged = judged_lines(session, NOON, lines(row, good))
    assert [each.fate for each in judged] == ["refused", "new"]
    assert any(problem.where == where and says in str(problem) for problem in judged[0].problems)
    assert brought(session, row, good) == {"new": 1, "known": 0, "refused": 1}


def test_a_number_of_several_patients_names_nobody(session, ana):
    known_as(session, a.person(session, sms="+12125550124"), "MRN-1")
    assert fates(session, "MRN-1,yes,care,sms,2026-01-05") == ["refused"]


def test_a_merged_record_names_the_kept_one(session, ana):
    gone = known_as(session, a.person(session, sms="+12125550124", merged_into_id=ana.id), "MRN-2")
    assert brought(session, "MRN-2,yes,care,sms,2026-01-05", "MRN-1,no,care,email,2026-01-05")["new"] == 2
    assert {each.patient_id for each in said(session)} == {ana.id} != {gone.id}


def test_what_is_older_than_what_holds_changes_nothing_and_tells_nobody(session, ana):
    a.consent(session, ana, "deny", channel="sms", from_at=NOON - DAY)
    [judged] = preview_consents(session, an_act(), lines("MRN-1,yes,care,sms,2026-01-05"))
    assert judged.is_overruled
    brought(session, "MRN-1,yes,care,sms,2026-01-05")
    assert consent_state(session, ana.id, "care", "sms", NOON).decision == "deny"
    assert session.scalars(select(Event.kind)).all() == []


def test_a_withdrawal_is_told_at_once(session, ana):
    brought(session, "MRN-1,no,,,2026-03-02", "MRN-1,yes,care,sms,2026-01-05")
    assert session.scalars(select(Event.kind)).all() == ["consent.withdrawn"]
    assert consent_state(session, ana.id, "care", "sms", NOON).decision == "deny"


@pytest.mark.parametrize(
    "data",
    [b"", b"patient,decision,from\n", b"\xff\xfe\x00", b"who,what\nx,y\n", b'patient,decision,from\n"a,b,c\n'],
)
def test_what_is_no_table_is_refused_whole(data):
    with pytest.raises(Invalid):
        read_lines(data)


def test_too_many_lines_are_refused():
    with pytest.raises(Invalid, match="At most"):
        lines(*["x,yes,,,2026-01-05"] * (MOST_LINES + 1))


def test_heads_in_spanish_and_semicolons_and_apostrophes_of_spreadsheets(session, ana):
    [line] = lines("'+MRN-1;sí;2026-01-05", head="Paciente;Consentimiento;Fecha\n")
    assert (line.patient, line.decision, line.begins) == ("+MRN-1", "permit", dt.date(2026, 1, 5))
    assert line.problems == ()


def test_no_name_or_number_shows_in_a_repr(session, ana):
    [judged] = preview_consents(session, an_act(), lines("MRN-1,yes,care,sms,2026-01-05"))
    assert "MRN-1" not in repr(judged)
    assert "Ada" not in repr(judged)
