"""Waymark as a FHIR server: who gets a token, what it opens, and what nobody gets."""

import base64
import hmac
import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from journeys.foundation import tokens
from journeys.foundation.audit import AuditEntry
from journeys.foundation.database import OWNER, connect
from journeys.store import FhirToken, Location
from journeys.store.access import Appointment
from journeys.store.people import PatientIdentifier, PatientToken
from tests.make import NOON, added, consent, message, person
from tests.portal.house import sign_in, token_of, works_at

NOW = datetime(2026, 5, 4, 15, tzinfo=UTC)
KEY = ec.generate_private_key(ec.SECP384R1())
OTHER = ec.generate_private_key(ec.SECP384R1())
PROVES = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
NUMBER = "http://city.example/mrn"


def public(key: Any, name: str = "k1") -> dict[str, Any]:
    """A public key as its owner hands it out."""
    kind = jwt.algorithms.ECAlgorithm if hasattr(key, "curve") else jwt.algorithms.RSAAlgorithm
    return {**json.loads(kind.to_jwk(key.public_key())), "kid": name}


KEYS = json.dumps({"keys": [public(KEY)]})


def signed_with_what_is_public(claims: dict[str, Any]) -> str:
    """A proof that takes the public key for a shared secret, as libraries once let it."""
    head = json.dumps({"alg": "HS384", "kid": "k1", "typ": "JWT"}).encode()
    pem = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    said = b".".join(base64.urlsafe_b64encode(each).rstrip(b"=") for each in (head, json.dumps(claims).encode()))
    proof = base64.urlsafe_b64encode(hmac.digest(pem, said, "sha384")).rstrip(b"=")
    return (said + b"." + proof).decode()


class World:
    """A clinic of two branches with a patient in each, and Ada, who registers systems."""

    def __init__(self, app: Flask, engine: Engine) -> None:
        self.app, self.client, self.ada = app, app.test_client(), app.test_client()
        app.config["CLOCK"] = lambda: NOW
        harbour = works_at(engine, "nina", "Nina Haas", "harbour")
        hill = works_at(engine, "olga", "Olga Marsh", "hill")
        with Session(engine) as session, session.begin():
            self.mine = self.patient(session, harbour, "Sarah Mitchell", "MRN-1")
            self.theirs = self.patient(session, hill, "John Doe", "MRN-2")
        assert sign_in(self.ada, "ada") == 303
        self.base = f"{app.config['WAYMARK'].public_url}/fhir"
        assert self.register("city", branch="harbour").status_code == 303
        assert self.register("narrow", branch="hill", scopes="system/Slot.rs").status_code == 303

    def patient(self, session: Session, place: int, name: str, number: str) -> uuid.UUID:
        """A patient with a number, an appointment, a consent and a message."""
        made = person(session, name=name, at=session.get_one(Location, place))
        added(session, PatientIdentifier(patient_id=made.id, system=NUMBER, value=number))
        kind, token = tokens.identifier_token(number)
        session.add(PatientToken(kind=kind, token=token, patient_id=made.id))
        times = {"start_at": NOON, "end_at": NOON + timedelta(minutes=30), "booked_at": NOON}
        added(session, Appointment(patient_id=made.id, status="booked", location_id=place, code="checkup", **times))
        consent(session, made)
        message(session, made, None, status="delivered", channel="sms", sent_at=NOON, body="Secret words")
        return made.uid

    def register(self, slug: str, **fields: str) -> Any:
        """Register a system as Ada does."""
        page = self.ada.get("/fhir-clients/new").text
        values = {"slug": slug, "name": slug.title(), "keys": KEYS, "scopes": ALL, **fields}
        return self.ada.post("/fhir-clients/new", data={"csrf_token": token_of(page), **values})

    def assertion(
        self, slug: str = "city", key: Any = KEY, headers: dict[str, str] | None = None, **claims: Any
    ) -> str:
        """A proof, good unless something else is said."""
        said = {"iss": slug, "sub": slug, "aud": f"{self.base}/token", "jti": str(uuid.uuid4())}
        said["exp"] = int(NOW.timestamp()) + 240
        return jwt.encode({**said, **claims}, key, algorithm="ES384", headers={"kid": "k1", **(headers or {})})

    def ask(self, assertion: str, scope: str = "system/*.rs") -> Any:
        """Ask for a token."""
        kind = {"grant_type": "client_credentials", "client_assertion_type": PROVES}
        return self.client.post("/fhir/token", data={**kind, "client_assertion": assertion, "scope": scope})

    def token(self, slug: str = "city", scope: str = "system/*.rs") -> dict[str, str]:
        """The header of a new token."""
        return {"Authorization": f"Bearer {self.ask(self.assertion(slug), scope).json['access_token']}"}

    def get(self, path: str, header: dict[str, str] | None = None, **more: str) -> Any:
        """Read as the city does."""
        return self.client.get(f"/fhir/{path}", headers={**(self.token() if header is None else header), **more})


