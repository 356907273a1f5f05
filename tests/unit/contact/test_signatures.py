"""Signatures: over the bytes as they came; whatever else is given is no proof, and never an error."""

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from journeys.contact.channels.base import Delivery
from journeys.contact.replies.signatures import (
    hub_signature,
    is_hub_signed,
    is_twilio_signed,
    twilio_content,
    twilio_signature,
    with_port,
)

SECRET = "a secret"
BODY = '{"text": "ñ 🛑"}\r\n'.encode()


@pytest.mark.parametrize(
    "given_one",
    [
        "",
        "sha256=",
        "sha1=" + "0" * 40,
        "sha256=" + "0" * 64,
        "ß" * 71,
        "\udcff",
        hub_signature("other", BODY),
        hub_signature(SECRET, BODY.strip()),
        hub_signature(SECRET, BODY) + " ",
        hub_signature(SECRET, BODY).upper(),
        f"{hub_signature(SECRET, BODY)},{hub_signature(SECRET, BODY)}",
        hub_signature(SECRET, BODY).removeprefix("sha256="),
    ],
)
def test_no_other_signature_is_metas(given_one: str) -> None:
    assert is_hub_signed(SECRET, BODY, hub_signature(SECRET, BODY))
    assert not is_hub_signed(SECRET, BODY, given_one)
    assert not is_hub_signed("", BODY, hub_signature("", BODY))


URLS = [
    "https://clinic.example/in/x",
    "https://clinic.example:8443/in/x?a=1&b=%C3%B1",
    "http://[::1]:80/x",
    "https://h/?a",
]


@pytest.mark.parametrize("url", URLS)
@given(fields=st.dictionaries(st.text("abcXYZ ñ&=+%", min_size=1), st.text(), max_size=4))
def test_twilios_own_library_signs_alike(url, fields):
    from_form = {name: value.encode(errors="replace").decode() for name, value in fields.items()}
    body = urlencode(from_form).encode()
    signed = RequestValidator(SECRET).compute_signature(url, from_form)
    assert is_twilio_signed(SECRET, url, body, signed)
    assert not is_twilio_signed(SECRET, f"{url}&more", body, signed)
    assert not is_twilio_signed("", url, body, signed)


@pytest.mark.parametrize("given_one", ["", "bm90IGl0cyBvd24=", "é", "\udcff", "=" * 28])
def test_no_other_signature_is_twilios(given_one):
    assert not is_twilio_signed(SECRET, "https://clinic.example/in/x", b"Body=STOP", given_one)


def test_the_port_may_be_written_or_not():
    pairs = {
        "https://h:443/x?y=1": "https://h/x?y=1",
        "http://h:80/": "http://h/",
        "http://[::1]:80/": "http://[::1]/",
    }
    for written, bare in pairs.items():
        assert with_port(bare) == written
        assert with_port(written) == bare
        signed = twilio_signature(SECRET, written, "")
        assert is_twilio_signed(SECRET, bare, b"", signed)


def test_a_body_that_is_hashed_in_the_address_is_the_one_that_came():
    url = "https://h/x?bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"
    assert twilio_content(url, b'{"property": "value", "boolean": true}') == ""
    assert twilio_content(url, b'{"property": "value", "boolean": false}') is None


def test_a_header_is_found_however_it_is_written_and_two_are_none():
    delivery = Delivery("https://h/", {"X-Twilio-Signature": "a", "x-hub-signature": "b", "X-Hub-Signature": "c"})
    assert delivery.header("x-twilio-signature") == delivery.header("X-TWILIO-SIGNATURE") == "a"
    assert delivery.header("x-hub-signature") == ""
    assert delivery.header("missing") == ""
