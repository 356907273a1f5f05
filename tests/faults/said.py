"""What people tried to say to the house, and what it acknowledged: a file that only grows, one line each.

A line is written before a verb is called and after it has returned, so a process that is killed leaves just what it
knew. The kind is `answer` with the number of the patient, or `finish` with that of the task.
"""

from collections import Counter
from pathlib import Path

Key = tuple[str, int]


class Said:
    """Writes the file, and reads what has come since it was last read."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.read_until = 0
        self.tried: Counter[Key] = Counter()
        self.acked: Counter[Key] = Counter()

    def write(self, state: str, kind: str, number: int) -> None:
        """Add one line at once; `state` is tried or acked."""
        with self.file.open("a") as file:
            file.write(f"{state} {kind} {number}\n")

    def read(self) -> None:
        """Count the new lines."""
        if not self.file.exists():
            return
        with self.file.open() as file:
            file.seek(self.read_until)
            for line in file.read().splitlines():
                state, kind, number = line.split()
                counter = self.tried if state == "tried" else self.acked
                counter[kind, int(number)] += 1
            self.read_until = file.tell()
