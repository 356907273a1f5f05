"""Makes a database ready: roles, tables (Alembic to its head), partitions, grants and policies. Running it again
changes nothing."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from journeys.foundation import advisory
from journeys.foundation.database import KEEPER, OWNER, PORTAL, WORKER, connect
from journeys.foundation.errors import Unavailable
from journeys.store.setting_up import keeper, policies
from journeys.store.setting_up.partitions import ensure_partitions

MIGRATIONS = Path(__file__).parents[1] / "migrations"
SETUP_LOCK = advisory.SETUP
"""Advisory lock: two who set up at once take turns."""


def prepare(owner_url: str, today: dt.date | None = None) -> None:
    """Bring the database at `owner_url` to what this version of Waymark needs.

    The owner must be allowed to create roles and to become them. Unavailable when the server does not answer.
    `today` decides which monthly partitions are made; by default the server's own day.
    """
    engine = connect(owner_url, OWNER)
    try:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": SETUP_LOCK})
            ensure_roles(connection)
            migrate(connection)
            ensure_partitions(connection, today or connection.execute(text("SELECT current_date")).scalar_one())
            for statement in (*policies.statements(), *keeper.statements()):
                connection.execute(text(statement))
    except OperationalError as error:
        raise Unavailable(f"PostgreSQL does not answer: {type(error.orig).__name__}. Check DATABASE_URL.") from error
    finally:
        engine.dispose()


def ensure_roles(connection: Connection) -> None:
    """Create the roles that never log in themselves and let the owner become them."""
    for role in (PORTAL, WORKER, KEEPER):
        known = connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}).scalar()
        if not known:
            connection.execute(text(f"CREATE ROLE {role} NOLOGIN NOBYPASSRLS"))
        connection.execute(text(f"GRANT {role} TO CURRENT_USER"))


def alembic_config() -> Config:
    """Alembic, set up without a file."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def migrate(connection: Connection, until: str = "head") -> None:
    """Run the migrations that are missing, the last one `until`, inside the caller's transaction."""
    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, until)


def is_at_head(engine: Engine) -> bool:
    """Whether the database has every migration of this version."""
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head


def is_ready(owner_url: str) -> bool:
    """Whether the database at `owner_url` needs no `prepare`."""
    engine = connect(owner_url, OWNER)
    try:
        return is_at_head(engine)
    finally:
        engine.dispose()
