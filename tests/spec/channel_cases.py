"""Plays the golden cases of channels against real parts on this machine: an SMTP server that answers as a case says."""

import socket
import uuid
from contextlib import contextmanager

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from journeys.contact.channels import CHANNELS
from journeys.contact.channels.base import Envelope

UID = uuid.UUID("00000000-0000-4000-8000-000000000001")


def played(name, case):
    """The outcomes of a case as the file writes them, and what went over the wire, as one text."""
    envelopes = [
        Envelope(number, replace_last(UID, number), 1, each["language"], each["address"], each["subject"], each["body"])
        for number, each in enumerate(case["envelopes"], 1)
    ]
    if name == "phone_simulator":
        return written(CHANNELS[name]().send(envelopes)), ""
    with smtp_server(case.get("server", {})) as (settings, wire):
        return written(CHANNELS[name](settings).send(envelopes)), "\n".join(wire)


def written(outcomes):
    """Outcomes as a case writes them: what differs from the defaults."""
    shown = []
    for each in outcomes:
        given = {key: value for key, value in vars(each).items() if key != "message_id" and value}
        shown.append(given)
    return shown


def replace_last(uid, number):
    return uuid.UUID(int=uid.int - 1 + number)


class Scripted:
    """Answers MAIL, RCPT and DATA as told, keeps what it accepted, and can hang up at the end of a text."""

    def __init__(self, replies, wire):
        self.replies = replies
        self.wire = wire
        self.received = 0

    async def handle_MAIL(self, server, session, envelope, address, options):
        if "mail" in self.replies:
            return self.replies["mail"]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        reply = self.replies.get("rcpt", {}).get(address, "250 OK")
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server, session, envelope):
        reply = self.replies.get("data", "250 OK")
        self.received += 1
        if reply == "hang up":
            server.transport.abort()
            return "250 OK"
        if reply.startswith("250"):
            self.wire += envelope.content.decode().splitlines()
        return reply


class OnThisMachine(Controller):
    """A controller whose server takes the replies of the case."""

    def factory(self):
        return SMTP(self.handler, hostname="localhost", enable_SMTPUTF8=False)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextmanager
def smtp_server(replies):
    """Settings of a server that answers as told, and the lines of the texts it accepted."""
    wire = []
    port = free_port()
    settings = CHANNELS["email"].Settings(host="127.0.0.1", port=port, sender="clinic@example.org", timeout=5)
    if replies == "none":
        yield settings, wire
        return
    controller = OnThisMachine(Scripted(replies, wire), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield settings, wire
    finally:
        controller.stop()
