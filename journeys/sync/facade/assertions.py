"""What a system proves itself with: a JWT that it signed with its private key (SMART Backend Services)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from jwt.types import Options

from journeys.sync.facade.keys import ALGORITHMS, public_key

LONGEST = 8_192
"""Letters of an assertion; a longer one is nobody's."""

LONGEST_JTI = 256
LASTING = dt.timedelta(minutes=5)
AHEAD = dt.timedelta(seconds=30)
"""How much a system's clock may be ahead of ours. Behind it may not be: its proofs would outlast their time."""

NOT_JUDGED: Options = {
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
    "verify_iss": False,
}
"""PyJWT reads a clock of its own for these; here the act says what time it is."""


@dataclass(frozen=True)
class Proof:
    """What a good assertion says of itself: its id, and until when it is good."""

    jti: str
    expires_at: dt.datetime


def names_client(assertion: str) -> str:
    """Who an assertion says it is of, before anything of it is proved; "" where it says nothing."""
    if len(assertion) > LONGEST:
        return ""
    try:
        claims = jwt.decode(assertion, options={"verify_signature": False, **NOT_JUDGED})
    except (jwt.PyJWTError, ValueError, RecursionError):
        return ""
    issuer = claims.get("iss")
    return issuer if isinstance(issuer, str) and issuer == claims.get("sub") else ""


def proof_in(assertion: str, keys: Mapping[str, Any], audience: str, now: dt.datetime) -> Proof | None:
    """The proof, where one of these keys signed it, for this audience, for now and for no longer than five minutes."""
    try:
        header = jwt.get_unverified_header(assertion)
        algorithm, name = str(header.get("alg")), header.get("kid")
        key = next((public_key(each, algorithm) for each in keys["keys"] if each["kid"] == name), None)
        if algorithm not in ALGORITHMS or key is None:
            return None
        claims = jwt.decode(assertion, key, algorithms=[algorithm], options=NOT_JUDGED)
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
        return None
    said = claims.get("aud")
    if audience not in (said if isinstance(said, list) else [said]):
        return None
    return proof_of(claims, now)


def proof_of(claims: Mapping[str, Any], now: dt.datetime) -> Proof | None:
    """The proof of claims whose signature is good; None where their time is not now or they have no id."""
    jti, expires = claims.get("jti"), claims.get("exp", 0)
    if not isinstance(jti, str) or not 0 < len(jti) <= LONGEST_JTI or not is_number(expires):
        return None
    moment = now.timestamp()
    if not moment < expires <= moment + (LASTING + AHEAD).total_seconds():
        return None
    for name in ("nbf", "iat"):
        begins = claims.get(name)
        if begins is not None and not (is_number(begins) and begins <= moment + AHEAD.total_seconds()):
            return None
    return Proof(jti, dt.datetime.fromtimestamp(expires, dt.UTC))


def is_number(value: Any) -> bool:
    """Whether a claim is a time as JWT writes it."""
    return isinstance(value, int | float) and not isinstance(value, bool)
