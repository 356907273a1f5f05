"""The parts of Waymark as programs: each is run.py with the part's name, in a process of its own."""

import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

from config import PROJECT, Settings
from launcher.console import Console
from launcher.places import Places
from launcher.programs import Program
from launcher.servers import child_environment

SECONDS_TO_FINISH_A_JOB = 30


class Parts:
    """Makes the programs of one launch; ports and servers' addresses are settled in `settings`."""

    def __init__(self, settings: Settings, places: Places, console: Console) -> None:
        self.settings = settings
        self.places = places
        self.environment = child_environment(settings, console)

    def setup(self) -> Program:
        """Prepares the database and ends; what it says is seen on the terminal."""
        return self._part("setup", log=None)

    def web(self) -> Program:
        return self._part("web", log=self._log("web"), is_ready=self._answers(self.settings.host, self.settings.port))

    def _part(
        self, *words: str, log: Path | None, is_ready: Callable[[], bool] = lambda: True, grace: float = 15
    ) -> Program:
        return Program(
            name="-".join(words),
            command=(sys.executable, str(PROJECT / "run.py"), *words),
            folder=PROJECT,
            environment=self.environment,
            log=log,
            is_ready=is_ready,
            grace=grace,
        )

    def _log(self, name: str) -> Path:
        return self.places.logs / f"{name}.log"

    def _answers(self, host: str, port: int) -> Callable[[], bool]:
        """Asks a part whether it is ready; raises while it does not answer."""
        address = f"http://{reachable(host)}:{port}/ready"

        def ask() -> bool:
            with urllib.request.urlopen(address, timeout=3) as response:  # noqa: S310 -- our own address
                return response.status == 200

        return ask


def reachable(host: str) -> str:
    """The address under which this machine reaches a server that listens on `host`, as it stands in a URL."""
    if host == "0.0.0.0":  # noqa: S104 -- compared, not listened on
        return "127.0.0.1"
    if host == "::":
        return "[::1]"
    return f"[{host}]" if ":" in host else host
