"""Checks the code without running it: style, types, the plan of the house, translations."""

import argparse
import subprocess
import sys

from config import PROJECT, Settings
from launcher.console import Console

CHECKS = {
    "style": ("ruff", "check", "."),
    "types": ("mypy",),
    "the islands": ("launcher.assets", "check"),
    "translations": ("app.base.catalogue", "check"),
    "the plan of the house": ("pytest", "-q", "tests/test_architecture.py"),
}


def run(settings: Settings, arguments: argparse.Namespace, console: Console) -> int:
    failed = [name for name, words in CHECKS.items() if not _passes(name, words, console)]
    console.say(f"Not right: {', '.join(failed)}" if failed else "All checks pass")
    return 1 if failed else 0


def _passes(name: str, words: tuple[str, ...], console: Console) -> bool:
    console.say(f"Checking {name}")
    return subprocess.run([sys.executable, "-m", *words], cwd=PROJECT, check=False).returncode == 0
