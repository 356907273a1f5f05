"""Calls to other systems, against a real server on loopback: what leaves, what is tried again, where nothing goes."""

import datetime as dt
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from sqlalchemy import update

from journeys.flow.webhooks.ask_for_trial import ask_for_trial
from journeys.flow.webhooks.change_address import change_address
from journeys.flow.webhooks.close_connection import close_connection
from journeys.flow.webhooks.connections import calling, connections
from journeys.flow.webhooks.deliver_calls import deliver_calls
from journeys.flow.webhooks.open_connection import open_connection
from journeys.flow.webhooks.record_trial import record_trial
from journeys.flow.webhooks.speak_trials import speak_trials
from journeys.flow.webhooks.speaking import Outside, Said, signature
from journeys.flow.webhooks.waiting_trials import waiting_trials
from journeys.foundation.addresses import Refused, is_public, target
from journeys.foundation.errors import Invalid, Missing
from journeys.store.webhooks import WebhookCall, WebhookConnection
from tests.unit.flow.clinic import a_journey, a_step

ENDS = {"delivered": "end", "failed": "end", "timeout": "end"}
CALLING = a_journey(
    {
        "call": a_step("call_webhook", ENDS, connection="lab", timeout={"days": 3}, tells=["uid", "language"]),
        "end": a_step("end"),
    }
)


@dataclass
class OtherSide:
    """What a system on loopback was told, and the answers it gives, one after another; None never answers."""

    port: int = 0
    answers: list[int | None] = field(default_factory=list)
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def outside(self) -> Outside:
        return Outside(frozenset({f"127.0.0.1:{self.port}"}), seconds=0.3)


@pytest.fixture
def other_side() -> Iterator[OtherSide]:
    side = OtherSide()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            side.heard.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            status = side.answers.pop(0)
            if status is None:
                side.over.wait(5)
                return
            self.send_response(status)
            self.send_header("Location", "http://169.254.169.254/latest/meta-data/")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    side.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield side
    side.over.set()
    server.shutdown()
    server.server_close()
    thread.join()


def called(clinic, side, *answers):
    """One patient who stands at the call; a first round of speaking."""
    side.answers = list(answers)
    key = clinic.do(open_connection, "lab", f"http://127.0.0.1:{side.port}/hook")
    clinic.publish(CALLING)
    clinic.people(language="es")
    clinic.enrol()
    clinic.run()
    assert speak(clinic, side) == 1
    return key


def speak(clinic, side):
    return deliver_calls(clinic.house, clinic.act, side.outside)


@pytest.mark.store
def test_a_call_is_signed_and_says_only_what_was_chosen(clinic, other_side):
    key = called(clinic, other_side, 204)
    [(headers, body)] = other_side.heard
    [call] = clinic.all(WebhookCall)
    said = json.loads(body)
    assert headers["Idempotency-Key"] == said["id"] == str(call.uid)
    moment = int(clinic.now.timestamp())
    assert headers["Waymark-Signature"] == f"t={moment},v1={signature(key, moment, body)}"
    assert set(said) == {"id", "journey", "step", "asked_at", "patient"}
    assert set(said["patient"]) == {"uid", "language"}
    assert (call.status, call.http_status, call.attempt) == ("delivered", 204, 1)
    clinic.run()
    assert clinic.walked() == ["call>delivered", "end>end"]
    assert speak(clinic, other_side) == 0


@pytest.mark.store
def test_what_fails_is_tried_again_later_with_the_same_key(clinic, other_side):
    called(clinic, other_side, 503, None, 200)
    assert speak(clinic, other_side) == 0
    clinic.now += dt.timedelta(seconds=30)
    assert speak(clinic, other_side) == 1
    clinic.now += dt.timedelta(seconds=90)
    assert speak(clinic, other_side) == 1
    assert len({headers["Idempotency-Key"] for headers, _ in other_side.heard}) == 1
    assert len({body for _, body in other_side.heard}) == 1
    [call] = clinic.all(WebhookCall)
    assert (call.status, call.attempt) == ("delivered", 3)


@pytest.mark.store
@pytest.mark.parametrize("answer", [302, 307, 400, 404])
def test_redirects_are_not_followed_and_refusals_are_final(clinic, other_side, answer):
    called(clinic, other_side, answer)
    [call] = clinic.all(WebhookCall)
    assert (call.status, call.error) == ("failed", f"http-{answer}")
    assert len(other_side.heard) == 1
    clinic.run()
    assert clinic.walked() == ["call>failed", "end>end"]


@pytest.mark.store
def test_without_an_exception_nothing_goes_to_loopback(clinic, other_side):
    other_side.answers = [200]
    clinic.do(open_connection, "lab", f"http://127.0.0.1:{other_side.port}/hook")
    clinic.publish(CALLING)
    clinic.people()
    clinic.enrol()
    clinic.run()
    assert deliver_calls(clinic.house, clinic.act, Outside()) == 1
    [call] = clinic.all(WebhookCall)
    assert (call.status, call.error, other_side.heard) == ("failed", "not-https", [])


@pytest.mark.store
def test_a_worker_that_died_leaves_a_call_that_another_takes(clinic, other_side):
    called(clinic, other_side, 503, 200)
    lost = {"status": "sending", "claim": "00000000-0000-4000-8000-000000000001", "claimed_until": clinic.now}
    clinic.do(lambda session, _: session.execute(update(WebhookCall).values(lost)))
    assert speak(clinic, other_side) == 0
    clinic.now += dt.timedelta(seconds=1)
    assert speak(clinic, other_side) == 1
    [call] = clinic.all(WebhookCall)
    assert (call.status, call.attempt) == ("delivered", 2)


