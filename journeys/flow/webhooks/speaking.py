"""Speaks one call: signed, to the address that was judged, within limits of time, following no redirect.

The other side verifies `Waymark-Signature: t=<seconds>,v1=<hex>`: HMAC-SHA256 with the connection's key over
`<seconds>.<body>`; and treats calls of one `Idempotency-Key` as one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import socket
import ssl
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Event, Timer
from typing import Literal
from uuid import UUID

from journeys.flow.webhooks.addresses import Refused, Resolve, Target, resolved, target

SECONDS = 10.0
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


@dataclass(frozen=True)
class Outside:
    """How this installation speaks to the outside: exceptions as `host:port`, seconds at most, how names resolve."""

    allowed: frozenset[str] = frozenset()
    seconds: float = SECONDS
    resolve: Resolve = resolved

    def speak(self, call: Call, now: dt.datetime) -> Said:
        """Try once. Never raises for what the other side or the way there does."""
        if len(call.body) > MOST_TO_SAY:
            return Said(call.call_id, call.attempt, "failed", error="too-long")
        try:
            status = post(target(call.url, self.allowed, self.resolve), call, now, self.seconds)
        except Refused as refused:
            result: Literal["again", "failed"] = "again" if str(refused) == "name-unknown" else "failed"
            return Said(call.call_id, call.attempt, result, error=str(refused))
        except TimeoutError:
            return Said(call.call_id, call.attempt, "again", error="too-slow")
        except ssl.SSLError:
            return Said(call.call_id, call.attempt, "again", error="certificate")
        except (OSError, HTTPException, ValueError):
            return Said(call.call_id, call.attempt, "again", error="no-answer")
        if 200 <= status < 300:
            return Said(call.call_id, call.attempt, "delivered", status)
        is_passing = status >= 500 or status in AGAIN
        return Said(call.call_id, call.attempt, "again" if is_passing else "failed", status, f"http-{status}")


def post(where: Target, call: Call, now: dt.datetime, seconds: float) -> int:
    """The status that answers; what it says besides is not read."""
    reached = socket.create_connection((where.address, where.port), timeout=seconds)
    # a server that drips its answer byte by byte would keep every single reading within its time
    lifeline = reached.dup()
    is_over = Event()
    closing = Timer(seconds, cut, [lifeline, is_over])
    closing.daemon = True
    closing.start()
    try:
        connection = connected(where, reached, seconds)
        connection.request("POST", where.path, call.body, headers(call, now))
        return connection.getresponse().status
    except (OSError, HTTPException) as error:
        if is_over.is_set():
            raise TimeoutError from error
        raise
    finally:
        closing.cancel()
        shut(lifeline)
        lifeline.close()
        reached.close()


def connected(where: Target, reached: socket.socket, seconds: float) -> HTTPConnection:
    """HTTP over a socket that is connected already; the certificate must be that of the name."""
    if not where.is_encrypted:
        connection = HTTPConnection(where.host, where.port, timeout=seconds)
        connection.sock = reached
        return connection
    context = ssl.create_default_context()
    encrypted = HTTPSConnection(where.host, where.port, timeout=seconds, context=context)
    encrypted.sock = context.wrap_socket(reached, server_hostname=where.host)
    return encrypted


def cut(reached: socket.socket, is_over: Event) -> None:
    """Say that the time is over, and end the connection."""
    is_over.set()
    shut(reached)


def shut(reached: socket.socket) -> None:
    """End a connection under whoever reads from it."""
    try:
        reached.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


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
