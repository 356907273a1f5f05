"""One HTTP request to the outside: to the address that was judged, within limits of time, following no redirect.

What went wrong is told apart by what the other side may know of it: `NotReached` when it certainly heard nothing,
`NoAnswer` when it may have heard everything.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Event, Timer

from journeys.foundation.addresses import Refused, Resolve, Target, resolved, target

SECONDS = 10.0


class NotReached(Exception):
    """Nothing was said; the text is a code: too-slow, certificate or no-answer."""


class NoAnswer(Exception):
    """It was said, and what became of it is not known; the text is a code: too-slow or no-answer."""


@dataclass(frozen=True)
class Request:
    """What is asked of the other side."""

    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Answer:
    """What the other side said: its status, and as much of its text as was asked for."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Reach:
    """How this installation reaches the outside: exceptions as `host:port`, seconds at most, how names resolve."""

    allowed: frozenset[str] = frozenset()
    seconds: float = SECONDS
    resolve: Resolve = resolved

    def ask(self, url: str, request: Request, most: int = 0) -> Answer:
        """Ask once. NotReached also when the address is refused; NoAnswer when nobody knows what became of it."""
        try:
            where = target(url, self.allowed, self.resolve)
        except Refused as refused:
            raise NotReached(str(refused)) from None
        return exchange(where, request, self.seconds, most)


def exchange(where: Target, request: Request, seconds: float, most: int = 0) -> Answer:
    """Ask, and read at most `most` bytes of the answer. `seconds` bound connecting, and then all the rest together."""
    reached = reach(where, seconds)
    # a server that drips its answer byte by byte would keep every single reading within its time
    lifeline = reached.dup()
    is_over = Event()
    closing = Timer(seconds, cut, [lifeline, is_over])
    closing.daemon = True
    closing.start()
    is_said = False
    try:
        connection = connected(where, reached, seconds)
        is_said = True
        connection.request(request.method, where.path, request.body, dict(request.headers))
        return answer_of(connection, most)
    except (OSError, HTTPException, ValueError) as error:
        code = code_of(error, is_over)
    finally:
        closing.cancel()
        shut(lifeline)
        lifeline.close()
        reached.close()
    raise NoAnswer(code) if is_said else NotReached(code)


def reach(where: Target, seconds: float) -> socket.socket:
    """An open connection; NotReached without one."""
    try:
        return socket.create_connection((where.address, where.port), timeout=seconds)
    except TimeoutError:
        raise NotReached("too-slow") from None
    except OSError:
        raise NotReached("no-answer") from None


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


def answer_of(connection: HTTPConnection, most: int) -> Answer:
    """What was answered; an answer that breaks off is none."""
    response = connection.getresponse()
    headers = {name.lower(): value for name, value in response.getheaders()}
    body = response.read(most) if most else b""
    promised = response.length
    if most and promised and len(body) < most:
        raise HTTPException
    return Answer(response.status, headers, body)


def code_of(error: Exception, is_over: Event) -> str:
    """Why there was no answer."""
    if is_over.is_set() or isinstance(error, TimeoutError):
        return "too-slow"
    return "certificate" if isinstance(error, ssl.SSLError) else "no-answer"


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
