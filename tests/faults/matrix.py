"""The rows of the matrix of faults: what strikes, how often in full, and how much of it is one round.

A round has servers, patients and a seed of its own.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.faults import crashing, run, ways
from tests.faults.checker import Found
from tests.faults.kept import Kept, Round

A_MINUTE = 60.0
"""How long a process is stopped in row F4."""


@dataclass(frozen=True)
class Row:
    """How often a row strikes in full and in one round. With `ways` it strikes at named points, else from outside."""

    name: str
    what: str
    full: int
    of_a_round: int
    ways: tuple[str, ...] = ()


ROWS = (
    Row("F1", "SIGKILL at a named point", 10_000, 500, (ways.KILL,)),
    Row("F2", "SIGKILL from outside: worker, its job, both", 2_000, 100),
    Row("F3", "SIGTERM in mid batch, one after the other", 200, 50),
    Row("F4", "stopped for 60 s and past its lease, then continued", 500, 250, (ways.STOP,)),
    Row("F5", "PostgreSQL restarted at once", 200, 50, (ways.RESTART,)),
    Row("F6", "connection ends before the commit or before its answer", 1_000, 500, (ways.CUT, ways.UNHEARD)),
    Row("F7", "lanes locked by others, deadlock, serialization failure", 400, 200, (ways.STORM, ways.REFUSED)),
    Row("F10", "Redis flushed", 500, 100),
    Row("F11", "Redis killed, its file cut short, full, read-only", 200, 50),
    Row("F12", "the same job handed out twice", 10_000, 1_000, (ways.TWICE,)),
    Row("F20", "the clock jumps", 500, 250, (ways.JUMP,)),
    Row("F23", "the scheduler that leads is cut off, sleeps or dies", 200, 50),
)
BY_NAME = {row.name: row for row in ROWS}


def play(row: Row, wanted: int, kept: Kept, seed: int, minutes: float) -> Iterator[Round]:
    """Round after round of a row until it has struck as often as wanted or the time is over; each is kept."""
    end = time.monotonic() + minutes * 60
    while (missing := wanted - kept.strikes(row.name)) > 0 and time.monotonic() < end:
        number = len(kept.of(row.name))
        left = (end - time.monotonic()) / 60
        finished = play_round(row, number, min(missing, row.of_a_round), seed + number, left)
        kept.add(finished)
        yield finished
        if not finished.strikes:
            return


def play_round(row: Row, number: int, strikes: int, seed: int, minutes: float) -> Round:
    """One round on servers of its own."""
    if row.ways:
        return at_points(row, number, strikes, seed, minutes)
    return from_outside(row, number, strikes, seed, minutes)


def at_points(row: Row, number: int, strikes: int, seed: int, minutes: float) -> Round:
    """Processes that do one job each are struck at named points; each way of the row gets its part."""
    wanted = {way: strikes // len(row.ways) for way in row.ways}
    wanted[row.ways[0]] += strikes % len(row.ways)
    struck = crashing.carry_out(crashing.Strikes(wanted, seed, minutes, A_MINUTE))
    return Round(
        row=row.name,
        number=number,
        seed=seed,
        strikes=struck.ways.total(),
        hit=dict(struck.ways) | dict(struck.points),
        slowest={"recovery": struck.recovery},
        seconds=struck.seconds,
        **told(struck.found),
    )


def from_outside(row: Row, number: int, strikes: int, seed: int, minutes: float) -> Round:
    """Real workers, schedulers and Redis are struck; what they left is searched for canaries."""
    report = run.carry_out(run.Plan({row.name: strikes}, seed, minutes))
    return Round(
        row=row.name,
        number=number,
        seed=seed,
        strikes=report.hit.total(),
        hit=dict(report.hit_how),
        leaked=sum(map(len, report.leaked.values())),
        slowest=report.slowest,
        seconds=report.seconds,
        **told(report.found),
    )


def told(found: Found) -> dict[str, Any]:
    """What the checker found, as a round keeps it. Who has no end is lost, whatever else is known."""
    return {
        "attempted": found.attempted,
        "acked": found.acked,
        "recovered": found.recovered,
        "lost": dict(+found.lost),
        "unexpected": dict(+found.unexpected),
        "duplicated": dict(+found.duplicated),
    }
