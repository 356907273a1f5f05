"""A warm process that forks real workers and schedulers on demand: `python -m tests.faults.zygote CLOCK LOG`.

It has imported everything and connected to nothing. Each line on its standard input is a queue, or `scheduler`; it
answers with the number of the new process. What loses its parent becomes its child (a subreaper), so that nothing of a
run outlives it, and the dead are reaped by the kernel.
"""

import ctypes
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psutil

from config import PROJECT, Settings
from journeys.worker.running import run_worker
from journeys.worker.scheduling import run_scheduler
from tests.faults.clock import Clock

SCHEDULER = "scheduler"
MOST_AT_ONCE = 5
"""Rows in one transaction: few, so that there are many moments to be killed in."""

BECOME_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of prctl(2)
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2): a run that is ended leaves no workers behind


class Zygote:
    """The warm process, as the run sees it."""

    def __init__(self, settings: Settings, clock: Path, log: Path) -> None:
        with open(log, "ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.zygote", str(clock), str(log)],
                cwd=PROJECT,
                env=dict(os.environ) | settings.to_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                text=True,
            )

    def fork(self, kind: str) -> int:
        """Start a worker of a queue, or a scheduler; its process id."""
        self.process.stdin.write(kind + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def everything(self) -> list[psutil.Process]:
        """All processes of the run that still live."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def end(self) -> None:
        """Kill whatever is left, then the warm process. What ended by itself meanwhile cannot be killed."""
        for process in self.everything():
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()


def main(clock: Path, log: Path) -> None:
    ctypes.CDLL(None).prctl(BECOME_SUBREAPER, 1, 0, 0, 0)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    settings = Settings.from_environment()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            become(line.strip(), settings, Clock(clock), log)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


def become(kind: str, settings: Settings, clock: Clock, log: Path) -> None:
    """In the new process: be a worker or the scheduler until the end."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
    os.setsid()
    output = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    code = 1
    try:
        if kind == SCHEDULER:
            # so that the database tells who leads
            os.environ["PGAPPNAME"] = f"{SCHEDULER} {os.getpid()}"
            run_scheduler(settings, interval=1)
        else:
            run_worker(settings, kind, clock, most_at_once=MOST_AT_ONCE)
        code = 0
    finally:
        os._exit(code)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
