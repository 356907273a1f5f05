"""Starts programs in order, watches over them, and stops them in reverse order.

All die together: when one ends by itself the others are stopped, because a portal without workers looks healthy and is
not. The first Ctrl-C (or SIGTERM) stops everything in order; a second one no longer waits for those that can be cut off
without harm. The databases are always given the time they need.
"""

import signal
import time
from pathlib import Path
from types import FrameType

from launcher import leftovers
from launcher.console import Console
from launcher.errors import LaunchError, StopRequested
from launcher.programs import Child, Program, last_lines, start

PAUSE = 0.03
WATCH_PAUSE = 0.2
SECONDS_BETWEEN_REQUESTS = 1.0
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Supervisor:
    """The children of one launcher. Not for more than one thread."""

    def __init__(self, console: Console, notes: Path) -> None:
        self.console = console
        self.notes = notes
        self.children: list[Child] = []
        self.requests_to_stop = 0
        self.last_request = -SECONDS_BETWEEN_REQUESTS

    def listen(self) -> None:
        """Take over the signals; set explicitly, because a shell's background jobs are born ignoring SIGINT."""
        for number in SIGNALS:
            signal.signal(number, self._on_signal)

    def start(self, *programs: Program) -> None:
        """Start programs side by side and wait until all are ready. LaunchError when one ends or takes too long."""
        begin = time.monotonic()
        self.console.say(f"{', '.join(program.name for program in programs)}: starting …")
        waiting = [self._begin(program) for program in programs]
        while waiting:
            self._refuse_stop()
            for child in list(waiting):
                seconds = time.monotonic() - begin
                if _is_ready(child.program):
                    self.console.say(f"{child.program.name}: ready after {seconds:.2f} s")
                    waiting.remove(child)
                elif not child.is_alive():
                    raise _ended(child)
                elif seconds > child.program.ready_within:
                    raise _too_slow(child.program)
            time.sleep(PAUSE)

    def run(self, program: Program) -> None:
        """Run a program to its end. LaunchError when it fails; it is stopped when the launcher is."""
        self.console.say(f"{program.name}: running …")
        child = self._begin(program)
        while child.is_alive():
            self._refuse_stop()
            time.sleep(PAUSE)
        self.children.remove(child)
        if child.process.returncode != 0:
            raise _ended(child)

    def watch(self) -> None:
        """Return when somebody asks to stop. LaunchError when a child ends by itself."""
        while not self.requests_to_stop:
            for child in self.children:
                if not child.is_alive():
                    raise _ended(child)
            time.sleep(WATCH_PAUSE)

    def stop(self) -> None:
        """Stop all children, the last started first. What parts stand on is stopped when all of them have ended."""
        begin = time.monotonic()
        for child in reversed(self.children):
            if not child.program.is_server:
                child.ask_to_stop()
        for child in reversed(self.children):
            if child.program.is_server:
                begin = time.monotonic()
                child.ask_to_stop()
            self._wait_for_end(child, begin)
        self.children.clear()
        self.notes.unlink(missing_ok=True)

    def _begin(self, program: Program) -> Child:
        child = start(program)
        self.children.append(child)
        leftovers.note(self.notes, self.children)
        return child

    def _wait_for_end(self, child: Child, begin: float) -> None:
        program = child.program
        while child.is_alive():
            waited = time.monotonic() - begin
            is_impatient = self.requests_to_stop > 1 and not program.is_server
            if waited > program.grace or is_impatient:
                self.console.say(f"{program.name}: did not stop within {waited:.0f} s, killing it")
                child.kill()
                return
            time.sleep(PAUSE)
        child.kill_rest()
        self.console.say(f"{program.name}: stopped in {time.monotonic() - begin:.2f} s")

    def _refuse_stop(self) -> None:
        if self.requests_to_stop:
            raise StopRequested

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        """Count what somebody asks; one Ctrl-C can arrive twice, from the terminal and from make."""
        now = time.monotonic()
        if now - self.last_request > SECONDS_BETWEEN_REQUESTS:
            self.requests_to_stop += 1
            self.last_request = now
            self.console.say(f"Stopping ({signal.Signals(number).name})")


def _is_ready(program: Program) -> bool:
    """Whether the program says so; any error means not yet, because its server is still coming up."""
    try:
        return program.is_ready()
    except Exception:
        return False


def _ended(child: Child) -> LaunchError:
    program = child.program
    code = child.process.returncode
    how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
    lines = last_lines(program.log)
    if "No space left on device" in lines:
        return LaunchError(f"{program.name} {how}: the disk is full.", "Free some space, then start Waymark again.")
    if program.log is None:
        return LaunchError(f"{program.name} {how}.", "What it said stands above.")
    return LaunchError(f"{program.name} {how}. It last said:\n{lines}", f"Its whole log: {program.log}")


def _too_slow(program: Program) -> LaunchError:
    return LaunchError(
        f"{program.name} was not ready within {program.ready_within:.0f} s. It last said:\n{last_lines(program.log)}",
        f"Its whole log: {program.log}",
    )
