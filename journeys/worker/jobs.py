"""The table of jobs: what each does in one round, on which queue, and whether its lanes are shared among workers.

`urgent` carries what people wait for and what is one short statement; `default` what may take its time.
"""

from __future__ import annotations

import datetime as dt

from journeys.foundation.acting import act, no_reactions
from journeys.worker.sweep import LAST_TICK, sweep
from journeys.worker.upkeep import know_zones, make_partitions
from journeys.worker.workshop import Job, Round

TICK = "tick"
UPKEEP = "upkeep"
SECONDS_BETWEEN_REFRESHES = 60

react = no_reactions


def tick(now: Round) -> bool:
    """Ring whatever is due; once a minute the segments and their entries, once a day the upkeep."""
    doing = now.act()
    bell = now.workshop.bell
    for name in act(now.house, doing, sweep):
        bell.ring(name)
    bell.ring_once_in("refresh", dt.timedelta(seconds=SECONDS_BETWEEN_REFRESHES), doing.now)
    bell.ring_once_in(UPKEEP, dt.timedelta(days=1), doing.now)
    bell.remember(LAST_TICK, doing.now.isoformat())
    return False


def upkeep(now: Round) -> bool:
    """Next months' partitions, and the zones in use."""
    doing = now.act()
    make_partitions(now.workshop.owner_url, doing.now.date())
    act(now.house, doing, know_zones)
    return False


JOBS: dict[str, Job] = {
    TICK: Job(tick, "urgent"),
    UPKEEP: Job(upkeep, "default"),
}
