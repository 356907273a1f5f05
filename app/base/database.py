"""The portal's connections: web processes act as `waymark_portal`, setup as the owner of the database."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import Engine, inspect
from sqlalchemy.orm import Session, scoped_session

from config import Settings
from journeys.foundation import database

SPARE = 4
"""Connections beyond two a thread: a request holds one for its user and one for what it reads; probes need some too."""


def portal_engine(settings: Settings) -> Engine:
    """Connections that see what row-level policies let the portal see."""
    size = settings.web_threads
    return database.connect(settings.database_url, database.PORTAL, pool_size=size, max_overflow=size + SPARE)


def owner_engine(settings: Settings) -> Engine:
    """Connections that may create tables; for `app.setup` alone."""
    return database.connect(settings.database_url, database.OWNER)


def is_prepared(engine: Engine) -> bool:
    """Whether `app.setup.prepare` has run on this database."""
    return inspect(engine).has_table("portal_session")


def scoped(app: Flask) -> scoped_session:
    """The session Flask-AppBuilder works with, for its own tables; never for patients' rows. It is closed at the end of
    every request."""
    return closed_with_request(app, lambda: Session(app.extensions["portal_engine"]))


def asking(app: Flask) -> Session:
    """A session on the same connections, each of whose statements is a transaction: there is nothing to roll back.

    A rollback makes a connection forget the statements that it has prepared.
    """
    return Session(app.extensions["portal_engine"].execution_options(isolation_level="AUTOCOMMIT"))


def closed_with_request(app: Flask, make: Callable[[], Session]) -> scoped_session:
    """A session for each request that asks for one."""
    session = scoped_session(make)

    @app.teardown_appcontext
    def close(_error: BaseException | None) -> None:
        session.remove()

    return session
