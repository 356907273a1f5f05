"""The bell, the engine's and the portal's: rings once, never raises, and a worker does what either rang."""

import datetime as dt
import logging

import pytest
from redis import Redis
from rq import Queue

from app.base.bell import Bell as PortalBell
from config import Settings
from journeys.worker.assembling import make_bell
from journeys.worker.bell import PERFORM, Bell
from journeys.worker.workshop import Job, Round
from tests.unit.worker.conftest import Processes

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
NOWHERE = "redis://127.0.0.1:1"


def nothing(now: Round) -> bool:
    return False


JOBS = {"say": Job(nothing, "default", shared=True), "alone": Job(nothing, "default"), "odd": Job(nothing, "elsewhere")}


@pytest.fixture
def bell(settings: Settings) -> Bell:
    return make_bell(settings, JOBS)


def waiting(redis: Redis, queue: str = "default") -> list[tuple]:
    """The arguments of the jobs in a queue."""
    return [job.args for job in Queue(queue, connection=redis, serializer="json").jobs]


def take(redis: Redis) -> bool:
    """Take a job from its queue, as a worker does; whether there was one."""
    return redis.lpop("rq:queue:default") is not None


def test_ringing_a_thousand_times_enqueues_one_job(bell: Bell, redis: Redis) -> None:
    for _ in range(1_000):
        bell.ring("say")
    assert waiting(redis) == [["say", 0, 1]]


def test_a_bell_rung_while_its_job_runs_makes_it_run_once_more(bell: Bell, redis: Redis) -> None:
    bell.ring("say")
    take(redis)
    bell.ring("say")
    bell.ring("say")
    assert len(waiting(redis)) == 1


def test_whoever_works_takes_over_the_same_job_that_is_next(bell: Bell, redis: Redis) -> None:
    bell.ring("say")
    bell.ring("alone")
    assert not bell.take_over("alone", 0, 1), "another is next"
    assert bell.take_over("say", 0, 1)
    assert not bell.take_over("say", 0, 1), "only once"
    assert waiting(redis) == [["alone", 0, 1]]
    assert not [key for key in redis.scan_iter("rq:job:*") if b"say" in redis.hget(key, "description")]


def test_a_flushed_bell_rings(bell: Bell, redis: Redis) -> None:
    bell.ring("say")
    redis.flushdb()
    bell.ring("say")
    assert len(waiting(redis)) == 1


def test_what_was_rung_is_forgotten_with_its_job(bell: Bell, redis: Redis) -> None:
    bell.ring("say")
    assert 0 < redis.ttl("waymark:rung:say:0:1") <= 600


def test_a_job_whose_queue_nobody_has_goes_to_the_first_one(bell: Bell, redis: Redis) -> None:
    bell.ring("odd")
    assert waiting(redis, "urgent") == [["odd", 0, 1]]


def test_a_job_is_json_and_holds_nothing_but_its_name_and_share(bell: Bell, redis: Redis) -> None:
    bell.ring("say")
    [job] = Queue("default", connection=redis, serializer="json").jobs
    stored = redis.hgetall(job.key)
    assert b"say 0/1" in stored[b"description"]
    assert job.retries_left == 2
    assert (job.func_name, job.kwargs, job.meta) == (PERFORM, {}, {})


def test_an_unknown_name_is_only_logged(bell: Bell, redis: Redis, caplog: pytest.LogCaptureFixture) -> None:
    bell.ring("nonsense")
    assert "no job nonsense" in caplog.text
    assert not redis.keys()


def test_once_in_a_period(bell: Bell, redis: Redis) -> None:
    minute = dt.timedelta(minutes=1)
    rung = []
    for second in (0, 10, 50, 60, 70):
        bell.ring_once_in("alone", minute, NOW + dt.timedelta(seconds=second))
        rung.append(take(redis))
    assert rung == [True, False, False, True, False]


@pytest.mark.parametrize("make", [make_bell, PortalBell])
def test_a_redis_that_is_away_raises_nothing(make, caplog: pytest.LogCaptureFixture) -> None:
    bell = make(Settings.from_environment({"REDIS_URL": NOWHERE}))
    with caplog.at_level(logging.WARNING):
        bell.ring("tick")
    assert "The bell tick was not rung" in caplog.text


def test_the_portal_rings_once_too(settings: Settings, redis: Redis) -> None:
    bell = PortalBell(settings)
    for _ in range(100):
        bell.ring("advance")
    assert waiting(redis, "urgent") == [["advance", 0, 1]]


def test_a_worker_does_what_the_portal_rings(settings: Settings, redis: Redis, processes: Processes) -> None:
    processes.worker("urgent")
    PortalBell(settings).ring("say")
    processes.wait_for(lambda: bool(processes.said()))
    assert processes.said()[0].startswith("256 ")
