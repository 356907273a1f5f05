"""Connections: one engine per database role.

Four roles: the owner migrates, `waymark_portal` sees only the branches of the act's scope (row-level security),
`waymark_worker` sees all, `waymark_keeper` removes what is older than its rule and does nothing else. The role is
given as a connection option, so it is the session's default: RESET ROLE does not leave it.
"""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker

PORTAL = "waymark_portal"
WORKER = "waymark_worker"
KEEPER = "waymark_keeper"
OWNER = None


def as_text(value: Any) -> str:
    """JSON for PostgreSQL."""
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()


def connect(url: str, role: str | None, **options: Any) -> Engine:
    """An engine whose connections act as `role` (None: as the owner), in UTC, with bounded waits.

    `prepare_threshold=None` keeps statements unprepared: a generic plan guesses sizes that batches do not have.
    """
    settings = ["-c timezone=UTC", "-c lock_timeout=30s"]
    if role is not None:
        settings.append(f"-c role={role}")
    return create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        connect_args={"options": " ".join(settings), "prepare_threshold": None, "connect_timeout": 5},
        json_serializer=as_text,
        json_deserializer=orjson.loads,
        pool_pre_ping=True,
        # an exception that carried a statement's parameters would carry patients' data
        hide_parameters=True,
        **options,
    )


def sessions(engine: Engine) -> sessionmaker[Session]:
    """Sessions of this engine; rows stay readable after the commit, because views show what an act returned."""
    return sessionmaker(engine, expire_on_commit=False)
