"""Runs the benchmarks, or the one that is named; fails when one of their figures is short of its goal.

A benchmark is a program under benchmarks/ that prints one line a figure, `name value goal ok|short`, and exits with 1
when any is short. It brings its own throw-away servers.
"""

import argparse
import subprocess
import sys
from pathlib import Path

from config import PROJECT, Settings
from launcher.console import Console
from launcher.errors import LaunchError

BENCHMARKS = PROJECT / "benchmarks"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", help="the file's name without .py; none runs all")


def run(settings: Settings, arguments: argparse.Namespace, console: Console) -> int:
    known = {file.stem: file for file in sorted(BENCHMARKS.glob("*.py")) if file.name != "__init__.py"}
    if arguments.name and arguments.name not in known:
        raise LaunchError(f"There is no benchmark {arguments.name!r}.", f"There are: {', '.join(known) or 'none yet'}.")
    chosen = [known[arguments.name]] if arguments.name else list(known.values())
    short = [file.stem for file in chosen if not _reaches_its_goals(file, console)]
    console.say(f"Short of a goal: {', '.join(short)}" if short else f"{len(chosen)} benchmarks reach their goals")
    return 1 if short else 0


def _reaches_its_goals(file: Path, console: Console) -> bool:
    console.say(f"Benchmark {file.stem}")
    command = [sys.executable, "-m", f"benchmarks.{file.stem}"]
    return subprocess.run(command, cwd=PROJECT, check=False).returncode == 0
