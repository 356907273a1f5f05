"""Logs are kept short, and children do not outlive their parent."""

import os
import signal
import subprocess
import sys

import pytest

from config import PROJECT
from launcher import programs
from launcher.errors import LaunchError
from launcher.programs import last_lines, start, until
from tests.launcher.test_supervisor import is_alive

PARENT = """
import sys
from pathlib import Path
from launcher.programs import Program, start
folder = Path(sys.argv[1])
code = "import signal; print('up', flush=True); signal.pause()"
child = start(Program("child", (sys.executable, "-c", code), folder, {}, log=folder / "child.log"))
print(child.process.pid, flush=True)
child.process.wait()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux's kernel ends children with their parent")
def test_a_child_dies_with_its_parent_even_after_kill_9(places):
    command = [sys.executable, "-c", PARENT, places.var]
    parent = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    child = int(parent.stdout.readline())
    assert until(lambda: "up" in last_lines(places.var / "child.log"), within=10)
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    assert until(lambda: not is_alive(child), within=5)


def test_a_large_log_is_moved_aside_and_the_oldest_dropped(small_program, places, monkeypatch):
    monkeypatch.setattr(programs, "LARGEST_LOG", 10)
    for number in range(6):
        start(small_program("talker", f"print('this is run {number}')")).process.wait()
    kept = sorted(file.name for file in places.logs.glob("talker.log*"))
    assert kept == ["talker.log", "talker.log.1", "talker.log.2", "talker.log.3"]
    assert (places.logs / "talker.log").read_text() == "this is run 5\n"
    assert (places.logs / "talker.log.3").read_text() == "this is run 2\n"


def test_logs_are_for_our_eyes_only(small_program, places):
    start(small_program("talker", "print('hello')")).process.wait()
    assert (places.logs / "talker.log").stat().st_mode & 0o777 == 0o600


def test_a_program_that_is_not_there_is_told(small_program):
    program = small_program("absent", "")
    object.__setattr__(program, "command", ("/nowhere/to/be/found",))
    with pytest.raises(LaunchError, match="absent cannot be started: No such file"):
        start(program)
