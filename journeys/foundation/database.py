"""Connections: one engine per database role.

Four roles: the owner migrates, `waymark_portal` sees only the branches of the act's scope (row-level security),
`waymark_worker` sees all, `waymark_keeper` removes what is older than its rule and does nothing else. The role is
given as a connection option, so it is the session's default: RESET ROLE does not leave it.
"""

from __future__ import annotations

import select
import time
from typing import Any

import orjson
from psycopg import OperationalError
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import Session, sessionmaker

PORTAL = "waymark_portal"
WORKER = "waymark_worker"
KEEPER = "waymark_keeper"
OWNER = None

TRUSTED = 10.0
"""Seconds for which a connection that nobody used is taken for alive when nothing has arrived on it."""
GIVEN_BACK = "given-back"

PREPARED = {"prepared": True}
"""Execution options of a statement that connections keep: the server reads and plans it once for each connection and
not each time. For statements asked again and again whose best plan depends on none of their values."""

NOT_BY_ITSELF = 2**31 - 1
"""After so many times a statement without these options would be kept."""


def as_text(value: Any) -> str:
    """JSON for PostgreSQL."""
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()


def connect(url: str, role: str | None, **options: Any) -> Engine:
    """An engine whose connections act as `role` (None: as the owner), in UTC, with bounded waits.

    No statement is prepared that does not ask for it (`PREPARED`): a generic plan guesses sizes that batches do not
    have. A rollback makes a connection forget what it has prepared.
    """
    # what rules become is long and soon done: a server that compiles its expressions first takes several times as long
    settings = ["-c timezone=UTC", "-c lock_timeout=30s", "-c jit=off"]
    if role is not None:
        settings.append(f"-c role={role}")
    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        connect_args={"options": " ".join(settings), "prepare_threshold": NOT_BY_ITSELF, "connect_timeout": 5},
        json_serializer=as_text,
        json_deserializer=orjson.loads,
        # an exception that carried a statement's parameters would carry patients' data
        hide_parameters=True,
        **options,
    )
    event.listen(engine, "checkin", note_given_back)
    event.listen(engine, "checkout", refuse_ended)
    event.listen(engine, "do_execute", execute_prepared)
    return engine


def execute_prepared(cursor: Any, statement: str, parameters: Any, context: Any) -> bool:
    """Execute a statement that asks to be prepared; any other is left to the dialect."""
    if "prepared" not in context.execution_options:
        return False
    cursor.execute(statement, parameters, prepare=True)
    return True


def note_given_back(_connection: Any, record: Any) -> None:
    """Remember when a connection went back to the pool."""
    record.info[GIVEN_BACK] = time.monotonic()


def refuse_ended(connection: Any, record: Any, _proxy: Any) -> None:
    """Have the pool make a new connection in the place of one that the server has ended.

    Its end arrives on the socket, which can be seen without asking: a question is a way to the server and back, and a
    page takes two connections. Where much time has passed the server is asked, for it may have gone without a word.
    """
    last = record.info.get(GIVEN_BACK)
    if last is None:
        return
    if has_ended(connection) or (time.monotonic() - last > TRUSTED and not answers(connection)):
        raise DisconnectionError


def has_ended(connection: Any) -> bool:
    """Whether anything has arrived on a connection that waits for nothing."""
    if connection.closed:
        return True
    looking = select.poll()
    looking.register(connection.pgconn.socket, select.POLLIN)
    return bool(looking.poll(0))


def answers(connection: Any) -> bool:
    """Whether the server answers."""
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except OperationalError:
        return False
    return True


def sessions(engine: Engine) -> sessionmaker[Session]:
    """Sessions of this engine; rows stay readable after the commit, because views show what an act returned."""
    return sessionmaker(engine, expire_on_commit=False)