ALL = [
    f"system/{kind}.rs"
    for kind in ("Patient", "Appointment", "Schedule", "Slot", "ServiceRequest", "Task", "Communication", "Consent")
]


@pytest.fixture(scope="module")
def world(app: Flask) -> Iterator[World]:
    engine = connect(app.config["WAYMARK"].database_url, OWNER)
    yield World(app, engine)
    engine.dispose()


def test_a_stranger_learns_what_can_be_done_and_nothing_else(world: World) -> None:
    said = world.client.get("/fhir/metadata")
    assert said.json["fhirVersion"] == "4.0.1"
    assert said.content_type == "application/fhir+json; charset=utf-8"
    smart = world.client.get("/fhir/.well-known/smart-configuration").json
    assert smart["token_endpoint"] == f"{world.base}/token"
    for path in ("Patient", f"Patient/{world.mine}", "Patient?identifier=MRN-1"):
        answer = world.get(path, {})
        assert (answer.status_code, answer.json["resourceType"]) == (401, "OperationOutcome")
        assert "Access-Control-Allow-Origin" not in answer.headers
    assert world.get("Patient", {"Authorization": "Bearer nonsense"}).status_code == 401
    assert world.client.get("/fhir/nothing/at/all").json["resourceType"] == "OperationOutcome"
    assert world.client.delete(f"/fhir/Patient/{world.mine}").status_code in (404, 405)


NO_PROOF: dict[str, dict[str, Any]] = {
    "another key": {"key": OTHER},
    "a key that is not known": {"headers": {"kid": "k2"}},
    "nobody": {"slug": "nobody"},
    "meant for another": {"aud": "https://elsewhere.example/token"},
    "ended": {"exp": int(NOW.timestamp())},
    "good for too long": {"exp": int(NOW.timestamp()) + 3600},
    "ends at no time": {"exp": "soon"},
    "for another": {"sub": "narrow"},
    "without a number": {"jti": ""},
    "not good yet": {"nbf": int(NOW.timestamp()) + 200},
}


@pytest.mark.parametrize("wrong", NO_PROOF.values(), ids=NO_PROOF)
def test_a_proof_that_is_not_good_opens_nothing(world: World, wrong: dict[str, Any]) -> None:
    answer = world.ask(world.assertion(**wrong))
    assert (answer.status_code, answer.json) == (401, {"error": "invalid_client"})


def test_no_other_algorithm_proves_anything(world: World) -> None:
    claims = jwt.decode(world.assertion(), options={"verify_signature": False})
    shared = signed_with_what_is_public(claims)
    bare = jwt.encode(claims, None, algorithm="none", headers={"kid": "k1"})
    weak = jwt.encode(claims, rsa.generate_private_key(65537, 2048), algorithm="RS256", headers={"kid": "k1"})
    for each in (shared, bare, weak, "", "a.b.c", "x" * 9_000):
        assert world.ask(each).status_code in (400, 401)


