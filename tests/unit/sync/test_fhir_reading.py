"""A FHIR server is read: everything once, whatever the order; nothing lost when it fails; a referral ends by itself."""

import datetime as dt
import itertools
import json
from collections.abc import Callable, Iterator
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from journeys.flow.events.react import react
from journeys.foundation.acting import EVERYWHERE, Act, House, act
from journeys.foundation.errors import Invalid, Missing, Stale
from journeys.foundation.links import token_of
from journeys.foundation.outgoing import Reach
from journeys.store import (
    DiagnosticReport,
    FhirReading,
    FhirWalk,
    InterfaceMessage,
    Patient,
    Referral,
)
from journeys.sync.apply_messages import apply_messages
from journeys.sync.fhir.claim_server import claim_server
from journeys.sync.fhir.keep_page import keep_page
from journeys.sync.fhir.keep_server import ServerPlan, keep_server
from journeys.sync.fhir.read_servers import read_servers
from journeys.sync.fhir.standing import Lag, standing
from journeys.sync.fhir.take_hint import LINK, take_hint
from tests.make import branch
from tests.unit.sync.conftest import NOW
from tests.unit.sync.fhir_server import FhirServer, bundle, ok

pytestmark = pytest.mark.store

Read = Callable[..., Any]
TYPES = ("Patient", "ServiceRequest", "Appointment", "Task", "DiagnosticReport")
SARAH = {"identifier": [{"system": "urn:mrn", "value": "M1"}], "name": [{"family": "Mitchell", "given": ["Sarah"]}]}
REFERRAL = {
    "status": "active",
    "intent": "order",
    "category": [{"coding": [{"system": "http://snomed.info/sct", "code": "3457005"}]}],
    "code": {"text": "Cardiology"},
    "subject": {"reference": "Patient/sarah"},
    "authoredOn": "2026-04-20T09:00:00Z",
}
RESULT = {
    "status": "final",
    "code": {"text": "Echocardiogram"},
    "subject": {"reference": "Patient/sarah"},
    "basedOn": [{"reference": "ServiceRequest/heart"}],
    "issued": "2026-05-04T12:00:00Z",
}


@pytest.fixture
def fhir() -> Iterator[FhirServer]:
    server = FhirServer()
    yield server
    server.close()


class Clinic:
    """A clinic that reads this server; time passes only when it is told to."""

    def __init__(self, make: sessionmaker[Session], fhir: FhirServer) -> None:
        self.fhir = fhir
        self.now = NOW
        self.house = House(make, react)
        self.reach = Reach(frozenset({fhir.host}), seconds=5)
        with make.begin() as session:
            branch(session)
        self.number = self.keep()

    def keep(self, version: int | None = None, **other: Any) -> int:
        plan = {"slug": "emr", "name": {"en": "EMR"}, "branch": "riverside", "base": self.fhir.base, "types": TYPES}
        return act(self.house, self.an_act(), keep_server, ServerPlan(**{**plan, **other}), version)

    def an_act(self) -> Act:
        return Act(self.now, "test:fhir", EVERYWHERE, "care")

    def look(self, seconds: int = 0) -> None:
        """Read what is due after so many seconds, and apply it."""
        self.now += dt.timedelta(seconds=seconds)
        while read_servers(self.house, self.an_act, self.reach):
            pass
        while apply_messages(self.house, self.an_act):
            pass


@pytest.fixture
def clinic(make: sessionmaker[Session], fhir: FhirServer) -> Clinic:
    return Clinic(make, fhir)


def kept(read: Read) -> list[tuple[str, str, str, str]]:
    """Every message: its kind, record, version and state."""
    rows = read(select(InterfaceMessage).order_by(InterfaceMessage.id))
    return [(row.kind, row.sender, row.control_id, row.status) for (row,) in rows]


def state(read: Read) -> FhirReading:
    ((row,),) = read(select(FhirReading))
    return row


