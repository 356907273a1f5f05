"""Runs the portal alone, on servers that run already.

/health and /ready answer on its own port.
"""

import argparse

from config import Settings
from launcher import web
from launcher.console import Console
from launcher.errors import LaunchError
from launcher.ports import is_free
from launcher.servers import connected_part


def run(settings: Settings, arguments: argparse.Namespace, console: Console) -> int:
    settings = connected_part(settings)
    if not is_free(settings.host, settings.port):
        raise LaunchError(
            f"Port {settings.port} is taken by another program.",
            "Stop that program, or name another port in WAYMARK_PORT.",
        )
    web.serve(settings)
    return 0
