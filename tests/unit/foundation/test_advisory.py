"""No two advisory locks share a number: a scheduler that held the lock of facts once kept every segment from moving."""

import re
from pathlib import Path

from journeys.foundation import advisory

ENGINE = Path(advisory.__file__).parents[1]
TAKEN = re.compile(r"pg_(?:try_)?advisory_(?:xact_)?lock\(\s*\d")


def test_every_number_is_taken_once() -> None:
    numbers = [value for name, value in vars(advisory).items() if name.isupper()]
    assert len(numbers) > 4
    assert len(set(numbers)) == len(numbers)


def test_nobody_writes_a_number_elsewhere() -> None:
    assert [str(path) for path in ENGINE.rglob("*.py") if TAKEN.search(path.read_text())] == []
