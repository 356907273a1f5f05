"""`python run.py` as a person meets it: up, a second one refused, Ctrl-C, kill -9, up again."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

import psutil
import pytest

from config import PROJECT
from launcher.programs import until
from tests.launcher.test_supervisor import is_alive

pytestmark = pytest.mark.slow

SECONDS_TO_COME_UP = 90
FIRST_PORT = 18300 + 100 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
WEB, SCHEDULE, WORKERS = FIRST_PORT, FIRST_PORT + 10, FIRST_PORT + 20


class Launcher:
    """A running `python run.py` on a folder of its own."""

    def __init__(self, var, **environment):
        self.output = tempfile.NamedTemporaryFile("r", dir=var, prefix="output-")  # noqa: SIM115 -- closed by close()
        own = {"WAYMARK_VAR": str(var), "WAYMARK_DEMO": "0", "WAYMARK_PORT": str(WEB)}
        own |= {"WAYMARK_WORKER_HEALTH_PORT": str(WORKERS), "WAYMARK_SCHEDULE_HEALTH_PORT": str(SCHEDULE)}
        self.process = subprocess.Popen(
            [sys.executable, "run.py"], cwd=PROJECT, env=dict(os.environ) | own | environment,
            stdout=self.output, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip

    def said(self):
        # read by its name: whoever sought in the file itself would move the place at which the launcher writes
        return Path(self.output.name).read_text()

    def wait_until_up(self):
        """The address it says."""
        assert until(lambda: "To stop" in self.said() or self.process.poll() is not None, SECONDS_TO_COME_UP)
        found = re.findall(r"Waymark is up: (\S+)", self.said())
        assert found, self.said()
        return found[-1]

    def everything_it_started(self):
        return [child.pid for child in psutil.Process(self.process.pid).children(recursive=True)]

    def stop(self, number):
        """Send a signal; the exit code, and which of its processes still live."""
        started = self.everything_it_started()
        self.process.send_signal(number)
        code = self.process.wait(60)
        return code, [pid for pid in started if is_alive(pid)]

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.output.close()


@pytest.fixture
def launch(places):
    launched = []

    def start(**environment):
        launched.append(Launcher(places.var, **environment))
        return launched[-1]

    yield start
    for launcher in launched:
        launcher.close()


def ready(address):
    with urllib.request.urlopen(f"{address}/ready", timeout=5) as response:
        return response.status == 200


def test_up_on_the_next_free_port_a_second_one_refused_and_down_with_ctrl_c(launch, places):
    with socket.create_server(("127.0.0.1", WEB)):
        launcher = launch()
        address = launcher.wait_until_up()
    assert f"Port {WEB} is taken by another program; using {WEB + 1} instead" in launcher.said()
    assert address == f"http://localhost:{WEB + 1}"
    for port in (WEB + 1, WORKERS, WORKERS + 1):
        assert ready(f"http://127.0.0.1:{port}")
    assert until(lambda: _answers(lambda: ready(f"http://127.0.0.1:{SCHEDULE}")), within=120)
    second = subprocess.run(
        [sys.executable, "run.py"], cwd=PROJECT, env=dict(os.environ) | {"WAYMARK_VAR": str(places.var)},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert second.returncode == 1
    assert f"Waymark already runs on {places.var} (process {launcher.process.pid}, {address})" in second.stdout
    assert launcher.stop(signal.SIGINT) == (0, [])
    assert "Traceback" not in launcher.said()


def test_after_kill_9_the_next_run_starts_cleanly_and_sigterm_ends_it(launch):
    first = launch()
    first.wait_until_up()
    started = first.everything_it_started()
    first.process.kill()
    first.process.wait()
    second = launch()
    second.wait_until_up()
    assert [pid for pid in started if is_alive(pid)] == []
    assert second.stop(signal.SIGTERM) == (0, [])


def test_one_part_that_dies_takes_all_down_and_is_told(launch):
    launcher = launch()
    launcher.wait_until_up()
    children = psutil.Process(launcher.process.pid).children()
    next(child for child in children if "schedule" in child.cmdline()).kill()
    assert launcher.process.wait(60) == 1
    assert "schedule was killed by SIGKILL" in launcher.said()


def _answers(question):
    try:
        return question()
    except OSError:
        return False
