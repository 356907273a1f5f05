"""One child process: its command, where its output goes, how to ask whether it is ready, how to stop it.

Children run in sessions of their own, so that Ctrl-C reaches only the launcher, which then stops them in order. On
Linux the kernel signals them when the launcher dies, even after `kill -9`; what that misses, `leftovers` ends at the
next start.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from launcher.account import Account, identity
from launcher.errors import LaunchError

KEPT_LOGS = 3
LARGEST_LOG = 10 * 1024 * 1024
PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)

_C = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Program:
    """What to start. `is_ready` may raise while the program is not there yet; `log` None writes to the terminal.

    A server is what other programs stand on: it is stopped after them, and never cut off before its `grace` is over.
    """

    name: str
    command: tuple[str, ...]
    folder: Path
    environment: dict[str, str]
    log: Path | None = None
    account: Account | None = None
    is_ready: Callable[[], bool] = field(default=lambda: True)
    ready_within: float = 60.0
    stop_signal: signal.Signals = signal.SIGTERM
    grace: float = 15.0
    is_server: bool = False


@dataclass(frozen=True)
class Child:
    """A program that was started."""

    program: Program
    process: subprocess.Popen[bytes]

    def is_alive(self) -> bool:
        return self.process.poll() is None

    def ask_to_stop(self) -> None:
        if self.is_alive():
            self.process.send_signal(self.program.stop_signal)

    def kill(self) -> None:
        """End it and everything it started in its session."""
        self.kill_rest()
        self.process.wait()

    def kill_rest(self) -> None:
        """End what is left of its session; nothing when it took all its own children with it."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)


def start(program: Program) -> Child:
    """Start a program without waiting for it to be ready."""
    parent = os.getpid()

    def die_with_parent() -> None:
        if sys.platform == "linux":
            _C.prctl(PARENT_DEATH_SIGNAL, int(program.stop_signal), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    output = None if program.log is None else _open_log(program.log)
    try:
        process = subprocess.Popen(
            program.command,
            cwd=program.folder,
            env=program.environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output and subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent,  # noqa: PLW1509 -- the launcher has one thread
            **identity(program.account),
        )
    except OSError as error:
        raise LaunchError(f"{program.name} cannot be started: {error.strerror}: {program.command[0]}") from None
    finally:
        if output is not None:
            os.close(output)
    return Child(program, process)


def last_lines(log: Path | None, count: int = 12) -> str:
    """The end of a log, for the message that its program died."""
    if log is None or not log.exists():
        return ""
    text = log.read_bytes()[-8192:].decode(errors="replace")
    return "\n".join(text.splitlines()[-count:])


def until(condition: Callable[[], bool], within: float, pause: float = 0.03) -> bool:
    """Ask again and again until it holds (True) or the seconds are over (False)."""
    end = time.monotonic() + within
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(pause)
    return True


def _open_log(log: Path) -> int:
    """A descriptor that appends to the log; a large one is first moved aside, the oldest of these is dropped."""
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        for number in range(KEPT_LOGS - 1, 0, -1):
            older = log.with_name(f"{log.name}.{number}")
            if older.exists():
                older.replace(log.with_name(f"{log.name}.{number + 1}"))
        log.replace(log.with_name(f"{log.name}.1"))
    return os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
