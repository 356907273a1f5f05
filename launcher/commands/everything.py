"""Brings everything up: servers, database, web, workers, scheduler; Ctrl-C ends all of it."""

import argparse
from dataclasses import replace

from config import Settings
from launcher import leftovers
from launcher.console import Console
from launcher.errors import StopRequested
from launcher.instance import only_one
from launcher.parts import Parts
from launcher.places import Places
from launcher.ports import next_free
from launcher.servers import bring_up, places_of
from launcher.supervisor import Supervisor


def run(settings: Settings, arguments: argparse.Namespace, console: Console) -> int:
    places = places_of(settings)
    with only_one(places.lock) as instance:
        supervisor = Supervisor(console, places.children)
        supervisor.listen()
        try:
            leftovers.end(places.children, console)
            settings = bring_up(_with_free_ports(settings, console), places, supervisor)
            parts = Parts(settings, places, console)
            supervisor.run(parts.setup())
            supervisor.start(parts.web(), *parts.workers(), parts.schedule(), parts.mail())
            instance.tell(settings.public_url)
            say_where(settings, places, console)
            supervisor.watch()
        except StopRequested:
            pass
        finally:
            supervisor.stop()
            console.say("All stopped")
    return 0


def _with_free_ports(settings: Settings, console: Console) -> Settings:
    """The settings with ports that nobody else listens on; says so when the portal's had to change."""
    port = next_free(settings.host, settings.port)
    if port == settings.port:
        return settings
    console.say(f"Port {settings.port} is taken by another program; using {port} instead")
    public_url = settings.public_url
    if public_url == f"http://localhost:{settings.port}":
        public_url = f"http://localhost:{port}"
    return replace(settings, port=port, public_url=public_url)


def say_where(settings: Settings, places: Places, console: Console) -> None:
    console.say(f"Waymark is up: {settings.public_url}")
    console.plain(f"\n  Open       {settings.public_url}")
    if settings.demo and places.sign_ins.exists():
        console.plain(places.sign_ins.read_text().rstrip())
    console.plain(f"  Logs       {places.logs}\n  To stop    Ctrl-C\n")
