"""Runs the tests; words after it go to pytest as they are.

Browser tests use a Chromium that is found or, as root on Debian, installed. Without one they are left out, and the end
of the run says so; with WAYMARK_REQUIRE_BROWSER=1 that is a failure.
"""

import argparse
import subprocess
import sys

from config import PROJECT, Settings
from launcher import browser
from launcher.console import Console

PASSES_WORDS_ON = True
BOTH_CORES = ("-n", "2", "--dist", "worksteal")


def run(settings: Settings, arguments: argparse.Namespace, console: Console) -> int:
    browser.ensure(console)
    words = arguments.words or BOTH_CORES
    return subprocess.run([sys.executable, "-m", "pytest", *words], cwd=PROJECT, check=False).returncode
