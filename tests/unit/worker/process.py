"""A real worker with jobs of its own: `python -m tests.unit.worker.process QUEUE FOLDER`. Its jobs:

say        writes a line to `said`: its lanes, its process and the database's process that served it
fail       raises what a database raises, with a patient's name in it
hold       says that it began, waits until somebody writes to the pipe `gate`, and says that it ended
"""

import os
import sys
from pathlib import Path

from sqlalchemy import text

from config import Settings
from journeys.worker.running import run_worker
from journeys.worker.workshop import Job, Round

CANARY = "Wilhelmina Canarybird"


def jobs(folder: Path) -> dict[str, Job]:
    """The table of jobs, writing into `folder`."""

    def write(line: str) -> None:
        with open(folder / "said", "a") as file:
            file.write(line + "\n")

    def say(now: Round) -> bool:
        with now.workshop.engine.connect() as connection:
            backend = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        write(f"{len(now.lanes)} {os.getpid()} {backend}")
        return False

    def fail(now: Round) -> bool:
        with now.workshop.engine.begin() as connection:
            connection.execute(text("CREATE TEMPORARY TABLE held (name text CHECK (length(name) < 3))"))
            connection.execute(text("INSERT INTO held VALUES (:name)"), {"name": CANARY})
        return False

    def hold(now: Round) -> bool:
        write("began")
        (folder / "gate").read_text()
        write("ended")
        return False

    return {
        "say": Job(say, "default", shared=True),
        "fail": Job(fail, "default"),
        "hold": Job(hold, "default"),
    }


if __name__ == "__main__":
    run_worker(Settings.from_environment(), sys.argv[1], jobs=jobs(Path(sys.argv[2])))
