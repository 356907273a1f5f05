"""PostgreSQL and Redis for a command: one's own when they are given, else the embedded ones."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import psycopg
import redis
from sqlalchemy.engine import make_url

from config import Settings
from launcher import leftovers, postgres, valkey
from launcher.account import server_account
from launcher.console import STARTED, Console
from launcher.errors import LaunchError
from launcher.instance import is_running, only_one
from launcher.places import Places, arrange
from launcher.supervisor import Supervisor

LEAST_POSTGRES = 15


def places_of(settings: Settings) -> Places:
    """The folders of the installation; they are made when they are not there."""
    needs_servers = not (settings.database_url and settings.redis_url)
    return arrange(settings.var, server_account(settings.server_account) if needs_servers else None)


def bring_up(settings: Settings, places: Places, supervisor: Supervisor) -> Settings:
    """Start the servers that are not given and check those that are; the settings with both addresses."""
    database_url = settings.database_url
    redis_url = settings.redis_url
    if not database_url:
        if not postgres.is_initialised(places):
            with supervisor.console.doing("postgres: making its data folder"):
                postgres.initialise(places)
        supervisor.start(postgres.program(places))
        database_url = postgres.ensure_database(places)
    if not redis_url:
        supervisor.start(valkey.program(places))
        redis_url = valkey.url(places)
    return check(replace(settings, database_url=database_url, redis_url=redis_url))


def check(settings: Settings) -> Settings:
    """The same settings when both servers answer and are new enough; else LaunchError."""
    _check_database(settings.database_url)
    _check_redis(settings.redis_url)
    return settings


def connected_part(settings: Settings) -> Settings:
    """Settings with both addresses for a part that runs alone: the given servers, or those of a running launcher."""
    if settings.database_url and settings.redis_url:
        return check(settings)
    places = places_of(settings)
    if not is_running(places.lock):
        raise LaunchError(
            "No servers are running for this part.",
            "Start everything with `python run.py`, or give DATABASE_URL and REDIS_URL.",
        )
    return check(_embedded(settings, places))


@contextmanager
def connected(settings: Settings, console: Console) -> Iterator[Settings]:
    """Settings with both addresses for a command that ends by itself; servers that do not run yet run as long as it."""
    places = places_of(settings)
    if (settings.database_url and settings.redis_url) or is_running(places.lock):
        yield check(_embedded(settings, places))
        return
    with only_one(places.lock):
        leftovers.end(places.children, console)
        supervisor = Supervisor(console, places.children)
        try:
            yield bring_up(settings, places, supervisor)
        finally:
            supervisor.stop()


def child_environment(settings: Settings, console: Console) -> dict[str, str]:
    """The environment of a part: ours, with the settings in force."""
    own = {"PYTHONUNBUFFERED": "1", STARTED: str(console.started)}
    return dict(os.environ) | settings.to_environment() | own


def _embedded(settings: Settings, places: Places) -> Settings:
    return replace(
        settings,
        database_url=settings.database_url or postgres.url(places),
        redis_url=settings.redis_url or valkey.url(places),
    )


def _check_database(address: str) -> None:
    shown = make_url(address).render_as_string(hide_password=True)
    try:
        with psycopg.connect(address.replace("+psycopg", "", 1), connect_timeout=5) as connection:
            version = connection.info.server_version // 10000
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[-1]
        raise LaunchError(
            f"PostgreSQL does not answer at {shown}: {reason}",
            "Start it, or correct DATABASE_URL; without DATABASE_URL Waymark starts one of its own.",
        ) from None
    if version < LEAST_POSTGRES:
        raise LaunchError(f"PostgreSQL at {shown} is version {version}.", f"Waymark needs {LEAST_POSTGRES} or newer.")


def _check_redis(address: str) -> None:
    try:
        valkey.answers(address)
    except redis.RedisError as error:
        shown = address.rsplit("@", 1)[-1]
        raise LaunchError(
            f"Redis does not answer at {shown}: {type(error).__name__}.",
            "Start it, or correct REDIS_URL; without REDIS_URL Waymark starts a server of its own.",
        ) from None
