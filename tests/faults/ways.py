"""What is done to a process of the run, by the rows of the matrix of faults; each way leaves the run able to go on."""

import os
import random
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from sqlalchemy import text
from sqlalchemy.orm import Session

from journeys.foundation.advisory import LANES
from journeys.foundation.lanes import ALL_LANES

KILL = "F1 killed at a named point"
STOP = "F4 stopped past its lease, then continued"
RESTART = "F5 database restarted at once"
CUT = "F6 connection ended before the commit"
UNHEARD = "F6 committed and the answer lost"
STORM = "F7 lanes locked by others"
REFUSED = "F7 deadlock or serialization failure"
TWICE = "F12 the same job handed out twice"
JUMP = "F20 clock jumps"
WAYS = (KILL, STOP, RESTART, CUT, UNHEARD, STORM, REFUSED, TWICE, JUMP)

BECAME = {CUT: "aborted", UNHEARD: "committed"}
"""What the database must say that became of a transaction."""

MILLISECONDS_TO_END = 5_000

CODES = ("40P01", "40001")
HELD_FOR = (0.02, 0.2)


def kill(_session: Session | None) -> None:
    """End this process as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


def stop(_session: Session | None) -> None:
    """Hold this process still until somebody lets it go on."""
    os.kill(os.getpid(), signal.SIGSTOP)


def has_stopped(child: int) -> bool:
    """Wait for a process to stop or to end; whether it has stopped."""
    return os.WIFSTOPPED(os.waitpid(child, os.WUNTRACED)[1])


def ender(url: str, note: Path) -> Callable[[Session | None], None]:
    """Ends the connection of a session and waits until it has: what it commits next cannot succeed."""

    def end(session: Session | None) -> None:
        if session is None:
            return
        process = written_down(session, note)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("SELECT pg_terminate_backend(%s, %s)", [process, MILLISECONDS_TO_END])

    return end


def deafener(note: Path) -> Callable[[Session | None], None]:
    """Closes the session's ear: what it commits next succeeds, and the answer cannot reach it."""

    def deafen(session: Session | None) -> None:
        if session is None:
            return
        written_down(session, note)
        line = session.connection().connection.driver_connection.fileno()
        with socket.socket(fileno=os.dup(line)) as ours:
            ours.shutdown(socket.SHUT_RD)

    return deafen


def written_down(session: Session, note: Path) -> int:
    """Leave the number of the transaction in a file, so that the database can be asked what became of it; the process
    of the database that serves the session."""
    number, process = session.execute(text("SELECT pg_current_xact_id()::text, pg_backend_pid()")).one()
    note.write_text(number)
    return process


def refuser(code: str) -> Callable[[Session | None], None]:
    """Has the database refuse the transaction with a code of its own."""

    def refuse(session: Session | None) -> None:
        if session is not None:
            session.execute(text(f"DO $$ BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = '{code}'; END $$"))

    return refuse


@contextmanager
def locked_lanes(url: str, chance: random.Random) -> Iterator[None]:
    """Somebody else holds some lanes for a moment, while the block runs."""
    lanes = sorted(chance.sample(list(ALL_LANES), len(ALL_LANES) // 2))
    seconds = chance.uniform(*HELD_FOR)
    is_held = threading.Event()

    def hold() -> None:
        with psycopg.connect(url) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s, lane) FROM unnest(%s::int[]) AS lane", [LANES, lanes])
            is_held.set()
            connection.execute("SELECT pg_sleep(%s)", [seconds])

    holder = threading.Thread(target=hold)
    holder.start()
    is_held.wait(5)
    try:
        yield
    finally:
        holder.join()


def reap(child: int) -> int:
    """Wait for a process to end; its status."""
    with suppress(ChildProcessError):
        return os.waitpid(child, 0)[1]
    return 0
