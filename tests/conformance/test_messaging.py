"""Signatures of providers' own vectors, payloads of the WhatsApp Cloud API, and numbers of every region."""

import csv
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from journeys.contact.accounts.channels_in_use import plain
from journeys.contact.channels import CHANNELS
from journeys.contact.channels.base import Delivery
from journeys.foundation.tokens import phone_token

MESSAGING = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "messaging"
VECTORS = MESSAGING / "signature_vectors.json"

pytestmark = pytest.mark.skipif(not VECTORS.exists(), reason="the vectors are not here")


def vectors(scheme: str) -> list[dict[str, Any]]:
    if not VECTORS.exists():
        return []
    return [each for each in json.loads(VECTORS.read_text()) if each["scheme"].startswith(scheme)]


def said_to_twilio(vector: dict[str, Any]) -> bytes:
    """The body of a vector; the one that is JSON stands in its note."""
    if "bodySHA256" in vector["url"]:
        return vector["note"].partition("body=")[2].encode()
    return urlencode(vector["params"], doseq=True).encode()


@pytest.mark.parametrize("vector", vectors("twilio"), ids=lambda vector: vector["note"][:40])
def test_twilio_signs_so(vector: dict[str, Any]) -> None:
    channel = CHANNELS["twilio_sms"](CHANNELS["twilio_sms"].Settings(account_sid="AC1", auth_token=vector["key"]))
    headers = {"x-twilio-signature": vector["expected"]}
    body = said_to_twilio(vector)
    assert channel.is_genuine(Delivery(vector["url"], headers, body))
    bare = vector["url"].replace(":443/", "/").replace(":80/", "/")
    assert channel.is_genuine(Delivery(bare, headers, body))
    assert not channel.is_genuine(Delivery(vector["url"], headers, body + b"&More=1"))
    assert not channel.is_genuine(Delivery(vector["url"].replace("foo=1", "foo=2"), headers, body))
    other = CHANNELS["twilio_sms"](CHANNELS["twilio_sms"].Settings(account_sid="AC1", auth_token="another"))
    assert not other.is_genuine(Delivery(vector["url"], headers, body))


def hub_vectors() -> list[dict[str, Any]]:
    return [each for each in vectors("") if "X-Hub-Signature-256" in each["scheme"]]


@pytest.mark.parametrize("vector", hub_vectors(), ids=lambda vector: vector["source"][:40])
@pytest.mark.parametrize("name", ["whatsapp_cloud", "messenger"])
def test_meta_signs_so(name: str, vector: dict[str, Any]) -> None:
    channel = opened_with_secret(name, vector["key"])
    body = vector["body"].encode()
    for header in ("x-hub-signature-256", "X-Hub-Signature-256"):
        assert channel.is_genuine(Delivery("https://clinic.example/in/x", {header: vector["expected"]}, body))
    headers = {"x-hub-signature-256": vector["expected"]}
    assert not channel.is_genuine(Delivery("https://clinic.example/in/x", headers, body + b" "))
    assert not channel.is_genuine(Delivery("https://clinic.example/in/x", headers, body[:-1]))
    assert not opened_with_secret(name, "").is_genuine(Delivery("https://clinic.example/in/x", headers, body))


def opened_with_secret(name: str, secret: str) -> Any:
    kind = CHANNELS[name]
    numbers = {each: "1" for each in ("phone_number_id", "page_id") if each in kind.Settings.__dataclass_fields__}
    return kind(kind.Settings(app_secret=secret, **numbers))


def payloads() -> list[Any]:
    found = []
    for path in sorted((MESSAGING / "whatsapp_webhooks").glob("*.json")):
        content = json.loads(path.read_text("utf-8"))
        name = path.stem.removeprefix("whatsapp_")
        found += [pytest.param(name, key, payload, id=f"{name}: {key}") for key, payload in content.items()]
    return found


STATES = {"sent": "accepted", "delivered": "delivered", "read": "delivered", "played": "delivered"}
OF_PATIENTS = ("message", "callback_button", "callback_selection", "flow_completion", "edited_message")
SILENT = ("unsupported", "unsupported_with_type", "unreaction_empty", "unreaction_no_emoji")


@pytest.mark.parametrize(("name", "key", "payload"), payloads())
def test_every_payload_of_whatsapp_is_read(name: str, key: str, payload: Any) -> None:
    reading = CHANNELS["whatsapp_cloud"].read(Delivery("https://clinic.example/", body=json.dumps(payload).encode()))
    is_written = name in OF_PATIENTS and key not in SILENT
    assert len(reading.written) == (1 if is_written else 0)
    assert len(reading.receipts) == (1 if name == "message_status" else 0)
    for each in reading.written:
        assert each.outside_id.startswith("wamid.") or "WAMID" in each.outside_id.upper()
        assert each.sender.startswith("+")
    if key == "text":
        assert [each.text for each in reading.written if name == "message"] != [""]
    if name == "message_status":
        assert reading.receipts[0].status == STATES.get(key, reading.receipts[0].status)


def test_numbers_of_every_region_are_found_however_they_are_written() -> None:
    with (MESSAGING / "phone_examples.csv").open(newline="", encoding="utf-8") as lines:
        numbers = [row for row in csv.DictReader(lines) if row["valid"] == "True"]
    assert len(numbers) > 500
    for row in numbers:
        token = phone_token(row["e164"], "US")
        assert token is not None, row["e164"]
        assert phone_token(row["international"], "US") == token
        assert phone_token(row["national"], row["region"]) == token
        assert plain(row["international"]) == plain(row["e164"])
