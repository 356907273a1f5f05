"""Listens for HL7 v2 over MLLP: a port for each connection, a thread for each sender.

A message is answered once it is committed. When it cannot be kept, the connection is closed without an answer: a sender
that hears nothing sends again, one that hears an error may not.
"""

from __future__ import annotations

import logging
import socketserver
import threading
from collections.abc import Callable, Iterator
from typing import Any

from journeys.foundation.acting import Act, House, act
from journeys.foundation.ids import new_uid
from journeys.foundation.words import N_
from journeys.sync.connections_in_use import Listened, connections_in_use
from journeys.sync.hl7.answering import WRONG_TYPE, Refusal, acknowledgement
from journeys.sync.hl7.batches import messages_in
from journeys.sync.hl7.framing import Frames, FrameTooLarge, framed
from journeys.sync.hl7.reading import LARGEST
from journeys.sync.receive_message import Taken, receive_message
from journeys.worker import logs

logger = logging.getLogger(__name__)

PIECE = 65_536
SECONDS_OF_SILENCE = 3600.0
"""After which a connection that says nothing is closed; its sender opens another."""

MOST_SENDERS = 64
"""Connections that one port takes at a time."""


class Sender(socketserver.BaseRequestHandler):
    """One connection of a sender: frames come, answers go back, in order."""

    server: Port

    def handle(self) -> None:
        """Take frames until the other side closes, says nothing for long, or something cannot be kept."""
        self.request.settimeout(SECONDS_OF_SILENCE)
        frames = Frames(LARGEST + PIECE)
        try:
            while (piece := self.request.recv(PIECE)) != b"":
                for frame in frames.take(piece):
                    self.answer(frame)
        except FrameTooLarge:
            refusal = Refusal(WRONG_TYPE, N_("is larger than 16 MiB"))
            self.request.sendall(framed(acknowledgement(None, self.server.make_act().now, new_uid().hex, refusal)))
        except TimeoutError:
            logger.info("A sender to %s said nothing for long", self.server.listened.slug)
        except Exception as error:
            # never an error as an answer: some senders take it for the end of the message
            logger.error("A message for %s was not kept: %s", self.server.listened.slug, logs.describe(error))

    def answer(self, frame: bytes) -> None:
        """Keep every message of a frame, and answer each."""
        for data in messages_of(frame):
            taken: Taken = act(
                self.server.house, self.server.make_act(), receive_message, self.server.listened.connection_id, data
            )
            answer = acknowledgement(taken.message, self.server.make_act().now, new_uid().hex, taken.refusal)
            if answer:
                self.request.sendall(framed(answer))


def messages_of(frame: bytes) -> Iterator[bytes]:
    """The messages of a frame: one, or those of a batch; an empty frame is one that is refused."""
    found = [piece.data for piece in messages_in([frame])]
    yield from found or [frame]


class Port(socketserver.ThreadingTCPServer):
    """One port, as long as its connection is in use."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 32

    def __init__(self, host: str, listened: Listened, house: House, make_act: Callable[[], Act]) -> None:
        """Listen from now on. OSError when the port is taken."""
        self.listened = listened
        self.house = house
        self.make_act = make_act
        self.places = threading.Semaphore(MOST_SENDERS)
        super().__init__((host, listened.port), Sender)

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Whether there is a place left."""
        return self.places.acquire(blocking=False)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve one sender, and give its place back."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A sender that went away: nothing to tell but that."""
        logger.info("A sender to %s went away", self.listened.slug)


class Interfaces:
    """The ports, kept in step with the connections."""

    def __init__(self, host: str, house: House, make_act: Callable[[], Act]) -> None:
        """Nobody listens yet."""
        self.host = host
        self.house = house
        self.make_act = make_act
        self.ports: dict[Listened, Port] = {}

    def keep_up(self) -> None:
        """Listen for the connections in use now, and for no others."""
        wanted = set(act(self.house, self.make_act(), connections_in_use))
        for listened in set(self.ports) - wanted:
            self.close(listened)
        for listened in sorted(wanted - set(self.ports), key=lambda each: each.slug):
            self.open(listened)

    def open(self, listened: Listened) -> None:
        """Begin to listen; a port that is taken is tried again at the next look."""
        try:
            port = Port(self.host, listened, self.house, self.make_act)
        except OSError as error:
            logger.error("Nobody can listen at port %s for %s: %s", listened.port, listened.slug, error.strerror)
            return
        self.ports[listened] = port
        threading.Thread(target=port.serve_forever, name=f"interface {listened.slug}", daemon=True).start()
        logger.info("Listening at port %s for %s", listened.port, listened.slug)

    def close(self, listened: Listened) -> None:
        """Listen no more; what is in hand is still answered."""
        port = self.ports.pop(listened)
        port.shutdown()
        port.server_close()

    def end(self) -> None:
        """Nobody listens any more."""
        for listened in list(self.ports):
            self.close(listened)
