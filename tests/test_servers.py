"""The fixtures themselves: databases are fresh copies, Redis is empty, the way out is closed."""

import socket
import subprocess
from pathlib import Path

import psycopg
import pytest
import redis

from tests.servers import temporary_places

pytestmark = pytest.mark.store


def connect(database):
    return psycopg.connect(database.url.replace("postgresql+psycopg://", "postgresql://", 1), autocommit=True)


@pytest.mark.parametrize("time", [1, 2])
def test_a_database_is_fresh_each_time(database, time):
    with connect(database) as connection:
        connection.execute("CREATE TABLE left_behind (number integer)")


def test_databases_of_one_test_are_apart(cluster):
    first, second = cluster.new(), cluster.new()
    with connect(first) as connection:
        connection.execute("CREATE TABLE only_here (number integer)")
    with connect(second) as connection, pytest.raises(psycopg.errors.UndefinedTable):
        connection.execute("SELECT * FROM only_here")
    cluster.drop(first)
    cluster.drop(second)


@pytest.mark.parametrize("time", [1, 2])
def test_redis_is_empty_each_time(redis_url, time):
    with redis.Redis.from_url(redis_url) as connection:
        assert connection.dbsize() == 0
        connection.set("left", "behind")


def test_other_machines_cannot_be_reached():
    with socket.socket() as line, pytest.raises(pytest.fail.Exception, match="192.0.2.1"):
        line.connect(("192.0.2.1", 80))


def test_folders_of_killed_runs_are_removed_and_those_of_living_ones_kept():
    ended = subprocess.Popen(["true"])
    ended.wait()
    left_behind = Path(f"/tmp/waymark-test-{ended.pid}-killed")
    (left_behind / "var").mkdir(parents=True)
    with temporary_places() as first, temporary_places():
        assert not left_behind.exists()
        assert first.var.exists()
