"""Repeats the properties with another number to draw from, printed first: finds what the fixed one of `test` does not.

Words after it go to pytest as they are; `--hypothesis-seed=NUMBER` repeats a search.
"""

import argparse
import secrets
import subprocess
import sys

from config import PROJECT, Settings
from launcher.commands.test import BOTH_CORES
from launcher.console import Console

PASSES_WORDS_ON = True
MOST = 10**9


def run(settings: Settings, arguments: argparse.Namespace, console: Console) -> int:
    number = secrets.randbelow(MOST)
    drawn = [f"--hypothesis-seed={number}", "-m", "drawn", *BOTH_CORES]
    console.plain(f"Properties draw from number {number}")
    return subprocess.run(
        [sys.executable, "-m", "pytest", *drawn, *arguments.words], cwd=PROJECT, check=False
    ).returncode
