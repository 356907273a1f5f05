"""What benchmarks stand on: a server with usual durability, a stopwatch, paired rounds, a count of statements.

Time is the processor time of this process and of the whole server, both together: beside other work on the same machine
the wall clock moves fourfold, this by a fifth.
"""

import gc
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from sqlalchemy import Engine, event, text

from journeys.foundation import database, secrets
from journeys.store.setting_up.setup import prepare
from launcher import postgres
from tests.servers import Cluster, running, temporary_places

ROUNDS = 3
SERVER = {"shared_buffers": "512MB", "max_connections": "100", "autovacuum": "off", "jit": "off"}
"""Commits reach the disk, as in use; autovacuum would come into one round and not into the other."""


@contextmanager
def a_cluster(settings: dict[str, str] | None = None) -> Iterator[Cluster]:
    """A server of its own, with a prepared template database; keys are installed. `settings` go before SERVER's."""
    secrets.install(secrets.Keyring.for_tests())
    with temporary_places() as places, running(postgres.program(places, SERVER | (settings or {}))) as server:
        Processor.server = psutil.Process(server.process.pid)
        cluster = Cluster(postgres.url(places, "postgres"))
        cluster.prepare_template(prepare)
        yield cluster


@contextmanager
def an_engine(cluster: Cluster) -> Iterator[Engine]:
    """Connections as owner to a fresh database: the bare side writes tables the engine's roles may not."""
    fresh = cluster.new()
    engine = database.connect(fresh.url, database.OWNER)
    try:
        yield engine
    finally:
        engine.dispose()
        cluster.drop(fresh)


class Processor:
    """The processor time of this process and the server's; what it takes to read it is left out."""

    server: psutil.Process
    reading = 0.0

    @classmethod
    def seconds(cls) -> float:
        """All that was used so far, by processes that have ended too."""
        begin = time.process_time()
        of_server = sum(used(each) for each in (cls.server, *cls.server.children()))
        end = time.process_time()
        cls.reading += end - begin
        return end - cls.reading + of_server


def used(process: psutil.Process) -> float:
    """The processor time of one process, which the kernel keeps exactly, and of its children that have ended."""
    try:
        times = process.cpu_times()
        on_processor = int(Path(f"/proc/{process.pid}/schedstat").read_text().split()[0])
    except (psutil.NoSuchProcess, FileNotFoundError, ProcessLookupError):
        return 0.0
    return on_processor / 1e9 + times.children_user + times.children_system


def seconds(work: Callable[[], object]) -> float:
    """How much processor time it takes."""
    gc.collect()
    begin = Processor.seconds()
    work()
    return Processor.seconds() - begin


def paired(ours: Callable[[], float], bare: Callable[[], float], rounds: int = ROUNDS) -> list[tuple[float, float]]:
    """Both sides in turn, each giving its seconds; every other round begins with the other side."""
    pairs = []
    for number in range(rounds):
        if number % 2:
            bound = bare()
            pairs.append((ours(), bound))
        else:
            pairs.append((ours(), bare()))
    return pairs


def median_ratio(pairs: list[tuple[float, float]]) -> float:
    """The median of ours / bare in seconds: how many times longer ours takes."""
    return statistics.median(ours / bound for ours, bound in pairs)


def medians(pairs: list[tuple[float, float]]) -> tuple[float, float]:
    """The median seconds of both sides."""
    return statistics.median(ours for ours, _ in pairs), statistics.median(bound for _, bound in pairs)


@contextmanager
def counted_statements(engine: Engine) -> Iterator[list[str]]:
    """The statements that reach the server meanwhile."""
    statements: list[str] = []

    def count(_connection, _cursor, statement, *_others) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", count)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", count)


def analyse(engine: Engine, how: str = "ANALYZE") -> None:
    """Vacuum and analyse everything: the planner knows the data, and no old row is left to one side."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"VACUUM ({how})"))
