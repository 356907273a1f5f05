"""The doors of providers: what is their own is kept and nothing is shown; everything else is turned away."""

import base64
import hmac

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from journeys.contact.accounts.door import LINK
from journeys.foundation import links
from journeys.foundation.database import OWNER, connect
from tests.portal.house import sign_in, token_of

TOKEN = "12345"


@pytest.fixture
def door(app: Flask, monkeypatch: pytest.MonkeyPatch) -> str:
    """The path of the door of an account at Twilio."""
    monkeypatch.setattr(links.Portal, "address", "https://clinic.example")
    ada = app.test_client()
    sign_in(ada, "ada")
    fields = {
        "slug": "heard-desk",
        "name": "Heard",
        "is_sandbox": "y",
        "active": "y",
        "settings-account_sid": "AC1",
        "settings-auth_token": TOKEN,
        "settings-sender": "+12125550100",
        "settings-url": "https://api.twilio.com",
    }
    form = token_of(ada.get("/channels/new/twilio_sms").text)
    ada.post("/channels/new/twilio_sms", data={"csrf_token": form, **fields})
    shown = ada.get("/channels/heard-desk/").text
    (number,) = rows(app, "SELECT id FROM channel_account WHERE slug = 'heard-desk'")[0]
    path = f"/in/{links.token_of(LINK, number)}"
    assert f"https://clinic.example{path}" in shown
    return path


def rows(app: Flask, query: str) -> list:
    engine = connect(app.config["WAYMARK"].database_url, OWNER)
    with engine.connect() as connection:
        found = connection.execute(text(query)).all()
    engine.dispose()
    return list(found)


def signed(path: str, said: dict[str, str]) -> dict[str, str]:
    content = f"https://clinic.example{path}" + "".join(f"{name}{said[name]}" for name in sorted(said))
    return {"X-Twilio-Signature": base64.b64encode(hmac.digest(TOKEN.encode(), content.encode(), "sha1")).decode()}


def kept(app: Flask) -> int:
    return rows(app, "SELECT count(*) FROM inbound_delivery WHERE source = 'door:heard-desk'")[0][0]


def test_what_is_the_providers_own_is_kept_once_and_a_forged_one_never(
    app: Flask, client: FlaskClient, door: str
) -> None:
    before = kept(app)
    said = {"MessageSid": f"SM{before}", "From": "+12125550123", "Body": "canary words", "To": "+12125550100"}
    for _ in range(3):
        answer = client.post(door, data=said, headers=signed(door, said))
        assert (answer.status_code, answer.data) == (200, b"")
    assert kept(app) == before + 1
    forged = client.post(door, data={**said, "Body": "STOP"}, headers=signed(door, said))
    assert forged.status_code == 403
    assert client.post(door, data=said).status_code == 403
    assert kept(app) == before + 1
    raw = rows(app, "SELECT raw_sealed FROM inbound_delivery WHERE source = 'door:heard-desk'")
    assert all(b"canary" not in bytes(row[0]) for row in raw)


def test_nobody_finds_another_door(client: FlaskClient, door: str) -> None:
    for path in ("/in/x", f"{door[:-1]}A", f"/in/{links.token_of('choices', 1)}", f"/in/{links.token_of(LINK, 10**6)}"):
        assert client.post(path, data={"Body": "STOP"}).status_code in (403, 404), path
    assert client.post(door, data=b"x" * 1_048_577).status_code == 413
