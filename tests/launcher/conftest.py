"""What tests of the launcher need: folders below /tmp, small programs, and a console that remembers."""

import io
import sys
from collections.abc import Callable, Iterator

import pytest

from launcher.console import Console
from launcher.places import Places
from launcher.programs import Program
from launcher.supervisor import Supervisor
from tests.servers import temporary_places


@pytest.fixture
def places() -> Iterator[Places]:
    with temporary_places() as made:
        yield made


@pytest.fixture
def said() -> io.StringIO:
    """What the console wrote."""
    return io.StringIO()


@pytest.fixture
def console(said: io.StringIO) -> Console:
    return Console(said)


@pytest.fixture
def supervisor(console: Console, places: Places) -> Iterator[Supervisor]:
    made = Supervisor(console, places.children)
    yield made
    made.stop()


@pytest.fixture
def small_program(places: Places) -> Callable[..., Program]:
    """A program of a few lines of Python; it notes in the file `trace` what happens to it, when its code does so."""

    def make(name: str, code: str, **more: object) -> Program:
        prelude = f"import os, signal, sys, time\ntrace = open({str(places.var / 'trace')!r}, 'a', buffering=1)\n"
        return Program(
            name=name,
            command=(sys.executable, "-c", prelude + code),
            folder=places.var,
            environment={"PATH": "/usr/bin:/bin"},
            log=places.logs / f"{name}.log",
            **more,
        )

    return make


@pytest.fixture
def trace(places: Places) -> Callable[[], list[str]]:
    """The lines that small programs noted."""

    def read() -> list[str]:
        file = places.var / "trace"
        return file.read_text().split("\n")[:-1] if file.exists() else []

    return read
