"""`python -m tests.faults`: row after row of the matrix, round after round; then one line for each figure,
`name value goal ok|short`, and the table. Exit 1 when a figure is short."""

import argparse
import os
import random
import sys
from pathlib import Path

from config import PROJECT
from tests.faults.figures import figures, table
from tests.faults.kept import Kept
from tests.faults.matrix import BY_NAME, ROWS, play
from tests.figures import print_figures

MOST_AT_ONCE = min(4, os.cpu_count() or 1)
"""A round keeps one core busy."""

FOLDER = PROJECT / "var" / "faults"


def main(words: list[str]) -> int:
    given = read(words)
    file = given.go_on or FOLDER / f"{given.seed}.jsonl"
    kept = Kept(file)
    print(f"# seed {given.seed}; rounds are kept in {file}", flush=True)
    rows = [BY_NAME[name] for name in given.rows]
    wanted = {row.name: max(len(row.ways), 1, round(row.full * given.share)) for row in rows}
    for row in rows:
        print(f"# {row.name} {row.what}", flush=True)
        for each in play(row, wanted[row.name], kept, given.seed, given.minutes, given.at_once):
            state = "clean" if each.is_clean else "WRONG"
            so_far = f"{kept.strikes(row.name)}/{wanted[row.name]}"
            print(f"#   round {each.number} seed {each.seed} {so_far} {state} {each.seconds:.0f} s", flush=True)
    code = max(print_figures(figures(row.name, kept.of(row.name), wanted[row.name], row.ways)) for row in rows)
    print("\n".join(table([each for row in rows for each in kept.of(row.name)])))
    return code


def read(words: list[str]) -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    names = [row.name for row in ROWS]
    parser.add_argument("--rows", nargs="+", choices=names, default=names, help="only these, for example F1 F4")
    parser.add_argument("--share", type=float, default=1.0, help="this part of the full counts, for example 0.01")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    parser.add_argument("--go-on", type=Path, help="the file of a run that was ended: its rounds count")
    parser.add_argument("--minutes", type=float, default=240, help="each row gives up after so many")
    parser.add_argument("--at-once", type=int, default=MOST_AT_ONCE, help="rounds, each with servers of its own")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
