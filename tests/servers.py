"""Throw-away servers for a test run: a PostgreSQL that forgets everything and a Valkey that keeps nothing.

They are started by the launcher's own code, in a folder below /tmp, because the accounts of embedded servers cannot
enter pytest's own folders when root runs the tests. WAYMARK_TEST_DATABASE_URL and WAYMARK_TEST_REDIS_URL put the tests
on servers of one's own; the account of the first must be allowed to create databases and roles.
"""

import fcntl
import os
import shutil
import signal
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from config import Settings
from launcher import postgres, valkey
from launcher.account import server_account
from launcher.places import Places, arrange
from launcher.programs import Child, Program, last_lines, start, until

FORGETFUL_POSTGRES = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "shared_buffers": "256MB",
    "max_connections": "200",
}
PREFIX = "waymark-test-"
ON_DISK = Path("/tmp")
IN_MEMORY = Path("/dev/shm")
PLENTY = 4 * 2**30
"""Bytes of memory that must be free before servers of tests keep their files there; they need a tenth of it."""

FORGETFUL_VALKEY = {"appendonly": "no"}


@dataclass(frozen=True)
class Database:
    """One database of a test. `owner_url` and `url` are the same address: roles are set by `connect(url, role)`."""

    name: str
    url: str

    @property
    def owner_url(self) -> str:
        return self.url


class Cluster:
    """A PostgreSQL server that gives out databases, each a copy of one prepared template."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.run = uuid.uuid4().hex[:8]
        self.template = ""
        self.count = 0

    def prepare_template(self, prepare: Callable[[str], object]) -> None:
        """Make the template and let `prepare` fill it, given its address. Roles are the cluster's: one at a time."""
        self.template = f"waymark_template_{self.run}"
        self._execute("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'", self.template)
        with open(Path(tempfile.gettempdir()) / "waymark-test-roles.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            prepare(self.address_of(self.template))
        self._execute("ALTER DATABASE {} WITH ALLOW_CONNECTIONS false", self.template)

    def new(self) -> Database:
        """A fresh copy of the template."""
        return self.copy(self.template)

    def copy(self, template: str) -> Database:
        """A copy of a database to which nobody is connected, by its name."""
        self.count += 1
        name = f"waymark_test_{self.run}_{self.count}"
        self._execute("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", name, template)
        return Database(name, self.address_of(name))

    def empty(self) -> Database:
        """A database without tables, for tests of migrations and of starting afresh."""
        self.count += 1
        name = f"waymark_test_{self.run}_{self.count}"
        self._execute("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'", name)
        return Database(name, self.address_of(name))

    def drop(self, database: Database) -> None:
        """Remove a database, also while somebody is connected to it."""
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", database.name)

    def drop_template(self) -> None:
        """Remove the template, for servers that stay."""
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.template)

    def address_of(self, name: str) -> str:
        """The address of another database of this server."""
        before, separator, query = self.url.partition("?")
        return before.rsplit("/", 1)[0] + "/" + name + separator + query

    def _execute(self, statement: str, *names: str) -> None:
        address = self.url.replace("postgresql+psycopg://", "postgresql://", 1)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def quick_folder() -> Path:
    """In memory where there is plenty: a database is a thousand files, made twenty times slower on a disk."""
    if not os.access(IN_MEMORY, os.W_OK) or psutil.virtual_memory().available < PLENTY:
        return ON_DISK
    return IN_MEMORY if shutil.disk_usage(IN_MEMORY).free >= PLENTY else ON_DISK


@contextmanager
def temporary_places(below: Path = ON_DISK) -> Iterator[Places]:
    """Folders for servers, removed at the end; those of test runs that were killed are removed first."""
    _remove_left_behind()
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=below))
    folder.chmod(0o711)
    try:
        yield arrange(folder / "var", server_account(Settings.from_environment({}).server_account))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running(program: Program) -> Iterator[Child]:
    """The program, from being ready until the end of the block; then it is ended at once."""
    child = start(program)
    try:
        if not until(lambda: not child.is_alive() or _is_ready(program), 60) or not child.is_alive():
            raise RuntimeError(f"{program.name} did not start:\n{last_lines(program.log)}")
        yield child
    finally:
        if child.is_alive():
            child.process.send_signal(signal.SIGQUIT if program.name == "postgres" else signal.SIGKILL)
        child.process.wait(30)


@contextmanager
def postgres_cluster(prepare: Callable[[str], object]) -> Iterator[Cluster]:
    """A cluster with its template; the given server's when WAYMARK_TEST_DATABASE_URL is set."""
    given = os.environ.get("WAYMARK_TEST_DATABASE_URL")
    if given:
        cluster = Cluster(Settings.from_environment({"DATABASE_URL": given}).database_url)
        cluster.prepare_template(prepare)
        yield cluster
        cluster.drop_template()
        return
    with temporary_places(quick_folder()) as places, running(postgres.program(places, FORGETFUL_POSTGRES)):
        cluster = Cluster(postgres.url(places, "postgres"))
        cluster.prepare_template(prepare)
        yield cluster


@contextmanager
def redis_server() -> Iterator[str]:
    """The address of a Valkey; of WAYMARK_TEST_REDIS_URL a database that is this process's own."""
    given = os.environ.get("WAYMARK_TEST_REDIS_URL")
    if given:
        yield f"{given}?db={number_of_this_process()}"
        return
    with temporary_places() as places, running(valkey.program(places, FORGETFUL_VALKEY)):
        yield valkey.url(places)


def number_of_this_process() -> int:
    """Which of the processes this one is among which the tests are shared out; 0 when there is one only."""
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


def _remove_left_behind() -> None:
    for folder in [*ON_DISK.glob(f"{PREFIX}*-*"), *IN_MEMORY.glob(f"{PREFIX}*-*")]:
        maker = folder.name.removeprefix(PREFIX).partition("-")[0]
        if maker.isdigit() and not psutil.pid_exists(int(maker)):
            shutil.rmtree(folder, ignore_errors=True)


def _is_ready(program: Program) -> bool:
    try:
        return program.is_ready()
    except Exception:
        return False
