"""Runs a worker alone: of the queue that is named, or one for each of WAYMARK_WORKER_QUEUES.

Each is a process that listens on one queue and answers /health and /ready on a port of its own, from
WAYMARK_WORKER_HEALTH_PORT on.
"""

import argparse

from config import Settings
from journeys.worker.health import checks, worker_is_heard
from journeys.worker.running import run_worker
from launcher import health
from launcher.console import Console
from launcher.errors import LaunchError, StopRequested
from launcher.parts import Parts
from launcher.servers import connected_part, places_of
from launcher.supervisor import Supervisor


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("queue", nargs="?", help="one of WAYMARK_WORKER_QUEUES; none runs a worker for each")


def run(settings: Settings, arguments: argparse.Namespace, console: Console) -> int:
    settings = connected_part(settings)
    if arguments.queue is None:
        return _run_all(settings, console)
    if arguments.queue not in settings.worker_queues:
        raise LaunchError(
            f"No work is put into a queue {arguments.queue!r}.",
            f"WAYMARK_WORKER_QUEUES names: {', '.join(settings.worker_queues)}.",
        )
    all_checks = checks(settings) | {"heartbeat": lambda: worker_is_heard(settings, arguments.queue)}
    with health.serving(settings.host, settings.worker_health_port, all_checks) as port:
        console.say(f"Worker of {arguments.queue}: health on port {port}")
        run_worker(settings, arguments.queue)
    return 0


def _run_all(settings: Settings, console: Console) -> int:
    places = places_of(settings)
    supervisor = Supervisor(console, places.var / "workers.json")
    supervisor.listen()
    try:
        supervisor.start(*Parts(settings, places, console).workers())
        supervisor.watch()
    except StopRequested:
        pass
    finally:
        supervisor.stop()
    return 0