def test_what_is_there_is_read_page_by_page_and_kept_sealed(clinic: Clinic, fhir: FhirServer, read: Read) -> None:
    for number in range(7):
        fhir.put("Patient", f"p{number}", **SARAH)
    clinic.look()
    assert [row[1:] for row in kept(read)] == [(f"Patient/p{number}", "1", "applied") for number in range(7)]
    assert len(read(select(Patient))) == 7
    ((first,),) = read(select(InterfaceMessage).order_by(InterfaceMessage.id).limit(1))
    assert b"Mitchell" not in first.raw_sealed
    assert json.loads(first.raw)["resource"]["id"] == "p0"
    assert sum(each.startswith("GET Patient?") for each in fhir.asked) == 3
    reading = state(read)
    assert (reading.error, reading.failures, reading.capability["software"]) == (None, 0, "Little EMR 1")
    assert reading.skew_seconds == round((fhir.now - NOW).total_seconds())


def test_only_what_changed_is_asked_for_and_nothing_is_kept_twice(clinic: Clinic, fhir: FhirServer, read: Read) -> None:
    fhir.put("Patient", "sarah", **SARAH)
    clinic.look()
    fhir.asked.clear()
    clinic.look(30)
    (asked,) = [each for each in fhir.asked if each.startswith("GET Patient?")]
    assert "_lastUpdated=ge2026-05-04T13%3A58%3A31.000Z" in asked
    assert len(kept(read)) == 1
    fhir.put("Patient", "sarah", **SARAH, birthDate="1971-03-01")
    clinic.look(30)
    assert [row[2] for row in kept(read)] == ["1", "2"]
    assert read(select(Patient.birth_date)) == [(dt.date(1971, 3, 1),)]


def test_an_older_version_never_takes_the_place_of_a_newer(clinic: Clinic, fhir: FhirServer, read: Read) -> None:
    old = fhir.put("Patient", "sarah", **SARAH)
    fhir.put("Patient", "sarah", **SARAH, gender="female")
    clinic.look()
    fhir.answers["Patient?"] = lambda: ok(bundle([{"resource": old}]))
    clinic.look(30)
    assert [row[2:] for row in kept(read)] == [("2", "applied"), ("1", "applied")]
    assert read(select(Patient.gender)) == [("female",)]


def test_a_version_that_counts_anew_after_a_restored_copy_is_taken(
    clinic: Clinic, fhir: FhirServer, read: Read
) -> None:
    fhir.put("Patient", "sarah", **SARAH)
    clinic.look()
    fhir.versions.clear()
    fhir.put("Patient", "sarah", **SARAH, gender="female")
    clinic.look(30)
    assert [row[2] for row in kept(read)] == ["1", "1"]
    assert read(select(Patient.gender)) == [("female",)]


STEPS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("Patient", "sarah", SARAH),
    ("ServiceRequest", "heart", REFERRAL),
    ("DiagnosticReport", "echo", RESULT),
)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_result_ends_the_waiting_of_a_referral_whatever_comes_first(
    clinic: Clinic, fhir: FhirServer, read: Read, order: tuple[int, ...]
) -> None:
    for place in order:
        named, outside_id, said = STEPS[place]
        fhir.put(named, outside_id, **said)
        clinic.look(30)
    ((referral,),) = read(select(Referral))
    assert referral.status == "results-received"
    assert read(select(DiagnosticReport.referral_id)) == [(referral.id,)]
    assert {row[3] for row in kept(read)} == {"applied"}


def test_a_result_that_is_taken_away_opens_the_referral_again(clinic: Clinic, fhir: FhirServer, read: Read) -> None:
    for named, outside_id, said in STEPS:
        fhir.put(named, outside_id, **said)
    clinic.look()
    assert read(select(Referral.status)) == [("results-received",)]
    fhir.delete("DiagnosticReport", "echo")
    clinic.look(30)
    clinic.look(300)
    assert ("DELETE DiagnosticReport", "DiagnosticReport/echo", "2", "applied") in kept(read)
    assert read(select(DiagnosticReport.status)) == [("entered-in-error",)]
    assert read(select(Referral.status)) == [("attended",)]
    assert len(kept(read)) == 4


def test_a_patient_who_was_deleted_there_waits_for_a_person(clinic: Clinic, fhir: FhirServer, read: Read) -> None:
    fhir.put("Patient", "sarah", **SARAH)
    clinic.look()
    fhir.delete("Patient", "sarah")
    clinic.look(300)
    assert kept(read)[-1] == ("DELETE Patient", "Patient/sarah", "2", "set-aside")
    assert read(select(Patient.active)) == [(True,)]


