"""`python -m tests.faults`: one line for each figure, `name value goal ok|short`; exit 1 when one is short."""

import argparse
import random
import sys

from tests.faults import crashing, ways
from tests.faults.crashing import Strikes
from tests.faults.figures import figures, struck_figures
from tests.faults.run import Plan, carry_out
from tests.figures import print_figures

KILLS_AT_POINTS = 10_000
FULL_COUNTS = {
    ways.KILL: KILLS_AT_POINTS,
    ways.STOP: 500,
    ways.RESTART: 200,
    ways.CUT: 1_000,
    ways.STORM: 200,
    ways.REFUSED: 200,
    ways.TWICE: 10_000,
    ways.JUMP: 500,
}
"""How often the matrix of faults wants each."""

PARTS = ("points", "outside")


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--part", choices=PARTS, help="only this part; without it both")
    parser.add_argument(
        "--share", type=float, default=1.0, help="points: this part of the full counts, for example 0.1"
    )
    parser.add_argument("--rows", nargs="*", default=[], help="points: only these rows, for example F1 F4")
    parser.add_argument("--enrolments", type=int, default=5_000, help="outside: patients")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--flushes", type=int, default=20)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    parser.add_argument("--minutes", type=float, default=180, help="each part gives up after so many")
    given = parser.parse_args(words)
    print(f"# seed {given.seed}", flush=True)
    parts = (given.part,) if given.part else PARTS
    return max(PROGRAMS[part](given) for part in parts)


def at_points(given: argparse.Namespace) -> int:
    """Processes struck at named points."""
    rows = {way: count for way, count in FULL_COUNTS.items() if not given.rows or way.split()[0] in given.rows}
    wanted = {way: max(1, round(count * given.share)) for way, count in rows.items()}
    strikes = Strikes(wanted, given.seed, given.minutes)
    return print_figures(struck_figures(strikes, crashing.carry_out(strikes)))


def from_outside(given: argparse.Namespace) -> int:
    """Real workers and a real Redis, killed and flushed from outside."""
    plan = Plan(given.enrolments, given.kills, given.flushes, given.seed, minutes=given.minutes)
    return print_figures(figures(plan, carry_out(plan)))


PROGRAMS = {"points": at_points, "outside": from_outside}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
