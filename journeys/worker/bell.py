"""The bell: asks RQ to run a job soon. Losing a bell loses nothing, so nothing here ever raises.

A job of one name and share waits at most once: `waymark:rung:<name>:<share>:<shares>` holds the id of the job that was
rung last, and while that one stands in its queue ringing changes nothing. A job that has been taken from the queue does
not count, whether it works or has died with its worker, so what is rung meanwhile is looked at afterwards.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry as RedisRetry
from rq import Queue, Retry, Worker
from rq.job import Job
from rq.utils import as_text

logger = logging.getLogger(__name__)

PERFORM = "journeys.worker.performing.perform"
"""What RQ calls, by name; the portal's bell names the same."""

RUNG = "waymark:rung"
SECONDS_IN_QUEUE = 600
SECONDS_FAILED_IS_KEPT = 3600
SECONDS_AT_MOST = 300
"""When a job is taken for hung: longer than a batch of messages to a slow server, shorter than the lease of one."""

TRIES_AGAIN = 2
MOST_SHARES = 16
SECONDS_TO_ANSWER = 2


class Bell:
    """Rings jobs on the queues of one Redis. `queues` maps a job's name to its queue; other names are refused
    quietly.

    `shared` are the jobs whose lanes are split among the workers that listen on their queue just now.
    """

    def __init__(self, connection: Redis, queues: dict[str, str], shared: Iterable[str] = ()) -> None:
        """Keep the connection; nothing is sent yet."""
        self.connection = connection
        self.queues = queues
        self.shared = frozenset(shared)

    def ring(self, name: str) -> None:
        """Have the job run soon, once for each share of its lanes."""
        if name not in self.queues:
            logger.error("There is no job %s to ring", name)
            return
        try:
            shares = self.shares_of(name)
            for share in range(shares):
                self.enqueue(name, share, shares)
        except RedisError as error:
            logger.warning("The bell %s was not rung (%s); the sweep finds the work", name, type(error).__name__)

    def shares_of(self, name: str) -> int:
        """How many workers listen on the job's queue, when it is a job that can be shared."""
        if name not in self.shared:
            return 1
        listening = Worker.count(queue=self.queue_of(name))
        return min(max(listening, 1), MOST_SHARES)

    def enqueue(self, name: str, share: int, shares: int) -> None:
        """Put one share's job into its queue, unless one waits there already."""
        queue = self.queue_of(name)
        key = f"{RUNG}:{name}:{share}:{shares}"
        waiting = self.connection.get(key)
        if waiting is not None and queue.get_job_position(as_text(waiting)) is not None:
            return
        job = queue.enqueue(
            PERFORM,
            name,
            share,
            shares,
            description=f"{name} {share}/{shares}",
            retry=Retry(max=TRIES_AGAIN),
            job_timeout=SECONDS_AT_MOST,
            ttl=SECONDS_IN_QUEUE,
            result_ttl=0,
            failure_ttl=SECONDS_FAILED_IS_KEPT,
        )
        self.connection.set(key, job.id, ex=SECONDS_IN_QUEUE)

    def take_over(self, name: str, share: int, shares: int) -> bool:
        """Take the same job from the head of its queue, if it stands there; whether it did.

        Whoever works on it already goes on instead of a new process, which would have to compile every statement anew.
        """
        queue = self.queue_of(name)
        try:
            waiting = self.connection.get(f"{RUNG}:{name}:{share}:{shares}")
            if waiting is None or self.connection.lindex(queue.key, 0) != waiting:
                return False
            if not self.connection.lrem(queue.key, 1, as_text(waiting)):
                return False
            self.connection.delete(Job.key_for(as_text(waiting)))
        except RedisError as error:
            logger.warning("The bell %s was not heard (%s)", name, type(error).__name__)
            return False
        return True

    def ring_once_in(self, name: str, period: dt.timedelta, now: dt.datetime) -> None:
        """Ring the job, the first time this is asked in each period of this length; a flushed Redis begins anew."""
        number = int(now.timestamp() // period.total_seconds())
        try:
            before = self.connection.set(f"{RUNG}:in-period:{name}", number, get=True)
        except RedisError as error:
            logger.warning("The bell %s was not rung (%s); the next sweep rings it", name, type(error).__name__)
            return
        if before is None or int(before) != number:
            self.ring(name)

    def remember(self, key: str, value: str) -> None:
        """Leave a word in Redis that somebody may like to read and nobody needs."""
        try:
            self.connection.set(key, value)
        except RedisError as error:
            logger.warning("%s was not written (%s)", key, type(error).__name__)

    def queue_of(self, name: str) -> Queue:
        """The queue of a job."""
        return Queue(self.queues[name], connection=self.connection, serializer="json")


def connect(redis_url: str) -> Redis:
    """A connection for ringing: it gives up soon, because somebody waits for the act that rings."""
    return Redis.from_url(
        redis_url,
        socket_timeout=SECONDS_TO_ANSWER,
        socket_connect_timeout=SECONDS_TO_ANSWER,
        retry=RedisRetry(NoBackoff(), 0),
    )
