"""The rows of the matrix of faults: what strikes, how often in full, and how much of it is one round.

A round has servers, patients and a seed of its own.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

from tests.faults import caps, crashing, providers, receipts, run, stops, stops_held, ways
from tests.faults.checker import Found
from tests.faults.kept import Kept, Round
from tests.faults.providers import Played

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
    Row("F13", "a provider that answers in every wrong way", 100_000, 1_000),
    Row("F14", "a provider whose list lags by up to two minutes", 10_000, 1_000),
    Row("F15", "a provider that is silent for six hours", 20, 2),
    Row("F16", "receipts repeated, shuffled, early, late, forged", 100_000, 1_000),
    Row("F17", "STOP at named points of sending, and twice", 1_000, 100),
    Row("RACE", "STOP whenever it comes, against fifty senders", 1_000, 100),
    Row("CAPS", "64 schedulers who all wake at once", 400, 100),
    Row("F20", "the clock jumps", 500, 250, (ways.JUMP,)),
    Row("F23", "the scheduler that leads is cut off, sleeps or dies", 200, 50),
)
BY_NAME = {row.name: row for row in ROWS}


PROGRAMS: Mapping[str, Callable[[int, int], Played]] = {
    "F13": providers.wrong_answers,
    "F14": providers.lagging_list,
    "F15": providers.outages,
    "F16": receipts.receipts,
    "F17": stops_held.played,
    "RACE": stops.played,
    "CAPS": caps.played,
}
"""Rows that play the provider themselves: how many strikes, with which seed."""


@dataclass(frozen=True)
class Asked:
    """A round to be played: how often it is to strike, until which monotonic second at most."""

    row: Row
    number: int
    strikes: int
    seed: int
    end: float

    @property
    def minutes(self) -> float:
        """How long it may strike, from now on."""
        return max(0.0, self.end - time.monotonic()) / 60


def play(row: Row, wanted: int, kept: Kept, seed: int, minutes: float, at_once: int = 1) -> Iterator[Round]:
    """The rounds that a row still needs to have struck as often as wanted, some at once in processes of their own; each
    is kept. None is begun when the time is over, and what is under way strikes no more."""
    asked = rounds_left(row, wanted, kept, seed, time.monotonic() + minutes * 60)
    finished = map(play_round, asked) if at_once == 1 else play_together(asked, at_once)
    for each in finished:
        if each is not None:
            yield kept.add(each)


def play_together(asked: Sequence[Asked], at_once: int) -> Iterator[Round | None]:
    """Several rounds side by side, as they come."""
    with ProcessPoolExecutor(at_once, mp_context=get_context("spawn")) as pool:
        for done in as_completed([pool.submit(play_round, each) for each in asked]):
            yield done.result()


def rounds_left(row: Row, wanted: int, kept: Kept, seed: int, end: float) -> list[Asked]:
    """What is missing of a row, in rounds; each has a seed of its own."""
    missing = wanted - kept.strikes(row.name)
    first = len(kept.of(row.name))
    begins = range(0, missing, row.of_a_round)
    return [
        Asked(row, first + place, min(row.of_a_round, missing - begin), seed + first + place, end)
        for place, begin in enumerate(begins)
    ]


def play_round(asked: Asked) -> Round | None:
    """One round on servers of its own; None when the time is over."""
    if not asked.minutes:
        return None
    if asked.row.name in PROGRAMS:
        return by_program(asked)
    return at_points(asked) if asked.row.ways else from_outside(asked)


def by_program(asked: Asked) -> Round:
    """A provider plays against the house."""
    began = time.monotonic()
    played = PROGRAMS[asked.row.name](asked.strikes, asked.seed)
    return Round(
        row=asked.row.name,
        number=asked.number,
        seed=asked.seed,
        strikes=played.strikes,
        hit=dict(+played.hit),
        attempted=played.strikes,
        acked=played.strikes,
        recovered=0,
        lost=dict(+played.lost),
        unexpected=dict(+played.unexpected),
        duplicated=dict(+played.duplicated),
        seconds=time.monotonic() - began,
    )


def at_points(asked: Asked) -> Round:
    """Processes that do one job each are struck at named points; each way of the row gets its part."""
    ways_of_row = asked.row.ways
    wanted = {way: asked.strikes // len(ways_of_row) for way in ways_of_row}
    wanted[ways_of_row[0]] += asked.strikes % len(ways_of_row)
    struck = crashing.carry_out(crashing.Strikes(wanted, asked.seed, asked.minutes, A_MINUTE))
    return Round(
        row=asked.row.name,
        number=asked.number,
        seed=asked.seed,
        strikes=struck.ways.total(),
        hit=dict(struck.ways) | dict(struck.points),
        slowest={"recovery": struck.recovery, "settling": struck.settling},
        seconds=struck.seconds,
        **told(struck.found),
    )


def from_outside(asked: Asked) -> Round:
    """Real workers, schedulers and Redis are struck; what they left is searched for canaries."""
    report = run.carry_out(run.Plan({asked.row.name: asked.strikes}, asked.seed, asked.minutes))
    return Round(
        row=asked.row.name,
        number=asked.number,
        seed=asked.seed,
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
