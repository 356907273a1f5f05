"""Listens to the mailboxes of e-mail accounts alone; a second one beside it does no harm.

It answers /health and /ready on WAYMARK_MAIL_HEALTH_PORT, or the next free port.
"""

import argparse

from config import Settings
from journeys.worker.health import checks
from journeys.worker.listening import run_listening
from launcher import health
from launcher.console import Console
from launcher.servers import connected_part


def run(settings: Settings, arguments: argparse.Namespace, console: Console) -> int:
    settings = connected_part(settings)
    with health.serving(settings.host, settings.mail_health_port, checks(settings)) as port:
        console.say(f"Mailboxes: health on port {port}")
        run_listening(settings)
    return 0
