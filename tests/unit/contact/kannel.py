"""A real Kannel on this machine, with the operator that comes with it, and a door for what it brings."""

import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from journeys.contact.channels.base import Delivery
from tests.spec.channel_cases import free_port

OPERATOR = Path("/usr/lib/kannel/test/fakesmsc")
IS_HERE = all(shutil.which(name) for name in ("bearerbox", "smsbox")) and OPERATOR.exists()

CONFIGURATION = """
group = core
admin-port = {admin}
admin-password = word
smsbox-port = {box}
box-allow-ip = 127.0.0.1
dlr-storage = internal

group = smsc
smsc = fake
smsc-id = fake
port = {operator}
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {sms}

group = sendsms-user
username = clinic
password = word
max-messages = 10
concatenation = true

group = sms-service
keyword = default
get-url = "{door}?from=%p&text=%a&id=%I"
max-messages = 0
catch-all = yes
"""


@dataclass
class Door:
    """What was brought, each as a delivery; `wait` until enough has come."""

    address: str
    brought: list[Delivery] = field(default_factory=list)
    came: threading.Condition = field(default_factory=threading.Condition)

    def wait(self, is_enough: Any, seconds: float = 30) -> bool:
        """Whether enough came in time."""
        with self.came:
            return self.came.wait_for(lambda: is_enough(self.brought), seconds)


class Listening(BaseHTTPRequestHandler):
    """Keeps every request and answers with nothing."""

    def do_GET(self) -> None:
        door = self.server.door
        host = door.address.rpartition("/in/")[0]
        with door.came:
            door.brought.append(Delivery(f"{host}{self.path}"))
            door.came.notify_all()
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def door() -> Iterator[Door]:
    """A door that a gateway can bring things to."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Listening)
    server.door = Door(f"http://127.0.0.1:{server.server_port}/in/x")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.door
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def gateway(folder: Path, address: str, says: str) -> Iterator[str]:
    """The address of `sendsms` of a Kannel whose operator brings one text message at its start."""
    ports = {name: free_port() for name in ("admin", "box", "operator", "sms")}
    file = folder / "kannel.conf"
    file.write_text(CONFIGURATION.format(door=address, **ports))
    message = f"+12125550123 12125550100 text {says}"
    asks = [str(OPERATOR), "-H", "127.0.0.1", "-r", str(ports["operator"]), "-m", "1", "-i", "0.1", message]
    started = [run(["bearerbox", str(file)], folder)]
    try:
        reachable(ports["box"])
        started.append(run(["smsbox", str(file)], folder))
        reachable(ports["sms"])
        reachable(ports["operator"])
        started.append(run(asks, folder))
        yield f"http://127.0.0.1:{ports['sms']}/cgi-bin/sendsms"
    finally:
        for each in reversed(started):
            each.kill()
            each.wait()


def run(command: list[str], folder: Path) -> "subprocess.Popen[bytes]":
    """A process whose words go into the folder."""
    with (folder / "said.log").open("ab") as log:
        return subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)


def reachable(port: int, seconds: float = 20) -> None:
    """Wait until somebody listens."""
    end = time.monotonic() + seconds
    pause = threading.Event()
    while time.monotonic() < end:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        pause.wait(0.05)
    raise TimeoutError(f"nobody listens at {port}")
