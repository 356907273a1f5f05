"""The tests of access share one database a file."""

from tests.one_database import engine, session

__all__ = ["engine", "session"]
