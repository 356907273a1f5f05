"""Real worker processes: forks, shares, failures, stops, a flushed Redis."""

import os
import signal
import subprocess
from dataclasses import replace

import psutil
import pytest
from redis import Redis, RedisError
from rq import Queue
from rq.registry import FailedJobRegistry

from config import Settings
from journeys.foundation.database import WORKER, connect
from journeys.worker.assembling import make_bell
from journeys.worker.bell import Bell
from journeys.worker.running import OneQueueWorker, work_once
from launcher import valkey
from tests.servers import FORGETFUL_VALKEY, running, temporary_places
from tests.unit.worker.conftest import Processes
from tests.unit.worker.process import CANARY, jobs


def a_bell(settings: Settings, processes: Processes) -> Bell:
    return make_bell(settings, jobs(processes.folder))


def listening(redis: Redis) -> int:
    return redis.scard("rq:workers:default")


def everything_in(redis: Redis) -> bytes:
    """Every key of Redis with its value, as it would be dumped."""
    return b"\n".join(key + b" " + (redis.dump(key) or b"") for key in redis.scan_iter())


def test_each_job_has_a_connection_of_its_own(settings: Settings, processes: Processes) -> None:
    bell = a_bell(settings, processes)
    worker = processes.worker()
    for count in (1, 2):
        bell.ring("say")
        processes.wait_for(lambda count=count: len(processes.said()) == count)
        # else the same process would do the second job too
        processes.wait_for(lambda: not psutil.Process(worker.pid).children())
    (_, first_process, first_backend), (_, second_process, second_backend) = (line.split() for line in processes.said())
    assert len({str(worker.pid), first_process, second_process}) == 3
    assert first_backend != second_backend


def test_workers_of_one_queue_share_the_lanes(settings: Settings, redis: Redis, processes: Processes) -> None:
    processes.worker()
    processes.worker()
    processes.wait_for(lambda: listening(redis) == 2)
    a_bell(settings, processes).ring("say")
    processes.wait_for(lambda: len(processes.said()) == 2)
    assert [line.split()[0] for line in processes.said()] == ["128", "128"]


def test_a_failure_is_told_without_a_patients_name(settings: Settings, redis: Redis, processes: Processes) -> None:
    queue = Queue("default", connection=redis, serializer="json")
    processes.worker()
    a_bell(settings, processes).ring("fail")
    processes.wait_for(lambda: FailedJobRegistry(queue=queue).count == 1)
    [job] = [queue.fetch_job(name) for name in FailedJobRegistry(queue=queue).get_job_ids()]
    assert "sqlstate=23514" in job.latest_result().exc_string
    assert processes.logged().count("sqlstate=23514") >= 3, "tried again twice, told each time"
    assert 0 < redis.ttl(job.key) <= 3600
    assert CANARY not in processes.logged()
    assert CANARY.encode() not in everything_in(redis)


def begin_and_hold(settings: Settings, processes: Processes) -> subprocess.Popen[bytes]:
    """A worker in the midst of a job."""
    os.mkfifo(processes.folder / "gate")
    worker = processes.worker()
    a_bell(settings, processes).ring("hold")
    processes.wait_for(lambda: processes.said() == ["began"])
    return worker


def test_a_stop_lets_the_job_finish(settings: Settings, processes: Processes) -> None:
    worker = begin_and_hold(settings, processes)
    worker.send_signal(signal.SIGTERM)
    (processes.folder / "gate").write_text("go")
    assert worker.wait(30) == 0
    assert processes.said() == ["began", "ended"]


def test_a_stop_is_not_forgotten_when_redis_goes_meanwhile(
    settings: Settings, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(worker: OneQueueWorker, **_given: object) -> bool:
        worker.is_asked_to_stop = True
        raise RedisError("gone")

    monkeypatch.setattr(OneQueueWorker, "work", stopped)
    engine = connect(settings.database_url, WORKER)
    assert work_once(redis, engine, "default")
    engine.dispose()


def test_a_flushed_redis_learns_of_the_worker_again(settings: Settings, redis: Redis, processes: Processes) -> None:
    bell = a_bell(settings, processes)
    processes.worker()
    processes.wait_for(lambda: listening(redis) == 1)
    redis.flushdb()
    bell.ring("say")
    processes.wait_for(lambda: len(processes.said()) == 1 and listening(redis) == 1)


def test_a_missing_table_is_said(settings: Settings, processes: Processes, empty_database) -> None:
    processes.environment["DATABASE_URL"] = empty_database.url
    assert processes.worker().wait(30) == 1
    assert "python run.py setup" in processes.logged()


def test_a_redis_that_was_away_finds_the_worker_again(settings: Settings, processes: Processes) -> None:
    with temporary_places() as places:
        settings = replace(settings, redis_url=valkey.url(places))
        processes.environment |= settings.to_environment()
        with running(valkey.program(places, FORGETFUL_VALKEY)):
            worker = processes.worker()
            a_bell(settings, processes).ring("say")
            processes.wait_for(lambda: len(processes.said()) == 1)
        processes.wait_for(lambda: "Redis" in processes.logged())
        with running(valkey.program(places, FORGETFUL_VALKEY)):
            a_bell(settings, processes).ring("say")
            processes.wait_for(lambda: len(processes.said()) == 2)
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(30) == 0
