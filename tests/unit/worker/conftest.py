"""Settings of a worker on the test's own servers, and real worker processes."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis

from config import PROJECT, Settings
from journeys.foundation.secrets import Keyring
from launcher.programs import until
from tests.servers import Database

SECONDS = 120
"""How long a process may take to say something: a busy machine needs most of it only to begin."""


@pytest.fixture
def settings(database: Database, redis_url: str, tmp_path: Path) -> Settings:
    environment = {"DATABASE_URL": database.url, "REDIS_URL": redis_url, "WAYMARK_VAR": str(tmp_path / "var")}
    settings = Settings.from_environment(environment)
    Keyring.for_tests().write(settings.key_file)
    return settings


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    with Redis.from_url(redis_url) as connection:
        yield connection


class Processes:
    """Starts processes of Waymark whose output goes to one log, and ends those that are left."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "log"
        self.environment = dict(os.environ) | settings.to_environment()
        self.started: list[subprocess.Popen[bytes]] = []

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        with open(self.log, "ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", *words], cwd=PROJECT, env=self.environment, stdout=log, stderr=log
            )
        self.started.append(process)
        return process

    def worker(self, queue: str = "default") -> subprocess.Popen[bytes]:
        return self.start("tests.unit.worker.process", queue, str(self.folder))

    def said(self) -> list[str]:
        """What the jobs wrote so far."""
        file = self.folder / "said"
        return file.read_text().splitlines() if file.exists() else []

    def logged(self) -> str:
        return self.log.read_text()

    def wait_for(self, condition: Callable[[], bool]) -> None:
        assert until(condition, SECONDS), self.logged()

    def end(self) -> None:
        for process in self.started:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            process.wait(SECONDS)


@pytest.fixture
def processes(settings: Settings, tmp_path: Path) -> Iterator[Processes]:
    made = Processes(settings, tmp_path)
    yield made
    made.end()
