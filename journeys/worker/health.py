"""What /ready of a worker or of the scheduler asks; each check raises when it is not well."""

from __future__ import annotations

import datetime as dt
import os
import socket
from collections.abc import Callable

from rq import Queue, Worker
from rq.utils import utcparse
from sqlalchemy import NullPool, text

from config import Settings
from journeys.foundation import database
from journeys.foundation.errors import Unavailable
from journeys.worker import bell
from journeys.worker.sweep import LAST_TICK
from journeys.worker.workshop import Clock, system_clock

LATEST_TICK_MAY_BE = dt.timedelta(seconds=60)
LATEST_HEARTBEAT_MAY_BE = dt.timedelta(seconds=60)


def checks(settings: Settings) -> dict[str, Callable[[], object]]:
    """The checks of a part by name: the servers it stands on."""
    engine = database.connect(settings.database_url, database.WORKER, poolclass=NullPool)

    def database_answers() -> None:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1 FROM enrolment LIMIT 1"))

    def redis_answers() -> None:
        with bell.connect(settings.redis_url) as connection:
            connection.ping()

    return {"database": database_answers, "redis": redis_answers}


def last_tick(settings: Settings) -> dt.datetime | None:
    """When a worker last looked for what is due; None when Redis does not know. redis.RedisError when it is away."""
    with bell.connect(settings.redis_url) as connection:
        written = connection.get(LAST_TICK)
    return None if written is None else dt.datetime.fromisoformat(written.decode())


def tick_is_recent(settings: Settings, clock: Clock = system_clock) -> None:
    """Unavailable when nobody has looked for what is due for a minute: the scheduler or the first worker is down."""
    latest = last_tick(settings)
    if latest is None or clock() - latest > LATEST_TICK_MAY_BE:
        raise Unavailable("Nobody has looked for what is due for a minute")


def names_begin(queue: str) -> str:
    """What the names of this process's workers begin with; each try after a lost Redis has a name of its own."""
    return f"{queue}-{socket.gethostname()}-{os.getpid()}-"


def worker_is_heard(settings: Settings, queue: str, clock: Clock = system_clock) -> None:
    """Unavailable when RQ has not heard of this process's worker for a minute: it hangs, or is not up yet."""
    with bell.connect(settings.redis_url) as connection:
        keys = Worker.all_keys(queue=Queue(queue, connection=connection))
        ours = f"{Worker.redis_worker_namespace_prefix}{names_begin(queue)}"
        heard = [connection.hget(key, "last_heartbeat") for key in keys if key.startswith(ours)]
    moments = [utcparse(moment.decode()) for moment in heard if moment is not None]
    if not moments or clock() - max(moments) > LATEST_HEARTBEAT_MAY_BE:
        raise Unavailable("RQ has not heard of this worker for a minute")
