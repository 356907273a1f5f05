"""Opens a system that journeys may call, for example `connection lab https://lab.example/waymark`, or closes it.

The key with which calls are signed is shown once; opening again gives another.
"""

import argparse
import datetime as dt
import logging

from config import Settings
from journeys.flow.webhooks.close_connection import close_connection
from journeys.flow.webhooks.open_connection import open_connection
from journeys.foundation.acting import EVERYWHERE, Act, House, act
from journeys.foundation.database import WORKER, connect, sessions
from journeys.foundation.errors import Invalid, Missing
from journeys.store.setting_up.setup import prepare
from launcher.console import Console
from launcher.preparing import install_keys
from launcher.servers import connected


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="what journeys call it")
    parser.add_argument("url", metavar="URL", nargs="?", help="where it listens")
    parser.add_argument("--close", action="store_true", help="journeys may call it no longer")


def run(settings: Settings, arguments: argparse.Namespace, console: Console) -> int:
    if (arguments.url is None) != arguments.close:
        console.plain("Give either an address or --close.")
        return 1
    logging.getLogger("alembic").setLevel(logging.ERROR)
    install_keys(settings, console)
    try:
        key = opened(settings, arguments.name, arguments.url, console)
    except Missing as missing:
        console.plain(str(missing))
        return 1
    except Invalid as invalid:
        for problem in invalid.problems:
            console.plain(str(problem))
        return 1
    if key is None:
        console.plain(f"{arguments.name} is closed.")
    else:
        console.plain(f"{arguments.name} is open. Its calls are signed with this key, which is not shown again: {key}")
    return 0


def opened(settings: Settings, name: str, url: str | None, console: Console) -> str | None:
    """The new key; None when the connection was closed."""
    with connected(settings, console) as running:
        prepare(running.database_url)
        engine = connect(running.database_url, WORKER)
        doing = Act(dt.datetime.now(dt.UTC), "setup:connection", EVERYWHERE, purpose="configuration")
        house = House(sessions(engine))
        if url is None:
            key: str | None = act(house, doing, close_connection, name)
        else:
            key = act(house, doing, open_connection, name, url)
        engine.dispose()
        return key
