"""A worker process of its own that looks at everybody for every segment, and says how much memory that took it.

    python -m benchmarks.segments_worker DATABASE_URL MOMENT

Prints the peak of its resident memory in bytes before the first segment and at the end.
"""

import re
import sys
from datetime import datetime
from pathlib import Path

from journeys.criteria.known import known
from journeys.criteria.refresh_segment import refresh_segment
from journeys.flow.events.react import react
from journeys.foundation import database
from journeys.foundation.acting import EVERYWHERE, Act, House, act


def main(url: str, moment: str) -> None:
    engine = database.connect(url, database.WORKER)
    house = House(database.sessions(engine), react)
    doing = Act(datetime.fromisoformat(moment), "benchmark", EVERYWHERE)
    with house.sessions() as session:
        slugs = sorted(known(session).segments)
    before = peak()
    for slug in slugs:
        assert act(house, doing, refresh_segment, slug) is not None, slug
    print(before, peak())


def peak() -> int:
    """The most that this program has held; `getrusage` would also count what held whoever started it."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
