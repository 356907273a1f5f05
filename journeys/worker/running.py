"""A worker process: listens on one queue and does its jobs.

One queue per worker: a worker of several queues loses the job it had just taken when it is killed.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from contextlib import suppress
from types import FrameType
from typing import Any

from redis import Redis, RedisError
from redis.client import Pipeline
from rq import Queue, Worker, worker_registration
from rq.exceptions import StopRequested
from rq.job import Job as RedisJob
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from config import Settings
from journeys.foundation import links, secrets
from journeys.foundation.errors import Unavailable
from journeys.worker import logs, performing
from journeys.worker.assembling import make_workshop
from journeys.worker.health import names_begin
from journeys.worker.jobs import JOBS
from journeys.worker.workshop import Clock, Job, system_clock

logger = logging.getLogger(__name__)

SECONDS_OF_A_WORKER = 30
"""A worker that has not been heard of for so long is taken for dead."""

SECONDS_BETWEEN_CLEANINGS = 30
SECONDS_BETWEEN_LOOKS_AT_A_JOB = 5
SECONDS_UNTIL_TRIED_AGAIN = 1


class OneQueueWorker(Worker):
    """RQ's forking worker with three differences.

    The forked process forgets the connections of its parent; a stop that was asked for is remembered, so that the
    loop around it knows an end from a lost Redis; and each heartbeat registers it again, because a flushed Redis
    has forgotten it.
    """

    engine: Engine
    is_asked_to_stop = False

    def main_work_horse(self, job: RedisJob, queue: Queue) -> None:
        """In the forked process: leave the parent's sockets alone, then do the job."""
        self.engine.dispose(close=False)
        super().main_work_horse(job, queue)

    def request_stop(self, signum: Any, frame: FrameType | None) -> None:
        """Finish the job in hand, then end."""
        self.is_asked_to_stop = True
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        """Say that this worker lives, and on which queue it listens."""
        super().heartbeat(timeout, pipeline)
        worker_registration.register(self, pipeline)


def run_worker(
    settings: Settings,
    queue: str,
    clock: Clock = system_clock,
    jobs: Mapping[str, Job] = JOBS,
    most_at_once: int | None = None,
) -> None:
    """Listen on one queue and do its jobs until SIGTERM or SIGINT, which let the job in hand finish.

    A Redis that goes away is waited for. Raises Unavailable when PostgreSQL does not answer at the start. `clock`,
    `jobs` and `most_at_once` (how many rows a verb may take in one transaction) are there for tests.
    """
    logs.set_up(settings.log_level)
    secrets.install(secrets.Keyring.read(settings.key_file))
    links.install(settings.public_url)
    workshop = make_workshop(settings, clock, jobs, most_at_once)
    refuse_silent_database(workshop.engine)
    performing.use(workshop)
    connection = Redis.from_url(settings.redis_url)
    logger.info("Worker of the queue %s is up", queue)
    # a stop that comes between two workers is raised where it happens to come
    with suppress(StopRequested):
        while not work_once(connection, workshop.engine, queue):
            time.sleep(SECONDS_UNTIL_TRIED_AGAIN)
    logger.info("Worker of the queue %s has ended", queue)


def work_once(connection: Redis, engine: Engine, queue: str) -> bool:
    """Work until a stop is asked for (True) or Redis is lost (False)."""
    worker: OneQueueWorker | None = None
    try:
        worker = a_worker(connection, engine, queue)
        worker.work(logging_level=None)
    except RedisError as error:
        if worker is not None and worker.is_asked_to_stop:
            # Redis went while the stop was carried out; it was asked for all the same
            return True
        logger.warning("Redis does not answer (%s); trying again", type(error).__name__)
        return False
    return worker.is_asked_to_stop


def a_worker(connection: Redis, engine: Engine, queue: str) -> OneQueueWorker:
    """A worker of one queue."""
    worker = OneQueueWorker(
        [Queue(queue, connection=connection, serializer="json")],
        name=f"{names_begin(queue)}{time.monotonic_ns()}",
        connection=connection,
        serializer="json",
        worker_ttl=SECONDS_OF_A_WORKER,
        maintenance_interval=SECONDS_BETWEEN_CLEANINGS,
        job_monitoring_interval=SECONDS_BETWEEN_LOOKS_AT_A_JOB,
        log_job_description=False,
    )
    worker.engine = engine
    return worker


def refuse_silent_database(engine: Engine) -> None:
    """Unavailable when PostgreSQL cannot be reached or is not set up; the connection is not kept over a fork."""
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1 FROM enrolment LIMIT 1"))
    except SQLAlchemyError as error:
        raise Unavailable(
            f"PostgreSQL does not answer or is not set up ({type(error).__name__}). "
            "Check DATABASE_URL and run: python run.py setup"
        ) from None
    finally:
        engine.dispose()
