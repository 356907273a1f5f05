"""The ticket on a page that somebody sends in: ours, for this one form, of this hour. It needs no cookie and no table.

    <6 bytes: seconds since 1970><9 random bytes><16 bytes: HMAC-SHA-256 of these and of what it is for>, as base64url

A frame on another site keeps no cookies, so what signs a portal's own forms cannot sign these.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import secrets

from journeys.foundation.secrets import VAULT

SECONDS = 6
CHANCE = 9
PROOF = 16
LENGTH = SECONDS + CHANCE + PROOF


def ticket_of(purpose: str, now: dt.datetime) -> str:
    """A new ticket for what `purpose` names."""
    told = int(now.timestamp()).to_bytes(SECONDS) + secrets.token_bytes(CHANCE)
    return base64.urlsafe_b64encode(told + proof(purpose, told)).decode().rstrip("=")


def age_of(purpose: str, ticket: str, now: dt.datetime) -> dt.timedelta | None:
    """How long ago it was written; None for letters that are no ticket of ours for this."""
    try:
        content = base64.b64decode(ticket.encode("ascii") + b"==", altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return None
    told = content[: SECONDS + CHANCE]
    if len(content) != LENGTH or not hmac.compare_digest(content[SECONDS + CHANCE :], proof(purpose, told)):
        return None
    return now - dt.datetime.fromtimestamp(int.from_bytes(told[:SECONDS]), tz=dt.UTC)


def proof(purpose: str, told: bytes) -> bytes:
    """What only this installation can work out."""
    key = VAULT.ring().index_key
    return hmac.new(key, f"ticket|{purpose}|".encode() + told, hashlib.sha256).digest()[:PROOF]
