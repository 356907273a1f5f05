"""Runs the scheduler alone; of several, one rings and the others stand by.

It answers /health and /ready on WAYMARK_SCHEDULE_HEALTH_PORT, or the next free port.
"""

import argparse

from config import Settings
from journeys.worker.health import checks, tick_is_recent
from journeys.worker.scheduling import run_scheduler
from launcher import health
from launcher.console import Console
from launcher.servers import connected_part


def run(settings: Settings, arguments: argparse.Namespace, console: Console) -> int:
    settings = connected_part(settings)
    all_checks = checks(settings) | {"last tick": lambda: tick_is_recent(settings)}
    with health.serving(settings.host, settings.schedule_health_port, all_checks) as port:
        console.say(f"Scheduler: health on port {port}")
        run_scheduler(settings)
    return 0
