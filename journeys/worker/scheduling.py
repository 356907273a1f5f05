"""The scheduler process: RQ's own, with the one job `tick`.

RQ's scheduler knows no leader, so of several the one that holds an advisory lock in PostgreSQL rings; the others
are ready to take over when its connection ends.
"""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from typing import Any

from redis import Redis, RedisError
from rq.cron import CronJob, CronScheduler
from rq.exceptions import SchedulerNotFound, StopRequested
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from config import Settings
from journeys.foundation import advisory, database
from journeys.worker import logs, performing
from journeys.worker.assembling import make_bell
from journeys.worker.bell import Bell
from journeys.worker.jobs import TICK

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_TICKS = 10
SECONDS_UNTIL_TRIED_AGAIN = 1
LEADER_LOCK = advisory.LEADER
"""Advisory lock of the scheduler that rings."""


class Leader:
    """Whether this process leads: a connection of its own holds the lock as long as it lasts."""

    def __init__(self, engine: Engine) -> None:
        """Lead nothing yet."""
        self.engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self.connection: Connection | None = None
        self.has_lock = False

    def leads(self) -> bool:
        """Take or keep the lead. While the database does not answer nobody leads."""
        try:
            if self.connection is None:
                self.connection = self.engine.connect()
            if self.has_lock:
                self.connection.execute(text("SELECT 1"))
            else:
                asked = text("SELECT pg_try_advisory_lock(:key)")
                self.has_lock = bool(self.connection.execute(asked, {"key": LEADER_LOCK}).scalar())
        except SQLAlchemyError as error:
            logger.warning("PostgreSQL does not answer (%s); no tick", type(error).__name__)
            self.let_go()
        return self.has_lock

    def let_go(self) -> None:
        """Give the lock back and close the connection.

        The server notices a closed connection only after a while, so another could not lead at once. A connection that
        is broken has lost its lock already, or will.
        """
        if self.connection is not None:
            if self.has_lock:
                with suppress(SQLAlchemyError):
                    self.connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": LEADER_LOCK})
            self.connection.invalidate()
            self.connection.close()
            self.connection = None
        self.has_lock = False


class Tick(CronJob):
    """RQ's scheduled job, rung through our bell (JSON, retries, one at a time) and only by the leader."""

    def __init__(self, ringing: Bell, leader: Leader, interval: int) -> None:
        """Every `interval` seconds."""
        super().__init__(queue_name=ringing.queues[TICK], func=performing.perform, interval=interval, name=TICK)
        self.ringing = ringing
        self.leader = leader

    def enqueue(self, connection: Redis) -> Any:
        """Ring, if this scheduler leads."""
        if self.leader.leads():
            self.ringing.ring(TICK)


def run_scheduler(settings: Settings, interval: int = SECONDS_BETWEEN_TICKS) -> None:
    """Ring the tick every `interval` seconds until SIGTERM or SIGINT; a Redis that goes away is waited for."""
    logs.set_up(settings.log_level)
    leader = Leader(database.connect(settings.database_url, database.WORKER))
    connection = Redis.from_url(settings.redis_url)
    logger.info("Scheduler is up, ticking every %d s", interval)
    # a stop that comes between two schedulers is raised where it happens to come
    with suppress(StopRequested):
        while not schedule_once(connection, Tick(make_bell(settings), leader, interval)):
            time.sleep(SECONDS_UNTIL_TRIED_AGAIN)
    leader.let_go()
    logger.info("Scheduler has ended")


def schedule_once(connection: Redis, tick: Tick) -> bool:
    """Tick until a stop is asked for (True) or Redis is lost (False)."""
    scheduler = CronScheduler(connection, logging_level=logging.WARNING)
    scheduler.get_jobs().append(tick)
    try:
        scheduler.start()  # type: ignore[no-untyped-call]
    except RedisError as error:
        logger.warning("Redis does not answer (%s); trying again", type(error).__name__)
        return False
    except SchedulerNotFound as error:
        # it signs off as it ends, for whatever reason; a Redis that was emptied no longer knows it
        return error.__context__ is None
    return True
