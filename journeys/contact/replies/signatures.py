"""Signatures by which providers prove that a request is theirs, over the bytes as they came.

A missing signature, a second one beside it, other letters than a signature has, or another length: all are no proof,
and none is an error. Comparing takes the same time whatever was given.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from urllib.parse import parse_qs, urlsplit, urlunsplit

SECURE_PORT, PLAIN_PORT = 443, 80


def is_same(given: str, expected: str) -> bool:
    """Whether what was given is what was expected; something must be."""
    return bool(expected) and hmac.compare_digest(given.encode(errors="replace"), expected.encode())


def is_hub_signed(secret: str, body: bytes, given: str) -> bool:
    """Meta's `X-Hub-Signature-256`: HMAC-SHA256 of the body."""
    return bool(secret) and is_same(given, hub_signature(secret, body))


def hub_signature(secret: str, body: bytes) -> str:
    """The signature as Meta writes it."""
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


def is_twilio_signed(token: str, url: str, body: bytes, given: str) -> bool:
    """`X-Twilio-Signature`: HMAC-SHA1 of the address and what was sent, with or without the usual port in the
    address."""
    content = twilio_content(url, body)
    if not token or not given or content is None:
        return False
    return any(is_same(given, twilio_signature(token, each, content)) for each in (url, with_port(url)))


def twilio_signature(token: str, url: str, content: str) -> str:
    """The signature as Twilio writes it."""
    return base64.b64encode(hmac.new(token.encode(), f"{url}{content}".encode(), hashlib.sha1).digest()).decode()


def twilio_content(url: str, body: bytes) -> str | None:
    """What is signed after the address: every value of every name in order; nothing for a body whose hash stands in the
    address; None where that hash is wrong, or where there is more than a form holds."""
    try:
        expected = parse_qs(urlsplit(url).query).get("bodySHA256")
        if expected:
            return "" if is_same(expected[0], hashlib.sha256(body).hexdigest()) else None
        given = parse_qs(body.decode(errors="replace"), keep_blank_values=True)
    except ValueError:
        return None
    return "".join(f"{name}{value}" for name in sorted(given) for value in sorted(set(given[name])))


def with_port(url: str) -> str:
    """The same address with its usual port written out, or without the port that is written."""
    parts = urlsplit(url)
    bare, colon, port = parts.netloc.rpartition(":")
    if colon and port.isdecimal():
        return urlunsplit(parts._replace(netloc=bare))
    usual = SECURE_PORT if parts.scheme == "https" else PLAIN_PORT
    return urlunsplit(parts._replace(netloc=f"{parts.netloc}:{usual}"))
