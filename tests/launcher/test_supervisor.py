"""Programs start in order, die together, and stop in reverse order."""

import os
import signal
import time

import pytest

from launcher.errors import LaunchError, StopRequested
from launcher.programs import until

LIVES = """
def end(number, frame):
    trace.write('{name} ends\\n')
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
trace.write('{name} starts\\n')
signal.pause()
"""


@pytest.fixture
def living(small_program, trace):
    """A program that lives until it is asked to stop, and is ready when it has said so."""

    def make(name, **more):
        return small_program(name, LIVES.format(name=name), is_ready=lambda: f"{name} starts" in trace(), **more)

    return make


def test_programs_start_in_order_and_stop_in_reverse(supervisor, living, trace):
    for name in ("first", "second", "third"):
        supervisor.start(living(name, is_server=True))
    supervisor.stop()
    assert trace() == ["first starts", "second starts", "third starts", "third ends", "second ends", "first ends"]


def test_servers_outlive_what_stands_on_them(supervisor, living, trace):
    supervisor.start(living("server", is_server=True))
    supervisor.start(living("part"), living("other"))
    supervisor.stop()
    assert trace()[-1] == "server ends"
    assert not supervisor.notes.exists()


def test_a_program_that_ends_by_itself_is_told_with_its_last_words(supervisor, small_program):
    supervisor.start(small_program("short", "print('I give up', flush=True); sys.exit(7)"))
    with pytest.raises(LaunchError, match=r"short ended with exit code 7(.|\n)*I give up"):
        supervisor.watch()


def test_a_killed_program_is_told(supervisor, living):
    supervisor.start(living("victim"))
    os.kill(supervisor.children[0].process.pid, signal.SIGKILL)
    with pytest.raises(LaunchError, match="victim was killed by SIGKILL"):
        supervisor.watch()


def test_a_program_that_dies_before_it_is_ready_is_told_at_once(supervisor, small_program):
    with pytest.raises(LaunchError, match="early ended with exit code 1"):
        supervisor.start(small_program("early", "sys.exit(1)", is_ready=lambda: False))


def test_a_program_that_never_gets_ready_is_told(supervisor, small_program):
    program = small_program("slow", "signal.pause()", is_ready=lambda: False, ready_within=0.2)
    with pytest.raises(LaunchError, match="slow was not ready within"):
        supervisor.start(program)


def test_a_full_disk_is_told_as_such(supervisor, small_program):
    supervisor.start(small_program("writer", "print('No space left on device', flush=True); sys.exit(1)"))
    with pytest.raises(LaunchError, match="the disk is full"):
        supervisor.watch()


def test_a_program_that_does_not_stop_is_killed_with_its_children(supervisor, small_program, trace):
    code = """
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = os.fork()
if child:
    trace.write(f'{child}\\n')
while True:
    time.sleep(60)
"""
    supervisor.start(small_program("stubborn", code, grace=0.2, is_ready=lambda: len(trace()) == 1))
    grandchild = int(trace()[0])
    supervisor.stop()
    assert until(lambda: not is_alive(grandchild), within=5)


def test_a_step_that_fails_is_told(supervisor, small_program):
    with pytest.raises(LaunchError, match="step ended with exit code 3"):
        supervisor.run(small_program("step", "sys.exit(3)"))


def test_ctrl_c_while_waiting_ends_the_wait(supervisor, small_program, keep_signals):
    supervisor.listen()
    program = small_program("slow", "signal.pause()", is_ready=lambda: bool(os.kill(os.getpid(), signal.SIGINT)))
    with pytest.raises(StopRequested):
        supervisor.start(program)


def test_a_second_ctrl_c_cuts_off_parts_but_no_server(supervisor, small_program, trace, keep_signals):
    supervisor.listen()
    deaf = "signal.signal(signal.SIGTERM, signal.SIG_IGN)\ntrace.write('deaf\\n')\nsignal.pause()"
    finishing = LIVES.format(name="server").replace("frame):\n", "frame):\n    time.sleep(0.5)\n")
    supervisor.start(small_program("server", finishing, is_server=True, is_ready=lambda: "server starts" in trace()))
    supervisor.start(small_program("part", deaf, grace=60, is_ready=lambda: "deaf" in trace()))
    supervisor.requests_to_stop = 2
    begin = time.monotonic()
    supervisor.stop()
    assert time.monotonic() - begin < 10
    assert trace()[-1] == "server ends"


def test_one_ctrl_c_that_arrives_twice_counts_once(supervisor, keep_signals):
    supervisor.listen()
    os.kill(os.getpid(), signal.SIGINT)
    os.kill(os.getpid(), signal.SIGINT)
    assert supervisor.requests_to_stop == 1


@pytest.fixture
def keep_signals():
    """Put the handlers of pytest back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def is_alive(pid):
    """Whether a process lives; one that only waits to be buried does not."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