def test_a_proof_is_good_once(world: World) -> None:
    proof = world.assertion()
    assert world.ask(proof).status_code == 200
    assert world.ask(proof).json == {"error": "invalid_client"}


def test_a_token_opens_no_more_than_was_registered(world: World) -> None:
    assert world.ask(world.assertion("narrow"), "system/Patient.rs").json == {"error": "invalid_scope"}
    assert world.ask(world.assertion("narrow"), "user/*.rs").json == {"error": "invalid_scope"}
    assert world.ask(world.assertion("narrow")).json["scope"] == "system/Slot.rs"
    refused = world.get("Patient", world.token("narrow"))
    assert (refused.status_code, refused.json["issue"][0]["code"]) == (403, "forbidden")
    read_only = world.token(scope="system/Patient.r")
    assert world.get("Patient", read_only).status_code == 403
    assert world.get(f"Patient/{world.mine}", read_only).status_code == 200


def test_nobody_reads_a_patient_of_another_branch(world: World) -> None:
    header = world.token()
    assert world.get(f"Patient/{world.theirs}", header).status_code == 404
    assert world.get("Patient?identifier=MRN-2", header).json.get("entry") is None
    found = world.get("Patient", header).json["entry"]
    assert [each["resource"]["id"] for each in found] == [str(world.mine)]
    for kind in ("Appointment", "Consent", "Communication"):
        seen = world.get(f"{kind}", header).json["entry"]
        assert len(seen) == 1, kind
        assert world.get(f"{kind}?patient={world.theirs}", header).json.get("entry") is None


