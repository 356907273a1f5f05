"""/ready of a worker asks whether RQ has heard of it lately."""

import datetime as dt

import pytest
from redis import Redis
from rq import Queue, Worker

from config import Settings
from journeys.foundation.errors import Unavailable
from journeys.worker.health import names_begin, worker_is_heard
from journeys.worker.workshop import system_clock


def test_a_worker_that_rq_has_not_heard_of_is_not_ready(settings: Settings, redis: Redis) -> None:
    with pytest.raises(Unavailable):
        worker_is_heard(settings, "default")
    elsewhere = Worker([Queue("default", connection=redis)], name="default-elsewhere-1-2", connection=redis)
    elsewhere.register_birth()
    with pytest.raises(Unavailable):
        worker_is_heard(settings, "default")


def test_a_worker_is_ready_as_long_as_its_heart_beats(settings: Settings, redis: Redis) -> None:
    ours = Worker([Queue("default", connection=redis)], name=f"{names_begin('default')}1", connection=redis)
    ours.register_birth()
    worker_is_heard(settings, "default")
    with pytest.raises(Unavailable):
        worker_is_heard(settings, "default", lambda: system_clock() + dt.timedelta(seconds=61))