@pytest.mark.store
def test_a_connection_that_was_closed_is_called_no_longer(clinic, other_side):
    called(clinic, other_side, 503)
    assert clinic.do(close_connection, "lab") is None
    clinic.now += dt.timedelta(minutes=1)
    assert speak(clinic, other_side) == 1
    [call] = clinic.all(WebhookCall)
    assert (call.status, call.error, len(other_side.heard)) == ("failed", "connection-closed", 1)


@pytest.mark.store
def test_the_key_of_a_connection_is_sealed_and_new_each_time(clinic):
    first = clinic.do(open_connection, "lab", "https://lab.example/hook")
    again = clinic.do(open_connection, "lab", "https://lab.example/hook")
    [connection] = clinic.all(WebhookConnection)
    assert connection.secret == again != first
    assert again.encode() not in connection.secret_sealed
    for url in ("ftp://lab.example/", "https://user:word@lab.example/", "lab.example"):
        with pytest.raises(Invalid):
            clinic.do(open_connection, "lab", url)


NOT_PUBLIC = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.100.100.200", "168.63.129.16",
    "0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "no address",
]  # fmt: skip


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_addresses_that_are_not_public_are_refused_whatever_the_name(address):
    assert not is_public(address)
    for addresses in ([address], ["93.184.216.34", address]):
        with pytest.raises(Refused, match="not-public"):
            target("https://lab.example/hook", resolve=lambda *_, found=addresses: found)


def test_a_public_address_is_connected_to_as_it_was_resolved():
    found = target("https://lab.example/hook?a=b", resolve=lambda *_: ["93.184.216.34"])
    assert (found.address, found.host, found.port, found.path) == ("93.184.216.34", "lab.example", 443, "/hook?a=b")


@pytest.mark.parametrize(
    "url", ["http://lab.example/", "https://lab.example:8443/", "file:///etc/passwd", "https://me:word@lab.example/"]
)
def test_other_schemes_ports_and_passwords_are_refused(url):
    with pytest.raises(Refused):
        target(url, resolve=lambda *_: ["93.184.216.34"])


@pytest.mark.store
def test_a_trial_says_that_it_is_one_and_is_kept_with_its_connection(clinic, other_side):
    key = clinic.do(open_connection, "lab", f"http://127.0.0.1:{other_side.port}/hook")
    assert speak_trials(clinic.house, clinic.act, other_side.outside) == 0
    for answer, error in ((204, None), (401, "http-401"), (None, "too-slow")):
        other_side.answers = [answer]
        clinic.do(ask_for_trial, "lab")
        assert trial_of(clinic) == (True, False, None, None)
        assert speak_trials(clinic.house, clinic.act, other_side.outside) == 1
        assert trial_of(clinic) == (True, True, answer, error)
        assert speak_trials(clinic.house, clinic.act, other_side.outside) == 0
    headers, body = other_side.heard[0]
    assert set(json.loads(body)) == {"id", "trial", "asked_at"}
    moment = int(clinic.now.timestamp())
    assert headers["Waymark-Signature"] == f"t={moment},v1={signature(key, moment, body)}"
    assert len({headers["Idempotency-Key"] for headers, _ in other_side.heard}) == 3


@pytest.mark.store
def test_a_late_answer_to_an_earlier_trial_says_nothing_about_the_new_one(clinic):
    clinic.do(open_connection, "lab", "https://lab.example/hook")
    clinic.do(ask_for_trial, "lab")
    [earlier] = clinic.do(waiting_trials)
    clinic.do(ask_for_trial, "lab")
    clinic.do(record_trial, earlier.uid, Said(earlier.call_id, 1, "delivered", 200))
    assert trial_of(clinic) == (True, False, None, None)


@pytest.mark.store
def test_a_closed_connection_is_not_even_tried(clinic):
    clinic.do(open_connection, "lab", "https://lab.example/hook")
    clinic.do(ask_for_trial, "lab")
    clinic.do(close_connection, "lab")
    assert clinic.do(waiting_trials) == []
    clinic.do(open_connection, "lab", "https://lab.example/hook")
    assert clinic.do(waiting_trials) == []


def trial_of(clinic):
    [connection] = clinic.all(WebhookConnection)
    return (
        connection.trial is not None,
        connection.trial_ended_at is not None,
        connection.trial_http_status,
        connection.trial_error,
    )


@pytest.mark.store
def test_connections_say_how_their_calls_fared_and_who_calls_them(clinic, other_side):
    called(clinic, other_side, 503)
    clinic.do(open_connection, "idle", "https://idle.example/")
    idle, lab = clinic.do(connections)
    assert (idle.statuses, idle.errors) == ({}, {})
    assert (lab.statuses, lab.errors) == ({"planned": 1}, {"http-503": 1})
    assert [each.slug for each in clinic.do(lambda session, _: calling(session, "lab"))] == ["journey"]
    assert clinic.do(lambda session, _: calling(session, "idle")) == []
    clinic.now += dt.timedelta(days=8)
    [lab] = clinic.do(connections, "lab")
    assert lab.statuses == {}


@pytest.mark.store
def test_another_address_keeps_the_key_and_a_taken_name_is_refused(clinic):
    key = clinic.do(open_connection, "radiology", "https://lab.example/hook", is_new=True)
    clinic.do(change_address, "radiology", "https://new.example/hook")
    [_, connection] = clinic.all(WebhookConnection)
    assert (connection.url, connection.secret) == ("https://new.example/hook", key)
    with pytest.raises(Invalid) as refused:
        clinic.do(open_connection, "radiology", "no address", is_new=True)
    assert [problem.where for problem in refused.value.problems] == ["url", "name"]
    with pytest.raises(Missing):
        clinic.do(change_address, "other", "https://new.example/hook")
