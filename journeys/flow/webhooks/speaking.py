"""Speaks one call: signed, to the address that was judged, within limits of time, following no redirect.

The other side verifies `Waymark-Signature: t=<seconds>,v1=<hex>`: HMAC-SHA256 with the connection's key over
`<seconds>.<body>`; and treats calls of one `Idempotency-Key` as one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from journeys.foundation.addresses import Refused, Target, target
from journeys.foundation.outgoing import NoAnswer, NotReached, Reach, Request, exchange

MOST_TO_SAY = 16_384
AGAIN = frozenset({408, 425, 429})
"""Answers below 500 that ask to come again."""


@dataclass(frozen=True)
class Call:
    """One call as it leaves."""

    call_id: int
    uid: UUID
    url: str
    secret: str
    body: bytes
    attempt: int


@dataclass(frozen=True)
class Said:
    """What became of one attempt; `error` is a code."""

    call_id: int
    attempt: int
    result: Literal["delivered", "again", "failed"]
    http_status: int | None = None
    error: str | None = None


class Outside(Reach):
    """How this installation calls other systems."""

    def speak(self, call: Call, now: dt.datetime) -> Said:
        """Try once. Never raises for what the other side or the way there does."""
        if len(call.body) > MOST_TO_SAY:
            return Said(call.call_id, call.attempt, "failed", error="too-long")
        try:
            status = post(target(call.url, self.allowed, self.resolve), call, now, self.seconds)
        except Refused as refused:
            result: Literal["again", "failed"] = "again" if str(refused) == "name-unknown" else "failed"
            return Said(call.call_id, call.attempt, result, error=str(refused))
        except (NotReached, NoAnswer) as error:
            return Said(call.call_id, call.attempt, "again", error=str(error))
        if 200 <= status < 300:
            return Said(call.call_id, call.attempt, "delivered", status)
        is_passing = status >= 500 or status in AGAIN
        return Said(call.call_id, call.attempt, "again" if is_passing else "failed", status, f"http-{status}")


def post(where: Target, call: Call, now: dt.datetime, seconds: float) -> int:
    """The status that answers; what it says besides is not read."""
    return exchange(where, Request("POST", headers(call, now), call.body), seconds).status


def headers(call: Call, now: dt.datetime) -> dict[str, str]:
    """What the other side verifies the call by."""
    moment = int(now.timestamp())
    return {
        "Content-Type": "application/json",
        "User-Agent": "Waymark",
        "Idempotency-Key": str(call.uid),
        "Waymark-Signature": f"t={moment},v1={signature(call.secret, moment, call.body)}",
    }


def signature(secret: str, moment: int, body: bytes) -> str:
    """HMAC-SHA256 over the moment and the body, as hex."""
    return hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
