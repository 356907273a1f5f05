"""A clock that all processes of a run share: the machine's, put forward by what a file says.

It goes on by itself, and when nothing is left to do for a moment the run puts it forward, so that days of waiting take
seconds and no lease ends while its holder works.
"""

import datetime as dt
import os
from pathlib import Path


class Clock:
    """Reads and moves the time of a run."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __call__(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC) + dt.timedelta(seconds=self.ahead())

    def ahead(self) -> float:
        return float(self.file.read_text()) if self.file.exists() else 0.0

    def put_forward(self, by: dt.timedelta) -> None:
        """All at once for everybody: the file is replaced."""
        draft = self.file.with_suffix(".new")
        draft.write_text(str(self.ahead() + by.total_seconds()))
        os.replace(draft, self.file)
