"""One launcher at a time on one `var` folder.

The lock is the kernel's (flock): it is free again the moment its process ends, however it ends. The file's content only
says who holds it, for the message to whoever comes second.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from launcher.errors import LaunchError


class Instance:
    """The right to run on a `var` folder, held until the process ends or `release`."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def tell(self, address: str) -> None:
        """Note where the portal answers, for whoever tries to start a second one."""
        note = json.dumps({"process": os.getpid(), "address": address}).encode()
        os.ftruncate(self.descriptor, 0)
        os.pwrite(self.descriptor, note, 0)

    def release(self) -> None:
        os.close(self.descriptor)


def is_running(lock: Path) -> bool:
    """Whether some process holds the lock."""
    if not lock.exists():
        return False
    descriptor = os.open(lock, os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


@contextmanager
def only_one(lock: Path) -> Iterator[Instance]:
    """Hold the lock for the block; LaunchError says who holds it when it is taken."""
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    instance = Instance(descriptor)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = _holder(descriptor)
        instance.release()
        raise LaunchError(
            f"Waymark already runs on {lock.parent}{holder}.",
            "Stop that one first (Ctrl-C in its terminal), or name another folder in WAYMARK_VAR.",
        ) from None
    try:
        instance.tell("")
        yield instance
        os.ftruncate(descriptor, 0)
    finally:
        instance.release()


def _holder(descriptor: int) -> str:
    try:
        note = json.loads(os.pread(descriptor, 4096, 0))
    except ValueError:
        return ""
    address = f", {note['address']}" if note["address"] else ""
    return f" (process {note['process']}{address})"
