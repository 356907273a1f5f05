"""Brings the database to what this version needs: keys, tables, roles, permissions, and the demo clinic the first time.

Running it again changes nothing.
"""

import argparse

from config import Settings
from launcher.console import Console
from launcher.preparing import prepare
from launcher.servers import connected


def run(settings: Settings, arguments: argparse.Namespace, console: Console) -> int:
    with connected(settings, console) as connected_settings:
        prepare(connected_settings, console)
    return 0
