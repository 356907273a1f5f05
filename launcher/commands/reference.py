"""Writes the reference pages of the manual (docs/reference) from the registries."""

import argparse

from config import Settings
from launcher.console import Console
from launcher.reference import write


def run(settings: Settings, arguments: argparse.Namespace, console: Console) -> int:
    changed = write()
    console.say(f"Changed: {', '.join(changed)}" if changed else "The reference pages say what the code says")
    return 0
