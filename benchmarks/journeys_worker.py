"""`python -m benchmarks.journeys_worker URL NOW SHARE SHARES`: moves what is due in its lanes.

Prints when it began and when it ended, in seconds of the clock. A program of its own for benchmark `journeys`.
"""

import sys
import time
from datetime import datetime

from journeys.flow.events.react import react
from journeys.flow.running.advance import advance
from journeys.foundation import database, secrets
from journeys.foundation.acting import EVERYWHERE, Act, House, act
from journeys.foundation.lanes import lanes_of_share


def main(url: str, now: datetime, share: int, shares: int) -> None:
    """Advance until nothing is due."""
    secrets.install(secrets.Keyring.for_tests())
    house = House(database.sessions(database.connect(url, database.OWNER)), react)
    doing = Act(now, "benchmark", EVERYWHERE)
    begin = time.time()
    while act(house, doing, advance, lanes=lanes_of_share(share, shares)):
        pass
    print(begin, time.time())


if __name__ == "__main__":
    main(sys.argv[1], datetime.fromisoformat(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
