"""Loads the demo clinic: the ground first, then patients in batches, each batch one act."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from journeys.foundation.acting import EVERYWHERE, Act, House, act
from seed.demo.admit import admit
from seed.demo.found import found
from seed.demo.scheduling import schedule

SEED = 20_260_101
BATCH = 250


def no_progress(done: int, patients: int) -> None:
    """Say nothing."""


def load(
    house: House,
    now: dt.datetime,
    patients: int = 2000,
    seed: int = SEED,
    progress: Callable[[int, int], None] = no_progress,
) -> int:
    """Load what is missing of the demo clinic and return how many patients were added.

    The house must be the worker's (every branch). `progress(done, patients)` is called after each batch. A load that
    was cut off is taken up again by the next one: each patient is written whole or not at all.
    """
    doing = Act(now, "setup:demo", EVERYWHERE, purpose="demo")
    ground = act(house, doing, found)
    added = 0
    for first in range(0, patients, BATCH):
        numbers = range(first, min(first + BATCH, patients))
        added += act(house, doing, admit, ground=ground, numbers=numbers, seed=seed)
        progress(numbers.stop, patients)
    act(house, doing, schedule, ground=ground)
    return added
