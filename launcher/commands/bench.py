"""Runs the benchmarks, or those that are named; fails when one of their figures is short of its goal.

They print one line a figure, `name value goal ok|short`, and bring their own throw-away servers.
"""

import argparse
import subprocess
import sys

from config import PROJECT, Settings
from launcher.console import Console


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", metavar="NAME", help="the file's name without .py; none runs all")


def run(settings: Settings, arguments: argparse.Namespace, console: Console) -> int:
    command = [sys.executable, "-m", "benchmarks", *arguments.names]
    return subprocess.run(command, cwd=PROJECT, check=False).returncode
