"""Links that say what they are for and about which row, and that nobody else can make: no table, no sign-in.

    <6 bytes: number><16 bytes: HMAC-SHA-256 under the ring's index key of `link|kind|number`>, as base64url: 30 letters

Who has the database but not the key cannot make one. The same row always has the same link, so that a message which is
sent again says the same. What a link is good for, and for how long, is for whoever opens it to decide.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

from journeys.foundation.secrets import VAULT

NUMBER = 6
PROOF = 16
LETTERS = 30


class Portal:
    """The address under which people outside reach the portal; empty until `install`: then no link can be written."""

    address = ""


def install(address: str) -> None:
    """Write links to this address from now on, for example `https://portal.example`."""
    Portal.address = address.rstrip("/")


def written(kind: str, path: str, number: int) -> str | None:
    """The whole address of a link below a path of the portal; None where the portal's address is not known."""
    return f"{Portal.address}{path}{token_of(kind, number)}" if Portal.address else None


def token_of(kind: str, number: int) -> str:
    """The letters of a link."""
    return base64.urlsafe_b64encode(number.to_bytes(NUMBER) + proof(kind, number)).decode().rstrip("=")


def number_in(kind: str, token: str) -> int | None:
    """The number of the row that a link of this kind is about; None for letters that we did not write."""
    content = content_of(token)
    number = int.from_bytes(content[:NUMBER])
    return number if hmac.compare_digest(content[NUMBER:], proof(kind, number)) else None


def number_named(token: str) -> int:
    """The number that letters name, whoever wrote them: nothing may be shown or done by it alone. 0, which no row has,
    where they name none."""
    return int.from_bytes(content_of(token)[:NUMBER])


def content_of(token: str) -> bytes:
    """The bytes of a link; none where letters are no link."""
    if len(token) != LETTERS or not token.isascii():
        return b""
    try:
        return base64.b64decode(f"{token}==", altchars=b"-_", validate=True)
    except binascii.Error:
        return b""


def proof(kind: str, number: int) -> bytes:
    """What only this installation can work out."""
    key = VAULT.ring().index_key
    return hmac.new(key, f"link|{kind}|{number}".encode(), hashlib.sha256).digest()[:PROOF]
