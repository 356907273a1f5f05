"""What is done to a process of the run, by the rows of the matrix of faults; each way leaves the run able to go on."""

import os
import random
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import psycopg
from sqlalchemy import text
from sqlalchemy.orm import Session

from journeys.foundation.advisory import LANES
from journeys.foundation.lanes import ALL_LANES

KILL = "F1 killed at a named point"
STOP = "F4 stopped past its lease, then continued"
RESTART = "F5 database restarted at once"
CUT = "F6 connection cut while committing"
STORM = "F7 lanes locked by others"
REFUSED = "F7 deadlock or serialization failure"
TWICE = "F12 the same job handed out twice"
JUMP = "F20 clock jumps"
WAYS = (KILL, STOP, RESTART, CUT, STORM, REFUSED, TWICE, JUMP)

TO_COMMIT = 0.004
"""Seconds within which a commit is cut: about as long as one takes, so that some are before and some after."""

CODES = ("40P01", "40001")
HELD_FOR = (0.02, 0.2)


def kill(_session: Session | None) -> None:
    """End this process as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


def stop(_session: Session | None) -> None:
    """Hold this process still until somebody lets it go on."""
    os.kill(os.getpid(), signal.SIGSTOP)


def cutter(url: str, after: float) -> Callable[[Session | None], None]:
    """Ends the connection of the session a little later, while it commits."""

    def cut(session: Session | None) -> None:
        pid = session.scalar(text("SELECT pg_backend_pid()")) if session is not None else None
        threading.Thread(target=end_backend, args=(url, pid, after)).start()

    return cut


def end_backend(url: str, pid: int | None, after: float) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_sleep(%s)", [after])
        connection.execute("SELECT pg_terminate_backend(%s)", [pid])


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
