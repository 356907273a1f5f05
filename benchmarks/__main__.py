"""`python -m benchmarks [NAME…]`: one line for each figure, `name value goal ok|short`; exit 1 when one is short."""

import importlib
import sys
from pathlib import Path

from tests.figures import print_figures

HELPERS = {"base", "journeys_peers", "journeys_worker", "lists_stock", "names", "population", "records"}
HELPERS |= {"care_hand", "care_pages", "care_parts", "care_records", "care_statement", "care_world", "contact_world"}
HELPERS |= {"segments_rules", "segments_worker", "segments_world", "work_backfill", "work_world"}
OTHERS = {"__init__", "__main__", *HELPERS}


def names() -> list[str]:
    """Every benchmark by its file's name."""
    return sorted(file.stem for file in Path(__file__).parent.glob("*.py") if file.stem not in OTHERS)


def main(wanted: list[str]) -> int:
    unknown = sorted(set(wanted) - set(names()))
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}. There are: {', '.join(names())}", file=sys.stderr)
        return 2
    codes = [run(name) for name in wanted or names()]
    return max(codes, default=0)


def run(name: str) -> int:
    """One benchmark; a figure's line begins with its name."""
    print(f"# {name}", flush=True)
    return print_figures(importlib.import_module(f"benchmarks.{name}").figures())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
