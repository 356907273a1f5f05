"""Public keys of other systems, as a JWK set: which are good enough to prove anything."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_

ALGORITHMS = {"RS384": "RSA", "ES384": "EC"}
"""SMART's two, and the kind of key of each. Nothing else proves anything: no `none`, nothing with a shared secret."""

PRIVATE = ("d", "p", "q", "dp", "dq", "qi", "oth", "k")
"""Parts of a JWK that nobody but its owner may have."""

MOST_KEYS = 10
LONGEST = 32_768
SHORTEST_RSA = 2048
CURVE = "P-384"
SMALL_SECRET = N_("This holds a private key. Nobody but its owner may have that: have them make a new one.")


def read_keys(typed: str) -> dict[str, Any]:
    """The JWK set that somebody pasted, with nothing in it but what is needed. Invalid with all that is wrong."""
    if len(typed) > LONGEST:
        raise Invalid([Problem("keys", N_("This is too long for public keys"))])
    try:
        given = json.loads(typed)
    except (ValueError, RecursionError):
        raise Invalid([Problem("keys", N_("This is not JSON"))]) from None
    keys = given.get("keys") if isinstance(given, dict) else None
    if not isinstance(keys, list) or not 0 < len(keys) <= MOST_KEYS or not all(isinstance(each, dict) for each in keys):
        says = N_('Paste a JWK set: {"keys": [ … ]} with one to %(most)s keys')
        raise Invalid([Problem("keys", says, {"most": MOST_KEYS})])
    problems = list(problems_of(keys))
    if problems:
        raise Invalid(problems)
    return {
        "keys": [
            {name: each[name] for name in ("kty", "kid", "n", "e", "crv", "x", "y") if name in each} for each in keys
        ]
    }


def problems_of(keys: list[dict[str, Any]]) -> Iterator[Problem]:
    """What is wrong with keys."""
    names = [each.get("kid") for each in keys]
    if not all(isinstance(name, str) and name for name in names) or len(set(map(str, names))) < len(names):
        yield Problem("keys", N_("Each key needs a name of its own (kid)"))
    if any(part in each for each in keys for part in PRIVATE):
        yield Problem("keys", SMALL_SECRET)
        return
    if not all(is_good(each) for each in keys):
        yield Problem("keys", N_("Keys are RSA of 2048 bits or more, or EC of the curve P-384"))


def is_good(key: dict[str, Any]) -> bool:
    """Whether a key can be read, and is strong enough."""
    for algorithm, kind in ALGORITHMS.items():
        if key.get("kty") == kind:
            opened = public_key(key, algorithm)
            return isinstance(opened, RSAPublicKey | EllipticCurvePublicKey) and (
                opened.key_size >= SHORTEST_RSA if isinstance(opened, RSAPublicKey) else key.get("crv") == CURVE
            )
    return False


def public_key(key: dict[str, Any], algorithm: str) -> Any:
    """The key for one algorithm; None where it is of another kind or cannot be read."""
    if key.get("kty") != ALGORITHMS.get(algorithm):
        return None
    try:
        return jwt.PyJWK(key, algorithm).key
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
