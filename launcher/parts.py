"""The parts of Waymark as programs: each is run.py with the part's name, in a process of its own."""

import sys
import urllib.request
from collections.abc import Callable
from dataclasses import replace

from config import PROJECT, Settings
from launcher.console import Console
from launcher.places import Places
from launcher.ports import next_free
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
        return replace(self._part("setup"), log=None)

    def web(self) -> Program:
        return replace(self._part("web"), is_ready=self._answers(self.settings.port))

    def workers(self) -> list[Program]:
        """One for each queue, numbered where a queue is named twice; each with a port for its health."""
        programs: list[Program] = []
        ports: set[int] = set()
        for number, queue in enumerate(self.settings.worker_queues, start=1):
            port = next_free(self.settings.host, self.settings.worker_health_port, frozenset(ports))
            ports.add(port)
            worker = self._part("worker", queue, log_name=f"worker-{number}-{queue}")
            programs.append(self._with_health(worker, "WAYMARK_WORKER_HEALTH_PORT", port))
        return programs

    def schedule(self) -> Program:
        """The scheduler. Its first tick may be seconds away, so it is up when it answers at all."""
        port = next_free(self.settings.host, self.settings.schedule_health_port)
        return self._with_health(self._part("schedule"), "WAYMARK_SCHEDULE_HEALTH_PORT", port, "/health")

    def mail(self) -> Program:
        """Whoever listens to mailboxes; there all the time, because an account may be opened at any."""
        port = next_free(self.settings.host, self.settings.mail_health_port)
        return self._with_health(self._part("mail"), "WAYMARK_MAIL_HEALTH_PORT", port)

    def _part(self, *words: str, log_name: str = "") -> Program:
        name = log_name or words[0]
        return Program(
            name=name,
            command=(sys.executable, str(PROJECT / "run.py"), *words),
            folder=PROJECT,
            environment=self.environment,
            log=self.places.logs / f"{name}.log",
        )

    def _with_health(self, program: Program, variable: str, port: int, path: str = "/ready") -> Program:
        return replace(
            program,
            environment=program.environment | {variable: str(port)},
            is_ready=self._answers(port, path),
            grace=SECONDS_TO_FINISH_A_JOB,
        )

    def _answers(self, port: int, path: str = "/ready") -> Callable[[], bool]:
        """Asks a part whether it is ready; raises while it does not answer."""
        address = f"http://{reachable(self.settings.host)}:{port}{path}"

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
