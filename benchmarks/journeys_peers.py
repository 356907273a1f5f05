"""What a step costs other engines, in processor seconds of everything that takes part: program, server, Redis.

Each peer has an environment of its own below `var`, made by pip from the index that is configured on this machine and
kept. One that cannot be installed, or fails, is told about and left out. A figure is marginal: a run of many enrolments
less a run of few, so that starting up is not charged.
"""

import os
import resource
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
from sqlalchemy import Engine

from benchmarks.advance import count
from benchmarks.base import Processor, used
from config import PROJECT, Settings
from launcher import valkey
from tests.figures import Figure, at_least, told
from tests.servers import FORGETFUL_VALKEY, running, temporary_places

PROGRAMS = Path(__file__).parent / "peers"
DRIVER = "psycopg[binary]==3.3.9"
FEW = 20
LONGEST = 240


@dataclass(frozen=True)
class Peer:
    """A program `with_<name>.py`, what it needs, on how many enrolments it is measured, how many times it is to be
    slower than Waymark."""

    name: str
    packages: tuple[str, ...]
    enrolments: int
    least: float


PEERS = (
    Peer("rq", ("rq==3.0.0", "SQLAlchemy==2.1.9", DRIVER), 300, 500),
    Peer("dbos", ("dbos==3.4.0", DRIVER), 500, 300),
    Peer("absurd", ("absurd-sdk==0.5.1", "absurdctl==0.5.1", DRIVER), 800, 150),
    Peer("spiffworkflow", ("SpiffWorkflow==3.2.0", DRIVER), 800, 150),
)


class NotMeasured(Exception):
    """A peer that could not be installed or did not end well; the text says which and why."""


def against_peers(engine: Engine, ours: float) -> Iterator[Figure]:
    """(b): how many times the processor time of Waymark's step each peer's takes; `ours` are seconds.

    Everybody in `engine` stands at the start; every peer takes the first who still do.
    """
    with temporary_places() as places, running(valkey.program(places, FORGETFUL_VALKEY)) as redis:
        for peer in PEERS:
            try:
                theirs = seconds_a_step(peer, engine, psutil.Process(redis.process.pid), valkey.url(places))
            except NotMeasured as error:
                print(f"# {error}", flush=True)
                continue
            yield told(f"journeys.{peer.name}.steps-a-processor-second", 1 / theirs)
            yield at_least(f"journeys.times-{peer.name}", theirs / ours, peer.least)


def seconds_a_step(peer: Peer, engine: Engine, redis: psutil.Process, redis_url: str) -> float:
    """What a step costs a peer."""
    python = environment(peer)
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    told_by = {"BENCHMARK_URL": url, "BENCHMARK_REDIS": redis_url}
    costs = []
    for wanted in (FEW, FEW + peer.enrolments):
        before, steps = spent(redis), count(engine, "enrolment_history")
        command = [str(python), str(PROGRAMS / f"with_{peer.name}.py"), url, str(wanted)]
        run(peer, command, {**os.environ, **told_by})
        costs.append((spent(redis) - before, count(engine, "enrolment_history") - steps))
    (few, few_steps), (many, many_steps) = costs
    if many_steps < 2 * peer.enrolments:
        raise NotMeasured(f"{peer.name} walked {many_steps} steps of {wanted} enrolments")
    return (many - few) / (many_steps - few_steps)


def spent(redis: psutil.Process) -> float:
    """The processor seconds so far of the server, of Redis and of programs that have ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Processor.seconds() + used(redis) + ended.ru_utime + ended.ru_stime


def environment(peer: Peer) -> Path:
    """The peer's own Python, with its packages."""
    folder = Settings.from_environment(dict(os.environ)).var / "peers" / peer.name
    python, mark = folder / "bin" / "python", folder / "installed"
    wanted = "\n".join(peer.packages)
    if not mark.exists() or mark.read_text() != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        run(peer, [str(python), "-m", "pip", "install", "--quiet", *peer.packages], dict(os.environ))
        mark.write_text(wanted)
    return python


def run(peer: Peer, command: list[str], variables: dict[str, str]) -> None:
    """Run a program to its end; NotMeasured with the last line that it said."""
    try:
        ended = subprocess.run(
            command, env=variables, cwd=PROJECT, capture_output=True, text=True, timeout=LONGEST, check=False
        )
    except subprocess.TimeoutExpired:
        raise NotMeasured(f"{peer.name} did not end within {LONGEST} seconds") from None
    if ended.returncode:
        said = (ended.stderr or ended.stdout).strip().splitlines() or ["without a word"]
        print(ended.stderr[-2000:], file=sys.stderr)
        raise NotMeasured(f"{peer.name} could not be measured: {said[-1]}")