def test_a_patient_as_fhir_says_it(world: World) -> None:
    answer = world.get(f"Patient/{world.mine}")
    said = answer.json
    assert said["name"] == [{"text": "Sarah Mitchell"}]
    assert said["identifier"][1] == {"system": NUMBER, "value": "MRN-1"}
    assert answer.headers["ETag"] == f'W/"{said["meta"]["versionId"]}"'
    again = world.get(f"Patient/{world.mine}", None, **{"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    for path in (f"Patient?identifier={NUMBER}|MRN-1", "Patient?identifier=MRN-1", f"Patient?_id={world.mine}"):
        assert len(world.get(path).json["entry"]) == 1, path
    assert world.get("Patient?identifier=http://other.example|MRN-1").json.get("entry") is None
    assert world.get("Patient?identifier=MRN").json.get("entry") is None


def test_what_is_said_of_visits_consents_and_messages(world: World) -> None:
    visit = world.get(f"Appointment?patient=Patient/{world.mine}&status=booked&date=ge2026-03-03").json["entry"][0][
        "resource"
    ]
    assert visit["participant"][0]["actor"] == {"reference": f"Patient/{world.mine}"}
    assert (visit["start"], visit["minutesDuration"]) == ("2026-03-03T17:00:00.000Z", 30)
    agreed = world.get("Consent?status=active").json["entry"][0]["resource"]
    assert agreed["provision"]["type"] == "permit"
    assert world.get("Consent?status=inactive").json.get("entry") is None
    sent = world.get("Communication")
    assert sent.json["entry"][0]["resource"]["status"] == "completed"
    assert "Secret" not in sent.text


def test_parameters_that_are_not_known(world: World) -> None:
    assert world.get("Patient?name=Sarah", None, Prefer="handling=strict").status_code == 400
    lenient = world.get("Patient?name=Sarah").json
    assert [each["search"]["mode"] for each in lenient["entry"]] == ["match", "outcome"]
    assert world.get("Appointment?date=soon").status_code == 422
    assert world.get("Patient?_count=x").status_code == 400
    assert world.get("Patient?_count=999999999").status_code == 200
    assert world.get("Patient", None, Accept="application/fhir+xml").status_code == 406


def test_pages_say_nothing_of_what_was_asked(world: World, engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        place = session.scalar(select(Appointment.location_id).order_by(Appointment.id).limit(1))
        for number in range(3):
            world.patient(session, place, f"Extra {number}", f"X-{number}")
    header = world.token()
    page = world.client.post("/fhir/Patient/_search?_count=3", data={"_lastUpdated": "ge2020-01-01"}, headers=header)
    following = {each["relation"]: each["url"] for each in page.json["link"]}
    assert "2020" not in following["self"]
    assert following["next"].startswith(f"{world.base}/Patient?_page=")
    rest = world.get(following["next"].removeprefix(f"{world.base}/"), header).json
    assert len(page.json["entry"]) + len(rest["entry"]) == 4
    letters = following["next"].partition("?")[2]
    assert world.get(f"Appointment?{letters}", header).status_code == 400
    assert world.get(f"Patient?{letters}", world.token("city")).status_code == 200
    assert world.get("Patient?_page=AAAA", header).status_code == 400


def test_a_page_costs_the_same_however_many_there_are(world: World) -> None:
    header = world.token()
    asked: list[str] = []
    engine = world.app.extensions["portal_engine"]

    def keep(*arguments: Any) -> None:
        asked.append(arguments[2])

    event.listen(engine, "before_cursor_execute", keep)
    try:
        for size in (1, 50):
            asked.append(f"-- {size}")
            assert world.get(f"Patient?_count={size}", header).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", keep)
    middle = asked.index("-- 50")
    assert middle == len(asked) - middle
    assert middle < 15


def test_everything_that_was_read_stands_in_the_audit(world: World, engine: Engine) -> None:
    with Session(engine) as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.actor == "client:city")).all()
        refused = session.scalars(
            select(AuditEntry).where(AuditEntry.actor == "client:door", AuditEntry.outcome == "8")
        )
        assert any(row.subject == "patient" and row.patient_ids for row in rows)
        assert len(refused.all()) > 10
        assert "MRN" not in str([row.detail for row in rows])
        kept = session.scalars(select(FhirToken)).all()
        assert kept
        assert all(len(each.hash) == 32 for each in kept)


@pytest.mark.parametrize(
    ("pasted", "says"),
    [
        ("{", "This is not JSON"),
        ('{"keys": []}', "Paste a JWK set"),
        (json.dumps({"keys": [public(KEY), public(OTHER)]}), "Each key needs a name of its own"),
        (json.dumps({"keys": [{**public(KEY), "d": "AAAA"}]}), "This holds a private key"),
        (json.dumps({"keys": [public(rsa.generate_private_key(65537, 1024))]}), "Keys are RSA of 2048"),
        (json.dumps({"keys": [public(ec.generate_private_key(ec.SECP256R1()))]}), "Keys are RSA of 2048"),
        (json.dumps({"keys": [{"kty": "oct", "kid": "x", "k": "AAAA"}]}), "This holds a private key"),
    ],
)
def test_keys_that_prove_nothing_are_refused(world: World, pasted: str, says: str) -> None:
    answer = world.register("wrong", branch="harbour", keys=pasted)
    assert answer.status_code == 422
    assert says in answer.text


def test_a_system_without_a_branch_is_not_registered(world: World) -> None:
    assert "Choose the branches" in world.register("nowhere").text


def test_a_revoked_system_reads_nothing_from_that_moment_on(world: World) -> None:
    assert world.register("leaving", branch="harbour").status_code == 303
    header = world.token("leaving")
    assert world.get("Patient", header).status_code == 200
    page = world.ada.get("/fhir-clients/leaving/").text
    assert world.ada.post("/fhir-clients/leaving/revoke", data={"csrf_token": token_of(page)}).status_code == 303
    assert world.get("Patient", header).status_code == 401
    assert world.ask(world.assertion("leaving")).status_code == 401
    assert "Revoked" in world.ada.get("/fhir-clients/").text


def test_staff_register_no_system(app: Flask) -> None:
    nina: FlaskClient = app.test_client()
    assert sign_in(nina, "nina") == 303
    assert nina.get("/fhir-clients/").status_code == 403
