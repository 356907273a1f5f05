"""The portal's bell: asks the workers to run a job soon. The portal knows no more of them than this.

`House(ring=bell.ring)` rings after a commit. Ringing never raises and never waits long: what was committed is found by
the workers' sweep within seconds even when nobody rang. The name of the job is all that travels.
"""

import logging

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry as RedisRetry
from rq import Queue, Retry

from config import Settings

logger = logging.getLogger(__name__)

PERFORM = "journeys.worker.performing.perform"
SHARE, SHARES = 0, 1
SECONDS_TO_ANSWER = 1
SECONDS_IN_QUEUE = 600
SECONDS_FAILED_IS_KEPT = 3600
SECONDS_AT_MOST = 300


class Bell:
    """Rings jobs by name (`advance`, `plan`, `receive`, …) on the first queue: somebody waits for what they do."""

    def __init__(self, settings: Settings) -> None:
        connection = Redis.from_url(
            settings.redis_url,
            socket_timeout=SECONDS_TO_ANSWER,
            socket_connect_timeout=SECONDS_TO_ANSWER,
            retry=RedisRetry(NoBackoff(), 0),
        )
        self.queue = Queue(settings.worker_queues[0], connection=connection, serializer="json")

    def ring(self, name: str) -> None:
        """Have the job run soon; while one of this name waits to start, once more changes nothing."""
        try:
            if not self._waits(name):
                self._enqueue(name)
        except RedisError as error:
            logger.warning("The bell %s was not rung (%s); the sweep finds the work", name, type(error).__name__)

    def _waits(self, name: str) -> bool:
        """Whether the job that was rung last still stands in the queue."""
        job = self.queue.connection.get(self._key(name))
        return job is not None and self.queue.get_job_position(job.decode()) is not None

    def _enqueue(self, name: str) -> None:
        job = self.queue.enqueue(
            PERFORM,
            name,
            SHARE,
            SHARES,
            description=name,
            retry=Retry(max=2),
            job_timeout=SECONDS_AT_MOST,
            ttl=SECONDS_IN_QUEUE,
            result_ttl=0,
            failure_ttl=SECONDS_FAILED_IS_KEPT,
        )
        self.queue.connection.set(self._key(name), job.id, ex=SECONDS_IN_QUEUE)

    def _key(self, name: str) -> str:
        return f"waymark:rung:{name}:{SHARE}:{SHARES}"
