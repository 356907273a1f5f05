"""/health and /ready of parts that are no web server."""

import json
import urllib.error
import urllib.request

import pytest

from launcher import health


def broken():
    raise RuntimeError("Sarah Mitchell")


def ask(port, path):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_ready_when_every_check_passes():
    assert health.answer("/ready", {"database": lambda: None}) == (200, {"status": "ok", "checks": {"database": "ok"}})


def test_not_ready_when_one_fails_and_nothing_is_told_about_it(caplog):
    status, content = health.answer("/ready", {"database": lambda: None, "redis": broken})
    assert (status, content["checks"]) == (503, {"database": "ok", "redis": "failed"})
    assert "Sarah" not in json.dumps(content) + caplog.text


def test_health_does_not_ask_the_checks():
    assert health.answer("/health", {"database": broken}) == (200, {"status": "ok"})


@pytest.fixture(scope="module")
def port():
    with health.serving("127.0.0.1", 18190, {"database": broken}) as chosen:
        yield chosen


def test_over_http(port):
    assert ask(port, "/health")[0] == 200
    assert ask(port, "/ready?from=here")[0] == 503
    assert ask(port, "/patients")[0] == 404


def test_the_next_free_port_is_taken(port):
    with health.serving("127.0.0.1", port, {}) as other:
        assert other > port
        assert ask(other, "/ready")[0] == 200