def test_what_cannot_be_read_costs_only_itself(clinic: Clinic, fhir: FhirServer, read: Read) -> None:
    good = fhir.put("Patient", "sarah", **SARAH)
    twice = b'{"resource": {"resourceType": "Patient", "id": "two", "id": "three"}}'
    nobody = {"resource": {"resourceType": "Patient", "id": "one", "birthDate": "yesterday"}}
    entries = b",".join([json.dumps({"resource": good}).encode(), twice, json.dumps(nobody).encode()])
    body = b'{"resourceType": "Bundle", "entry": [' + entries + b"]}"
    fhir.answers["Patient?"] = lambda: (200, {}, body)
    clinic.look()
    assert [row[3] for row in kept(read)] == ["applied", "set-aside", "set-aside"]
    says = [row.problems[0]["says"] for (row,) in read(select(InterfaceMessage).order_by(InterfaceMessage.id))[1:]]
    assert says[0] == "has the same key twice in one object"


FAILURES = {
    "http-503": lambda: (503, {"Retry-After": "120"}, b""),
    "http-401": lambda: (401, {}, b""),
    "http-302": lambda: (302, {"Location": "http://169.254.169.254/"}, b""),
    "not-json": lambda: (200, {}, b"<html>"),
    "not-fhir": lambda: ok({"resourceType": "OperationOutcome"}),
    "too-large": lambda: (200, {}, b" " * (16 * 1024 * 1024 + 1)),
    "next-elsewhere": lambda: ok(bundle([], "http://elsewhere.example/fhir/Patient?page=2")),
    "endless": lambda: ok(bundle([], None) | {"link": [{"relation": "next", "url": "Patient?for=ever"}]}),
}


@pytest.mark.parametrize("code", FAILURES)
def test_what_a_server_does_wrong_is_said_and_read_later(
    clinic: Clinic, fhir: FhirServer, read: Read, code: str
) -> None:
    fhir.put("ServiceRequest", "heart", **REFERRAL)
    fhir.answers["Patient?"] = FAILURES[code]
    clinic.look()
    walks = {row.resource_type: row for (row,) in read(select(FhirWalk))}
    is_whole = code in ("http-503", "http-401")
    assert state(read).error == (code if is_whole else None)
    assert (code if is_whole else walks["Patient"].error) == code
    assert len(kept(read)) == (0 if is_whole else 1)
    fhir.answers.clear()
    fhir.put("Patient", "sarah", **SARAH)
    clinic.look(601)
    assert {row[1] for row in kept(read)} == {"Patient/sarah", "ServiceRequest/heart"}
    assert state(read).error is None


def test_a_server_that_asks_to_be_left_alone_is(clinic: Clinic, fhir: FhirServer, read: Read) -> None:
    fhir.answers["Patient?"] = FAILURES["http-503"]
    clinic.look()
    fhir.asked.clear()
    clinic.look(119)
    assert fhir.asked == []
    assert state(read).failures == 1


def test_a_walk_goes_on_where_it_stood(clinic: Clinic, fhir: FhirServer, read: Read) -> None:
    for number in range(7):
        fhir.put("Patient", f"p{number}", **SARAH)
    fhir.answers["Patient?start=6"] = FAILURES["http-503"]
    clinic.look()
    assert len(kept(read)) == 6
    ((walk,),) = read(select(FhirWalk).where(FhirWalk.resource_type == "Patient"))
    assert (walk.since, walk.pages) == (None, 2)
    fhir.answers.clear()
    clinic.look(601)
    assert len(kept(read)) == 7
    assert [each.split("&")[0] for each in fhir.asked if "Patient?" in each][-1] == "GET Patient?start=6"


def test_one_reads_at_a_time_and_who_lost_the_claim_keeps_nothing(
    clinic: Clinic, fhir: FhirServer, make: sessionmaker[Session]
) -> None:
    mine = act(clinic.house, clinic.an_act(), claim_server)
    assert mine is not None
    assert act(clinic.house, clinic.an_act(), claim_server) is None
    clinic.now += dt.timedelta(minutes=3)
    assert act(clinic.house, clinic.an_act(), claim_server) is not None
    with pytest.raises(Stale):
        act(clinic.house, clinic.an_act(), keep_page, mine, None, ())


def test_a_connection_that_rests_is_not_read_but_tested(clinic: Clinic, fhir: FhirServer, read: Read) -> None:
    fhir.put("Patient", "sarah", **SARAH)
    clinic.keep(1, active=False)
    clinic.look()
    assert kept(read) == []
    assert state(read).capability["version"] == "4.0.1"
    fhir.asked.clear()
    clinic.look(600)
    assert fhir.asked == []


