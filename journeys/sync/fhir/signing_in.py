"""What opens a server: nothing, user and password, a token, or SMART Backend Services (an assertion buys a token).

A token is asked for at each reading and kept nowhere.
"""

from __future__ import annotations

import base64
import datetime as dt
from typing import Any
from urllib.parse import urlencode

import jwt
import orjson
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from journeys.foundation.ids import new_uid
from journeys.foundation.outgoing import Request
from journeys.sync.fhir.server import BASIC, BEARER, NONE, Server
from journeys.sync.fhir.speaking import Speaker, Trouble, trouble_of

LIFETIME = dt.timedelta(minutes=4)
"""Of an assertion; five minutes are the most that SMART allows."""

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
SMALLEST_RSA = 2048


def authorization_of(speaker: Speaker, secret: str | None, now: dt.datetime) -> str | None:
    """The header Authorization, or None where nothing is needed."""
    server = speaker.server
    if server.way_in == NONE:
        return None
    if not secret:
        raise Trouble("no-secret", is_whole=True)
    if server.way_in == BASIC:
        return "Basic " + base64.b64encode(f"{server.client}:{secret}".encode()).decode()
    if server.way_in == BEARER:
        return f"Bearer {secret}"
    return f"Bearer {token_of(speaker, secret, now)}"


def token_of(speaker: Speaker, key: str, now: dt.datetime) -> str:
    """A token of the server, bought with an assertion."""
    server = speaker.server
    address = server.token_url or token_address(speaker, now)
    if not server.may_speak_to(address):
        raise Trouble("elsewhere", is_whole=True)
    asked = {
        "grant_type": "client_credentials",
        "scope": server.scope,
        "client_assertion_type": ASSERTION,
        "client_assertion": assertion(server, key, address, now),
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    answer = speaker.ask(address, Request("POST", headers, urlencode(asked).encode()), now)
    if answer.status != 200:
        raise Trouble("no-token", trouble_of(answer).wait, is_whole=True)
    found = text_of(answer.body, "access_token")
    if found is None:
        raise Trouble("no-token", is_whole=True)
    return found


def token_address(speaker: Speaker, now: dt.datetime) -> str:
    """Where tokens are asked for, as the server's discovery document says."""
    body = speaker.get(speaker.server.address(".well-known/smart-configuration"), now)
    found = text_of(body, "token_endpoint")
    if found is None:
        raise Trouble("no-token", is_whole=True)
    return found


def text_of(body: bytes, name: str) -> str | None:
    """One text of a JSON object, when it is one that a header can carry."""
    try:
        said: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    found = said.get(name) if isinstance(said, dict) else None
    return found if isinstance(found, str) and found.isascii() and found.isprintable() and found else None


def assertion(server: Server, key: str, audience: str, now: dt.datetime) -> str:
    """Who asks, signed: RS384 or ES384, as the key is."""
    claims = {
        "iss": server.client,
        "sub": server.client,
        "aud": audience,
        "jti": new_uid().hex,
        "iat": int(now.timestamp()),
        "exp": int((now + LIFETIME).timestamp()),
    }
    algorithm = algorithm_of(key)
    if algorithm is None:
        raise Trouble("no-key", is_whole=True)
    headers = {"typ": "JWT", **({"kid": server.key_id} if server.key_id else {})}
    return jwt.encode(claims, key, algorithm=algorithm, headers=headers)


def algorithm_of(key: str) -> str | None:
    """How a private key (PEM) signs; None for one that cannot."""
    try:
        private = load_pem_private_key(key.encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    if isinstance(private, RSAPrivateKey):
        return "RS384" if private.key_size >= SMALLEST_RSA else None
    is_p384 = isinstance(private, EllipticCurvePrivateKey) and isinstance(private.curve, SECP384R1)
    return "ES384" if is_p384 else None
