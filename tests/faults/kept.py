"""What each finished round found, in a file that only grows: a run that was ended goes on where it was."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Round:
    """What one round found. `hit` counts by way, point or manner; `slowest` are seconds, by what was waited for."""

    row: str
    number: int
    seed: int
    strikes: int
    hit: Mapping[str, int]
    attempted: int
    acked: int
    recovered: int
    lost: Mapping[str, int]
    unexpected: Mapping[str, int]
    duplicated: Mapping[str, int]
    leaked: int = 0
    slowest: Mapping[str, float] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def is_clean(self) -> bool:
        """Whether nothing is lost, unexpected, doubled or to be read."""
        return not (self.lost or self.unexpected or self.duplicated or self.leaked)


class Kept:
    """The finished rounds, one line of JSON each."""

    def __init__(self, file: Path) -> None:
        self.file = file
        lines = file.read_text().splitlines() if file.exists() else []
        self.rounds = [Round(**json.loads(line)) for line in lines]

    def add(self, finished: Round) -> Round:
        """Keep one more, and give it back."""
        self.rounds.append(finished)
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self.file.open("a") as file:
            file.write(json.dumps(asdict(finished)) + "\n")
        return finished

    def of(self, row: str) -> list[Round]:
        """Those of one row."""
        return [each for each in self.rounds if each.row == row]

    def strikes(self, row: str) -> int:
        """How often a row has struck so far."""
        return sum(each.strikes for each in self.of(row))