@pytest.mark.parametrize(
    ("way_in", "header"), [("basic", "Basic d2F5bWFyazpvcGVuIHNlc2FtZQ=="), ("bearer", "Bearer open sesame")]
)
def test_a_password_or_a_token_opens_the_server(
    clinic: Clinic, fhir: FhirServer, read: Read, way_in: str, header: str
) -> None:
    clinic.keep(1, way_in=way_in, client="waymark", secret="open sesame")
    clinic.look()
    assert {each.get("authorization") for each in fhir.headers[1:]} == {header}
    row = state(read)
    assert row.secret == "open sesame"
    assert b"sesame" not in row.secret_sealed


def test_smart_buys_a_token_with_an_assertion_that_lives_shortly(clinic: Clinic, fhir: FhirServer) -> None:
    private = generate_private_key(SECP384R1())
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    fhir.answers[".well-known/smart-configuration"] = lambda: ok({"token_endpoint": f"{fhir.base}/token"})
    fhir.answers["token"] = lambda: ok({"access_token": "t0ken", "token_type": "bearer"})
    clinic.keep(1, way_in="smart", client="waymark", key_id="k1", secret=pem)
    clinic.look()
    clinic.look(30)
    assert fhir.headers[-1]["authorization"] == "Bearer t0ken"
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    claims = [
        jwt.decode(each, public, ["ES384"], audience=f"{fhir.base}/token", options={"verify_exp": False})
        for each in fhir.assertions
    ]
    assert len({each["jti"] for each in claims}) == len(claims) >= 2
    assert {(each["iss"], each["sub"]) for each in claims} == {("waymark", "waymark")}
    assert all(each["exp"] - each["iat"] <= 300 for each in claims)


def test_what_is_wrong_with_a_server_is_said_all_at_once(clinic: Clinic) -> None:
    with pytest.raises(Invalid) as refused:
        clinic.keep(slug="No", name={"en": ""}, branch="x", base="ftp://e", way_in="smart", types=("Pacient",), every=1)
    assert {each.where for each in refused.value.problems} == {
        *("slug", "name", "branch", "base", "secret", "client", "types", "every")
    }


def test_an_address_inside_the_house_is_refused_unless_the_operator_allows_it(clinic: Clinic, read: Read) -> None:
    clinic.reach = Reach()
    clinic.look()
    assert state(read).error == "not-https"
    clinic.keep(1, base="https://127.0.0.1/fhir")
    clinic.look(30)
    assert state(read).error == "not-public"


def test_a_hint_has_the_server_asked_at_once_of_what_it_names(clinic: Clinic, fhir: FhirServer, read: Read) -> None:
    clinic.look()
    fhir.put("Patient", "sarah", **SARAH)
    fhir.asked.clear()
    clinic.look(2)
    assert fhir.asked == []
    act(clinic.house, clinic.an_act(), take_hint, token_of(LINK, clinic.number), "Patient")
    clinic.look()
    assert [each.partition("?")[0] for each in fhir.asked] == ["GET Patient"]
    assert kept(read) == [("Patient", "Patient/sarah", "1", "applied")]
    fhir.answers["Task?"] = FAILURES["http-503"]
    clinic.look(30)
    fhir.asked.clear()
    act(clinic.house, clinic.an_act(), take_hint, token_of(LINK, clinic.number))
    clinic.look(1)
    assert fhir.asked == []
    with pytest.raises(Missing):
        act(clinic.house, clinic.an_act(), take_hint, token_of(LINK, 999))


def test_how_late_news_come_is_told_without_the_first_load(clinic: Clinic, fhir: FhirServer) -> None:
    fhir.put("Patient", "sarah", **SARAH)
    clinic.look()
    assert act(clinic.house, clinic.an_act(), standing, "emr").lag is None
    fhir.now = NOW + dt.timedelta(seconds=50)
    fhir.put("Patient", "sarah", **SARAH, gender="female")
    fhir.now = clinic.now + dt.timedelta(seconds=60)
    clinic.look(60)
    told = act(clinic.house, clinic.an_act(), standing, "emr")
    assert told.lag == Lag(9.0, 9.0, 1)
    assert told.fresh_at == clinic.now
