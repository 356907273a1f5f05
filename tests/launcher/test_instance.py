"""One launcher at a time, also after the first was killed."""

import os
import signal
import subprocess
import sys

import pytest

from config import PROJECT
from launcher.errors import LaunchError
from launcher.instance import is_running, only_one

HOLDS = """
import sys, signal
from pathlib import Path
from launcher.instance import only_one
with only_one(Path(sys.argv[1])) as instance:
    instance.tell("http://localhost:8080")
    print("held", flush=True)
    signal.pause()
"""


@pytest.fixture
def holder(places):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDS, places.lock], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_second_one_is_refused_with_the_first_ones_address(holder, places):
    expected = rf"already runs on {places.var} \(process {holder.pid}, http://localhost:8080\)"
    with pytest.raises(LaunchError, match=expected), only_one(places.lock):
        pass
    assert is_running(places.lock)


def test_after_a_kill_the_next_one_may_start(holder, places):
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    assert not is_running(places.lock)
    with only_one(places.lock):
        assert is_running(places.lock)
    assert not is_running(places.lock)


def test_nobody_runs_where_nobody_ever_ran(tmp_path):
    assert not is_running(tmp_path / "launcher.lock")
