"""Real senders on a real port: what they send is kept before it is answered, and never answered with an error."""

import socket
from collections.abc import Iterator
from typing import Any

import hl7.client
import pytest

from journeys.foundation.acting import act
from journeys.sync.hl7.framing import framed
from journeys.sync.keep_connection import keep_connection
from journeys.worker.interfaces import Interfaces
from tests.spec.channel_cases import free_port
from tests.unit.sync.conftest import Emr, bytes_of, plan
from tests.unit.sync.messages import booked, registered, reported

pytestmark = pytest.mark.store


@pytest.fixture
def port(emr: Emr) -> int:
    found = free_port()
    act(emr.house, emr.an_act(), keep_connection, plan(port=found), 1)
    return found


@pytest.fixture
def interfaces(emr: Emr, port: int) -> Iterator[Interfaces]:
    listening = Interfaces("127.0.0.1", emr.house, emr.an_act)
    listening.keep_up()
    yield listening
    listening.end()


def ask(port: int, data: bytes) -> bytes:
    """What comes back, until the other side closes or has answered once."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(data)
        return connection.recv(65_536)


def test_an_independent_sender_is_answered(emr: Emr, interfaces: Interfaces, port: int) -> None:
    with hl7.client.MLLPClient("127.0.0.1", port) as client:
        answer = client.send_message(bytes_of(registered()).decode())
    assert b"\rMSA|AA|A1\r" in answer
    assert [each.control_id for each in emr.messages()] == ["A1"]
    assert "interfaces" in emr.rung


def test_messages_of_one_connection_are_answered_in_order_however_they_are_cut(
    emr: Emr, interfaces: Interfaces, port: int
) -> None:
    stream = b"".join(framed(bytes_of(each)) for each in (registered(), booked(), reported()))
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        for start in range(0, len(stream), 97):
            connection.sendall(stream[start : start + 97])
        found = b""
        while found.count(b"\x1c") < 3:
            found += connection.recv(65_536)
    assert [line for line in found.split(b"\r") if line.startswith(b"MSA")] == [
        *(b"MSA|AA|A1", b"MSA|AA|S1", b"MSA|AA|R1")
    ]
    assert [each.control_id for each in emr.messages()] == ["A1", "S1", "R1"]


def test_what_is_no_message_is_refused(interfaces: Interfaces, port: int) -> None:
    assert b"MSA|AR|" in ask(port, framed(b"hello"))
    assert b"MSA|AR|" in ask(port, framed(b""))


def test_what_cannot_be_kept_is_never_answered(
    emr: Emr, interfaces: Interfaces, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*given: Any) -> Any:
        raise RuntimeError("the database is away")

    monkeypatch.setattr("journeys.worker.interfaces.receive_message", broken)
    assert ask(port, framed(bytes_of(registered()))) == b""
    assert emr.messages() == []


def test_ports_follow_the_connections(emr: Emr, interfaces: Interfaces, port: int) -> None:
    act(emr.house, emr.an_act(), keep_connection, plan(port=port, active=False), 2)
    interfaces.keep_up()
    with pytest.raises(OSError, match="refused"):
        ask(port, b"")
