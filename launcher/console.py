"""Says on the terminal what is happening, and how long it took since the start."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

STARTED = "WAYMARK_STARTED"


class Console:
    """Lines with the seconds since the launcher started. Errors go to the same place, so that their order is kept.

    A process that the launcher started counts on from the launcher's own start, which it is told by a variable.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stdout
        self.started = float(os.environ.get(STARTED) or time.monotonic())

    def say(self, text: str) -> None:
        """One line, at once, also when the output is a file."""
        seconds = time.monotonic() - self.started
        print(f"[{seconds:6.2f}s] {text}", file=self.stream, flush=True)

    def plain(self, text: str) -> None:
        """Text without the time before it."""
        print(text, file=self.stream, flush=True)

    @contextmanager
    def doing(self, what: str) -> Iterator[None]:
        """Say that something begins, and after it how long it took."""
        self.say(f"{what} …")
        begin = time.monotonic()
        yield
        self.say(f"{what}: done in {time.monotonic() - begin:.2f} s")
