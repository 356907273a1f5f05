"""New and changed records are compared with those that share a key, and likely pairs are put before people."""

import datetime as dt

import pytest
from sqlalchemy import event, select, update

from journeys.foundation.acting import House, act
from journeys.foundation.tokens import name_tokens
from journeys.store.identity.look_for_matches import FULL, look_for_matches, meeting
from journeys.store.matches import DISTINCT, MatchCandidate, MatchKey
from journeys.store.people import Patient, PatientAddress, PatientName, PatientToken
from tests.make import NOON, added, an_act, person

pytestmark = pytest.mark.store

BORN = dt.date(1974, 3, 2)
HOME = "12 Harbour Lane, Riverside, NY"


@pytest.fixture
def somebody(make):
    """`somebody("Sarah", "Mitchell", …)`: a record with a name, an address and what else is said; its id."""

    def somebody(given, family, sms="+12125550123", address=HOME, **facts):
        with make.begin() as session:
            patient = person(session, sms, name=f"{given} {family}", given_name=given, **{"birth_date": BORN, **facts})
            text = f"{given} {family}"
            added(session, PatientName(patient_id=patient.id, text=text, given=given, family=family))
            added(session, PatientAddress(patient_id=patient.id, text=address, postal_code="10001"))
            tokens = {token for word in (given, family) for token in name_tokens(word)}
            session.add_all(
                PatientToken(kind=kind, token=token, patient_id=patient.id) for kind, token in sorted(tokens)
            )
            return patient.id

    return somebody


@pytest.fixture
def look(make):
    """Look until nothing is left; how many records were looked at."""

    def look(now=NOON, **limits):
        looked = 0
        while found := act(House(make), an_act(now), look_for_matches, **limits):
            looked += found
        return looked

    return look


def pairs(read):
    asked = select(MatchCandidate.patient_id, MatchCandidate.other_id, MatchCandidate.verdict)
    return [tuple(row) for row in read(asked.order_by(MatchCandidate.patient_id, MatchCandidate.other_id))]


def test_a_record_that_is_entered_twice_is_found(somebody, look, read):
    one = somebody("Sarah", "Mitchell", gender="female")
    somebody("Sam", "Nakamura", "+12125550999", "9 Elm Street, Easton", birth_date=dt.date(1960, 7, 9))
    two = somebody("Sara", "Mitchel", None, "12 Harbor Ln, Riverside", gender="female")
    assert look() == 3
    assert pairs(read) == [(one, two, "certain")]
    [(explanation, found_at)] = read(select(MatchCandidate.explanation, MatchCandidate.found_at))
    assert [each[:2] for each in explanation["findings"]][:3] == [
        ["given", "nickname"],
        ["family", "close"],
        ["birth_date", "same"],
    ]
    assert explanation["doubts"] == []
    assert found_at == NOON


def test_it_finds_the_same_whatever_comes_first_and_in_whatever_portions(somebody, look, read):
    for given in ("Sarah", "Sara", "Sally", "Emma"):
        somebody(given, "Mitchell")
    look(limit=1)
    in_portions = pairs(read)
    assert len(in_portions) == 6
    assert {verdict for _, _, verdict in in_portions} == {"certain", "possible"}


def test_what_did_not_change_is_not_looked_at_again(somebody, look, make, read):
    one = somebody("Sarah", "Mitchell")
    two = somebody("Sarah", "Mitchell")
    assert (look(), look()) == (2, 0)
    with make.begin() as session:
        session.execute(update(Patient).where(Patient.id == two).values(updated_at=NOON + dt.timedelta(days=900)))
    assert look() == 1
    assert pairs(read) == [(one, two, "certain")]


def test_a_pair_that_no_longer_looks_alike_is_taken_back(somebody, look, make, read):
    somebody("Sarah", "Mitchell")
    two = somebody("Sarah", "Mitchell")
    look()
    with make.begin() as session:
        name = session.scalars(select(PatientName).where(PatientName.patient_id == two)).one()
        name.given, name.family, name.text = "Zed", "Okafor", "Zed Okafor"
        session.execute(
            update(Patient)
            .where(Patient.id == two)
            .values(updated_at=NOON + dt.timedelta(days=900), birth_date=dt.date(1931, 12, 30))
        )
    look()
    assert pairs(read) == []


def test_what_somebody_decided_stays(somebody, look, make, read):
    somebody("Sarah", "Mitchell")
    two = somebody("Sarah", "Mitchell")
    look()
    with make.begin() as session:
        found = session.scalars(select(MatchCandidate)).one()
        found.status, found.decided_at, found.decided_by = DISTINCT, NOON, "user:nina"
        session.execute(update(Patient).where(Patient.id == two).values(updated_at=NOON + dt.timedelta(days=900)))
    look()
    [(status, version)] = read(select(MatchCandidate.status, MatchCandidate.row_version))
    assert (status, version) == (DISTINCT, 2)


def test_merged_records_are_not_compared(somebody, look, make, read):
    one = somebody("Sarah", "Mitchell")
    two = somebody("Sarah", "Mitchell")
    with make.begin() as session:
        session.execute(update(Patient).where(Patient.id == two).values(merged_into_id=one))
    assert look() == 1
    somebody("Sarah", "Mitchell")
    look()
    assert [pair[0] for pair in pairs(read)] == [one]


@pytest.mark.parametrize("many", [FULL, FULL + 1])
def test_a_key_that_too_many_have_brings_nobody_together(make, many):
    with make.begin() as session:
        ids = [person(session, None).id for _ in range(many)]
        session.add_all(MatchKey(token=b"t" * 12, patient_id=each) for each in ids)
        session.flush()
        assert len(meeting(session, ids[:1])) == (many - 1 if many == FULL else 0)


def test_the_number_of_statements_does_not_grow(somebody, look, engine):
    for _ in range(3):
        somebody("Sarah", "Mitchell")
    counts = []
    for more in (0, 12):
        for _ in range(more):
            somebody("Sarah", "Mitchell")
        said = []
        event.listen(engine, "before_cursor_execute", lambda *args, said=said: said.append(args[2]))
        look(limit=100)
        counts.append(len(said))
    assert counts[0] == counts[1]


def test_keys_are_blind(somebody, look, read):
    somebody("Sarah", "Mitchell")
    look()
    tokens = [bytes(row.token) for row in read(select(MatchKey.token))]
    assert len(tokens) > 5
    assert {len(token) for token in tokens} == {12}
