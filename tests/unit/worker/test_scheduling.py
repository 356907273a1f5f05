"""The scheduler: rings the tick, one leader among several, and waits for a Redis that went away."""

import datetime as dt
import signal
from collections.abc import Iterator

import pytest
from redis import ConnectionError, Redis
from rq import Queue
from rq.exceptions import StopRequested
from sqlalchemy import Engine

from config import Settings
from journeys.foundation import database as databases
from journeys.foundation.errors import Unavailable
from journeys.worker import health
from journeys.worker.assembling import make_bell
from journeys.worker.scheduling import Leader, Tick, schedule_once
from journeys.worker.sweep import LAST_TICK
from tests.servers import Database
from tests.unit.worker.conftest import Processes

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    engine = databases.connect(database.url, databases.WORKER)
    yield engine
    engine.dispose()


def ticks(redis: Redis) -> int:
    return len(Queue("urgent", connection=redis, serializer="json"))


def test_one_of_two_leads_and_the_other_takes_over(engine: Engine) -> None:
    first, second = Leader(engine), Leader(engine)
    assert [first.leads(), second.leads(), first.leads()] == [True, False, True]
    first.let_go()
    assert second.leads()
    assert not first.leads()
    second.let_go()
    first.let_go()


def test_without_a_database_nobody_leads() -> None:
    leader = Leader(databases.connect("postgresql://127.0.0.1:1/nowhere", databases.WORKER))
    assert not leader.leads()


def test_only_the_leader_rings(settings: Settings, redis: Redis, engine: Engine) -> None:
    first, second = Leader(engine), Leader(engine)
    assert first.leads()
    Tick(make_bell(settings), second, 10).enqueue(redis)
    assert ticks(redis) == 0
    Tick(make_bell(settings), first, 10).enqueue(redis)
    assert ticks(redis) == 1
    first.let_go()
    second.let_go()


def test_the_process_ticks_and_ends(redis: Redis, processes: Processes) -> None:
    scheduler = processes.start("tests.unit.worker.scheduler")
    processes.wait_for(lambda: ticks(redis) == 1)
    redis.flushdb()
    processes.wait_for(lambda: ticks(redis) == 1)
    scheduler.send_signal(signal.SIGTERM)
    assert scheduler.wait(30) == 0


@pytest.mark.parametrize(("raised", "has_ended"), [(StopRequested(), True), (ConnectionError(), False)])
def test_a_redis_that_was_emptied_hides_no_reason_to_end(
    raised: Exception, has_ended: bool, settings: Settings, redis: Redis, engine: Engine
) -> None:
    class Emptying(Tick):
        def enqueue(self, connection: Redis) -> None:
            redis.flushdb()
            raise raised

    handlers = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    tick = Emptying(make_bell(settings), Leader(engine), 1)
    try:
        assert schedule_once(redis, tick) is has_ended
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


def test_health_knows_when_nobody_looked_for_work(settings: Settings, redis: Redis) -> None:
    with pytest.raises(Unavailable):
        health.tick_is_recent(settings, lambda: NOW)
    redis.set(LAST_TICK, NOW.isoformat())
    health.tick_is_recent(settings, lambda: NOW + dt.timedelta(seconds=59))
    with pytest.raises(Unavailable):
        health.tick_is_recent(settings, lambda: NOW + dt.timedelta(seconds=61))


def test_health_asks_both_servers(settings: Settings) -> None:
    for check in health.checks(settings).values():
        check()
