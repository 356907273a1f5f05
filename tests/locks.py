"""Advisory locks of the test's own database: of the same server, another process of tests may hold some of its own."""

from sqlalchemy import text

HERE = "locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
WAITING = text(f"SELECT count(*) FROM pg_locks WHERE {HERE} AND NOT granted")
HELD = text(f"SELECT count(*) FROM pg_locks WHERE {HERE}")
HELD_OF_CLASS = text(f"SELECT objid FROM pg_locks WHERE {HERE} AND classid = :of ORDER BY objid")
