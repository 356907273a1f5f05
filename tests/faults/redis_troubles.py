"""What can befall Redis, and how it comes back."""

import random
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from redis import Redis, RedisError

from launcher.programs import until
from tests.faults.standing import Server

LONGEST = 1.5
"""Seconds for which it has no room, or may only be read."""

MOST_BYTES_LOST = 400


def kill(server: Server, redis: Redis, chance: random.Random) -> None:
    """SIGKILL; it comes back with what its file holds."""
    server.restart()


def truncate(server: Server, redis: Redis, chance: random.Random) -> None:
    """SIGKILL, and the last bytes of its file are lost, as after a power cut."""
    server.end()
    newest = max(Path(server.program.folder).rglob("*.incr.aof"), key=lambda file: file.stat().st_mtime)
    with newest.open("r+b") as file:
        file.truncate(max(0, newest.stat().st_size - chance.randint(1, MOST_BYTES_LOST)))
    server.start()


def fill(server: Server, redis: Redis, chance: random.Random) -> None:
    """Out of memory: it refuses to write, for a while."""
    surely(lambda: redis.config_set("maxmemory", 1))
    time.sleep(chance.uniform(0, LONGEST))
    surely(lambda: redis.config_set("maxmemory", 0))


def forbid(server: Server, redis: Redis, chance: random.Random) -> None:
    """Read-only for a while, as after a failover to a replica that nobody has promoted."""
    surely(lambda: redis.replicaof("127.0.0.1", 1))
    time.sleep(chance.uniform(0, LONGEST))
    surely(lambda: redis.replicaof("NO", "ONE"))


def surely(command: Callable[[], object]) -> None:
    """Say it until it is heard."""

    def is_heard() -> bool:
        with suppress(RedisError):
            command()
            return True
        return False

    if not until(is_heard, 10):
        raise RuntimeError("Redis does not answer")


TROUBLES: dict[str, Callable[[Server, Redis, random.Random], None]] = {
    "killed": kill,
    "truncated": truncate,
    "full": fill,
    "read-only": forbid,
}
