"""A real scheduler that ticks each second: `python -m tests.unit.worker.scheduler`."""

from config import Settings
from journeys.worker.scheduling import run_scheduler

if __name__ == "__main__":
    run_scheduler(Settings.from_environment(), interval=1)
