"""One connection to a receiver: a message goes, its acknowledgement comes, before the next one goes.

What the receiver says besides the code is not kept: it may repeat what we told it.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Literal

from journeys.foundation.addresses import Refused, is_public
from journeys.foundation.outgoing import Reach
from journeys.sync.hl7.framing import Frames, FrameTooLarge, framed
from journeys.sync.hl7.reading import Unreadable, read_message
from journeys.sync.sending.receiver import Receiver

SECONDS_FOR_AN_ANSWER = 30.0
PIECE = 65_536
LARGEST = 1_048_576
"""No acknowledgement is longer."""

Result = Literal["accepted", "again", "refused", "not-reached"]
CODES: dict[str, Result] = {
    "AA": "accepted",
    "CA": "accepted",
    "AE": "again",
    "CE": "again",
    "AR": "refused",
    "CR": "refused",
}


@dataclass(frozen=True)
class Answered:
    """What became of one attempt: `again` is the receiver's wish (AE), `not-reached` that nobody knows whether it
    heard; `error` is a code."""

    result: Result
    error: str | None = None


def address_of(receiver: Receiver, reach: Reach) -> str:
    """The address to connect to. Refused unless the receiver is excepted by name, or public and spoken to by TLS."""
    is_excepted = f"{receiver.host}:{receiver.port}" in reach.allowed
    if not is_excepted and not receiver.is_encrypted:
        raise Refused("not-encrypted")
    try:
        addresses = reach.resolve(receiver.host, receiver.port)
    except OSError:
        raise Refused("name-unknown") from None
    if not addresses:
        raise Refused("name-unknown")
    if not is_excepted and not all(is_public(each) for each in addresses):
        raise Refused("not-public")
    return addresses[0]


class Link:
    """A connection that is opened when something is to be said, and no more used after anything went wrong."""

    def __init__(self, receiver: Receiver, reach: Reach, seconds: float = SECONDS_FOR_AN_ANSWER) -> None:
        """Nothing is open yet."""
        self.receiver = receiver
        self.reach = reach
        self.seconds = seconds
        self.opened: socket.socket | None = None

    def say(self, data: bytes, control_id: str) -> Answered:
        """Send one message and wait for its answer. Never raises for what the way or the other side does."""
        try:
            answer = self.exchange(data, control_id)
        except Refused as refused:
            return Answered("not-reached", str(refused))
        except TimeoutError:
            answer = Answered("not-reached", "too-slow")
        except ssl.SSLCertVerificationError:
            answer = Answered("not-reached", "certificate")
        except (OSError, FrameTooLarge):
            answer = Answered("not-reached", "no-answer")
        if answer.result == "not-reached":
            self.close()
        return answer

    def exchange(self, data: bytes, control_id: str) -> Answered:
        """Over the connection: the answer to this message, whatever else may come before it."""
        connection = self.opened = self.opened or self.open()
        end = time.monotonic() + self.seconds
        connection.sendall(framed(data))
        frames = Frames(LARGEST)
        while (left := end - time.monotonic()) > 0:
            connection.settimeout(left)
            piece = connection.recv(PIECE)
            if not piece:
                return Answered("not-reached", "no-answer")
            for frame in frames.take(piece):
                answer = answer_in(frame, control_id)
                if answer is not None:
                    return answer
        raise TimeoutError

    def open(self) -> socket.socket:
        """Connect, with TLS where it is asked for: the certificate must be that of the name."""
        address = address_of(self.receiver, self.reach)
        opened = socket.create_connection((address, self.receiver.port), timeout=self.reach.seconds)
        if not self.receiver.is_encrypted:
            return opened
        try:
            return ssl.create_default_context().wrap_socket(opened, server_hostname=self.receiver.host)
        except OSError:
            opened.close()
            raise

    def close(self) -> None:
        """Use it no more."""
        if self.opened is not None:
            with suppress(OSError):
                self.opened.close()
        self.opened = None


def answer_in(frame: bytes, control_id: str) -> Answered | None:
    """What an acknowledgement says; None for one of another message (a late answer to an earlier attempt)."""
    try:
        message = read_message(frame)
    except Unreadable:
        return Answered("not-reached", "unreadable-answer")
    said = message.first("MSA")
    if said is None:
        return Answered("not-reached", "unreadable-answer")
    if said.text(2) != control_id:
        return None
    code = (said.text(1) or "").upper()
    result = CODES.get(code)
    if result is None:
        return Answered("not-reached", "unreadable-answer")
    return Answered(result, None if result == "accepted" else code)


@contextmanager
def linked(receiver: Receiver, reach: Reach) -> Iterator[Link]:
    """A link that is closed in the end."""
    link = Link(receiver, reach)
    try:
        yield link
    finally:
        link.close()
