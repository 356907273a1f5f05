"""`python -m tests.faults`: one line for each figure, `name value goal ok|short`; exit 1 when one is short."""

import argparse
import random
import sys

from tests.faults.figures import figures
from tests.faults.run import Plan, carry_out
from tests.figures import print_figures


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--enrolments", type=int, default=5_000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--flushes", type=int, default=20)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    parser.add_argument("--minutes", type=float, default=30, help="give up after so many")
    given = parser.parse_args(words)
    print(f"# seed {given.seed}")
    plan = Plan(given.enrolments, given.kills, given.flushes, given.seed, minutes=given.minutes)
    return print_figures(figures(plan, carry_out(plan)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
