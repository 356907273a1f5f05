"""Children of a launcher that was killed before it could stop them.

Each child is noted in a file with its start time, because process numbers are used again. The next launcher, which
holds the lock and so knows that the former one is gone, stops those that still live, last started first.
"""

import contextlib
import json
import os
import signal
from pathlib import Path
from typing import Any

import psutil

from launcher.console import Console
from launcher.programs import Child, until

SECONDS_TO_STOP = 20
CLOCK_TOLERANCE = 2.0


def note(file: Path, children: list[Child]) -> None:
    """Write down the children that now live, whole or not at all."""
    entries = [_entry(child) for child in children if child.is_alive()]
    unfinished = file.with_name(file.name + ".unfinished")
    unfinished.write_text(json.dumps(entries))
    unfinished.replace(file)


def end(file: Path, console: Console) -> None:
    """Stop what the former launcher left running; nothing when it stopped in order."""
    for entry in reversed(_entries(file)):
        process = _same_process(entry)
        if process is None:
            continue
        console.say(f"{entry['name']} of an earlier run still lives (process {entry['pid']}): stopping it")
        _signal(process, entry["stop_signal"])
        if not _is_gone(entry):
            _signal(process, signal.SIGKILL)
            _is_gone(entry)
    file.unlink(missing_ok=True)


def _signal(process: psutil.Process, number: int) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        process.send_signal(number)


def _is_gone(entry: dict[str, Any]) -> bool:
    return until(lambda: _same_process(entry) is None, SECONDS_TO_STOP)


def _entry(child: Child) -> dict[str, Any]:
    pid = child.process.pid
    return {
        "name": child.program.name,
        "pid": pid,
        "started": psutil.Process(pid).create_time(),
        "stop_signal": int(child.program.stop_signal),
    }


def _entries(file: Path) -> list[dict[str, Any]]:
    try:
        return json.loads(file.read_text())
    except (FileNotFoundError, ValueError):
        return []


def _same_process(entry: dict[str, Any]) -> psutil.Process | None:
    if entry["pid"] == os.getpid():
        return None
    try:
        process = psutil.Process(entry["pid"])
        is_same = abs(process.create_time() - entry["started"]) < CLOCK_TOLERANCE
        return process if is_same and process.status() != psutil.STATUS_ZOMBIE else None
    except psutil.NoSuchProcess:
        return None
