"""What RQ calls in the process it forked for one job."""

from __future__ import annotations

import logging

from journeys.foundation.errors import WaymarkError
from journeys.worker.logs import describe
from journeys.worker.workshop import Workshop

logger = logging.getLogger(__name__)


class JobFailed(WaymarkError):
    """A job did not get through. RQ keeps this text in Redis, so it holds no words of the exception behind it."""


class Bench:
    """The workshop of this process; RQ calls a function by its name, so it must be found from there."""

    workshop: Workshop | None = None


def use(workshop: Workshop) -> None:
    """Work with this from now on."""
    Bench.workshop = workshop


def perform(name: str, share: int = 0, shares: int = 1) -> None:
    """Do what is due of one job in one share of the lanes, and ring again when more is left. JobFailed when it
    fails."""
    workshop = Bench.workshop
    if workshop is None:
        raise JobFailed("This process was not started as a worker of Waymark")
    try:
        is_left = workshop.work_off(name, share, shares)
    except Exception as error:
        logger.exception("Job %s %d/%d failed", name, share, shares)
        raise JobFailed(f"{name}: {describe(error)}") from None
    if is_left:
        workshop.bell.ring(name)
