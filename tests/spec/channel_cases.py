"""Plays the golden cases of channels against real parts on this machine: servers that answer as a case says.

A file says at its head against what it `plays` (`http` where it says nothing, `smtp`, `nothing`), and with which
`settings`, where a case says nothing else.
"""

import base64
import hmac
import socket
import threading
import uuid
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl

import yaml
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from journeys.contact.channels import CHANNELS
from journeys.contact.channels.base import Delivery, Envelope
from journeys.foundation.outgoing import Reach

HERE = Path(__file__).parent / "contact.channels"
UID = uuid.UUID("00000000-0000-4000-8000-000000000001")


def played(name, case):
    """The outcomes of a case as the file writes them, and what went over the wire, as one text."""
    envelopes = [
        Envelope(number, replace_last(UID, number), 1, **each) for number, each in enumerate(case["envelopes"], 1)
    ]
    plays = head_of(name).get("plays", "http")
    if plays == "nothing":
        settings = CHANNELS[name].Settings(**head_of(name).get("settings", {}))
        return written(CHANNELS[name](settings).send(envelopes)), ""
    if plays == "http":
        with provider(case.get("provider", {})) as (address, heard):
            channel = opened(name, address, case.get("settings", {}))
            return written(channel.send(envelopes)), "\n".join(heard)
    with smtp_server(case.get("server", {})) as (settings, wire):
        return written(CHANNELS[name](settings).send(envelopes)), "\n".join(wire)


def written(outcomes):
    """Outcomes as a case writes them: what differs from the defaults."""
    shown = []
    for each in outcomes:
        given = {key: value for key, value in vars(each).items() if key != "message_id" and value}
        if "cost" in given:
            given["cost"] = float(given["cost"])
        shown.append(given)
    return shown


def opened(name, address, settings):
    """A channel whose provider is the one on this machine."""
    reach = Reach(frozenset({address.removeprefix("http://")}), seconds=2)
    given = {**head_of(name)["settings"], **settings}
    return CHANNELS[name](CHANNELS[name].Settings(url=f"{address}{given.pop('path', '')}", **given), reach=reach)


@cache
def head_of(name):
    """The file of a channel's cases."""
    return yaml.safe_load((HERE / f"{name}.yaml").read_text("utf-8"))


class Provider(BaseHTTPRequestHandler):
    """Answers one request after the other as told, and keeps what it heard: line, headers that matter, text."""

    def do_GET(self):
        self.hear("")

    def do_POST(self):
        self.hear(self.rfile.read(int(self.headers["Content-Length"])).decode())

    def hear(self, text):
        self.server.heard += [f"{self.command} {self.path}", str(self.headers.get("Authorization")), text]
        answers = self.server.answers
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if answer.get("hang up"):
            self.close_connection = True
            return
        content = answer.get("body", "").encode()
        self.send_response(answer.get("status", 200))
        for name, value in answer.get("headers", {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content) + answer.get("cut off", 0)))
        self.end_headers()
        self.wfile.write(content)
        self.close_connection = True

    def log_message(self, *_):
        """Say nothing."""


@contextmanager
def provider(answers):
    """The address of a provider that answers as told (one answer, or one after the other), and what it heard."""
    if answers == "none":
        yield f"http://127.0.0.1:{free_port()}", []
        return
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    server.answers = answers if isinstance(answers, list) else [answers]
    server.heard = []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", server.heard
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


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
    settings = CHANNELS["email"].Settings(
        host="127.0.0.1", port=port, sender="clinic@example.org", timeout=5, security="none"
    )
    if replies == "none":
        yield settings, wire
        return
    controller = OnThisMachine(Scripted(replies, wire), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield settings, wire
    finally:
        controller.stop()


def brought(name, case):
    """A delivery of a case as the provider would send it: a header that says `signed` gets its signature, worked out
    here by other means than the channel's."""
    url, body = case["url"], case.get("body", "").encode()
    headers = dict(case.get("headers", {}))
    if headers.get("x-twilio-signature") == "signed":
        pairs = sorted(parse_qsl(body.decode(), keep_blank_values=True))
        said = url + "".join(key + value for key, value in pairs)
        headers["x-twilio-signature"] = base64.b64encode(hmac.digest(b"12345", said.encode(), "sha1")).decode()
    if headers.get("x-hub-signature-256") == "signed":
        headers["x-hub-signature-256"] = f"sha256={hmac.digest(b'secret', body, 'sha256').hex()}"
    return Delivery(url, headers, body)


def as_read(reading):
    """A reading as a case writes it: what differs from nothing."""
    return {
        "written": [{key: value for key, value in vars(each).items() if value} for each in reading.written],
        "receipts": [
            {key: str(value) if key == "uid" else value for key, value in vars(each).items() if value}
            for each in reading.receipts
        ],
    }
